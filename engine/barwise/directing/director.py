"""What the game wants and what has been, to what is wanted of the next bar.

Pure: equal wishes, memories and random numbers give equal intents. Knows no notes and no time
but bars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from barwise.directing.form import answer, kind_of
from barwise.directing.mood_table import asked_for, mode_of
from barwise.directing.phrases import draw_progression
from barwise.directing.theming import ThemeCall, Theming, themed
from barwise.music.attributes import Attributes
from barwise.music.harmony import Key, Mode
from barwise.music.intent import PHRASE_BARS, BarIntent, Condition
from barwise.music.mood import Mood
from barwise.music.notes import PARTS
from barwise.music.progressions import Progression
from barwise.score.schema import Score

LARGEST_TEMPO_STEP = 1.12
"""Within a state the tempo changes by no more than this ratio from bar to bar: a change, not a jolt."""

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
        memory = self._entered(wish, memory) if enters else memory
        wanted_tempo = wish.tempo or spec.tempo_at(mood.arousal)
        tempo = wanted_tempo if enters else _step_toward(wanted_tempo, memory.tempo, self.tempo_step)
        found = answer(memory.bar, memory.section_start, memory.theme, random)
        attributes = asked_for(mood, wish.attributes)
        progression, memory = _progression(memory, attributes, mode_of(mood), mood, random)
        place = (memory.bar - memory.section_start) % PHRASE_BARS
        intent = BarIntent(
            index=memory.bar,
            key=Key(self.score.key, mode_of(mood)),
            condition=Condition(
                attributes=attributes,
                parts=frozenset(PARTS),
                mode=mode_of(mood),
                metre=spec.metre,
                tempo=round(tempo, 2),
                phrase_bar=place,
                similarity=found.similarity,
            ),
            mood=mood,
            state=wish.state,
            reference=found.reference,
            harmony=progression.chords(place),
            temperature=TEMPERATURE,
        )
        intent, theming = themed(intent, wish.themes, memory.theming, random)
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
    return replace(memory, bar=memory.bar + 1, mood=intent.mood, tempo=intent.condition.tempo)


def _progression(
    memory: Memory, attributes: Attributes, mode: Mode, mood: Mood, random: np.random.Generator
) -> tuple[Progression, Memory]:
    """The progression of the phrase, drawn anew where a new phrase begins, and the memory with it."""
    kind = kind_of(memory.bar, memory.section_start, memory.theme)
    name = f"{memory.state} {kind.upper()} {mode}"
    begins = (memory.bar - memory.section_start) % PHRASE_BARS == 0 and kind.isupper()
    if not begins and name in memory.progressions:
        return memory.progressions[name], memory
    drawn = draw_progression(mode, attributes.brightness, attributes.chromaticism, random, mood)
    return drawn, replace(memory, progressions={**memory.progressions, name: drawn})
