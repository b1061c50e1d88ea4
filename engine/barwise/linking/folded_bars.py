"""Bars as text: where they begin and end is at hand, and the rest is taken apart when a game asks what is played.

A bar taken apart would cost the game a share of a frame, and most games never ask for its notes.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from barwise.errors import InputError
from barwise.music.reports import BarReport, NoteReport
from barwise.music.status import MusicStatus
from barwise.plain import from_plain, to_plain

Facts = tuple[MusicStatus, tuple[int, ...], tuple[tuple[int, str], ...], bool]
"""Status, beats, chords, and whether it is settled."""

Notes = tuple[NoteReport, ...]


@dataclass(frozen=True, slots=True)
class FoldedBar:
    """A bar as it travels; what is in its texts was not looked at."""

    number: int
    frame: int
    end_frame: int
    facts: bytes
    """JSON of its Facts."""
    notes: bytes
    """JSON of its Notes."""

    def unfolded(self, *, has_notes: bool) -> BarReport:
        """The bar, with its notes or without; raises InputError for texts that are none of a bar's."""
        status, beats, chords, is_settled = _facts_of(self.facts)
        if status.bar != self.number:
            raise InputError(f"bar {self.number} says that it is bar {status.bar}")
        notes = _notes_of(self.notes) if has_notes else ()
        return BarReport(self.frame, self.end_frame, status, beats, chords, notes, is_settled)


def folded(bar: BarReport) -> FoldedBar:
    """A bar to travel."""
    facts = bar.status, bar.beats, bar.chords, bar.is_settled
    return FoldedBar(bar.status.bar, bar.frame, bar.end_frame, _text_of(facts, Facts), _text_of(bar.notes, Notes))


@lru_cache(maxsize=8)
def _facts_of(text: bytes) -> Facts:
    facts: Facts = from_plain(Facts, _plain(text))
    return facts


@lru_cache(maxsize=8)
def _notes_of(text: bytes) -> Notes:
    notes: Notes = from_plain(Notes, _plain(text))
    return notes


def _text_of(value: Any, kind: Any) -> bytes:
    return json.dumps(to_plain(value, kind), separators=(",", ":")).encode()


def _plain(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"a bar's text is not JSON: {error}") from None
