"""The verbs of a game, checked at the door and queued for a session. Knows no thread and no device."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from barwise.errors import InputError
from barwise.mood_curve import LAST_BAR
from barwise.music.attributes import ATTRIBUTE_RANGES
from barwise.music.mood import INTENSITY_RANGE, Mood, in_range
from barwise.music.theme import Theme
from barwise.score.schema import Score
from barwise.session import Session

AT_BAR, AT_PHRASE = "bar", "phrase"
THEME_STARTS = dict.fromkeys((AT_BAR, AT_PHRASE))
"""Where a theme may begin."""


@dataclass(frozen=True, slots=True)
class MusicStatus:
    """What sounds now, for a display."""

    state: str
    mood: Mood
    """The mood of the bar that sounds."""
    intensity: float
    """0 to 1."""
    bar: int
    """Number of the bar, from 0."""
    beat: int
    """Number of the felt beat in the bar, from 0."""
    beats_per_bar: int
    tempo: float
    """Quarter notes a minute."""
    key: str
    """Such as 'D minor'."""
    chord: str
    """Such as 'Bb7'; empty where no harmony is felt."""
    composer: str
    """Who wrote the bar: 'network' or 'rules'."""


class Controls:
    """What a game can ask for, live or offline. Every method may be called from any thread."""

    def __init__(self, session: Session, score: Score) -> None:
        self._session = session
        self._score = score
        first = score.states[score.initial]
        self._mood = first.mood
        self._attributes: dict[str, float] = {}
        self._asking = threading.Lock()

    def set_mood(
        self,
        mood: str | Mood | None = None,
        *,
        valence: float | None = None,
        arousal: float | None = None,
        tension: float | None = None,
    ) -> None:
        """Want a mood from the next bar on: one by name, a Mood, or some of its three numbers.

        Numbers not given stay as they were last wanted. Raises InputError for an unknown name or
        a number out of range.
        """
        numbers = {"valence": valence, "arousal": arousal, "tension": tension}
        given = {name: value for name, value in numbers.items() if value is not None}
        with self._asking:
            wanted = self._mood = replace(self._named(mood), **given)
        self._session.call(lambda session: session.wish(replace(session.wanted, mood=wanted)))

    def set_intensity(self, intensity: float) -> None:
        """How much of the arrangement sounds, 0 to 1, at once; raises InputError out of range."""
        value = in_range("intensity", intensity, *INTENSITY_RANGE)
        self._session.call(lambda session: session.set_intensity(value))

    def set_tempo(self, tempo: float | None) -> None:
        """Want a tempo in quarter notes a minute from the next bar on; None leaves it to the score."""
        value = None if tempo is None else in_range("tempo", tempo, 30.0, 300.0)
        self._session.call(lambda session: session.wish(replace(session.wanted, tempo=value)))

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
        self._session.call(lambda session: session.wish(replace(session.wanted, attributes=kept)))

    def enter(self, state: str) -> None:
        """Go to a state of the score at the next bar; raises InputError for an unknown name."""
        spec = self._score.states[known(state, self._score.states, "state")]
        with self._asking:
            self._mood = spec.mood
        self._session.call(lambda session: session.enter(state))

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
        self._session.call(lambda session: session.call_theme(found, bar, waits_for_phrase=waits))

    def _named(self, mood: str | Mood | None) -> Mood:
        if mood is None:
            return self._mood
        return mood if isinstance(mood, Mood) else self._score.moods[known(mood, self._score.moods, "mood")]

    def _status_at(self, sample: int) -> MusicStatus:
        """The status at a sample; before the music begins, what it will begin with."""
        playing, session = self._session.playing_at(sample), self._session
        if playing is None:
            wanted = session.wanted
            return MusicStatus(wanted.state, wanted.mood, session.intensity, 0, 0, 4, 0.0, "", "", "")
        intent, metre, bar = playing.intent, playing.clock.metre, playing.composed.bar
        tick = min(max(int(playing.clock.tick_at(sample)), 0), metre.bar_ticks - 1)
        chord = bar.chord_at(tick)
        return MusicStatus(
            state=intent.state,
            mood=intent.mood,
            intensity=session.intensity,
            bar=intent.index,
            beat=tick // metre.beat_ticks,
            beats_per_bar=metre.beats,
            tempo=intent.condition.tempo,
            key=str(intent.key),
            chord=chord.name(intent.key) if chord is not None else "",
            composer=playing.composed.composer,
        )


def known(name: object, names: Mapping[str, object], kind: str) -> str:
    """The name, when it is one of the names; raises InputError listing them."""
    if not isinstance(name, str) or name not in names:
        raise InputError(f"{kind} {name!r} is unknown; allowed: {', '.join(sorted(names))}")
    return name
