"""Stingers: where they begin, and in tune over every chord, their line as it is written."""

from itertools import groupby, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.harmony import DEGREES, SCALES, Chord, Key, Mode, Quality
from barwise.music.metre import Metre
from barwise.music.notes import ChordChange
from barwise.music.stinger import LARGEST_TICKS, Stinger, StingerNote, StingerStart, grid_tick, start_tick
from barwise.music.stinger_fitting import FittedNote, HeardChord, fitted, heard_chords
from barwise.score.load import load_score

REGISTER = (48, 96)
C_MAJOR, G_SEVENTH, A_MINOR = Chord(0, Quality.MAJOR), Chord(7, Quality.DOMINANT), Chord(9, Quality.MINOR)
BUILT_IN = load_score().stingers

RUN = Stinger("run", tuple(StingerNote(6 * step, step, 6) for step in range(8)))
"""C D E F G A B C in sixteenths."""
CALL = Stinger("call", tuple(StingerNote(at, step, 24) for at, step in ((0, 0), (24, 2), (48, 4), (72, 7))))
"""C E G C in quarters."""

CHORDS = st.builds(Chord, st.integers(0, 11), st.sampled_from(Quality)) | st.none()
KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(Mode))


def over(stinger: Stinger, *changes: tuple[int, Chord | None], key: Key | None = None, start: float = 0) -> list[int]:
    """The pitches of a stinger over some chords, each from a tick on."""
    return [note.pitch for note in fit(stinger, *changes, key=key, start=start)]


def fit(
    stinger: Stinger, *changes: tuple[int, Chord | None], key: Key | None = None, start: float = 0
) -> tuple[FittedNote, ...]:
    heard = [HeardChord(tick, chord, key or Key()) for tick, chord in changes]
    return fitted(stinger, start, heard, REGISTER)


def test_root_third_and_fifth_are_those_of_the_chord_that_sounds() -> None:
    assert over(CALL, (0, C_MAJOR)) == [60, 64, 67, 72]
    assert over(CALL, (0, A_MINOR)) == [57, 60, 64, 69]
    assert over(CALL, (0, C_MAJOR), key=Key(2)) == [62, 66, 69, 74]


def test_steps_between_are_the_modes() -> None:
    assert over(RUN, (0, Chord(0, Quality.MINOR)), key=Key(0, Mode.PHRYGIAN)) == [60, 61, 63, 65, 67, 68, 70, 72]


def test_a_chord_has_its_own_form_of_a_degree() -> None:
    """Over the dominant of a minor key no natural seventh passes beside the raised one."""
    assert over(RUN, (0, Chord(7, Quality.MAJOR)), key=Key(0, Mode.MINOR)) == [55, 56, 59, 60, 62, 63, 65, 67]


def test_each_note_is_on_the_chord_of_its_own_time() -> None:
    pitches = over(CALL, (0, C_MAJOR), (48, G_SEVENTH), start=0)
    assert [pitch % 12 for pitch in pitches[:2]] == [0, 4]
    assert {pitch % 12 for pitch in pitches[2:]} <= {7, 11, 2, 5}
    assert pitches == sorted(pitches)


def test_a_start_is_counted_from_the_bar() -> None:
    assert over(CALL, (0, C_MAJOR), (96, A_MINOR), start=96) == over(CALL, (0, A_MINOR))


def test_a_held_note_stays_where_both_chords_have_it() -> None:
    held = Stinger("held", (StingerNote(0, 2, 96),))
    (note,) = fit(held, (0, C_MAJOR), (48, A_MINOR))
    assert (note.pitch, note.duration) == (64, 96)


def test_a_held_note_ends_where_a_chord_begins_that_no_tone_fits() -> None:
    held = Stinger("held", (StingerNote(0, 2, 96),))
    (note,) = fit(held, (0, C_MAJOR), (48, Chord(11, Quality.MAJOR)))
    assert note.duration == 48


