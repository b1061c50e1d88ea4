"""What the game wants and what has been, to what is wanted of the next bar.

Pure: equal wishes, memories and random numbers give equal intents. Knows no notes and no time
but bars. What a bar that leads to another state sounds on is approaching's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.directing.approaching import (
    Approach,
    ClosingBar,
    closing_bar,
    leaning_toward,
)
from barwise.directing.cadences import cadence_of, in_key, is_dominant, tonic_chord
from barwise.directing.coloring import aimed_at, colored, leaning_of
from barwise.directing.form import Answer, Form, answer, draw_form
from barwise.directing.likeness import left_of
from barwise.directing.mood_table import asked_for, carried_by, mode_of
from barwise.directing.pacing import Pace, as_asked, pace_on_entering, pace_toward, pace_within
from barwise.directing.phrases import draw_progression
from barwise.directing.theming import ThemeCall, Theming, themed
from barwise.music.attributes import Attributes
from barwise.music.harmony import Chord, Key, Mode
from barwise.music.intent import PHRASE_BARS, BarIntent, Condition
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from barwise.music.progressions import Progression
from barwise.score.schema import LARGEST_TEMPO_STEP, Score

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
    palette: str = ""
    """What the state had in the bar before."""
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

    key: Key | None = None
    """The key of the bar before; None before the first."""
    chord: Chord | None = None
    """The last chord of the bar before, in its key."""
    closing: int | None = None
    """Number of the first bar that closes toward another state; None while the present stay does not end."""

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
        approach = wish.approach if memory.state else None  # before the first bar there is nothing to lead from
        if approach is None or memory.bar >= approach.end:
            return self._planned(wish, memory, random)
        if memory.bar in approach.closing:
            intent, memory = self._closing(wish, approach, memory, random)
        else:
            is_held = wish.state == approach.state != memory.state  # then the mood, too, is the new state's
            held = replace(wish, state=memory.state, mood=memory.mood or wish.mood) if is_held else wish
            intent, memory = self._planned(held, memory, random, approach)
        return replace(intent, fill=intent.index == approach.fill_bar, leads=memory.bar == approach.end), memory

    def _planned(
        self, wish: Wish, memory: Memory, random: np.random.Generator, approach: Approach | None = None
    ) -> tuple[BarIntent, Memory]:
        """The intent of a bar of the wish's state, which may have an approach's metre and tempo."""
        has_landed = memory.closing is not None
        enters = wish.state != memory.state or has_landed
        mood = wish.mood if memory.mood is None else memory.mood.toward(wish.mood, self.seek)
        before = mood if enters else memory.mood or mood
        pace = as_asked(self._pace(wish, mood, memory), approach, memory.bar)
        memory = _entered(wish, memory) if enters else memory
        memory = _with_form(memory, random)
        mode = mode_of(mood)
        key = Key(self.score.tonic_of(wish.state), mode)
        palette = self.score.states[wish.state].palette_in(mood, "" if enters else memory.palette)
        place = memory.bar - memory.section_start
        harmony_place = memory.form.harmony_place(place)
        attributes, parts = _orchestrated(place, mood, wish, memory)
        found = answer(memory.bar, memory.section_start, memory.theme, memory.form, random)
        progression, memory = _progression(memory, attributes, mode, mood, random)
        planned = colored(progression.chords(harmony_place), mood, mode, place % PHRASE_BARS, before)
        led = in_key(memory.chord, memory.key, key) if memory.chord and memory.key else None
        lands = has_landed and led is not None and is_dominant(led)
        intent = BarIntent(
            index=memory.bar,
            key=key,
            condition=Condition(
                attributes=attributes,
                parts=parts,
                mode=mode,
                metre=pace.metre,
                tempo=pace.tempo,
                phrase_bar=place % PHRASE_BARS,
                similarity=_similarity(found, attributes, memory),
            ),
            mood=mood,
            state=wish.state,
            palette=palette,
            exact=frozenset(wish.attributes),
            reference=found.reference,
            tonality=aimed_at(mood),
            harmony=(tonic_chord(mode),) if lands else planned,
            temperature=TEMPERATURE,
            glide_ticks=pace.glide_ticks,
        )
        intent, theming = themed(intent, wish.themes, memory.theming, random)
        intent = replace(
            intent,
            leaning=leaning_of(intent.harmony[-1], mood, mode, before),
            cadence=cadence_of(intent.harmony, led, place % PHRASE_BARS, has_landed=lands),
        )
        return intent, _after(replace(memory, theming=theming), intent)

    def _closing(
        self, wish: Wish, approach: Approach, memory: Memory, random: np.random.Generator
    ) -> tuple[BarIntent, Memory]:
        """The intent of a bar that leads, in the old state, to a dominant of the new one's key."""
        bars_left = approach.end - memory.bar
        wanted = wish.mood if wish.state == approach.state else self.score.states[approach.state].mood
        present = memory.mood or wanted
        mood = present.toward(wanted, 1 / (bars_left + 1))
        landing = present.toward(wanted, 1 - (1 - self.seek) / (bars_left + 1))
        sounding = self._led(approach, memory, Key(self.score.tonic_of(approach.state), mode_of(landing)))
        tempo = wish.tempo or self.score.states[approach.state].tempo_at(landing.arousal)
        own = pace_toward(self.score.states[memory.state].metre, tempo, memory.tempo, bars_left)
        pace = as_asked(own, approach, memory.bar)
        memory = _with_form(replace(memory, closing=memory.bar if memory.closing is None else memory.closing), random)
        place = memory.bar - memory.section_start
        attributes, parts = _orchestrated(place, mood, wish, memory)
        found = Answer(memory.bar - 1, memory.form.loose) if place else Answer()
        chord, mode = sounding.harmony[-1], sounding.key.mode
        is_last = bars_left == 1
        intent = BarIntent(
            index=memory.bar,
            key=sounding.key,
            condition=Condition(
                attributes=attributes,
                parts=parts,
                mode=mode,
                metre=pace.metre,
                tempo=pace.tempo,
                phrase_bar=PHRASE_BARS - bars_left,
                similarity=_similarity(found, attributes, memory),
            ),
            mood=mood,
            state=memory.state,
            palette=memory.palette,
            exact=frozenset(wish.attributes),
            reference=found.reference,
            tonality=None if is_last else aimed_at(mood),  # what leads home is not what the mood wants
            harmony=sounding.harmony,
            holds=is_last,
            leaning=leaning_toward(chord, mood, mode) if is_last else leaning_of(chord, mood, mode, present),
            temperature=TEMPERATURE,
            glide_ticks=pace.glide_ticks,
        )
        return intent, _after(replace(memory, theming=replace(memory.theming, now=None, chord=None)), intent)

    def _led(self, approach: Approach, memory: Memory, new: Key) -> ClosingBar:
        """What the next bar toward a key sounds on."""
        old = memory.key or Key(self.score.tonic_of(memory.state), new.mode)
        return closing_bar(old, memory.chord, new, approach.end - memory.bar, memory.closing is None)

    def _pace(self, wish: Wish, mood: Mood, memory: Memory) -> Pace:
        """The pace of a bar of the wish's state, as that has it."""
        spec = self.score.states[wish.state]
        wanted = wish.tempo or spec.tempo_at(mood.arousal)
        if memory.closing is not None:
            return pace_on_entering(spec.metre, wanted, memory.tempo)
        if wish.state != memory.state:
            return pace_on_entering(spec.metre, wanted)
        return pace_within(spec.metre, wanted, memory.tempo, self.tempo_step)


