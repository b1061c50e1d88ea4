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
from barwise.parts import Parts, StrPath
from barwise.performing.session import Session
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth
from barwise.score.load import load_score
from barwise.score.schema import Score

LOG = logging.getLogger("barwise")

GAIN = 1.72
"""FluidSynth's gain: at intensity 1 the built-in score lies near -18 LUFS and peaks below 0.9."""


@dataclass(frozen=True)
class Built:
    """A session and what the caller may want to know of it."""

    session: Session
    score: Score
    synth: Synth | None
    model: Path | None
    """The composer's file; None where the music is composed by rules."""
    notes: tuple[str, ...]
    """What is missing, each with its cure."""


def build(parts: Parts) -> Built:
    """A session of these parts; raises InputError for a file that is named and wrong."""
    score = load_score(_path(parts.score))
    notes: list[str] = []
    late_notes: list[str] = []
    with ThreadPoolExecutor(1) as beside:  # the font and the network: each takes its time in a library of its own
        loading = beside.submit(_synth, parts, late_notes) if parts.has_sound else None
        composer = _composer(_path(parts.model), notes)
        synth = loading.result() if loading else None
    notes += late_notes
    session = Session(
        score,
        composer,
        RuleComposer(),
        seed=parts.seed,
        seek=parts.seek,
        tempo_step=parts.tempo_step,
        cues=parts.cues,
        synth=synth,
        sample_rate=parts.sample_rate,
        is_live=parts.is_live,
        is_recording=parts.is_recording,
    )
    for note in () if parts.is_live else notes:  # a live core tells of them, to whoever plays it
        LOG.warning(note)
    model = None if composer is None else _path(parts.model) or model_path()
    return Built(session, score, synth, model, tuple(notes))


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
        return Synth(find_soundfont(_path(parts.soundfont)), parts.sample_rate, gain=GAIN)
    except BarwiseError as error:
        if parts.soundfont is not None:
            raise
        notes.append(f"playing silently: {error}")
        return None


def _path(name: StrPath | None) -> Path | None:
    return None if name is None else Path(name)
