"""Themes: how like itself a theme is when the engine states it, and what it becomes when it is developed.

A theme is called as a game calls it and read from the note-ons that go to the synthesizer, so that mode,
metre, octave, articulation and layers are all in the figure. Likeness is `melodic_similarity`, in interval
classes and to the semitone, of the most similar run of as many notes. A fragment has not all of a theme
and an ornament more than it: they are less like it by their nature. Beside them stands what the composer
writes by itself, in as many notes: after the theme, which it may well take up, and against a theme
that it never heard, which tells how alike strangers are. Themes are those of the built-in score and drawn
ones that nobody meant the engine for: syncopated, chromatic, in five modes and three metres.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from textwrap import fill

import numpy as np
from tqdm import tqdm

from barwise.composing.composer import Composer
from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.selection import clashes
from barwise.controls import DirectControls
from barwise.music.development import Development
from barwise.music.events import ChannelEventKind, is_layer
from barwise.music.harmony import DEGREES, SCALES, Key, Mode
from barwise.music.melodic_similarity import Tone, melodic_similarity
from barwise.music.metre import Metre
from barwise.music.notes import Note, Part
from barwise.music.performance import Performance, PlayedBar
from barwise.music.theme import Theme, sounded, theme_of
from barwise.performing.session import Session
from barwise.score.load import load_score
from barwise_export.figures.goals import Goal

GOAL = 0.8
"""Similarity of every statement at least."""

BARS = 28
"""Of each piece: a statement and its developments."""

DRAWN = 5
MOODS = 2
"""Moods of the score that each theme meets in each state, others in every state."""

FIRST_BAR = 2

FREE = "the composer's own melody, after the theme"
STRANGE = "the composer's own melody, of a theme never heard"


@dataclass(frozen=True, slots=True)
class Appearance:
    """A theme in one of its forms, as it was heard."""

    theme: str
    state: str
    mood: str
    form: str
    """A development, FREE or STRANGE."""
    similarity: float
    """To the theme in its own mode and metre."""
    exact: float
    """The same with intervals to the semitone."""
    chord_tones: float
    """Share of its notes on beats that belong to the chord; no number where none is on a beat."""
    in_mode: float
    """Share of its notes that belong to the mode."""
    clashes: float
    """Minor seconds and ninths with other parts, and between these, per beat."""
    is_other_mode: bool
    is_other_metre: bool


@dataclass(frozen=True)
class Themes:
    """Every appearance of every theme."""

    appearances: tuple[Appearance, ...]

    def of(self, form: str) -> list[Appearance]:
        """The appearances in one form."""
        return [one for one in self.appearances if one.form == form]

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        statements = [one.similarity for one in self.of(Development.STATEMENT)]
        return {
            "statements": len(statements),
            "least": min(statements, default=float("nan")),
            "forms": {form: _means(self.of(form)) for form in self._forms()},
            "appearances": [asdict(one) for one in self.appearances],
        }

    def goals(self) -> Iterable[Goal]:
        """Every statement is recognized, and nothing else is taken for one."""
        statements = [one.similarity for one in self.of(Development.STATEMENT)]
        strange = [one.similarity for one in self.of(STRANGE)]
        yield Goal("similarity of a theme's statement, least", min(statements, default=float("nan")), at_least=GOAL)
        yield Goal(
            "similarity of a melody to a theme that it never heard, 95 %", _percentile(strange, 95), at_most=GOAL
        )

    def markdown(self) -> str:
        """Forms, then statements by what had to change."""
        forms = [_row(form, self.of(form)) for form in self._forms()]
        statements = self.of(Development.STATEMENT)
        changes = [
            _row(f"{mode}, {metre}", [one for one in statements if (one.is_other_mode, one.is_other_metre) == changed])
            for changed, (mode, metre) in zip(
                product((False, True), repeat=2),
                product(("own mode", "other mode"), ("own metre", "other metre")),
                strict=True,
            )
        ]
        names = [_row(name, [one for one in statements if one.theme == name]) for name in _names(statements)]
        tables = (("form", forms), ("statements in", changes), ("statements of", names))
        return "\n".join(_table(title, rows) for title, rows in tables)

    def draw(self, folder: Path) -> None:
        """Write themes.png: how like the theme each of its forms is, beside the composer's own melodies."""
        from matplotlib.figure import Figure

        forms = self._forms()
        figure = Figure(figsize=(10, 5.5), layout="constrained")
        axes = figure.subplots()
        axes.boxplot([[one.similarity for one in self.of(form)] for form in forms], whis=(5, 95), widths=0.6)
        labels = [f"{fill(form, 24)}\n({len(self.of(form))})" for form in forms]
        axes.set_xticks(range(1, len(forms) + 1), labels, rotation=45)
        axes.axhline(GOAL, color="#bb3333", linewidth=0.8)
        axes.set_ylim(0, 1.02)
        axes.set_ylabel("similarity to the theme (intervals and rhythm)")
        figure.savefig(folder / "themes.png", dpi=80)

    def _forms(self) -> list[str]:
        heard = {one.form for one in self.appearances}
        return [form for form in (*Development, FREE, STRANGE) if form in heard]


