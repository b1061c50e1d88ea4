"""The verbs of a game, checked at the door and handed on as commands. Knows no thread and no device."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from barwise.commands import (
    Arrive,
    CallTheme,
    CancelArrival,
    Command,
    Duck,
    Enter,
    Pause,
    PlayStinger,
    Resume,
    SetAttributes,
    SetIntensity,
    SetMood,
    SetTempo,
    SetVolume,
    Skip,
)
from barwise.errors import InputError
from barwise.mood_curve import LAST_BAR
from barwise.music.attribute_ranges import ATTRIBUTE_RANGES
from barwise.music.mood import INTENSITY_RANGE, Mood, in_range
from barwise.music.stinger import StingerStart
from barwise.music.theme import Theme
from barwise.saved_music import Asked
from barwise.score.schema import LONGEST_FADE, MOST_BRIDGE_BARS, Score, SyncPoint

AT_BAR, AT_PHRASE = "bar", "phrase"
THEME_STARTS = dict.fromkeys((AT_BAR, AT_PHRASE))
"""Where a theme may begin."""

STATE_STARTS = dict.fromkeys(str(point) for point in SyncPoint)
"""Where a state may begin: as soon as it can be composed, at the next beat, bar or phrase, or at an exit cue."""

STINGER_STARTS = dict.fromkeys(str(start) for start in StingerStart)

LONGEST_APPROACH_BARS, LONGEST_APPROACH_SECONDS = 64.0, 600.0
SHORTEST_ARRIVAL, LONGEST_ARRIVAL = 0.5, 120.0
LARGEST_DUCK = 60.0
LONGEST_SKIP = 36_000.0


class Controls(ABC):
    """What a game can ask for, live or offline. Every method may be called from any thread."""

    def __init__(self, score: Score) -> None:
        self._score = score
        self._mood = score.states[score.initial].mood
        self._attributes: dict[str, float] = {}
        self._asking = threading.Lock()

    @property
    def _asked(self) -> Asked:
        """What was asked for last."""
        with self._asking:
            return Asked(self._mood, self._attributes)

    def _go_on_asking(self, asked: Asked | None) -> None:
        """Go on from what another had asked for last."""
        if asked:
            with self._asking:
                self._mood, self._attributes = asked.mood, dict(asked.attributes)

    @abstractmethod
    def _send(self, command: Command) -> None:
        """Hand a command on; it takes effect with the next block of sound."""

    def set_mood(
        self,
        mood: str | Mood | None = None,
        *,
        valence: float | None = None,
        arousal: float | None = None,
        tension: float | None = None,
        bars: float = 0.0,
        seconds: float = 0.0,
    ) -> None:
        """Want a mood: one by name, a Mood, or some of its three numbers; those not given stay as they were.

        It is heard in the notes from the next beat on, or from the next bar, as the score says; a small
        change always waits for the bar. With `bars` or `seconds` it is approached evenly over so long.
        Raises InputError for an unknown name or a number out of range.
        """
        numbers = {"valence": valence, "arousal": arousal, "tension": tension}
        given = {name: value for name, value in numbers.items() if value is not None}
        bars = in_range("bars", bars, 0.0, LONGEST_APPROACH_BARS)
        seconds = in_range("seconds", seconds, 0.0, LONGEST_APPROACH_SECONDS)
        with self._asking:
            wanted = self._mood = replace(self._named(mood), **given)
        self._send(SetMood(wanted, bars, seconds))

    def set_intensity(self, intensity: float, *, seconds: float = 0.0) -> None:
        """How much of the arrangement sounds, 0 to 1, at once or over some seconds; raises InputError out of range."""
        value = in_range("intensity", intensity, *INTENSITY_RANGE)
        self._send(SetIntensity(value, in_range("seconds", seconds, 0.0, LONGEST_APPROACH_SECONDS)))

    def set_tempo(self, tempo: float | None) -> None:
        """Want a tempo in quarter notes a minute from the next bar on; None leaves it to the score."""
        self._send(SetTempo(None if tempo is None else in_range("tempo", tempo, 30.0, 300.0)))

    def set_attributes(self, **wanted: float | None) -> None:
        """Ask figures of every bar from the next one on, in place of what the mood asks: for research.

        The names are those of `barwise.music.attributes.Attributes`: rhythm (share of the 16 sub-beats
        with an onset), polyphony (notes sounding per sub-beat) and so on. They hold in every mood and
        state until they are None again; names not given stay as they are. Raises InputError for an
        unknown name or a number out of range.
        """
        values = {known(name, ATTRIBUTE_RANGES, "attribute"): value for name, value in wanted.items()}
        given = {
            name: None if value is None else in_range(name, value, *ATTRIBUTE_RANGES[name])
            for name, value in values.items()
        }
        with self._asking:
            asked = {**self._attributes, **given}
            self._attributes = kept = {name: value for name, value in asked.items() if value is not None}
        self._send(SetAttributes(kept))

    def enter(
        self,
        state: str,
        *,
        at: str | None = None,
        fill: bool | None = None,
        bridge: int | None = None,
        fade: float | None = None,
    ) -> None:
        """Go to a state of the score; what is not said is as the score's transition between the two says.

        `at` is 'now' (at the next sixteenth that can still be composed), 'beat', 'bar', 'phrase' (the next
        begins) or 'exit' (the state's next exit cue); `fill` has the drums lead over; `bridge` is a number of
        bars, 0 to 4, composed between the states; `fade` the beats over which the old instruments fade, 0 to 16.
        A state that is left sooner than its dwell allows is left when it does. Raises InputError for an unknown
        name or a value out of range.
        """
        spec = self._score.states[known(state, self._score.states, "state")]
        command = Enter(
            state,
            at=None if at is None else known(at, STATE_STARTS, "start of a state"),
            fill=None if fill is None else bool(fill),
            bridge=None if bridge is None else whole("bridge", bridge, 0, MOST_BRIDGE_BARS),
            fade=None if fade is None else in_range("fade", fade, 0.0, LONGEST_FADE),
        )
        with self._asking:
            self._mood = spec.mood
        self._send(command)

    def theme(self, theme: str | Theme, *, at: str | int = AT_BAR) -> None:
        """Have a theme stated, and developed in the phrases after: one of the score by name, or a Theme.

        It begins with the next bar; when `at` is 'phrase', where the next phrase does (one of up to four
        bars: or its second half); when `at` is a number, with that bar of the music, from 0. It takes the
        mode, the metre and the chords of the music, is heard at every intensity, and ends what was left
        of the theme called before. Raises InputError for an unknown name.
        """
        found = theme if isinstance(theme, Theme) else self._score.themes[known(theme, self._score.themes, "theme")]
        bar = int(in_range("at", at, 0, LAST_BAR)) if isinstance(at, int) else 0
        waits = not isinstance(at, int) and known(at, THEME_STARTS, "start of a theme") == AT_PHRASE
        self._send(CallTheme(found, bar, waits))

    def stinger(self, name: str, *, at: str | None = None, strength: float = 1.0) -> None:
        """Play one of the score's stingers over the music, in its key and on its chord.

        `at` is 'now', 'sixteenth', 'beat' or 'bar' (the next of these), or as the score says; strength is
        0 to 1. Raises InputError for an unknown name or a number out of range.
        """
        known(name, self._score.stingers, "stinger")
        start = None if at is None else known(at, STINGER_STARTS, "start of a stinger")
        self._send(PlayStinger(name, start, in_range("strength", strength, 0.0, 1.0)))

    def arrive(self, state: str, seconds: float) -> None:
        """Have a cadence land, and a state begin on it, so many seconds from now: 0.5 to 120.

        The tempo bends within musical bounds and bars are counted out, or one is cut short, so that it
        does; the status tells by how much, as `tempo_ratio`. Called again, it replaces what was planned.
        Raises InputError for an unknown name or seconds out of range.
        """
        spec = self._score.states[known(state, self._score.states, "state")]
        command = Arrive(state, in_range("seconds", seconds, SHORTEST_ARRIVAL, LONGEST_ARRIVAL))
        with self._asking:
            self._mood = spec.mood
        self._send(command)

    def cancel_arrival(self) -> None:
        """Stay in the present state: what `arrive` planned does not happen; harmless when nothing is planned."""
        self._send(CancelArrival())

    def pause(self) -> None:
        """Stop the music where it is, within a fiftieth of a second and without a click."""
        self._send(Pause())

    def resume(self) -> None:
        """Go on from where the music was paused; harmless when it was not."""
        self._send(Resume())

    def skip(self, seconds: float) -> None:
        """Move on without sound, as if so many seconds had been heard: for a game that fast-forwards."""
        self._send(Skip(in_range("seconds", seconds, 0.0, LONGEST_SKIP)))

    def set_volume(self, volume: float, *, seconds: float = 0.0) -> None:
        """The level of all music, 0 to 1 of the amplitude, at once or over some seconds."""
        value = in_range("volume", volume, 0.0, 1.0)
        self._send(SetVolume(value, in_range("seconds", seconds, 0.0, LONGEST_APPROACH_SECONDS)))

    def duck(self, decibels: float = 12.0, *, seconds: float = 0.2) -> None:
        """Lower the music by some decibels, 0 to 60, under speech; 0 ends it."""
        value = in_range("decibels", decibels, 0.0, LARGEST_DUCK)
        self._send(Duck(value, in_range("seconds", seconds, 0.0, LONGEST_APPROACH_SECONDS)))

    @contextmanager
    def ducked(self, decibels: float = 12.0, *, seconds: float = 0.2) -> Iterator[None]:
        """The music ducked for as long as a block runs."""
        self.duck(decibels, seconds=seconds)
        try:
            yield
        finally:
            self.duck(0.0, seconds=seconds)

    def _named(self, mood: str | Mood | None) -> Mood:
        if mood is None:
            return self._mood
        return mood if isinstance(mood, Mood) else self._score.moods[known(mood, self._score.moods, "mood")]


class DirectControls(Controls):
    """Controls that hand their commands to whatever takes them."""

    def __init__(self, score: Score, send: Callable[[Command], None]) -> None:
        super().__init__(score)
        self._take = send

    def _send(self, command: Command) -> None:
        self._take(command)


def known(name: object, names: Mapping[str, object], kind: str) -> str:
    """The name, when it is one of the names; raises InputError listing them."""
    if not isinstance(name, str) or name not in names:
        raise InputError(f"{kind} {name!r} is unknown; allowed: {', '.join(sorted(names))}")
    return name


def whole(name: str, value: object, low: int, high: int) -> int:
    """The value, when it is a whole number from low to high; raises InputError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{name} {value!r} is not allowed; it must be a whole number from {low} to {high}")
    return value
