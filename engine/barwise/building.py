"""From files and wishes to a session: what is named must be right, what is missing is done without.

A file that the caller names and that is wrong raises an InputError. What is merely missing from
the machine or the package is told in one line with its cure, and the music goes on without it.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from barwise.composing.bassist import Bassist
from barwise.composing.composer import Composer
from barwise.composing.drummer import Drummer
from barwise.composing.onnx_composer import OnnxComposer, model_path
from barwise.composing.rule_composer import RuleComposer
from barwise.errors import BarwiseError
from barwise.music.notes import Part
from barwise.parts import Parts, StrPath
from barwise.performing.session import Session
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth
from barwise.saved_music import Origin, origin_of
from barwise.score.load import load_score
from barwise.score.schema import Palette, Score

LOG = logging.getLogger("barwise")

GAIN = 2.04
"""FluidSynth's gain: at intensity 1 the built-in score lies at -16 LUFS within 1.5, and the master has little to do."""


@dataclass(frozen=True)
class Loaded:
    """What takes time to be read: good for one session at a time, and for one in each copy of a process."""

    score: Score
    composer: Composer | None
    synth: Synth | None
    origin: Origin
    notes: tuple[str, ...]
    """What is missing, each with its cure."""


@dataclass(frozen=True)
class Built:
    """A session and what the caller may want to know of it."""

    session: Session
    score: Score
    synth: Synth | None
    origin: Origin
    """What the music is made with."""
    notes: tuple[str, ...]
    """What is missing, each with its cure."""


def load(parts: Parts) -> Loaded:
    """Everything that these parts name; raises InputError for a file that is named and wrong."""
    notes: list[str] = []
    late_notes: list[str] = []
    with ThreadPoolExecutor(2) as beside:  # the network and the font: each takes its time in a library of its own
        composing = beside.submit(_composer, _path(parts.model), notes)
        loading = beside.submit(_synth, parts, late_notes) if parts.has_sound else None
        try:
            score = load_score(_path(parts.score), parts.style)
            composer = composing.result()
        except BaseException:
            if loading and (synth := loading.result()):
                synth.close()
            raise
        synth = loading.result() if loading else None
    model = None if composer is None else _path(parts.model) or model_path()
    return Loaded(score, composer, synth, origin_of(score, model, parts.sample_rate), (*notes, *late_notes))


def build(parts: Parts, loaded: Loaded | None = None) -> Built:
    """A session of these parts, of what was loaded for them or is now; raises InputError as `load` does."""
    loaded = loaded or load(parts)
    session = Session(
        loaded.score,
        loaded.composer,
        RuleComposer(),
        seed=parts.seed,
        seek=parts.seek,
        tempo_step=parts.tempo_step,
        cues=parts.cues,
        synth=loaded.synth,
        sample_rate=parts.sample_rate,
        is_live=parts.is_live,
        is_recording=parts.is_recording,
    )
    for note in () if parts.is_live else loaded.notes:  # a live core tells of them, to whoever plays it
        LOG.warning(note)
    return Built(session, loaded.score, loaded.synth, loaded.origin, loaded.notes)


def _composer(model: Path | None, notes: list[str]) -> Composer | None:
    try:
        return Drummer(Bassist(OnnxComposer(model)))
    except BarwiseError as error:
        if model is not None:
            raise
        notes.append(f"composing by rules: {error}")
        return None


def _synth(parts: Parts, notes: list[str]) -> Synth | None:
    try:
        return Synth(find_soundfont(_path(parts.soundfont)), parts.sample_rate, gain=GAIN, is_split=parts.is_split)
    except BarwiseError as error:
        if parts.soundfont is not None:
            raise
        notes.append(f"playing silently: {error}")
        return None


def _path(name: StrPath | None) -> Path | None:
    return None if name is None else Path(name)


def instruments_of(score: Score, state: str = "") -> list[tuple[list[int], list[int]]]:
    """Programs and drum kits that a score's music needs, a palette at a time: first those of a state, or the first."""
    palettes = [score.palette_of(state or score.initial), *score.palettes.values()]
    stingers = sorted({stinger.program for stinger in score.stingers.values()}), list[int]()
    return [*(_instruments(palette) for palette in palettes), stingers]


def _instruments(palette: Palette) -> tuple[list[int], list[int]]:
    """The programs of a palette and its drum kit."""
    programs = {part: instrument.program for part, instrument in palette.instruments.items()}
    pitched = [program for part, program in programs.items() if part is not Part.DRUMS]
    return [*pitched, *(layer.instrument.program for layer in palette.layers)], [programs[Part.DRUMS]]
