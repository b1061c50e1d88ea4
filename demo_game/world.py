"""The ruin: walls, relics and the gate on one screen, laid out from a seeded random. No actors, no drawing."""

import random
from dataclasses import dataclass, field

from demo_game.geometry import Cell, Vec, center
from demo_game.paths import distances

COLUMNS, ROWS = 40, 18
RELICS = 5
LEAST_ROOM = 4
"""Narrower rooms leave no way round a pillar when something is behind you."""
DOOR = 2
BEARER_RADIUS = 0.3


@dataclass(frozen=True)
class World:
    """One ruin; it never changes while a game lasts."""

    walls: frozenset[Cell]
    """Cells that stop feet, eyes and light."""
    start: Cell
    """Where the bearer comes in."""
    gate: Cell
    """The floor in front of the gate; the gate itself is in the wall above."""
    relics: tuple[Cell, ...]
    """Where the relics lie."""
    lair: Cell
    """Where the hunter sleeps and comes back."""
    columns: int = field(default=COLUMNS)
    rows: int = field(default=ROWS)

    def is_wall(self, cell: Cell) -> bool:
        """Whether the cell is solid; everything outside the map is."""
        inside = 0 <= cell[0] < self.columns and 0 <= cell[1] < self.rows
        return not inside or cell in self.walls

    def fits(self, at: Vec, radius: float) -> bool:
        """Whether a body, smaller than a cell, can stand there without touching a wall."""
        columns = int(at.x - radius), int(at.x + radius)
        rows = int(at.y - radius), int(at.y + radius)
        return not any((column, row) in self.walls for column in columns for row in rows)

    def slide(self, at: Vec, step: Vec, radius: float = BEARER_RADIUS) -> Vec:
        """Where a step ends; along a wall only the free half of it is taken."""
        across = Vec(at.x + step.x, at.y)
        at = across if self.fits(across, radius) else at
        along = Vec(at.x, at.y + step.y)
        return along if self.fits(along, radius) else at

    def sees(self, eye: Vec, target: Vec) -> bool:
        """Whether no wall lies between two points."""
        steps = max(1, int(eye.to(target) * 5))
        stride = (target - eye) * (1.0 / steps)
        return not any((eye + stride * count).cell in self.walls for count in range(1, steps))

    def can_walk(self, start: Vec, goal: Vec, radius: float = BEARER_RADIUS) -> bool:
        """Whether a body can go straight from one point to another."""
        steps = max(1, int(start.to(goal) * 4))
        stride = (goal - start) * (1.0 / steps)
        return all(self.fits(start + stride * count, radius) for count in range(1, steps + 1))


def build_world(chance: random.Random) -> World:
    """A ruin of rooms in which every floor cell can be reached."""
    walls = _border()
    _divide(walls, 1, 1, COLUMNS - 2, ROWS - 2, chance)
    _add_pillars(walls, chance)
    start = _free_near((2, ROWS // 2), walls)
    reach = distances(start, walls)
    _fill_unreachable(walls, reach)
    gate = _gate(walls, reach)
    relics = _spread(reach, walls, [start, gate], RELICS, chance)
    lair = max(relics, key=lambda cell: (reach[cell], cell))
    return World(frozenset(walls), start, gate, relics, lair)


def _border() -> set[Cell]:
    sides = {(column, row) for column in range(COLUMNS) for row in (0, ROWS - 1)}
    return sides | {(column, row) for column in (0, COLUMNS - 1) for row in range(ROWS)}


def _divide(walls: set[Cell], left: int, top: int, right: int, bottom: int, chance: random.Random) -> None:
    """Splits a region by a wall with doors, and its two halves again."""
    width, height = right - left + 1, bottom - top + 1
    if width * height < 60:
        return
    if width > height * 1.2:
        choices = [
            column
            for column in range(left + LEAST_ROOM, right - LEAST_ROOM + 1)
            if (column, top - 1) in walls and (column, bottom + 1) in walls  # or the wall would close a door
        ]
        if choices:
            column = chance.choice(choices)
            _wall(walls, [(column, row) for row in range(top, bottom + 1)], chance)
            _divide(walls, left, top, column - 1, bottom, chance)
            _divide(walls, column + 1, top, right, bottom, chance)
        return
    choices = [
        row
        for row in range(top + LEAST_ROOM, bottom - LEAST_ROOM + 1)
        if (left - 1, row) in walls and (right + 1, row) in walls
    ]
    if choices:
        row = chance.choice(choices)
        _wall(walls, [(column, row) for column in range(left, right + 1)], chance)
        _divide(walls, left, top, right, row - 1, chance)
        _divide(walls, left, row + 1, right, bottom, chance)


def _wall(walls: set[Cell], line: list[Cell], chance: random.Random) -> None:
    """Builds a line of wall; long ones get two doors, so that a hunted bearer can run in circles."""
    doors = 2 if len(line) >= 9 else 1
    share = len(line) // doors
    for door in range(doors):
        low = door * share
        gap = low + chance.randrange(0, max(1, share - DOOR))
        line = [cell if not gap <= index < gap + DOOR else (-1, -1) for index, cell in enumerate(line)]
    walls.update(cell for cell in line if cell != (-1, -1))


def _add_pillars(walls: set[Cell], chance: random.Random) -> None:
    """Pillars with free floor all around: something to hide behind, never something that blocks."""
    for _ in range(70):
        column, row = chance.randrange(3, COLUMNS - 3), chance.randrange(3, ROWS - 3)
        around = [(column + dx, row + dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
        if not any(cell in walls for cell in around):
            walls.add((column, row))


def _free_near(wanted: Cell, walls: set[Cell]) -> Cell:
    floor = [(column, row) for column in range(1, COLUMNS - 1) for row in range(1, ROWS - 1)]
    return min(
        (cell for cell in floor if cell not in walls),
        key=lambda cell: ((cell[0] - wanted[0]) ** 2 + (cell[1] - wanted[1]) ** 2, cell),
    )


def _fill_unreachable(walls: set[Cell], reach: dict[Cell, int]) -> None:
    walls.update((column, row) for column in range(COLUMNS) for row in range(ROWS) if (column, row) not in reach)


def _gate(walls: set[Cell], reach: dict[Cell, int]) -> Cell:
    """The far end of the ruin, with two cells of wall above for the arch to be seen in."""
    under_a_wall = [
        cell
        for cell in reach
        if cell[1] == 1 and all((cell[0] + dx, 1) in reach and (cell[0] + dx, 0) in walls for dx in (-1, 0, 1))
    ]
    return max(under_a_wall, key=lambda cell: (reach[cell], cell))


def _spread(
    reach: dict[Cell, int], walls: set[Cell], taken: list[Cell], count: int, chance: random.Random
) -> tuple[Cell, ...]:
    """Cells far from each other: of twelve random ones, each time the loneliest."""
    roomy = [cell for cell in sorted(reach) if not any(_near(cell, dx, dy) in walls for dx, dy in _AROUND)]
    found: list[Cell] = []
    for _ in range(count):
        options = [chance.choice(roomy) for _ in range(12)]
        others = taken + found
        found.append(max(options, key=lambda cell: (min(center(cell).to(center(other)) for other in others), cell)))
    return tuple(found)


_AROUND = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


def _near(cell: Cell, dx: int, dy: int) -> Cell:
    return cell[0] + dx, cell[1] + dy
