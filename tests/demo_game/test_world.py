"""What every ruin must be."""

import random

import pytest

from demo_game.geometry import Vec, center
from demo_game.paths import distances, way
from demo_game.world import COLUMNS, RELICS, ROWS, World, build_world

SEEDS = range(12)


def ruin(seed: int) -> World:
    return build_world(random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_that_matters_can_be_reached(seed: int) -> None:
    world = ruin(seed)
    reach = distances(world.start, world.walls)
    assert {world.gate, world.lair, *world.relics} <= reach.keys()
    assert len(set(world.relics)) == RELICS


@pytest.mark.parametrize("seed", SEEDS)
def test_walls_close_the_map(seed: int) -> None:
    border = {(column, row) for column in range(COLUMNS) for row in range(ROWS) if column * row == 0}
    border |= {(COLUMNS - 1, row) for row in range(ROWS)} | {(column, ROWS - 1) for column in range(COLUMNS)}
    assert border <= ruin(seed).walls


def test_the_same_seed_builds_the_same_ruin() -> None:
    assert ruin(5) == ruin(5)
    assert ruin(5) != ruin(6)


# A room with one pillar in its middle.
ROOM = World(
    walls=frozenset(
        {(column, row) for column in range(7) for row in range(7) if column % 6 * (row % 6) == 0} | {(3, 3)}
    ),
    start=(1, 3),
    gate=(5, 1),
    relics=(),
    lair=(5, 5),
    columns=7,
    rows=7,
)


def test_walls_stop_eyes() -> None:
    assert not ROOM.sees(center((1, 3)), center((5, 3)))
    assert ROOM.sees(center((1, 1)), center((5, 1)))


def test_walls_stop_feet_and_let_them_slide_along() -> None:
    moved = ROOM.slide(Vec(1.4, 3.5), Vec(-0.3, 0.2))
    assert moved == Vec(1.4, 3.7)


def test_a_way_leads_around_a_pillar() -> None:
    cells = way((1, 3), (5, 3), ROOM.walls)
    assert cells[-1] == (5, 3)
    assert len(cells) == 6
    assert not ROOM.walls.intersection(cells)
