"""A performance as a picture: piano roll by part under the mood that was wanted. Needs matplotlib."""

from pathlib import Path

from barwise.errors import DeviceError
from barwise.music.events import ChannelEventKind
from barwise.music.metre import TICKS_PER_QUARTER
from barwise.music.notes import Part
from barwise.music.performance import Performance, SentEvent
from barwise.playing.atomic_file import check_folder

COLORS = {
    Part.MELODY: "#d1495b",
    Part.COUNTER: "#edae49",
    Part.CHORDS: "#4f8fba",
    Part.BASS: "#2a4d69",
    Part.DRUMS: "#7a7a7a",
}
CURVES = {"valence": "#3a7d44", "arousal": "#d1495b", "tension": "#6a4c93", "intensity": "#444444"}
INCHES_PER_BAR = 0.45

Span = tuple[float, float, int, int]
"""Onset and length in quarter notes, pitch, velocity."""


def draw_performance(performance: Performance, path: Path) -> None:
    """Write the picture as a .png file; raises DeviceError with the cure when matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DeviceError("drawing needs matplotlib; pip install 'barwise[demo]'") from error
    check_folder(path)
    width = min(max(len(performance.bars) * INCHES_PER_BAR, 9.0), 40.0)
    figure = Figure(figsize=(width, 6.5), layout="constrained")
    roll, drums, curves = figure.subplots(3, 1, sharex=True, height_ratios=[5, 1.2, 1.6])
    spans = _spans(performance.events)
    for part, color in COLORS.items():
        axes = drums if part is Part.DRUMS else roll
        for start, length, pitch, velocity in spans.get(part, []):
            shown, height = (0.15, 2.0) if part is Part.DRUMS else (length, 0.9)
            axes.barh(pitch, shown, left=start, height=height, color=color, alpha=0.35 + 0.65 * velocity / 127)
        axes.plot([], [], color=color, linewidth=6, label=part.name.lower())
    _draw_curves(curves, performance)
    _draw_bars([roll, drums, curves], roll, performance)
    roll.set_ylabel("pitch (MIDI)")
    drums.set_ylabel("drums")
    curves.set_xlabel("quarter notes")
    roll.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    figure.savefig(path, dpi=90)


def _draw_curves(axes: object, performance: Performance) -> None:
    starts = [played.start_tick / TICKS_PER_QUARTER for played in performance.bars]
    for name, color in CURVES.items():
        values = [
            played.intensity if name == "intensity" else getattr(played.intent.mood, name)
            for played in performance.bars
        ]
        axes.step(starts, values, where="post", color=color, label=name)  # type: ignore[attr-defined]
    axes.set_ylim(-1.1, 1.1)  # type: ignore[attr-defined]
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)  # type: ignore[attr-defined]


def _draw_bars(all_axes: list[object], top: object, performance: Performance) -> None:
    state, names = "", 0
    for played in performance.bars:
        start = played.start_tick / TICKS_PER_QUARTER
        for axes in all_axes:
            axes.axvline(start, color="#dddddd", linewidth=0.6, zorder=0)  # type: ignore[attr-defined]
        if played.intent.state != state:
            state, names = played.intent.state, names + 1
            height = 1.01 + 0.045 * (names % 2)  # short visits would write over each other
            top.text(start, height, state, transform=top.get_xaxis_transform(), fontsize=9)  # type: ignore[attr-defined]


def _spans(events: tuple[SentEvent, ...]) -> dict[Part, list[Span]]:
    """The notes of each part, from their ons and offs."""
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    spans: dict[Part, list[Span]] = {}
    for sent in events:
        event, key = sent.event, (sent.event.channel, sent.event.number)
        if event.kind is ChannelEventKind.NOTE_ON and event.part is not None:
            sounding[key] = sent.tick, event.value
        elif event.kind is ChannelEventKind.NOTE_OFF and event.part is not None and key in sounding:
            start, velocity = sounding.pop(key)
            onset, length = start / TICKS_PER_QUARTER, (sent.tick - start) / TICKS_PER_QUARTER
            spans.setdefault(event.part, []).append((onset, length, event.number, velocity))
    return spans
