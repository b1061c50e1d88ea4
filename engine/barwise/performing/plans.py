"""What is wanted of the bars to come, as values: wishes by bar, and moods that are approached. Knows no composer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from barwise.directing.director import Wish
from barwise.music.mood import Mood


@dataclass(frozen=True, slots=True)
class Cue:
    """A mood and an intensity that hold from a bar on, known beforehand."""

    bar: int
    mood: Mood
    intensity: float


@dataclass(frozen=True, slots=True)
class MoodGlide:
    """A mood that is approached evenly from one bar to another."""

    first: int
    bars: float
    start: Mood
    lead: float = 0.0
    """Bars by which the wish is ahead of where the mood is to be, because moods follow wishes only so fast."""
    until: int | None = None
    """Number of the bar from which something else is wanted; None: it is approached to the end."""

    def mood_at(self, bar: int, wanted: Mood) -> Mood:
        """The mood of a bar on the way to the wanted one."""
        if bar < self.first or (self.until is not None and bar >= self.until):
            return wanted
        return self.start.toward(wanted, (bar - self.first + 1 + self.lead) / self.bars)


@dataclass(frozen=True)
class Plans:
    """All that a composition knows of the future besides its snapshots."""

    wishes: tuple[tuple[int, Wish], ...]
    """First bars, rising, and what is wanted from them on."""
    glide: MoodGlide | None = None

    @property
    def last(self) -> Wish:
        """What is wanted in the end."""
        return self.wishes[-1][1]

    def wish_at(self, bar: int, cues: Mapping[int, Cue]) -> Wish:
        """What is wanted of a bar: the last word, or a later cue's mood."""
        first, wish = [item for item in self.wishes if item[0] <= bar][-1]
        if self.glide:
            wish = replace(wish, mood=self.glide.mood_at(bar, wish.mood))
        cued = [cue for number, cue in cues.items() if first <= number <= bar]
        return replace(wish, mood=max(cued, key=lambda cue: cue.bar).mood) if cued else wish

    def changed(self, first: int, change: Callable[[Wish], Wish]) -> "Plans":
        """Something else is wanted of all bars from one on; the same object where that makes no difference."""
        wishes = self.wishes
        before = [item for item in wishes if item[0] < first]
        at = [wish for bar, wish in wishes if bar <= first][-1]
        later = [item for item in wishes if item[0] > first]
        changed = [(bar, change(wish)) for bar, wish in [(first, at), *later]]
        return self if changed == [(first, at), *later] else replace(self, wishes=(*before, *changed))

    def approaching(self, glide: MoodGlide | None, settled: range, cues: Mapping[int, Cue]) -> "Plans":
        """Another approach, or none, for what comes after the bars that are settled, which stay as they were wanted.

        They may be on the way of an earlier approach.
        """
        first = settled.stop
        kept = [(bar, self.wish_at(bar, cues)) for bar in settled]
        old = [item for item in self.wishes if item[0] < settled.start]
        later = [item for item in self.wishes if item[0] > first]
        at = [wish for bar, wish in self.wishes if bar <= first][-1]
        return Plans((*old, *kept, (first, at), *later), glide)

    def entered(self, bar: int, wish: Wish, open_bar: int) -> "Plans":
        """Something else is wanted from a bar on; other states that were to be entered in open bars are not."""
        wishes = self.wishes
        here = [item for item in wishes if item[0] < max(open_bar, 1)][-1:] or [wishes[0]]
        state = here[0][1].state
        kept = [item for item in wishes if item[0] < bar and (item[0] < open_bar or item[1].state == state)]
        glide = self.glide
        on_the_way = replace(glide, until=min(bar, glide.until or bar)) if glide else None
        return Plans((*kept, (bar, wish)), on_the_way)

    def begun(self, bar: int) -> "Plans":
        """The same without what no longer matters once a bar has begun."""
        wishes = self.wishes
        while len(wishes) > 1 and wishes[1][0] <= bar:
            wishes = wishes[1:]
        return replace(self, wishes=wishes)
