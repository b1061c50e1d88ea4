"""Likeness of melodies: what does not count, what does, and how alike strangers are."""

import numpy as np
import pytest

from barwise.music.harmony import DEGREES, Mode
from barwise.music.melodic_similarity import Tone, melodic_similarity
from barwise.music.theme import sounded
from barwise.score.load import load_score
from tests.music.themes import tones

LINE: list[Tone] = [(0, 24, 60), (24, 12, 64), (36, 12, 65), (48, 48, 67), (96, 24, 64), (120, 72, 60)]


def test_a_melody_is_wholly_like_itself_in_any_key_and_tempo() -> None:
    assert melodic_similarity(LINE, LINE) == 1
    assert melodic_similarity(LINE, [(2 * at + 96, 2 * ticks, pitch - 5) for at, ticks, pitch in LINE]) == 1


def test_a_change_of_mode_costs_only_where_intervals_are_exact() -> None:
    minor = [(at, ticks, 63 if pitch == 64 else pitch) for at, ticks, pitch in LINE]
    assert melodic_similarity(LINE, minor) == 1
    assert melodic_similarity(LINE, minor, is_exact=True) < 1


def test_one_strange_note_costs_its_two_intervals() -> None:
    strange = [(at, ticks, 77 if at == 48 else pitch) for at, ticks, pitch in LINE]
    assert melodic_similarity(LINE, strange) == pytest.approx(1 - 2 * 0.5 / 5)


def test_a_note_left_out_costs_more_than_nothing_and_less_than_all() -> None:
    assert 0.4 < melodic_similarity(LINE, [*LINE[:2], *LINE[3:]]) < 1


def test_another_rhythm_on_the_same_pitches_keeps_half() -> None:
    assert melodic_similarity(
        [(0, 24, 60), (24, 24, 64), (48, 24, 67), (72, 24, 60)], [(0, 12, 60), (12, 60, 64), (72, 12, 67), (84, 60, 60)]
    ) == pytest.approx(0.5)


def test_melodies_that_have_nothing_to_do_with_each_other_are_hardly_alike() -> None:
    """Random walks by step on the same scale: as alike as strangers in one style can be."""
    random = np.random.default_rng(1)
    scores = [melodic_similarity(_walk(random), _walk(random)) for _ in range(200)]
    assert np.mean(scores) < 0.5
    assert np.quantile(scores, 0.99) < 0.7


def _walk(random: np.random.Generator) -> list[Tone]:
    times = random.choice((12, 24, 48), 12)
    onsets = np.concatenate([[0], np.cumsum(times)[:-1]])
    degrees = np.cumsum(random.choice((-2, -1, 1, 2), 12)) % 14
    scale = DEGREES[Mode.MAJOR]
    pitches = [60 + 12 * (degree // 7) + scale[degree % 7] for degree in degrees]
    return [(int(at), int(ticks), int(pitch)) for at, ticks, pitch in zip(onsets, times, pitches, strict=True)]


def test_the_built_in_themes_are_not_each_other() -> None:
    lines = {name: tones(sounded(theme, theme.mode)) for name, theme in load_score().themes.items()}
    assert len(lines) >= 2
    assert all(melodic_similarity(lines[a], lines[b]) < 0.5 for a in lines for b in lines if a != b)


def test_nothing_is_like_nothing_and_unlike_something() -> None:
    assert melodic_similarity([], []) == 1
    assert melodic_similarity([], LINE) == 0
