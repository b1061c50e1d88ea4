"""What the game wants and what has been, to what is wanted of the next bar.

Pure: equal wishes, memories and random numbers give equal intents. Knows no notes and no time
but bars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.directing.approaching import Approach
from barwise.directing.coloring import aimed_at, colored, leaning_of
from barwise.directing.form import Answer, Form, answer, draw_form
from barwise.directing.likeness import left_of
from barwise.directing.mood_table import asked_for, mode_of
from barwise.directing.phrases import draw_progression
from barwise.directing.theming import ThemeCall, Theming, themed
from barwise.music.attributes import Attributes
from barwise.music.harmony import Key, Mode
from barwise.music.intent import PHRASE_BARS, BarIntent, Condition
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from barwise.music.progressions import Progression
from barwise.score.schema import Score

LARGEST_TEMPO_STEP = 1.12
"""Within a state the tempo changes by no more than this ratio from bar to bar: a change, not a jolt."""

STEADY = 0.5
"""Likeness that is left of a phrase's first bar, down to which the phrase goes on as it began."""

TEMPERATURE = 0.85
"""Below 1, for lines that move by step as those of real music do; export/LOG.md has the figures."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the game wants, as it stands."""

    state: str
    mood: Mood
    tempo: float | None = None
    """Quarter notes a minute; None leaves it to the state and the arousal."""
    attributes: Mapping[str, float] = field(default_factory=dict)
    """Figures asked of every bar in place of what the mood asks, by the names of music.attributes."""
    themes: tuple[ThemeCall, ...] = ()
    """Themes that are called for; one that was answered may stay here."""
    approach: Approach | None = None
    """The bars that lead to the state; None enters it at once. Until its end the old state goes on."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the director must know of the bars before."""

    bar: int = 0
    """Number of the next bar."""
    state: str = ""
    mood: Mood | None = None
    tempo: float = 0.0
    section_start: int = 0
    """First bar of the present stay in the state."""
    theme: range = range(0)
    """Bars of the state's theme when the present stay began; none on the first."""
    themes: Mapping[str, range] = field(default_factory=dict)
    """Bars of the phrase that each state left so far began with: a short stay leaves a short theme."""

    form: Form = field(default_factory=Form)
    """The plan of the present cycle of phrases."""
    forms: Mapping[str, Form] = field(default_factory=dict)
    """The plan of each state's first cycle, which it has again when it comes back."""
    asked: Mapping[int, Attributes] = field(default_factory=dict)
    """What was asked of the bars that may still be answered."""
    progressions: Mapping[str, Progression] = field(default_factory=dict)
    """The progression of each kind of phrase of each state, in each mode."""

    theming: Theming = field(default_factory=Theming)
    """Which themes have been heard, and what is to become of the last."""

    @property
    def kept_bars(self) -> frozenset[int]:
        """Bars that may be answered however long ago they were."""
        phrase = range(self.section_start, self.section_start + PHRASE_BARS)
        return self.theming.kept_bars.union(bar for theme in (*self.themes.values(), phrase) for bar in theme)


