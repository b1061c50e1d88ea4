"""The bar at hand, as all of its parts see it: what is wanted, its chords and their ranges. Writes no note."""

from dataclasses import dataclass

from barwise.composing.rules.dice import Dice
from barwise.composing.rules.harmony import TONIC
from barwise.composing.rules.memory import Memory
from barwise.composing.rules.pitches import ladder
from barwise.composing.rules.rhythm import Event
from barwise.music.attributes import Attributes
from barwise.music.harmony import Chord
from barwise.music.intent import PHRASE_BARS, Condition
from barwise.music.metre import Metre
from barwise.music.notes import Bar, ChordChange, Part

_MELODY_SHARE = 0.65
"""Part of the wanted onsets that the melody takes; its accompaniment fills in the rest."""

_FASTEST_MELODY = 3.0
"""Notes a quarter."""

_CENTERS = {Part.MELODY: 72, Part.COUNTER: 64, Part.CHORDS: 59, Part.BASS: 37}
"""Middle of each part where attributes.register is _USUAL_REGISTER."""
_FOLLOWS_REGISTER = {Part.MELODY: 0.9, Part.COUNTER: 0.9, Part.CHORDS: 0.9, Part.BASS: 0.3}
_USUAL_REGISTER = 60.0

_FARTHEST = 12
"""Semitones by which the register moves a part at most."""

LOUDER = {Part.MELODY: 8, Part.COUNTER: -4, Part.CHORDS: -6, Part.BASS: 2, Part.DRUMS: 0}
"""Velocities of the parts against the bar's mean."""


@dataclass(frozen=True, slots=True)
class Page:
    """The bar at hand: what all of its parts need to know."""

    condition: Condition
    memory: Memory
    harmony: tuple[ChordChange, ...]
    fresh: int
    """Seed of this bar alone."""
    theme: tuple[Event, ...] = ()
    """A rhythm that the melody should keep; empty for one of its own."""
    fill: bool = False
    """Whether the drums end the bar in a fill, wherever in the phrase it stands."""

    @property
    def metre(self) -> Metre:
        """The bar's metre."""
        return self.condition.metre

    @property
    def wanted(self) -> Attributes:
        """The attributes that the bar should measure."""
        return self.condition.attributes

    @property
    def phrase_bar(self) -> int:
        """Place in the phrase, 0 to PHRASE_BARS - 1."""
        return self.condition.phrase_bar % PHRASE_BARS

    @property
    def is_final(self) -> bool:
        """Whether this bar is the last of a piece: its dominant has been heard."""
        return self.condition.is_ending and self.memory.endings > 0

    @property
    def rests(self) -> bool:
        """Whether the line comes to rest in this bar."""
        return self.is_final or self.phrase_bar in (PHRASE_BARS // 2 - 1, PHRASE_BARS - 1)

    @property
    def onsets_per_quarter(self) -> float:
        """Different onsets a quarter that the wanted rhythm amounts to."""
        return self.wanted.rhythm * 16 / self.metre.quarters

    def die(self, *subject: int) -> Dice:
        """The die of a subject, equal in every bar of the phrase."""
        return Dice(self.memory.seed, *subject)

    def chord_at(self, position: int) -> Chord:
        """The harmony at a tick of the bar."""
        return Bar(self.metre, self.harmony).chord_at(position) or TONIC

    @property
    def melody_per_quarter(self) -> float:
        """Notes a quarter of a melody: all the rhythm there is where nothing accompanies it."""
        is_alone = not self.condition.parts & {Part.CHORDS, Part.BASS}
        return min(self.onsets_per_quarter * (1.0 if is_alone else _MELODY_SHARE), _FASTEST_MELODY)

    @property
    def changes(self) -> tuple[int, ...]:
        """Where the harmony changes, from 0 on."""
        return tuple(change.position for change in self.harmony)

    def ladder_at(self, position: int) -> tuple[int, ...]:
        """The pitches that a line may use at a tick."""
        return ladder(self.chord_at(position), self.condition.mode)

    def center(self, part: Part) -> float:
        """Middle of a part's range, moved by the wanted register."""
        moved = (self.wanted.register - _USUAL_REGISTER) * _FOLLOWS_REGISTER[part]
        return _CENTERS[part] + min(max(moved, -_FARTHEST), _FARTHEST)
