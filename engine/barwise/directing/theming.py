"""Which bars a theme has, and in which of its forms: it is stated first and developed in the phrases after.

Pure, like the director: equal calls, memories and random numbers give equal plans. What a theme becomes
is music.development's, which chord carries it harmonizing's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.directing.harmonizing import harmonized
from barwise.music.development import Development, developed
from barwise.music.harmony import Chord
from barwise.music.intent import PHRASE_BARS, BarIntent, ThemeBar
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.theme import Theme, in_bar, sounded
from barwise.music.theme_metre import in_metre

HALF = PHRASE_BARS // 2

DEVELOPMENTS = 3
"""Developments after a statement: the first within its phrase or at the next, the others a phrase apart each."""

LIKENESS = 0.45
"""Wanted similarity of a bar of a development, in all its parts, to the bar of the statement that it answers."""


@dataclass(frozen=True, slots=True)
class ThemeCall:
    """The game asks for a theme."""

    theme: Theme
    bar: int
    """Number of the first bar that may have it."""
    waits_for_phrase: bool = False
    """Whether it begins where a phrase (for up to half a phrase: or its second half) does, or at once."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A theme in one of its forms, over some bars."""

    theme: Theme
    """Developed, and in the metre of its bars."""
    development: Development
    start: int
    """Number of its first bar."""

    @property
    def bars(self) -> range:
        """The numbers of its bars."""
        return range(self.start, self.start + self.theme.bars)


@dataclass(frozen=True, slots=True)
class Theming:
    """What is known of themes between bars."""

    call: ThemeCall | None = None
    """The call that was answered last."""
    now: Appearance | None = None
    """What the present bars have; it may lie behind."""
    used: tuple[Development, ...] = ()
    """The developments that followed the present statement."""
    statements: Mapping[str, Appearance] = field(default_factory=dict)
    """The last statement of each theme, which its developments answer."""
    chord: Chord | None = None
    """The chord of the bar before, if that had a theme."""

    @property
    def kept_bars(self) -> frozenset[int]:
        """Bars that may be answered however long ago they were."""
        return frozenset(bar for stated in self.statements.values() for bar in stated.bars)


def themed(
    intent: BarIntent, calls: Sequence[ThemeCall], theming: Theming, random: np.random.Generator
) -> tuple[BarIntent, Theming]:
    """The intent with the theme that its bar has, if it has one, and what is known of themes after it."""
    theming = _at_bar(intent, calls, theming, random)
    now = theming.now
    if now is None or intent.index not in now.bars:
        return intent, replace(theming, chord=None)
    condition, bar = intent.condition, intent.index - now.start
    notes = in_bar(sounded(now.theme, condition.mode), bar, condition.metre)
    chord, notes = harmonized(
        notes, condition.metre, condition.mode, condition.attributes, intent.harmony, theming.chord
    )
    carried = replace(
        _answering(intent, now, theming),
        harmony=(chord,),
        theme=ThemeBar(now.theme.name, now.development, bar, notes),
    )
    return carried, replace(theming, chord=chord)


def _at_bar(intent: BarIntent, calls: Sequence[ThemeCall], theming: Theming, random: np.random.Generator) -> Theming:
    """What is known of themes as a bar begins: a call is answered, or the next development begins."""
    metre, place = intent.condition.metre, intent.condition.phrase_bar
    call = _due(calls, theming, intent.index)
    if call and (not call.waits_for_phrase or _begins_well(in_metre(call.theme, metre), place)):
        return _stated(call, theming, intent.index, metre)
    now = theming.now
    if now is None or theming.call is None:
        return theming
    if intent.index in now.bars:
        if now.theme.metre == metre:
            return theming
        # The bars have changed their metre under the theme: a statement begins again, another form breaks off.
        is_statement = now.development is Development.STATEMENT
        return _stated(theming.call, theming, intent.index, metre) if is_statement else replace(theming, now=None)
    return _developed(intent, theming.call.theme, now, theming, random)


def _due(calls: Sequence[ThemeCall], theming: Theming, bar: int) -> ThemeCall | None:
    """The latest call that a bar may answer, when that has not been answered."""
    due = [call for call in calls if call.bar <= bar]
    latest = max(due, key=lambda call: call.bar, default=None)
    return None if latest == theming.call else latest


def _begins_well(theme: Theme, place: int) -> bool:
    return place % (HALF if theme.bars <= HALF else PHRASE_BARS) == 0


def _stated(call: ThemeCall, theming: Theming, bar: int, metre: Metre) -> Theming:
    statement = Appearance(in_metre(call.theme, metre), Development.STATEMENT, bar)
    statements = {**theming.statements, call.theme.name: statement}
    return Theming(call, statement, (), statements, None)


def _developed(
    intent: BarIntent, theme: Theme, now: Appearance, theming: Theming, random: np.random.Generator
) -> Theming:
    """The next development where one is due; bars of rest lie between, in which the composer is free."""
    place = intent.condition.phrase_bar
    is_place = place % (PHRASE_BARS if theming.used else HALF) == 0
    if len(theming.used) >= DEVELOPMENTS or not is_place or intent.index <= now.bars[-1] + 1:
        return theming
    fitted = in_metre(theme, intent.condition.metre)
    room = min(PHRASE_BARS - place, max(HALF, fitted.bars))
    forms = _forms(fitted, theming.used, room, random)
    if not forms:
        return theming
    weights = np.array([_fitness(form, intent.mood) for form in forms])
    drawn = list(forms)[int(random.choice(len(weights), p=weights / weights.sum()))]
    return replace(theming, now=Appearance(forms[drawn], drawn, intent.index), used=(*theming.used, drawn), chord=None)


def _forms(
    theme: Theme, used: Sequence[Development], room: int, random: np.random.Generator
) -> dict[Development, Theme]:
    """The developments that a theme has room for and has not had."""
    step = int(random.choice((1, -1, 2, -2)))
    # What repeats itself goes by single steps: three leaps would leave the melody's range.
    steps = {Development.FRAGMENT: int(np.sign(step)), Development.DIMINUTION: int(np.sign(step))}
    forms = {form: developed(theme, form, steps.get(form, step)) for form in _MOODS if form not in used}
    return {form: made for form, made in forms.items() if made is not None and made.bars <= room}


_MOODS: Mapping[Development, tuple[float, float, float, float]] = {
    Development.SEQUENCE: (1.0, 0.0, 0.0, 0.0),
    Development.INVERSION: (0.6, 0.0, -0.4, 0.6),
    Development.AUGMENTATION: (0.6, -0.6, 0.0, 0.0),
    Development.DIMINUTION: (0.6, 0.6, 0.0, 0.0),
    Development.FRAGMENT: (0.7, 0.2, 0.0, 0.5),
    Development.ORNAMENT: (0.8, 0.0, 0.4, -0.4),
}
"""Weight of each development, and what arousal, valence and tension add to it."""

_LEAST_WEIGHT = 0.05


def _fitness(form: Development, mood: Mood) -> float:
    base, arousal, valence, tension = _MOODS[form]
    return max(base + arousal * mood.arousal + valence * mood.valence + tension * mood.tension, _LEAST_WEIGHT)


def _answering(intent: BarIntent, now: Appearance, theming: Theming) -> BarIntent:
    """A development answers its statement, bar by bar; a statement answers what the form wants."""
    stated = theming.statements.get(now.theme.name)
    if stated is None or stated == now or stated.theme.metre != now.theme.metre:
        return intent
    bar = stated.start + (intent.index - now.start) % len(stated.bars)
    return replace(intent, reference=bar, condition=replace(intent.condition, similarity=LIKENESS))
