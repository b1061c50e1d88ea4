"""What a piece of music is made of, as plain values: checked here, built in building.py. It loads fast."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from barwise.errors import InputError
from barwise.music.mood import is_number
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.score.schema import LARGEST_TEMPO_STEP

if TYPE_CHECKING:
    from barwise.performing.plans import Cue

StrPath = str | os.PathLike[str]
"""A file's name."""

SEEK = 0.75
"""Share of the way to a wanted mood that each bar goes in a game: a turn of mood is heard at
once, and a flicker of moods does not throw the music about."""

SAMPLE_RATES = (22050, 96000)
LAST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Parts:
    """What a session is made of."""

    score: StrPath | None = None
    """None for the built-in score."""
    style: str | None = None
    """A style of the score, or of those that come with Barwise; None for the score's own palettes."""
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
    cues: "Sequence[Cue]" = ()
    has_sound: bool = True
    """False to compose without a synthesizer."""
    is_live: bool = False
    """Whether late bars are replaced, rather than waited for."""
    is_recording: bool = False
    """Whether everything played is kept, to be written to a file."""
    is_split: bool = False
    """Whether the sound of each part is made apart, for stems."""

    def __post_init__(self) -> None:
        low, high = SAMPLE_RATES
        if not isinstance(self.sample_rate, int) or not low <= self.sample_rate <= high:
            raise InputError(f"sample rate {self.sample_rate!r} is out of range; allowed: {low} to {high}")
        if not is_number(self.seek) or not 0.0 < self.seek <= 1.0:
            raise InputError(f"seek {self.seek!r} is out of range; allowed: above 0 to 1")
        if not is_number(self.tempo_step) or not self.tempo_step > 1.0:
            raise InputError(f"tempo step {self.tempo_step!r} is out of range; allowed: above 1")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed <= LAST_SEED:
            raise InputError(f"seed {self.seed!r} is not allowed; it must be a whole number from 0 to {LAST_SEED}")
