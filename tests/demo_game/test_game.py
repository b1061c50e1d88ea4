"""The rules of the game, without a picture and without a sound."""

import random

import pytest

from demo_game.actors import BEARER_HEARTS, Bearer, Hunter, Mind
from demo_game.duel import IN_TIME_SECONDS, PERFECT_SECONDS, Cue, Duel, Outcome
from demo_game.game import STEP_SECONDS, Controls, Game, Happening, State
from demo_game.geometry import Vec, center
from tests.demo_game.plays import LIMIT_SECONDS, play, played


def test_the_same_seed_plays_the_same_game() -> None:
    again = play(2)
    assert again.steps == played(2).steps
    assert again.events == played(2).events


def test_playing_leaves_the_global_random_alone() -> None:
    random.seed(4)
    before = random.getstate()
    game = Game(1)
    game.step(STEP_SECONDS, Controls(Vec(1, 0)))
    assert random.getstate() == before


@pytest.mark.parametrize("seed", range(4))
def test_nobody_walks_through_walls(seed: int) -> None:
    done = played(seed)
    places = {place.cell for _, bearer, hunter in done.steps for place in (bearer, hunter)}
    assert not places & done.game.world.walls


def test_no_keys_lead_through_walls() -> None:
    game, chance = Game(3), random.Random(3)
    move = Vec()
    for step in range(1500):
        if step % 20 == 0:
            move = Vec(chance.uniform(-1, 1), chance.uniform(-1, 1))
        game.step(STEP_SECONDS, Controls(move, act=step % 50 == 0))
        assert game.bearer.at.cell not in game.world.walls


@pytest.mark.parametrize("seed", range(10))
def test_the_autopilot_explores_is_hunted_fights_and_comes_to_an_end(seed: int) -> None:
    done = played(seed)
    states = {state for state, _, _ in done.steps}
    assert {State.EXPLORE, State.TENSION, State.COMBAT} <= states
    assert done.game.over
    assert done.game.seconds < LIMIT_SECONDS


def test_some_games_are_won_and_some_are_lost() -> None:
    assert {played(seed).game.state for seed in range(10)} == {State.VICTORY, State.DEFEAT}


def test_the_gate_stays_shut_while_a_relic_is_left() -> None:
    game = Game(0)
    game.bearer.at = center(game.world.gate)
    game.step(STEP_SECONDS, Controls())
    assert not game.over
    game.relics.clear()
    (victory,) = game.step(STEP_SECONDS, Controls())
    assert victory.kind is Happening.VICTORY


def test_a_game_that_is_over_stands_still() -> None:
    game = play(2).game
    seconds = game.seconds
    assert game.step(STEP_SECONDS, Controls(Vec(1, 0))) == []
    assert game.seconds == seconds


def test_the_last_relic_opens_the_gate() -> None:
    kinds = [event.kind for _, event in played(2).events]
    relics = [index for index, kind in enumerate(kinds) if kind is Happening.RELIC]
    assert kinds[relics[-1] + 1] is Happening.GATE_OPEN


def hunter_behind(bearer: Bearer) -> Hunter:
    """It looks away, four cells off."""
    return Hunter(bearer.at + Vec(4, 0), random.Random(0), facing=0.0)


@pytest.mark.parametrize(("moving", "soft", "heard"), [(True, False, True), (True, True, False), (False, False, False)])
def test_the_hunter_hears_steps_but_not_soft_ones(moving: bool, soft: bool, heard: bool) -> None:
    bearer = Bearer(Vec(5, 5), moving=moving, soft=soft)
    assert hunter_behind(bearer).hears(bearer) is heard


def test_a_beaten_hunter_is_gone_for_a_while_and_comes_back() -> None:
    game = Game(0)
    game.hunter.banish(center(game.world.lair))
    game.step(STEP_SECONDS, Controls())
    assert game.hunter.mind is Mind.BANISHED
    for _ in range(round(9.1 / STEP_SECONDS)):
        game.step(STEP_SECONDS, Controls())
    assert game.hunter.mind is not Mind.BANISHED


def answer(cue: Cue, error_seconds: float | None) -> Outcome:
    """The judgment on a press so long before the ring is closed; none: no press at all."""
    duel = Duel(random.Random(next(seed for seed in range(50) if Duel(random.Random(seed)).ring.cue is cue)))
    while True:
        pressed = error_seconds is not None and duel.closing and duel.left_seconds <= error_seconds + STEP_SECONDS
        outcome = duel.step(STEP_SECONDS, act=pressed and not duel.stumbled)
        if outcome:
            return outcome


LATE_ENOUGH = IN_TIME_SECONDS - 0.03


@pytest.mark.parametrize(
    ("cue", "error_seconds", "outcome"),
    [
        (Cue.OPENING, 0.0, Outcome.STRUCK),
        (Cue.OPENING, LATE_ENOUGH, Outcome.STRUCK),
        (Cue.OPENING, 0.4, Outcome.MISSED),  # too early cannot be taken back
        (Cue.OPENING, None, Outcome.MISSED),
        (Cue.BLOW, 0.0, Outcome.RIPOSTE),
        (Cue.BLOW, PERFECT_SECONDS + 0.05, Outcome.DODGED),
        (Cue.BLOW, 0.4, Outcome.HURT),
        (Cue.BLOW, None, Outcome.HURT),
    ],
)
def test_a_duel_judges_by_time(cue: Cue, error_seconds: float | None, outcome: Outcome) -> None:
    assert answer(cue, error_seconds) is outcome


def test_who_never_answers_loses_all_hearts() -> None:
    game = Game(1)
    game.hunter.at = game.bearer.at
    wounds = 0
    while not game.over:
        wounds += sum(event.kind is Happening.HURT for event in game.step(STEP_SECONDS, Controls()))
    assert wounds == BEARER_HEARTS
    assert game.state is State.DEFEAT
