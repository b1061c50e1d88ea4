"""A performance as a picture: piano roll by part with its chords and phrases, drums, loudness, and the mood wanted.

Needs matplotlib.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from barwise.errors import DeviceError
from barwise.music.events import DRUM_CHANNEL, ChannelEventKind
from barwise.music.intent import PHRASE_BARS
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import PITCHED_PARTS, Part
from barwise.music.performance import Performance, PlayedBar, SentEvent
from barwise.playing.atomic_file import check_folder
from barwise.playing.outputs import Block

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLORS: dict[Part | None, str] = {
    Part.MELODY: "#d1495b",
    Part.COUNTER: "#edae49",
    Part.CHORDS: "#4f8fba",
    Part.BASS: "#2a4d69",
    Part.DRUMS: "#7a7a7a",
    None: "#3a7d44",
}
"""Of each part, and of stingers, which belong to none."""

STINGERS = "stingers"

CURVES = {"valence": "#3a7d44", "arousal": "#d1495b", "tension": "#6a4c93", "intensity": "#444444"}
INCHES_PER_BAR = 0.6
WIDTHS = (9.0, 40.0)
MOST_NAMED_BARS = 80
"""Chord names would write over each other in longer pictures."""

DRUM_ROWS = ("kick", "snare", "toms", "hats", "cymbals", "other")
_DRUM_ROW = {
    **dict.fromkeys((35, 36), 0),
    **dict.fromkeys((37, 38, 39, 40), 1),
    **dict.fromkeys((41, 43, 45, 47, 48, 50), 2),
    **dict.fromkeys((22, 26, 42, 44, 46), 3),
    **dict.fromkeys((49, 51, 52, 53, 55, 57, 59), 4),
}

LOUDNESS_SECONDS = 0.4
"""As for momentary loudness in EBU R 128, without its filter."""

LOUDNESS_DB = (-45.0, -5.0)
"""What is shown of it."""

Span = tuple[float, float, int, int]
"""Onset and length in quarter notes, pitch, velocity."""


def draw_performance(
    performance: Performance, path: Path, sound: Block | None = None, sample_rate: int = 44_100
) -> None:
    """Write the picture as a .png file; raises DeviceError with the cure when matplotlib is missing.

    With its sound, float32 [frames, 2] from the first bar on, the loudness is drawn too.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DeviceError("drawing needs matplotlib; pip install 'barwise[demo]'") from error
    check_folder(path)
    width = min(max(len(performance.bars) * INCHES_PER_BAR, WIDTHS[0]), WIDTHS[1])
    has_sound = sound is not None and len(sound) > 0
    heights = [5.0, 1.4, 1.1, 1.5] if has_sound else [5.0, 1.4, 1.5]
    figure = Figure(figsize=(width, 1.2 * sum(heights) - 1.5), layout="constrained")
    rows: list[Axes] = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    roll, drums, curves = rows[0], rows[1], rows[-1]
    _draw_notes(roll, drums, performance)
    if sound is not None and has_sound:
        _draw_loudness(rows[2], performance, sound, sample_rate)
    _draw_curves(curves, performance)
    _draw_bars(rows, performance)
    _draw_names(roll, performance)
    last = performance.bars[-1]
    roll.set_xlim(-0.5, last.end_tick / TICKS_PER_QUARTER + 0.5)
    figure.savefig(path, dpi=90)


def _draw_notes(roll: "Axes", drums: "Axes", performance: Performance) -> None:
    spans = _spans(performance.events)
    for part, color in COLORS.items():
        for start, length, pitch, velocity in spans.get(part, []):
            strength = 0.35 + 0.65 * velocity / 127
            if part is Part.DRUMS:
                row = _DRUM_ROW.get(pitch, len(DRUM_ROWS) - 1)
                drums.barh(row, 0.15, left=start, height=0.7, color=color, alpha=strength)
            else:
                roll.barh(pitch, length, left=start, height=0.9, color=color, alpha=strength)
        if part in PITCHED_PARTS or (part is None and part in spans):
            roll.plot([], [], color=color, linewidth=6, label=part.name.lower() if part else STINGERS)
    pitches = [pitch for part in (*PITCHED_PARTS, None) for _, _, pitch, _ in spans.get(part, [])]
    roll.set_ylim(min(pitches, default=48) - 2, max(pitches, default=72) + 2)
    roll.set_ylabel("pitch (MIDI); lines at C")
    for octave in range(24, 108, 12):
        roll.axhline(octave, color="#e8e8e8", linewidth=0.6, zorder=0)
    roll.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    drums.set_yticks(range(len(DRUM_ROWS)), DRUM_ROWS)
    drums.set_ylim(-0.6, len(DRUM_ROWS) - 0.4)