def measure_themes(model: Path | None, moods: int = MOODS, drawn: int = DRAWN) -> Themes:
    """Call every theme in every state of the built-in score, under several of its moods."""
    return Themes(tuple(_all_appearances(OnnxComposer(model), moods, drawn)))


def _all_appearances(composer: Composer, moods: int, drawn: int) -> Iterator[Appearance]:
    score = load_score()
    themes = [*score.themes.values(), *(drawn_theme(number) for number in range(drawn))]
    names = sorted(score.moods)
    places = list(product(themes, enumerate(score.states), range(moods)))
    for seed, (theme, (state_number, state), turn) in enumerate(tqdm(places, desc="themes", leave=False, disable=None)):
        mood = names[(state_number * moods + turn) % len(names)]
        session = Session(score, composer, RuleComposer(), seed=seed, is_recording=True)
        controls = DirectControls(score, session.call)
        controls.enter(state)
        controls.set_mood(mood)
        controls.theme(theme, at=FIRST_BAR)
        for _ in range(BARS):
            session.advance(session.frames_left_in_bar())
        stranger = themes[(themes.index(theme) + 1) % len(themes)]
        yield from appearances(theme, stranger, session.performance(), state, mood)


def appearances(theme: Theme, stranger: Theme, performance: Performance, state: str, mood: str) -> Iterator[Appearance]:
    """What became of a theme in a performance, and how like it and a stranger the melody is where there was none."""
    line = _line(theme)
    melody = _melody(performance)
    for bars in _runs(performance.bars):
        tones = _within(melody, bars)
        first = bars[0].intent.theme
        if first is None:
            for part in _parts(tones, len(line)):
                yield _appearance(theme, line, part, FREE, bars, state, mood)
            for part in _parts(tones, len(stranger.notes)):
                yield _appearance(stranger, _line(stranger), part, STRANGE, bars, state, mood)
        elif tones:
            yield _appearance(theme, line, tones, first.development, bars, state, mood)


def _runs(bars: Sequence[PlayedBar]) -> Iterator[list[PlayedBar]]:
    """Bars of one appearance, or without a theme, one after the other; the last, perhaps cut short, are left out."""
    run: list[PlayedBar] = []
    for played in bars:
        theme, before = played.intent.theme, run[-1].intent.theme if run else None
        begins = theme.bar == 0 if theme else before is not None
        if run and begins:
            yield run
            run = []
        run.append(played)


def _parts(tones: Sequence[Tone], length: int) -> Iterator[Sequence[Tone]]:
    """One whole stretch of so many notes after the other."""
    for start in range(0, len(tones) - length + 1, length):
        yield tones[start : start + length]


def _appearance(
    theme: Theme,
    line: Sequence[Tone],
    tones: Sequence[Tone],
    form: str,
    bars: Sequence[PlayedBar],
    state: str,
    mood: str,
) -> Appearance:
    condition = bars[0].intent.condition
    return Appearance(
        theme=theme.name,
        state=state,
        mood=mood,
        form=form,
        similarity=_likeness(line, tones, is_exact=False),
        exact=_likeness(line, tones, is_exact=True),
        chord_tones=_mean([_is_chord_tone(note.pitch, note.position, played) for played, note in _on_beats(bars)]),
        in_mode=_mean([note.pitch % 12 in SCALES[played.intent.key.mode] for played, note in _sung(bars)]),
        clashes=_mean([clashes(played.bar) for played in bars]),
        is_other_mode=condition.mode is not theme.mode,
        is_other_metre=condition.metre != theme.metre,
    )


def _likeness(line: Sequence[Tone], tones: Sequence[Tone], *, is_exact: bool) -> float:
    """The similarity of the run of as many notes as the theme has that is most like it."""
    runs = (tones[start : start + len(line)] for start in range(max(len(tones) - len(line), 0) + 1))
    return max(melodic_similarity(line, run, is_exact=is_exact) for run in runs)