@dataclass(frozen=True, slots=True)
class Director:
    """Plans one bar after another for a score."""

    score: Score
    seek: float = 1.0
    """Share of the way from the present mood to the wanted one that a bar goes, above 0 to 1."""
    tempo_step: float = LARGEST_TEMPO_STEP
    """Within a state, the largest ratio of the tempos of two bars; infinity lets every change through."""

    def plan(self, wish: Wish, memory: Memory, random: np.random.Generator) -> tuple[BarIntent, Memory]:
        """The intent of the next bar and the memory after it."""
        spec = self.score.states[wish.state]
        enters = wish.state != memory.state
        mood = wish.mood if memory.mood is None else memory.mood.toward(wish.mood, self.seek)
        before = mood if enters else memory.mood or mood
        memory = self._entered(wish, memory) if enters else memory
        wanted_tempo = wish.tempo or spec.tempo_at(mood.arousal)
        tempo = wanted_tempo if enters else _step_toward(wanted_tempo, memory.tempo, self.tempo_step)
        attributes, mode = asked_for(mood, wish.attributes), mode_of(mood)
        memory = _with_form(memory, random)
        place = memory.bar - memory.section_start
        harmony_place = memory.form.harmony_place(place)
        found = answer(memory.bar, memory.section_start, memory.theme, memory.form, random)
        progression, memory = _progression(memory, attributes, mode, mood, random)
        intent = BarIntent(
            index=memory.bar,
            key=Key(self.score.key, mode),
            condition=Condition(
                attributes=attributes,
                parts=_parts(place, attributes, memory),
                mode=mode,
                metre=spec.metre,
                tempo=round(tempo, 2),
                phrase_bar=place % PHRASE_BARS,
                similarity=_similarity(found, attributes, memory),
            ),
            mood=mood,
            state=wish.state,
            exact=frozenset(wish.attributes),
            reference=found.reference,
            tonality=aimed_at(mood),
            harmony=colored(progression.chords(harmony_place), mood, mode, place % PHRASE_BARS, before),
            temperature=TEMPERATURE,
        )
        intent, theming = themed(intent, wish.themes, memory.theming, random)
        intent = replace(intent, leaning=leaning_of(intent.harmony[-1], mood, mode, before))
        return intent, _after(replace(memory, theming=theming), intent)

    def _entered(self, wish: Wish, memory: Memory) -> Memory:
        """The memory on entering another state."""
        themes = {**memory.themes, memory.state: _theme_left(memory)} if memory.state else memory.themes
        return replace(
            memory,
            state=wish.state,
            section_start=memory.bar,
            theme=themes.get(wish.state, range(0)),
            themes=themes,
        )


def _theme_left(memory: Memory) -> range:
    """The phrase that a state is known by when it is left: the one it has, or a longer first one."""
    stay = range(memory.section_start, min(memory.bar, memory.section_start + PHRASE_BARS))
    return max(memory.theme, stay, key=len)


def _step_toward(wanted: float, tempo: float, step: float) -> float:
    return min(max(wanted, tempo / step), tempo * step)


def _after(memory: Memory, intent: BarIntent) -> Memory:
    kept = {*memory.kept_bars, *range(memory.bar - memory.form.bars, memory.bar)}
    asked = {bar: attributes for bar, attributes in memory.asked.items() if bar in kept}
    return replace(
        memory,
        bar=memory.bar + 1,
        mood=intent.mood,
        tempo=intent.condition.tempo,
        asked={**asked, intent.index: intent.condition.attributes},
    )


def _with_form(memory: Memory, random: np.random.Generator) -> Memory:
    """The memory with a form for the cycle of phrases that a bar belongs to: its own, or that of the state's theme."""
    place = memory.bar - memory.section_start
    if place and place % memory.form.bars:
        return memory
    form = draw_form(random)
    if place:
        return replace(memory, form=form)
    forms = {memory.state: form, **memory.forms}
    return replace(memory, form=forms[memory.state], forms=forms)


def _similarity(found: Answer, wanted: Attributes, memory: Memory) -> float | None:
    """The likeness to ask for: less of it, the more is wanted to differ."""
    if found.reference is None or found.similarity is None or found.reference not in memory.asked:
        return found.similarity
    return left_of(found.similarity, wanted, memory.asked[found.reference])


def _parts(place: int, wanted: Attributes, memory: Memory) -> frozenset[Part]:
    """The parts that the form has in a bar; all of them once a phrase turns to something else than it began with."""
    first = memory.asked.get(memory.bar - place % PHRASE_BARS, wanted)
    return memory.form.parts(place) if left_of(1.0, wanted, first) >= STEADY else frozenset(PARTS)


def _progression(
    memory: Memory, attributes: Attributes, mode: Mode, mood: Mood, random: np.random.Generator
) -> tuple[Progression, Memory]:
    """The progression of the phrase, drawn anew where a new phrase begins, and the memory with it."""
    place = memory.bar - memory.section_start
    letter = memory.form.letter(place)
    name = f"{memory.state} {letter.upper()} {mode}"
    is_new = letter.isupper() and not (place < PHRASE_BARS and memory.theme)
    begins = place % PHRASE_BARS == 0 and is_new
    if not begins and name in memory.progressions:
        return memory.progressions[name], memory
    pattern = memory.form.pattern(place)
    drawn = draw_progression(mode, attributes.brightness, attributes.chromaticism, random, mood, pattern)
    return drawn, replace(memory, progressions={**memory.progressions, name: drawn})
