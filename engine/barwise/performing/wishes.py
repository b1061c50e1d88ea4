"""What is wanted of the bars to come: which of them can still be changed, and to what. Composes nothing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from barwise.directing.director import Wish
from barwise.music.mood import Mood
from barwise.performing.plans import Cue, MoodGlide, Plans


class Wishes:
    """Of one stream of music: changed by whoever plays its bars, read by any thread, as plans are values."""

    def __init__(self, first: Wish, cues: Sequence[Cue] = ()) -> None:
        self.plans = Plans(((0, first),))
        """What is wanted of the bars to come."""
        self.open_bar = 0
        """Number of the first bar that can still be changed; a later change may open none again."""
        self.turned = -math.inf
        """The first bar that the last change was for; what is said before the first of all is no change."""
        self._cues = {cue.bar: cue for cue in cues}

    @property
    def wanted(self) -> Wish:
        """What is wanted in the end."""
        return self.plans.last

    def wish_at(self, bar: int) -> Wish:
        """What is wanted of a bar: the game's last word, or a later cue's mood."""
        return self.plans.wish_at(bar, self._cues)

    def cue_at(self, bar: int) -> Cue | None:
        """The cue that begins with a bar."""
        return self._cues.get(bar)

    def change(self, change: Callable[[Wish], Wish]) -> None:
        """Want something else of all bars that are open."""
        self._turn()
        self.plans = self.plans.changed(self.open_bar, change)

    def change_mood(self, mood: Mood, glide: MoodGlide | None, next_bar: int) -> None:
        """Want a mood of all bars that are open, perhaps approached; the bar that begins next may be settled."""
        self.plans = self.plans.approaching(glide, range(next_bar, self.open_bar), self._cues)
        self.change(lambda wish: replace(wish, mood=mood))

    def enter(self, bar: int, wish: Wish) -> None:
        """Want something else from a bar on; other states that were to be entered are not."""
        self._turn()
        self.plans = self.plans.entered(bar, wish, self.open_bar)

    def _turn(self) -> None:
        if self.open_bar:
            self.turned = self.open_bar

    def begin(self, bar: int) -> None:
        """Forget what no longer matters once a bar has begun."""
        self.plans = self.plans.begun(bar)
