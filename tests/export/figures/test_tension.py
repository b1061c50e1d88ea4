"""partitura's tension of bars: the right tonic, and what the engine aims at."""

import numpy as np
import pytest

from barwise.music.harmony import Mode
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import tonality
from barwise_export.figures.tension import tonal_tension

SEED = 5


def bars(scale: tuple[int, ...], number: int = 12) -> list[Bar]:
    """Bars of random notes of a scale."""
    random = np.random.default_rng(SEED)
    return [
        Bar(
            notes=tuple(
                Note(int(6 * place), Part.MELODY, 60 + int(random.choice(scale)), int(random.choice([6, 12, 24])), 80)
                for place in sorted(random.choice(16, 6, replace=False))
            )
        )
        for _ in range(number)
    ]


@pytest.mark.parametrize(
    ("mode", "scale"), [(Mode.MAJOR, (0, 2, 4, 5, 7, 9, 11)), (Mode.MINOR, (0, 2, 3, 5, 7, 8, 10))]
)
def test_the_engine_aims_at_what_partitura_finds(mode: Mode, scale: tuple[int, ...]) -> None:
    music = bars(scale)
    found = tonal_tension(music, [mode] * len(music))
    aimed = [tonality(bar, mode) for bar in music]
    assert found == pytest.approx(np.array([(one.diameter, one.strain) for one in aimed]), abs=1e-5)


def chord(*pitches: int) -> Bar:
    return Bar(notes=tuple(Note(0, Part.CHORDS, pitch, 96, 80) for pitch in pitches))


def test_the_tonic_of_a_minor_key_is_its_own_and_not_the_relative_major() -> None:
    tonic, relative = chord(60, 63, 67), chord(63, 67, 70)
    found = tonal_tension([tonic, relative], [Mode.MINOR] * 2)
    assert found[0, 1] < found[1, 1]


def test_a_bar_far_from_its_key_is_not_taken_for_near() -> None:
    tonic, far = (
        Bar(notes=tuple(Note(0, Part.CHORDS, p, 96, 80) for p in pitches)) for pitches in ((60, 64, 67), (66, 70, 73))
    )
    found = tonal_tension([tonic, far, far, far], [Mode.MAJOR] * 4)
    assert found[1:, 1] == pytest.approx(tonality(far, Mode.MAJOR).strain, abs=1e-5)
    assert found[1, 1] > 4 * found[0, 1]


def test_a_silent_bar_has_no_tension() -> None:
    assert tonal_tension([Bar()], [Mode.MAJOR]).tolist() == [[0.0, 0.0]]
