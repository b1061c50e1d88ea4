"""Ways through a grid with walls: breadth-first, and a point to steer for. Knows nothing of the game."""

from collections import deque
from collections.abc import Collection
from typing import Protocol

from demo_game.geometry import Cell, Vec, center

ARRIVED_CELLS = 0.1


class Ground(Protocol):
    """What a way is found on."""

    @property
    def walls(self) -> frozenset[Cell]:
        """Cells that stop feet."""

    def can_walk(self, start: Vec, goal: Vec) -> bool:
        """Whether a body can go straight from one point to another."""


def distances(start: Cell, walls: Collection[Cell], until: Cell | None = None) -> dict[Cell, int]:
    """Steps from a cell to all that can be reached, or up to one of them; the walls must close the map."""
    reach = {start: 0}
    waiting = deque([start])
    while waiting:
        cell = waiting.popleft()
        for neighbor in _neighbors(cell):
            if neighbor not in walls and neighbor not in reach:
                reach[neighbor] = reach[cell] + 1
                waiting.append(neighbor)
        if cell == until:
            break
    return reach


def way(start: Cell, goal: Cell, walls: Collection[Cell]) -> list[Cell]:
    """The cells from after the start up to the goal; empty where there is no way."""
    reach = distances(goal, walls, until=start)
    if start not in reach:
        return []
    cells, cell = [], start
    while cell != goal:
        cell = min((near for near in _neighbors(cell) if near in reach), key=lambda near: (reach[near], near))
        cells.append(cell)
    return cells


class Walker:
    """Leads a body to a goal; it looks where to go ten times a second, and for the way less often."""

    LOOK_SECONDS = 0.1
    PATIENCE_SECONDS = 0.4

    def __init__(self) -> None:
        self._cells: list[Cell] = []
        self._goal: Cell | None = None
        self._aim = Vec()
        self._since_look_seconds = self.LOOK_SECONDS
        self._since_way_seconds = self.PATIENCE_SECONDS

    def heading(self, at: Vec, goal: Vec, ground: Ground, dt: float) -> Vec:
        """The direction to walk in now, of length 1, or zero on arrival."""
        if at.to(goal) < ARRIVED_CELLS:
            return Vec()
        self._since_look_seconds += dt
        self._since_way_seconds += dt
        if self._since_look_seconds >= self.LOOK_SECONDS or at.to(self._aim) < ARRIVED_CELLS:
            self._since_look_seconds = 0.0
            self._aim = self._look(at, goal, ground)
        return (self._aim - at).unit()

    def _look(self, at: Vec, goal: Vec, ground: Ground) -> Vec:
        if ground.can_walk(at, goal):
            return goal
        if self._goal != goal.cell or self._since_way_seconds >= self.PATIENCE_SECONDS:
            self._cells = way(at.cell, goal.cell, ground.walls)
            self._goal, self._since_way_seconds = goal.cell, 0.0
        return self._farthest_straight(at, ground)

    def _farthest_straight(self, at: Vec, ground: Ground) -> Vec:
        """Cutting corners looks alive; stepping from cell to cell looks like a machine."""
        for cell in reversed(self._cells[:7]):
            if ground.can_walk(at, center(cell)):
                return center(cell)
        return center(at.cell)


def _neighbors(cell: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    column, row = cell
    return (column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)
