"""Light and shadow: what the lantern reaches, stopped by walls. Multiplied over the painted ruin."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from demo_game.geometry import Vec, clamp
from demo_game.paint import CELL, MAP_SIZE, Color, Point, dim, glow
from demo_game.world import World

COARSENESS = 2
"""Light is painted at half size: a quarter of the work, and softer edges."""
AMBIENT: Color = (40, 45, 72)
INTO_WALL_CELLS = 0.62
"""Light enters walls so far that their fronts are lit, and no farther."""
RAYS_PER_TURN = 220


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light of a frame."""

    at: Vec
    cells: float
    """How far it reaches."""
    color: Color
    facing: float = 0.0
    """The middle of its beam, in radians."""
    half_angle: float = math.pi
    """Half the width of its beam; pi shines all around."""
    shadows: bool = True
    """Whether walls stop it; small glows do without."""


class Light:
    """Paints the light of one ruin."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._map = pygame.Surface((MAP_SIZE[0] // COARSENESS, MAP_SIZE[1] // COARSENESS))
        self._full = pygame.Surface(MAP_SIZE)
        self._corners = _dark_corners(self._map.get_size())

    def fall_on(self, scene: pygame.Surface, lamps: Sequence[Lamp], ambient: Color = AMBIENT) -> None:
        """Darkens a scene to what the lamps show of it."""
        self._map.fill(ambient)
        for lamp in lamps:
            self._shine(lamp)
        self._map.blit(self._corners, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
        pygame.transform.smoothscale(self._map, MAP_SIZE, self._full)
        scene.blit(self._full, (0, 0), special_flags=pygame.BLEND_RGB_MULT)

    def _shine(self, lamp: Lamp) -> None:
        scale = CELL / COARSENESS
        radius = round(lamp.cells * scale)
        image = glow(radius, lamp.color)
        if lamp.shadows:
            image = image.copy()
            image.blit(self._mask(lamp, radius), (0, 0), special_flags=pygame.BLEND_RGB_MULT)
        place = (round(lamp.at.x * scale) - radius, round(lamp.at.y * scale) - radius)
        self._map.blit(image, place, special_flags=pygame.BLEND_RGB_ADD)

    def _mask(self, lamp: Lamp, radius: int) -> pygame.Surface:
        """White where the lamp is seen from; blurred by making it small and large again."""
        scale = radius / lamp.cells
        sharp = pygame.Surface((radius * 2, radius * 2))
        shape = [(radius + (x - lamp.at.x) * scale, radius + (y - lamp.at.y) * scale) for x, y in self._lit_shape(lamp)]
        pygame.draw.polygon(sharp, (255, 255, 255), shape)
        small = pygame.transform.smoothscale(sharp, (round(radius * 0.7), round(radius * 0.7)))
        return pygame.transform.smoothscale(small, (radius * 2, radius * 2))

    def _lit_shape(self, lamp: Lamp) -> list[Point]:
        full = lamp.half_angle >= math.pi
        count = max(8, round(RAYS_PER_TURN * lamp.half_angle / math.pi))
        points: list[Point] = [] if full else [(lamp.at.x, lamp.at.y)]
        for ray in range(count + (0 if full else 1)):
            angle = lamp.facing - lamp.half_angle + 2 * lamp.half_angle * ray / count
            reach = reach_of_ray(self._world, lamp.at, angle, lamp.cells)
            points.append((lamp.at.x + math.cos(angle) * reach, lamp.at.y + math.sin(angle) * reach))
        return points


def reach_of_ray(world: World, start: Vec, angle: float, most: float) -> float:
    """How far light gets in a direction: cell border by cell border up to a wall, and a little into it."""
    dx, dy = math.cos(angle), math.sin(angle)
    column, row = start.cell
    step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    per_column = abs(1 / dx) if dx else math.inf
    per_row = abs(1 / dy) if dy else math.inf
    next_x = ((column + (dx > 0)) - start.x) / dx if dx else math.inf
    next_y = ((row + (dy > 0)) - start.y) / dy if dy else math.inf
    walls = world.walls
    while True:
        if next_x < next_y:
            reach, column, next_x = next_x, column + step_x, next_x + per_column
        else:
            reach, row, next_y = next_y, row + step_y, next_y + per_row
        if reach >= most:
            return most
        if (column, row) in walls:
            return min(most, reach + INTO_WALL_CELLS)


def _dark_corners(size: tuple[int, int]) -> pygame.Surface:
    """What takes light from the rim of the map: the eye goes to the middle."""
    small = pygame.Surface((64, 36))
    for y in range(36):
        for x in range(64):
            far = ((x - 31.5) / 32) ** 2 * 0.55 + ((y - 17.5) / 18) ** 2 * 0.45
            level = round(255 * clamp(1.08 - 0.42 * far))
            small.set_at((x, y), (level, level, level))
    return pygame.transform.smoothscale(small, size)


def flicker(seconds: float) -> float:
    """A flame's unrest, around 1; a sum of sines, so that it needs no chance."""
    return 1 + 0.025 * math.sin(seconds * 11.0) + 0.02 * math.sin(seconds * 17.3 + 1) + 0.015 * math.sin(seconds * 29.1)


def warm(color: Color, strength: float) -> Color:
    """A lamp's color at a strength, in few steps, so that its glow is painted only once for each."""
    return dim(color, round(strength * 16) / 16)