def _draw_loudness(axes: "Axes", performance: Performance, sound: Block, sample_rate: int) -> None:
    step = max(round(LOUDNESS_SECONDS / 4 * sample_rate), 1)
    power = (sound[: len(sound) // step * step].astype(np.float64) ** 2).reshape(-1, step, 2).sum(2).mean(1)
    momentary = np.convolve(power, np.ones(4) / 4, "same")
    loudness = 10 * np.log10(momentary + 1e-9)
    quarters = _quarters_at((np.arange(len(power)) + 0.5) * step / sample_rate, performance.bars)
    axes.plot(quarters, loudness, color="#444444", linewidth=1.0)
    axes.set_ylim(*LOUDNESS_DB)
    axes.set_ylabel("loudness\n(dB, 0.4 s)")


def _quarters_at(seconds: NDArray[np.float64], bars: tuple[PlayedBar, ...]) -> NDArray[np.float64]:
    """Where in the picture each time of the sound lies."""
    starts = np.array([bar.start_tick for bar in bars] + [bars[-1].end_tick])
    quarters = starts / TICKS_PER_QUARTER
    lengths = [bar.curve.span(bar.ticks) for bar in bars]
    times = np.concatenate([[0.0], np.cumsum(lengths)])
    last_tempo = bars[-1].curve.tempo_at(bars[-1].ticks)
    beyond = np.maximum(seconds - times[-1], 0) * last_tempo / 60  # what rings after the last bar
    return np.asarray(np.interp(seconds, times, quarters) + beyond)


def _draw_curves(axes: "Axes", performance: Performance) -> None:
    starts = [played.start_tick / TICKS_PER_QUARTER for played in performance.bars]
    for name, color in CURVES.items():
        values = [
            played.intensity if name == "intensity" else getattr(played.intent.mood, name)
            for played in performance.bars
        ]
        axes.step(starts, values, where="post", color=color, label=name)
    axes.set_ylim(-1.1, 1.1)
    axes.set_xlabel("quarter notes; heavy lines: phrases")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _draw_bars(rows: "list[Axes]", performance: Performance) -> None:
    """A line for each bar, a heavier one where a phrase begins."""
    for played in performance.bars:
        begins = played.intent.condition.phrase_bar % PHRASE_BARS == 0
        style = ("#888888", 1.2) if begins else ("#dddddd", 0.6)
        for axes in rows:
            axes.axvline(played.start_tick / TICKS_PER_QUARTER, color=style[0], linewidth=style[1], zorder=0)


def _draw_names(roll: "Axes", performance: Performance) -> None:
    """States above the roll, bars and chords inside its upper edge."""
    state, chord, names = "", "", 0
    within = roll.get_xaxis_transform()
    is_named = len(performance.bars) <= MOST_NAMED_BARS
    low, high = roll.get_ylim()
    roll.set_ylim(low, high + 0.12 * (high - low))
    for played in performance.bars:
        start = played.start_tick / TICKS_PER_QUARTER
        if played.intent.state != state:
            state, names = played.intent.state, names + 1
            height = 1.01 + 0.045 * (names % 2)  # short visits would write over each other
            roll.text(start, height, f"{state}, {played.intent.key}", transform=within, fontsize=9)
        if is_named:
            roll.text(start + 0.05, 0.965, str(played.intent.index + 1), transform=within, fontsize=6, color="#888888")
        for change in played.bar.harmony if is_named else ():
            name = "" if change.chord is None else change.chord.name(played.intent.key)
            if name != chord:
                chord = name
                place = start + change.position / TICKS_PER_QUARTER
                height = 0.93 if change.position == 0 else 0.895  # two in a bar would write over each other
                roll.text(place + 0.05, height, name, transform=within, fontsize=7)


def _spans(events: tuple[SentEvent, ...]) -> dict[Part | None, list[Span]]:
    """The notes of each part, and of stingers, from their ons and offs."""
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    spans: dict[Part | None, list[Span]] = {}
    for sent in events:
        event, key = sent.event, (sent.event.channel, sent.event.number)
        if event.kind is ChannelEventKind.NOTE_ON:
            sounding[key] = sent.tick, event.value
        elif event.kind is ChannelEventKind.NOTE_OFF and key in sounding:
            start, velocity = sounding.pop(key)
            onset, length = start / TICKS_PER_QUARTER, (sent.tick - start) / TICKS_PER_QUARTER
            part = Part.DRUMS if event.channel == DRUM_CHANNEL else event.part
            spans.setdefault(part, []).append((onset, length, event.number, velocity))
    return spans
