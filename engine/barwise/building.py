"""From files and wishes to a session: what is named must be right, what is missing is done without.

A file that the caller names and that is wrong raises an InputError. What is merely missing from
the machine or the package is told in one line with its cure, and the music goes on without it.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from barwise.composing.bassist import Bassist
from barwise.composing.composer import Composer
from barwise.composing.drummer import Drummer
from barwise.composing.onnx_composer import OnnxComposer, model_path
from barwise.composing.rule_composer import RuleComposer
from barwise.composition import Cue
from barwise.directing.director import LARGEST_TEMPO_STEP
from barwise.errors import BarwiseError, InputError
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.score.load import load_score
from barwise.score.schema import Score
from barwise.session import Session

LOG = logging.getLogger("barwise")

GAIN = 1.72
"""FluidSynth's gain: at intensity 1 the built-in score lies near -18 LUFS and peaks below 0.9."""

StrPath = str | os.PathLike[str]
"""A file's name."""

SEEK = 0.75
"""Share of the way to a wanted mood that each bar goes in a game: a turn of mood is heard in the
next bar, and a flicker of moods does not throw the music about."""

SAMPLE_RATES = (22050, 96000)
LAST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Parts:
    """What a session is made of."""

    score: StrPath | None = None
    """None for the built-in score."""
    model: StrPath | None = None
    """None for the shipped composer."""
    soundfont: StrPath | None = None
    """None for the best one found."""
    seed: int = 0
    sample_rate: int = DEFAULT_SAMPLE_RATE
    seek: float = 1.0
    """Share of the way to a wanted mood that each bar goes, above 0 to 1."""
    tempo_step: float = LARGEST_TEMPO_STEP
    """Within a state, the largest ratio of the tempos of two bars, above 1."""
    cues: Sequence[Cue] = ()
    has_sound: bool = True
    """False to compose without a synthesizer."""
    is_live: bool = False
    """Whether late bars are replaced, rather than waited for."""
    is_recording: bool = False
    """Whether everything played is kept, to be written to a file."""

    def __post_init__(self) -> None:
        low, high = SAMPLE_RATES
        if not isinstance(self.sample_rate, int) or not low <= self.sample_rate <= high:
            raise InputError(f"sample rate {self.sample_rate!r} is out of range; allowed: {low} to {high}")
        if not 0.0 < self.seek <= 1.0:
            raise InputError(f"seek {self.seek!r} is out of range; allowed: above 0 to 1")
        if not self.tempo_step > 1.0:
            raise InputError(f"tempo step {self.tempo_step!r} is out of range; allowed: above 1")
        if not isinstance(self.seed, int) or not 0 <= self.seed <= LAST_SEED:
            raise InputError(f"seed {self.seed!r} is not allowed; it must be a whole number from 0 to {LAST_SEED}")


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
    notes: list[str] = []
    score = load_score(_path(parts.score))
    composer = _composer(_path(parts.model), notes)
    synth = _synth(parts, notes) if parts.has_sound else None
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
    for note in notes:
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
