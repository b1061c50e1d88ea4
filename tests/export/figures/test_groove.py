"""Figures of the groove: what was played late is found late, and what is alike overlaps."""

import numpy as np
import pytest

from barwise.music.groove import Family
from barwise.music.metre import COMMON_TIME, Metre
from barwise_export.figures.groove import microtiming, overlap, play
from barwise_export.groove import Feel, Performance, feel_of, learn, split

RANDOM = np.random.default_rng(0)
BACKBEAT_LATE_MS = 15.0


def drummer(name: str, tempo: float = 100.0, metre: Metre = COMMON_TIME, spread_ms: float = 10.0) -> Performance:
    """Forty bars of kick and snare in turn, the snare late."""
    tick = np.arange(0, 40 * metre.bar_ticks, 24)
    is_snare = np.arange(len(tick)) % 2 == 1
    return Performance(
        name=f"{name}/1_rock",
        style="rock",
        tempo=tempo,
        metre=metre,
        feel=Feel.STRAIGHT,
        phase=0.5,
        tick=tick,
        drum=np.where(is_snare, 38, 36),
        family=np.where(is_snare, 1, 0),
        late_ms=BACKBEAT_LATE_MS * is_snare + RANDOM.normal(0, spread_ms, len(tick)),
        velocity=np.where(is_snare, 100.0, 80.0),
    )


def test_late_backbeats_are_learned_and_the_spread_with_them() -> None:
    groove = learn([drummer("a"), drummer("b"), drummer("c")])
    snare, kick = groove.simple[Family.SNARE], groove.simple[Family.KICK]
    assert max(snare.late_ms) == pytest.approx(BACKBEAT_LATE_MS, abs=3)
    assert max(np.abs(kick.late_ms)) < 3
    assert np.hypot(snare.own_ms, groove.together_ms) == pytest.approx(10, abs=2)


def test_faster_drummers_are_tighter() -> None:
    slow, fast = drummer("a", 60, spread_ms=20), drummer("b", 240, spread_ms=5)
    assert learn([slow, fast]).tempo_exponent < -0.3


def test_off_beats_tell_swing() -> None:
    beats = np.arange(0, 24 * 40, 24.0)
    assert feel_of(np.concatenate([beats, beats + 12]))[0] is Feel.STRAIGHT
    feel, phase = feel_of(np.concatenate([beats, beats + 16]))
    assert (feel, round(phase, 3)) == (Feel.SWUNG_EIGHTHS, 0.667)
    sixteenths = np.concatenate([beats, beats + 12, beats + 7.5, beats + 19.5])
    assert feel_of(sixteenths) == (Feel.SWUNG_SIXTEENTHS, 0.625)


def test_the_arranger_plays_nearer_to_drummers_than_a_machine_does() -> None:
    figures = microtiming([drummer("a"), drummer("b")], [drummer("c"), drummer("d", metre=Metre(6, 8))])
    assert figures.former_lateness < figures.lateness
    assert abs(figures.drift_ms) < 10
    assert figures.furthest_ms <= 45.001
    assert "6/8" in figures.markdown()


def test_played_strokes_come_back_one_for_one() -> None:
    performance = drummer("a")
    played = play(performance, np.random.default_rng(1))
    assert len(played.late) == len(played.weight) == len(performance.tick)


def test_overlap_is_one_with_itself_and_none_with_what_is_far() -> None:
    values = RANDOM.normal(0, 5, 1000)
    assert overlap(values, values) == pytest.approx(1)
    assert overlap(values, values + 60) < 0.01


def test_sessions_are_held_out_as_a_whole() -> None:
    known, unknown = split(
        [drummer("drummer1/session1"), drummer("drummer2/eval_session")], frozenset({"eval_session"})
    )
    assert [one.name for one in known] == ["drummer1/session1/1_rock"]
    assert [one.name for one in unknown] == ["drummer2/eval_session/1_rock"]