def _entered(wish: Wish, memory: Memory) -> Memory:
    """The memory on entering another state."""
    themes = {**memory.themes, memory.state: _theme_left(memory)} if memory.state else memory.themes
    return replace(
        memory,
        state=wish.state,
        section_start=memory.bar,
        closing=None,
        theme=themes.get(wish.state, range(0)),
        themes=themes,
    )


def _theme_left(memory: Memory) -> range:
    """The phrase that a state is known by when it is left: the one it has, or a longer first one."""
    end = memory.bar if memory.closing is None else memory.closing
    stay = range(memory.section_start, min(end, memory.section_start + PHRASE_BARS))
    return max(memory.theme, stay, key=len)


def _after(memory: Memory, intent: BarIntent) -> Memory:
    kept = {*memory.kept_bars, *range(memory.bar - memory.form.bars, memory.bar)}
    asked = {bar: attributes for bar, attributes in memory.asked.items() if bar in kept}
    return replace(
        memory,
        bar=memory.bar + 1,
        palette=intent.palette,
        mood=intent.mood,
        tempo=intent.condition.tempo,
        key=intent.key,
        chord=intent.harmony[-1],
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


_VOICES = frozenset({"polyphony", "density"})
"""Attributes that say how many voices a bar has; a game that asks for them directly has what it asks for."""


def _orchestrated(place: int, mood: Mood, wish: Wish, memory: Memory) -> tuple[Attributes, frozenset[Part]]:
    """What a bar is to be like, and who plays it: the parts that the form has, and no more voices than those have.

    All parts play once a phrase turns to something else than it began with.
    """
    whole = asked_for(mood, wish.attributes, memory.form.fullness)
    parts = memory.form.parts(place)
    wanted = whole if _VOICES & set(wish.attributes) else carried_by(parts, whole)
    first = memory.asked.get(memory.bar - place % PHRASE_BARS, wanted)
    return (wanted, parts) if left_of(1.0, wanted, first) >= STEADY else (whole, frozenset(PARTS))


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
