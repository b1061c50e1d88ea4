"""Paints the ruin in full daylight, once; the light decides later what is seen of it."""

import random

import pygame

from demo_game.geometry import Cell
from demo_game.paint import CELL, MAP_SIZE, Color, dim, mix
from demo_game.world import World

FLOOR: Color = (186, 176, 168)
MOSS: Color = (98, 146, 88)
WALL_TOP: Color = (104, 104, 132)
BRICK: Color = (214, 188, 164)
FACE_HEIGHT = 19
"""How much of a wall's front is seen below its top."""


def paint_ruin(world: World, chance: random.Random) -> pygame.Surface:
    """The floor, the walls and what lies about."""
    surface = pygame.Surface(MAP_SIZE)
    cells = [(column, row) for row in range(world.rows) for column in range(world.columns)]
    for cell in cells:
        if not world.is_wall(cell):
            _flagstones(surface, cell, chance)
    _moss(surface, world, chance)
    for cell in cells:
        if not world.is_wall(cell):
            _contact_shadow(surface, world, cell)
            _litter(surface, cell, chance)
    for cell in cells:
        if world.is_wall(cell):
            _wall(surface, world, cell, chance)
    return surface


def _square(cell: Cell) -> pygame.Rect:
    return pygame.Rect(cell[0] * CELL, cell[1] * CELL, CELL, CELL)


def _flagstones(surface: pygame.Surface, cell: Cell, chance: random.Random) -> None:
    """One to four stones a cell, never quite the same gray."""
    square, half = _square(cell), CELL // 2
    layout = chance.choice([(1, 1), (1, 1), (2, 1), (1, 2), (2, 2)])
    surface.fill(dim(FLOOR, 0.52), square)
    for across in range(layout[0]):
        for down in range(layout[1]):
            width, height = CELL // layout[0], CELL // layout[1]
            stone = pygame.Rect(square.x + across * half, square.y + down * half, width, height).inflate(-2, -2)
            tint = mix(dim(FLOOR, chance.uniform(0.82, 1.0)), (168, 156, 184), chance.random() * 0.35)
            pygame.draw.rect(surface, tint, stone, border_radius=3)
            pygame.draw.line(surface, mix(tint, (255, 255, 255), 0.12), stone.topleft, (stone.right - 2, stone.top))
            if chance.random() < 0.13:
                _crack(surface, stone, dim(tint, 0.6), chance)


def _crack(surface: pygame.Surface, stone: pygame.Rect, color: Color, chance: random.Random) -> None:
    x, y = chance.randint(stone.left, stone.right - 1), stone.top
    points = [(x, y)]
    while y < stone.bottom - 4:
        x = max(stone.left, min(stone.right - 1, x + chance.randint(-4, 4)))
        y += chance.randint(3, 6)
        points.append((x, min(y, stone.bottom - 1)))
    if len(points) > 1:
        pygame.draw.lines(surface, color, False, points)


