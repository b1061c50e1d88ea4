"""Stingers as a score writes them: notes, drums or both, with an instrument of their own."""

from barwise.errors import InputError, ScoreError
from barwise.music.stinger import LEVEL_RANGE, DrumStroke, Stinger, StingerNote, StingerStart
from barwise.score.document import Value, given
from barwise.score.palettes import INSTRUMENT_RANGES
from barwise.score.stinger_text import read_drums, read_figure

_STINGER_INSTRUMENT = ("program", "pan", "reverb")
_STINGER_KEYS = ("notes", "drums", "at", "velocity", "level", *_STINGER_INSTRUMENT)
_LONGEST_STINGER = 512
"""Letters of a stinger's notes or drums written as text."""

_MOST_STINGERS = 64


def read_stingers(value: Value) -> dict[str, Stinger]:
    """Stingers by name."""
    entries = value.entries()
    if len(entries) > _MOST_STINGERS:
        raise value.refused(f"a mapping of up to {_MOST_STINGERS} stingers")
    return {name: _stinger(name, entry) for name, entry in entries.items()}


def _stinger(name: str, value: Value) -> Stinger:
    """A stinger from its notes, its drums or both."""
    fields = value.fields(_STINGER_KEYS)
    if "notes" in fields and "program" not in fields:
        raise value.refused("a stinger: notes need a program")
    velocities = given(fields, "velocity", _velocities, (100, 100))
    try:
        notes = read_figure(fields["notes"].text(_LONGEST_STINGER)) if "notes" in fields else ()
        drums = read_drums(fields["drums"].text(_LONGEST_STINGER)) if "drums" in fields else ()
        last = max([at for at, *_ in notes] + [at for at, _ in drums], default=0)
        return Stinger(
            name,
            tuple(StingerNote(at, step, ticks, _between(velocities, at, last)) for at, step, ticks in notes),
            tuple(DrumStroke(at, drum, _between(velocities, at, last)) for at, drum in drums),
            at=StingerStart(given(fields, "at", lambda field: field.one_of("start", list(StingerStart)), "beat")),
            level=given(fields, "level", lambda field: field.number(*LEVEL_RANGE), 0.0),
            **{key: fields[key].whole(*INSTRUMENT_RANGES[key]) for key in _STINGER_INSTRUMENT if key in fields},
        )
    except ScoreError:
        raise
    except InputError as error:
        raise ScoreError(f"{value.source}: {value.where}: {error}") from error


def _velocities(value: Value) -> tuple[int, int]:
    """One velocity, or those of the first and of the last onset."""
    if isinstance(value.content, list):
        first, last = (item.whole(1, 127) for item in value.items(2))
        return first, last
    only = value.whole(1, 127)
    return only, only


def _between(velocities: tuple[int, int], at: int, last: int) -> int:
    first, final = velocities
    return round(first + (final - first) * at / max(last, 1))
