"""Bars for laws: anything that a bar may hold, and bars that the vocabulary writes without rounding."""

from collections.abc import Sequence

from hypothesis import strategies as st

from barwise.composing.vocabulary import DRUM_DURATION, DURATIONS, VELOCITIES
from barwise.music.harmony import Chord, Quality
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PERCUSSION, PITCHED_PARTS, Bar, ChordChange, Note, Part

METRES = st.sampled_from([Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(12, 8), Metre(7, 8), Metre(1, 16)])
CHORDS = st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(Quality))
MOODS = st.builds(Mood, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))


@st.composite
def bars(
    draw: st.DrawFn,
    durations: st.SearchStrategy[int] | None = None,
    velocities: st.SearchStrategy[int] | None = None,
    percussion: Sequence[int] = sorted({number for row in PERCUSSION.items() for number in (row[0], *row[1])}),
    max_notes: int = 12,
) -> Bar:
    """Bars of any metre; no part strikes a pitch twice at once, and one harmony holds at a time."""
    metre = draw(METRES)
    positions = st.integers(0, metre.bar_ticks - 1)
    durations = st.integers(1, 200) if durations is None else durations
    velocities = st.integers(1, 127) if velocities is None else velocities
    pitched = st.builds(
        Note, positions, st.sampled_from(PITCHED_PARTS), st.integers(LOWEST_PITCH, HIGHEST_PITCH), durations, velocities
    )
    drums = st.builds(
        Note, positions, st.just(Part.DRUMS), st.sampled_from(percussion), st.just(DURATIONS[DRUM_DURATION]), velocities
    )
    notes = draw(
        st.lists(pitched | drums, max_size=max_notes, unique_by=lambda note: (note.position, note.part, note.pitch))
    )
    changes = draw(st.dictionaries(positions, CHORDS, max_size=3))
    harmony = tuple(ChordChange(position, chord) for position, chord in sorted(changes.items()))
    return Bar(metre, harmony, tuple(sorted(notes)))


EXACT_BARS = bars(
    durations=st.sampled_from(DURATIONS[1:]),
    velocities=st.integers(1, VELOCITIES - 1).map(lambda level: 8 * level - 4),
    percussion=tuple(PERCUSSION),
)
"""Bars whose lengths, velocities and drums are the vocabulary's own."""