def _line(theme: Theme) -> list[Tone]:
    return [(note.position, note.duration, note.pitch) for note in sounded(theme, theme.mode)]


def _melody(performance: Performance) -> list[Tone]:
    """The melody as it went to the synthesizer, on the grid, without its doublings; pitches as they sound."""
    sounding: dict[int, int] = {}
    tones: list[Tone] = []
    for sent in sorted(performance.events, key=lambda sent: sent.tick):
        event = sent.event
        if event.part is not Part.MELODY or is_layer(event.channel):
            continue
        if event.kind is ChannelEventKind.NOTE_ON:
            sounding[event.number] = _on_grid(sent.tick)
        elif event.kind is ChannelEventKind.NOTE_OFF and event.number in sounding:
            start = sounding.pop(event.number)
            tones.append((start, max(_on_grid(sent.tick) - start, 1), event.number))
    return sorted(tones)


def _on_grid(tick: float) -> int:
    """The nearest thirty-second or triplet: players are not machines, and it is the notes that are compared."""
    return min((round(tick / grid) * grid for grid in (3, 4)), key=lambda place: abs(place - tick))


def _within(melody: Sequence[Tone], bars: Sequence[PlayedBar]) -> list[Tone]:
    start, last = bars[0].start_tick, bars[-1]
    end = last.start_tick + last.bar.metre.bar_ticks
    return [tone for tone in melody if start <= tone[0] < end]


def _sung(bars: Sequence[PlayedBar]) -> Iterator[tuple[PlayedBar, Note]]:
    for played in bars:
        for note in played.bar.of(Part.MELODY):
            yield played, note


def _on_beats(bars: Sequence[PlayedBar]) -> Iterator[tuple[PlayedBar, Note]]:
    for played, note in _sung(bars):
        if note.position % played.bar.metre.beat_ticks == 0:
            yield played, note


def _is_chord_tone(pitch: int, position: int, played: PlayedBar) -> bool:
    chord = played.bar.chord_at(position)
    return chord is not None and pitch % 12 in chord.tones


DRAWN_MODES = (Mode.MAJOR, Mode.MINOR, Mode.DORIAN, Mode.MIXOLYDIAN, Mode.HARMONIC_MINOR)
_METRES = (Metre(4, 4), Metre(3, 4), Metre(4, 4), Metre(6, 8), Metre(4, 4))
_CHROMATIC = 0.08
"""Share of a drawn theme's notes that are a semitone off the scale."""


def drawn_theme(number: int) -> Theme:
    """A theme drawn by its number: two bars of steps and leaps, with syncopations and strange notes."""
    random = np.random.default_rng([number, 7])
    mode, metre = DRAWN_MODES[number % len(DRAWN_MODES)], _METRES[number % len(_METRES)]
    lengths = (6, 12, 12, 24, 36, 48)
    tones: list[Tone] = []
    now, degree = 0, 0
    while now < 2 * metre.bar_ticks:
        ticks = min(int(random.choice(lengths)), 2 * metre.bar_ticks - now)
        degree = min(max(degree + int(random.choice((-4, -2, -1, -1, 1, 1, 2, 3))), -3), 9)
        pitch = 72 + 12 * (degree // 7) + DEGREES[mode][degree % 7] + int(random.random() < _CHROMATIC)
        tones.append((now, ticks, pitch))
        now += ticks
    return theme_of(f"drawn {number + 1}", tones, Key(0, mode), metre)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")


def _names(found: Sequence[Appearance]) -> list[str]:
    return list(dict.fromkeys(one.theme for one in found))


_COLUMNS = ("similarity", "exact", "chord_tones", "in_mode", "clashes")


def _means(found: Sequence[Appearance]) -> dict[str, float]:
    means = {name: float(np.nanmean([getattr(one, name) for one in found])) for name in _COLUMNS} if found else {}
    return {"count": len(found), "least": min((one.similarity for one in found), default=float("nan")), **means}


def _row(name: str, found: Sequence[Appearance]) -> str:
    means = _means(found)
    cells = [f"{means[key]:.2f}" if key in means else "" for key in ("similarity", "least", *_COLUMNS[1:])]
    return f"| {name} | {len(found)} | {' | '.join(cells)} |"


def _table(title: str, rows: Sequence[str]) -> str:
    figures = "similarity | least | to the semitone | chord tones on beats | in the mode | clashes a beat"
    head = f"| {title} | times | {figures} |"
    return "\n".join([head, "|---|" + "---|" * 7, *rows, ""])