def test_over_a_transition_each_note_is_in_the_key_of_its_own_time() -> None:
    """The music goes from C to E major in the middle of a run."""
    heard = [HeardChord(0, C_MAJOR, Key()), HeardChord(24, C_MAJOR, Key(4))]
    pitches = [note.pitch for note in fitted(RUN, 0, heard, REGISTER)]
    assert [pitch % 12 for pitch in pitches[:4]] == [0, 2, 4, 5]
    assert {pitch % 12 for pitch in pitches[4:]} <= {4, 6, 8, 9, 11, 1, 3}
    assert pitches == sorted(set(pitches))


def test_notes_that_have_sounded_stay_when_the_harmony_turns() -> None:
    before = fit(CALL, (0, C_MAJOR))
    turned = [HeardChord(0, C_MAJOR, Key()), HeardChord(48, Chord(5, Quality.MINOR), Key(0, Mode.MINOR))]
    after = fitted(CALL, 0, turned, REGISTER, before[:2])
    assert after[:2] == before[:2]
    assert {note.pitch % 12 for note in after[2:]} <= {5, 8, 0}
    assert [note.pitch for note in after] == sorted(note.pitch for note in after)


@given(name=st.sampled_from(sorted(BUILT_IN)), first=CHORDS, second=CHORDS, key=KEYS, change=st.integers(1, 16))
def test_built_in_stingers_are_in_tune_over_any_two_chords(
    name: str, first: Chord | None, second: Chord | None, key: Key, change: int
) -> None:
    stinger = BUILT_IN[name]
    steps = {note.position: note for note in sorted(stinger.notes)}
    for note in fit(stinger, (0, first), (6 * change, second), key=key):
        chord = first if note.position < 6 * change else second
        assert (note.pitch - key.tonic) % 12 in allowed(chord, key.mode, is_long=note.duration > 12), (note, steps)


def allowed(chord: Chord | None, mode: Mode, *, is_long: bool) -> set[int]:
    """Pitch classes above the tonic: those of the chord, and for short notes of the mode too."""
    tones = set(chord.tones) if chord else {0, DEGREES[mode][2], DEGREES[mode][4], 7}
    if chord and chord.quality is Quality.POWER:
        own = {(chord.root + third) % 12 for third in (3, 4)} & set(DEGREES[mode])
        tones |= own or {(chord.root + (4 if mode.is_major else 3)) % 12}
    return tones if is_long else tones | SCALES[mode]


@given(name=st.sampled_from(sorted(BUILT_IN)), chord=CHORDS, key=KEYS)
@example(name="discovery", chord=Chord(6, Quality.POWER), key=Key(0, Mode.HARMONIC_MINOR))  # its third is nobody's
def test_built_in_stingers_keep_their_contour_over_every_chord(name: str, chord: Chord | None, key: Key) -> None:
    stinger = BUILT_IN[name]
    written = [max(note.step for note in stroke) for _, stroke in groupby(sorted(stinger.notes), lambda n: n.position)]
    notes = fit(stinger, (0, chord), key=key)
    played = [max(note.pitch for note in stroke) for _, stroke in groupby(notes, lambda note: note.position)]
    assert directions(played) == directions(written)


def directions(line: list[int]) -> list[int]:
    return [(after > before) - (after < before) for before, after in pairwise(line)]


@given(
    steps=st.lists(st.tuples(st.integers(-7, 14), st.sampled_from([6, 12, 24])), min_size=1, max_size=6),
    chords=st.lists(CHORDS, min_size=1, max_size=4),
    key=KEYS,
    low=st.integers(28, 72),
)
def test_every_figure_stays_in_its_register_and_no_note_grows(
    steps: list[tuple[int, int]], chords: list[Chord | None], key: Key, low: int
) -> None:
    positions = [sum(ticks for _, ticks in steps[:place]) for place in range(len(steps))]
    notes = tuple(StingerNote(at, step, ticks) for at, (step, ticks) in zip(positions, steps, strict=True))
    heard = [HeardChord(12 * place, chord, key) for place, chord in enumerate(chords)]
    sounding = fitted(Stinger("any", notes), 0, heard, (low, low + 24))
    assert [note.position for note in sounding] == positions
    assert all(low <= note.pitch <= low + 24 for note in sounding)
    assert all(1 <= new.duration <= old.duration for new, old in zip(sounding, notes, strict=True))


