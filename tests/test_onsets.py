"""What the game is told of notes, against when they are heard in the sound: over steady tempos and bent ones.

An onset is where most energy comes after and least before, within 2.5 ms on either side; strokes that have
others close by are left out, and so are drums that swell, as shakers do. `pytest -s` shows what was found.
"""

import sys
from collections.abc import Callable

import numpy as np
import pytest

from barwise import building
from barwise.controls import DirectControls
from barwise.core import Core
from barwise.music.notes import Part
from barwise.music.reports import BarReport, NoteReport
from barwise.parts import Parts

RATE = 44100
BLOCK = 512
WINDOW = 110
REACH = 1100
"""An onset is looked for as far as this from where it was told: 25 ms."""
APART = 0.03
TOGETHER = 0.001
CLEAR = 3.0
"""Logarithm of the energy after over that before, from which on an onset is one."""
SHARP_DRUMS = frozenset({35, 36, 37, 38, 40, 41, 43, 45, 47, 48, 50})
"""Bass drums, snares and toms."""

SECONDS = 40.0
CALLS: tuple[tuple[float, Callable[[DirectControls], None]], ...] = (
    (3.0, lambda music: music.set_tempo(90)),
    (8.0, lambda music: music.set_tempo(165)),
    (13.0, lambda music: music.set_mood("hope")),
    (18.0, lambda music: music.arrive("victory", 5.3)),
    (26.0, lambda music: music.enter("combat", at="now")),
    (32.0, lambda music: music.set_mood("fury")),
)


def play(seed: int) -> tuple[np.ndarray, list[NoteReport], set[float]]:
    """Sound, the notes of all bars that sounded as they were told last, and the tempos."""
    core, waiting, blocks = Core(Parts(seed=seed)), list(CALLS), []
    bars: dict[int, BarReport] = {}
    music = DirectControls(core.score, core.call)
    music.enter("combat")
    music.set_intensity(1.0)
    while core.frames < SECONDS * RATE:
        while waiting and waiting[0][0] * RATE <= core.frames:
            waiting.pop(0)[1](music)
        blocks.append(core.render(BLOCK))
        while core.work():
            pass
        bars |= {each.status.bar: each for each in core.reports() if isinstance(each, BarReport) and each.is_settled}
    core.close()
    notes = sorted((note for bar in bars.values() for note in bar.notes), key=lambda note: note.frame)
    return np.concatenate(blocks).astype(float), notes, {bar.status.tempo for bar in bars.values()}


def errors_ms(sound: np.ndarray, notes: list[NoteReport]) -> list[float]:
    """How much later than told strokes that stand alone are heard."""
    energy = np.concatenate([[0.0], np.cumsum((np.diff(sound, n=2, axis=0) ** 2).sum(axis=1))])
    drums = [note for note in notes if note.part is Part.DRUMS]
    frames = np.array([note.frame for note in drums])
    found = []
    for note in drums:
        away = np.abs(frames - note.frame) / RATE
        is_alone = not ((away > TOGETHER) & (away < APART)).any()
        if note.pitch in SHARP_DRUMS and is_alone and REACH < note.frame < len(sound) - 2 * REACH:
            places = np.arange(note.frame - REACH + WINDOW, note.frame + REACH)
            after, before = energy[places + WINDOW] - energy[places], energy[places] - energy[places - WINDOW]
            rise = np.log((after + 1e-7) / (before + 1e-7))
            if rise.max() > CLEAR:
                found.append(float(places[rise.argmax()] - note.frame) / RATE * 1000)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_notes_are_heard_within_five_milliseconds_of_when_they_were_told(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_composer", lambda *_: None)
    sound, notes, tempos = play(seed)
    errors = errors_ms(sound, notes)
    middle, most = np.percentile(errors, 50), np.percentile(np.abs(errors), 99)
    sys.stdout.write(
        f"{len(errors)} strokes, tempos {min(tempos):.0f} to {max(tempos):.0f}: late p50 {middle:.2f} ms, "
        f"away p99 {most:.2f} ms\n"
    )
    assert max(tempos) - min(tempos) > 30
    assert len(errors) > 20
    # FluidSynth's grid makes up to 1.5 ms of it, and what a stroke takes to be loud the rest.
    assert most < 5.0