def _moss(surface: pygame.Surface, world: World, chance: random.Random) -> None:
    """Moss grows where floor meets wall."""
    patch = pygame.Surface((CELL * 2, CELL * 2), pygame.SRCALPHA)
    for column in range(1, world.columns - 1):
        for row in range(1, world.rows - 1):
            beside = any(world.is_wall(cell) for cell in ((column - 1, row), (column + 1, row), (column, row + 1)))
            if world.is_wall((column, row)) or not beside or chance.random() > 0.34:
                continue
            patch.fill((0, 0, 0, 0))
            for _ in range(16):
                spot = (chance.gauss(CELL, 7), chance.gauss(CELL, 7))
                tint = mix(MOSS, FLOOR, chance.random() * 0.4)
                pygame.draw.circle(patch, (*tint, 90), spot, chance.randint(2, 5))
            surface.blit(patch, (column * CELL - CELL // 2, row * CELL - CELL // 2))


def _contact_shadow(surface: pygame.Surface, world: World, cell: Cell) -> None:
    """Floor darkens toward the walls above and beside it; this is what makes walls stand up."""
    square = _square(cell)
    sides = [((0, -1), 12, 150), ((-1, 0), 8, 110), ((1, 0), 5, 70), ((0, 1), 4, 70)]
    for (dx, dy), depth, strength in sides:
        if not world.is_wall((cell[0] + dx, cell[1] + dy)):
            continue
        for step in range(depth):
            size = (CELL, 1) if dy else (1, CELL)
            line = pygame.Surface(size, pygame.SRCALPHA)
            line.fill((0, 0, 0, round(strength * (1 - step / depth) ** 1.5)))
            x = square.x + (step if dx < 0 else CELL - 1 - step if dx > 0 else 0)
            y = square.y + (step if dy < 0 else CELL - 1 - step if dy > 0 else 0)
            surface.blit(line, (x, y))


def _litter(surface: pygame.Surface, cell: Cell, chance: random.Random) -> None:
    """Rubble and bones, here and there."""
    roll, square = chance.random(), _square(cell)
    x, y = square.x + chance.randint(8, 24), square.y + chance.randint(8, 24)
    if roll < 0.045:
        for _ in range(chance.randint(3, 6)):
            spot = (x + chance.randint(-7, 7), y + chance.randint(-5, 5))
            size = chance.randint(1, 3)
            pygame.draw.circle(surface, (52, 50, 52), (spot[0] + 1, spot[1] + 1), size)
            pygame.draw.circle(surface, dim(BRICK, chance.uniform(0.7, 1.0)), spot, size)
    elif roll < 0.056:
        bone: Color = (206, 200, 178)
        pygame.draw.line(surface, bone, (x - 6, y - 2), (x + 6, y + 3), 2)
        pygame.draw.circle(surface, bone, (x + 3, y - 6), 4)
        pygame.draw.circle(surface, (40, 38, 38), (x + 2, y - 6), 1)
        pygame.draw.circle(surface, (40, 38, 38), (x + 5, y - 6), 1)


def _wall(surface: pygame.Surface, world: World, cell: Cell, chance: random.Random) -> None:
    square = _square(cell)
    column, row = cell
    surface.fill(dim(WALL_TOP, chance.uniform(0.93, 1.0)), square)
    for _ in range(5):
        speck = (square.x + chance.randrange(CELL), square.y + chance.randrange(CELL))
        surface.set_at(speck, mix(WALL_TOP, (140, 140, 160), 0.4))
    if not world.is_wall((column, row + 1)) and row + 1 < world.rows:
        _bricks(surface, square, chance)
    rim = mix(WALL_TOP, (190, 190, 214), 0.45)
    edges = [
        ((0, -1), square.topleft, (square.right - 1, square.top)),
        ((-1, 0), square.topleft, (square.left, square.bottom - 1)),
        ((1, 0), (square.right - 1, square.top), (square.right - 1, square.bottom - 1)),
    ]
    for (dx, dy), start, end in edges:
        if not world.is_wall((column + dx, row + dy)):
            pygame.draw.line(surface, rim, start, end, 2)


def _bricks(surface: pygame.Surface, square: pygame.Rect, chance: random.Random) -> None:
    """The front of a wall: three courses, each shifted by half a brick."""
    top = square.bottom - FACE_HEIGHT
    surface.fill(dim(BRICK, 0.42), (square.x, top, CELL, FACE_HEIGHT))
    course = FACE_HEIGHT // 3
    surface.set_clip(pygame.Rect(square.x, top, CELL, FACE_HEIGHT))
    for line in range(3):
        y = top + 1 + line * course
        for x in range(square.x - (8 if line % 2 else 0), square.right, 16):
            tint = dim(BRICK, chance.uniform(0.72, 1.0) * (1.0 - 0.13 * line))
            pygame.draw.rect(surface, tint, (x + 1, y, 14, course - 1), border_radius=1)
    surface.set_clip(None)
    pygame.draw.line(surface, mix(WALL_TOP, (220, 214, 220), 0.6), (square.x, top), (square.right - 1, top), 2)