def test_notes_together_stay_apart_and_below_the_highest() -> None:
    stab = Stinger("stab", (StingerNote(0, 0, 48), StingerNote(0, 2, 48), StingerNote(0, 4, 48), StingerNote(0, 7, 48)))
    assert over(stab, (0, C_MAJOR)) == [60, 64, 67, 72]
    assert len(set(over(stab, (0, Chord(2, Quality.POWER))))) == 4


def test_the_harmony_of_a_bar_is_heard_in_its_key() -> None:
    heard = heard_chords([ChordChange(0, C_MAJOR), ChordChange(48, None)], Key(2), bar_start=96)
    assert heard == [HeardChord(96, C_MAJOR, Key(2)), HeardChord(144, None, Key(2))]


@pytest.mark.parametrize(
    ("at", "now", "metre", "tick"),
    [
        ("now", 13.5, Metre(), 13.5),
        ("sixteenth", 13.5, Metre(), 18),
        ("sixteenth", 18.0, Metre(), 18),
        ("beat", 24.0 + 1e-9, Metre(), 24),
        ("bar", 1e-9, Metre(), 0),
        ("beat", 25.0, Metre(), 48),
        ("beat", 80.0, Metre(), 96),
        ("beat", 30.0, Metre(6, 8), 36),
        ("beat", 80.0, Metre(7, 8), 84),
        ("bar", 0.0, Metre(), 0),
        ("bar", 1.0, Metre(5, 8), 60),
    ],
)
def test_a_stinger_begins_at_the_next_place(at: str, now: float, metre: Metre, tick: float) -> None:
    assert start_tick(at, now, metre) == tick


@given(
    at=st.sampled_from([StingerStart.SIXTEENTH, StingerStart.BEAT, StingerStart.BAR]),
    metre=st.sampled_from([Metre(), Metre(3, 4), Metre(7, 8), Metre(12, 8), Metre(5, 16)]),
    now=st.floats(0, 59),
    margin=st.floats(0, 24),
)
def test_no_stinger_begins_before_its_margin_or_off_the_grid(
    at: StingerStart, metre: Metre, now: float, margin: float
) -> None:
    tick = start_tick(at, min(now, metre.bar_ticks), metre, margin)
    assert tick >= min(now, metre.bar_ticks) + margin - 1e-6
    assert tick == grid_tick(tick)


def test_a_start_off_the_grid_counts_from_the_nearest_sixteenth() -> None:
    assert [grid_tick(start) for start in (0, 2.9, 3.0, 11.0, 95.0)] == [0, 0, 6, 12, 96]


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ((), "stinger 'bad' has neither notes nor drums"),
        ((StingerNote(0, 0, LARGEST_TICKS + 24),), "stinger 'bad' lasts 9 quarter notes; allowed: up to 8"),
        (tuple(StingerNote(0, step, 6) for step in range(5)), "too many notes together; allowed: up to 4"),
        (tuple(StingerNote(place, 0, 1) for place in range(33)), "33 onsets of notes; allowed: up to 32"),
    ],
)
def test_a_stinger_that_is_none_is_refused(notes: tuple[StingerNote, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Stinger("bad", notes)


def test_without_a_chord_there_is_nothing_to_be_in_tune_with() -> None:
    with pytest.raises(InputError, match="needs the chord"):
        fitted(CALL, 0, [], REGISTER)
