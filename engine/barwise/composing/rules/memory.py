"""What goes from bar to bar, as the figures of a State. Knows not how bars are written."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from barwise.composing.composer import State
from barwise.music.intent import PHRASE_BARS, Condition

STATE_SIZE = 8


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next bar must know of the last one, as eight figures."""

    seed: int = 0
    """Of the phrase; 0 before the music begins."""
    melody: int = 0
    """Last pitch of the melody, 0 for none."""
    bass: int = 0
    endings: int = 0
    """Bars of an ending already written."""
    voices: tuple[int, ...] = ()
    """Last pitches of the chords, up to four."""

    @classmethod
    def of(cls, state: State) -> Self:
        """The memory that a state holds."""
        seed, melody, bass, endings, *voices = (int(figure) for figure in state)
        return cls(seed, melody, bass, endings, tuple(voice for voice in voices if voice))

    def state(self) -> State:
        """The figures, eight whatever is known."""
        figures = [self.seed, self.melody, self.bass, self.endings, *self.voices[:4]]
        return np.array(figures + [0] * (STATE_SIZE - len(figures)), dtype=np.float32)

    def turned(self, condition: Condition, fresh: int) -> Self:
        """The memory as a bar begins: every phrase has a seed of its own."""
        begins = condition.phrase_bar % PHRASE_BARS == 0 or not self.seed
        endings = self.endings if condition.is_ending else 0
        return replace(self, seed=fresh if begins else self.seed, endings=endings)
