"""What music costs a game, worked out from frames and from how its processes stood."""

import pytest

from barwise.bench.games import (
    PlayedGame,
    core_share,
    costs_beside,
    first_sounds,
    frame_costs,
    memory_added,
    running_ms,
    taken_ms,
)
from barwise.bench.orders import Answer, Orders, Stretch
from barwise.bench.processes import Sight


def stretch(has_music: bool, work: float, **more: float) -> Stretch:
    taken = [0.25 if has_music else 0.125] * 100
    return Stretch(has_music, [work] * 100, [2.0] * 100, taken, frames=100, seconds=10.0, **more)


def game(*stretches: tuple[Stretch, Sight, Sight]) -> PlayedGame:
    sights = [("ready", Sight(30.0, 0.0, 0))]
    for _, begun, ended in stretches:
        sights += [("begin", begun), ("end", ended)]
    return PlayedGame(Orders(""), Answer(stretches=[one for one, _, _ in stretches]), tuple(sights), None)


QUIET = (stretch(False, 12.0, others_seconds=0.1), Sight(30.0, 0.0, 0), Sight(31.0, 0.0, 0))
MUSIC = (stretch(True, 12.5, others_seconds=0.2, calls_seconds=0.1), Sight(60.0, 5.0, 1), Sight(110.0, 5.3, 1))


def test_music_adds_what_frames_take_longer_with_it() -> None:
    costs = frame_costs([game(QUIET, MUSIC)])
    assert [costs.added(which) for which in ("p50", "p99", "p999")] == [0.5, 0.5, 0.5]
    assert costs.noise_p999 == 0.0


def test_frames_less_what_they_waited_for_a_processor() -> None:
    costs = frame_costs([game(QUIET, MUSIC)], running_ms)
    assert costs.without
    assert costs.without.p50 == 10.0


def test_what_music_takes_of_a_frame_is_told_less_what_other_threads_took_before() -> None:
    assert frame_costs([game(QUIET, MUSIC)], taken_ms).added("p999") == 0.125


def test_beside_another_program_the_second_of_three_stretches_is_set_against_the_others() -> None:
    slow = (stretch(False, 13.0), *QUIET[1:])
    assert costs_beside([game(QUIET, slow, QUIET)]).added("p999") == 1.0
    assert costs_beside([]).added("p999") is None


def test_a_game_without_quiet_frames_says_nothing_of_what_music_adds() -> None:
    assert frame_costs([game(MUSIC)]).added("p50") is None


def test_the_music_is_its_processes_its_threads_and_the_calls_less_what_was_there_before() -> None:
    assert core_share([game(QUIET, MUSIC)]) == pytest.approx((0.3 + 0.2 + 0.1 - 0.1) / 10)


def test_what_the_system_does_not_tell_is_not_made_up() -> None:
    blind = Sight(None, None, 0)
    assert core_share([game((MUSIC[0], blind, blind))]) is None
    assert memory_added([game((MUSIC[0], blind, blind))]) is None


def test_memory_counts_from_before_barwise_was_imported() -> None:
    assert memory_added([game(QUIET, MUSIC)]) == 80.0


def test_a_game_that_was_not_recorded_has_no_first_sound() -> None:
    assert first_sounds([game(MUSIC)]) == []
