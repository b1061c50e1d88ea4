"""Where a plan of chords has a cadence, and what leads home in each mode."""

import pytest

from barwise.directing.cadences import cadence_of, dominant_of, in_key, is_dominant, mode_over
from barwise.music.harmony import SCALES, Chord, Key, Mode
from barwise.music.progressions import NUMERALS


@pytest.mark.parametrize(
    ("before", "harmony", "place", "cadence"),
    [
        ("V", "I", 7, "authentic"),
        ("IV", "V i", 7, "authentic"),
        ("viio", "i", 7, "authentic"),
        ("bVII", "I", 7, "authentic"),
        ("IV", "I", 7, ""),
        ("V", "vi", 7, ""),
        ("V", "I", 0, ""),
        ("I", "V", 3, "half"),
        ("I", "ii V", 3, "half"),
        ("V", "I", 3, ""),
        (None, "I", 7, ""),
    ],
)
def test_a_phrase_closes_half_or_whole(before: str | None, harmony: str, place: int, cadence: str) -> None:
    chords = tuple(NUMERALS[name] for name in harmony.split())
    assert cadence_of(chords, NUMERALS[before] if before else None, place) == cadence


def test_an_approach_closes_where_it_lands() -> None:
    assert cadence_of((NUMERALS["I"],), NUMERALS["V"], 0, has_landed=True) == "authentic"


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_has_something_that_leads_home(mode: Mode) -> None:
    for is_new in (True, False):
        chord = dominant_of(mode, is_new_tonic=is_new)
        assert is_dominant(chord)
        assert SCALES[mode_over(chord, mode)].issuperset(chord.tones)
        assert mode_over(chord, mode).is_major == mode.is_major
        assert not is_new or 11 in chord.tones  # the leading tone


def test_a_chord_sounds_the_same_in_any_key() -> None:
    chord = NUMERALS["V"]
    assert in_key(chord, Key(0), Key(7)) == Chord(0, chord.quality)
    assert in_key(chord, Key(0), Key(7)).name(Key(7)) == chord.name(Key(0))
