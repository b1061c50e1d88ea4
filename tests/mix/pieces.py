"""Music at a standstill of mood and intensity, told apart by parts, before and after the master."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray

from barwise.building import build
from barwise.controls import DirectControls
from barwise.music.events import MusicEventKind
from barwise.parts import Parts
from barwise.performing.sounding import STEMS
from barwise.playing.mastering import LOOKAHEAD_FRAMES, Master, mixed
from barwise.playing.outputs import Block
from tests.mix.measures import RATE, heard_share

BLOCK = 4096

STYLES = ("chip", "synth", "folk", "ambient", "hybrid")
"""Those that come with Barwise."""

WANTED_LUFS, EVEN_LU = -16.0, 1.5
"""How loud music is at intensity 1, and how far a piece may be from it."""

TRACER = 1e-6
"""A steady voice far below hearing: what the master does to it is its level."""


@dataclass(frozen=True)
class Setting:
    """What is to be heard."""

    state: str
    mood: str | None = None
    """None for the state's own."""
    intensity: float = 1.0
    seed: int = 1
    seconds: float = 16.0
    style: str | None = None
    soundfont: str | None = None

    def __str__(self) -> str:
        look = f"{self.state}/{self.mood}" if self.mood else self.state
        said = [self.style, look, f"intensity {self.intensity:g}", f"seed {self.seed}", self.soundfont]
        return ", ".join(filter(None, said))


@dataclass(frozen=True)
class Piece:
    """A setting's sound as the synthesizer gives it."""

    stems: NDArray[np.float32]
    """[STEMS, frames, 2]."""
    bars: list[int]
    """Frames at which bars begin."""

    @cached_property
    def raw(self) -> Block:
        """The mix before the master."""
        return mixed(self.stems)

    @cached_property
    def _mastered(self) -> NDArray[np.float32]:
        return Master(RATE, 2).process(np.stack([self.raw, np.full_like(self.raw, TRACER)]))

    @property
    def mix(self) -> Block:
        """What is heard."""
        return np.asarray(self._mastered[0])

    @property
    def limiting_db(self) -> NDArray[np.floating]:
        """By how much each frame is turned down: 0 or less."""
        return np.asarray(20 * np.log10(self._mastered[1, LOOKAHEAD_FRAMES:, 0] / TRACER))

    @cached_property
    def heard(self) -> NDArray[np.floating]:
        """`heard_share` of the parts, without stingers."""
        return heard_share(self.stems[: STEMS.index(None)], self.bars)


def played(setting: Setting) -> Piece:
    """A piece by the shipped composer."""
    parts = Parts(seed=setting.seed, style=setting.style, soundfont=setting.soundfont, is_split=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Master, "process", lambda _, voices: voices)
        built = build(parts)
        session, synth = built.session, built.synth
        assert synth is not None
        controls = DirectControls(built.score, session.call)
        controls.enter(setting.state)
        if setting.mood:
            controls.set_mood(setting.mood)
        controls.set_intensity(setting.intensity)
        blocks = [session.render_voices(BLOCK) for _ in range(round(setting.seconds * RATE) // BLOCK)]
        synth.close()
    bars = [round(event.seconds * RATE) for event in session.events() if event.kind is MusicEventKind.BAR]
    return Piece(np.concatenate(blocks, axis=1), bars)
