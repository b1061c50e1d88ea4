"""What the arranger does with a bar: channels, octaves, idioms and the laws of its events."""

from collections import Counter
from dataclasses import replace
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import CHANNELS
from barwise.arranging.groove import learned_groove
from barwise.arranging.idioms import idiomatic
from barwise.arranging.ranges import TESSITURAS, comfortable_range, playable
from barwise.music.attributes import measure
from barwise.music.events import ChannelEvent, ChannelEventKind, is_layer
from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME
from barwise.music.mood import Mood
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PARTS, PERCUSSION, Bar, ChordChange, Note, Part
from barwise.score.load import load_score
from tests.arranging import phrases

SCORE = load_score()
ARRANGER = Arranger(SCORE)
ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
PALETTES = {name: ARRANGER.palette_of(name) for name in SCORE.states}

TUNE = Bar(
    harmony=(ChordChange(0, Chord(0, Quality.MAJOR)),),
    notes=(
        Note(0, Part.DRUMS, 41, 6, 92),
        Note(0, Part.BASS, 36, 96, 84),
        Note(0, Part.CHORDS, 60, 96, 76),
        Note(0, Part.CHORDS, 64, 96, 76),
        Note(0, Part.CHORDS, 67, 96, 76),
        Note(0, Part.COUNTER, 64, 96, 76),
        Note(0, Part.MELODY, 72, 48, 92),
        Note(48, Part.DRUMS, 42, 6, 60),
        Note(48, Part.MELODY, 76, 48, 92),
    ),
)


def intent(state: str = "explore", tonic: int = 0, arousal: float = 0.0, phrase_bar: int = 0) -> BarIntent:
    condition = Condition(measure(TUNE, Mode.MAJOR), phrase_bar=phrase_bar)
    return BarIntent(0, Key(tonic), condition, Mood(arousal=arousal), state)


def arranged(bar: Bar = TUNE, wanted: BarIntent | None = None, seed: int = 0) -> tuple[ChannelEvent, ...]:
    return phrases.arranged(ARRANGER, bar, wanted or intent(), np.random.default_rng(seed))


def onsets(events: tuple[ChannelEvent, ...], part: Part) -> list[tuple[int, int]]:
    """Nearest tick and pitch of each note of a part, without those of its layers."""
    own = [event for event in events if event.kind is ON and event.channel == CHANNELS[part]]
    return [(round(event.tick), event.number) for event in own]


def test_every_part_has_its_channel_and_sounds_in_the_key() -> None:
    events = arranged(wanted=intent(tonic=2))
    own = {(each.part, each.channel) for each in events if each.kind is ON and not is_layer(each.channel)}
    assert own == set(CHANNELS.items())
    assert onsets(events, Part.MELODY) == [(0, 74), (48, 78)]
    assert onsets(events, Part.CHORDS) == [(0, 62), (0, 66), (0, 69)]
    assert onsets(events, Part.BASS) == [(0, 38)]


def test_the_orchestra_tunes_its_kettledrums_to_the_key() -> None:
    assert onsets(arranged(wanted=intent("explore", tonic=5)), Part.DRUMS) == [(0, 41), (48, 82)]
    assert onsets(arranged(wanted=intent("explore", tonic=7)), Part.DRUMS) == [(0, 43), (48, 82)]
    assert onsets(arranged(wanted=intent("combat", tonic=7)), Part.DRUMS) == [(0, 41), (48, 42)]


def test_distorted_guitars_play_roots_and_fifths() -> None:
    assert onsets(arranged(wanted=intent("combat")), Part.CHORDS) == [(0, 60), (0, 67)]


@pytest.mark.parametrize("state", SCORE.states)
@pytest.mark.parametrize("tonic", range(12))
def test_parts_lie_where_their_instruments_sound_well(state: str, tonic: int) -> None:
    palette = PALETTES[state]
    for part, span in TESSITURAS.items():
        low, high = comfortable_range(palette.instruments[part].program)
        heard = [pitch for _, pitch in onsets(arranged(scale(part, *span), intent(state, tonic)), part)]
        assert low - 6 <= median(heard) <= high + 6


def scale(part: Part, low: int, high: int) -> Bar:
    return Bar(notes=tuple(Note(4 * step, part, pitch, 4, 80) for step, pitch in enumerate(range(low, high + 1))))


@given(st.data())
@settings(max_examples=60)
def test_a_part_moves_by_the_same_interval_from_bar_to_bar(data: st.DataObject) -> None:
    state, tonic = data.draw(st.sampled_from(sorted(SCORE.states))), data.draw(st.integers(0, 11))
    part = data.draw(st.sampled_from(list(TESSITURAS)))
    pitches = data.draw(st.lists(st.integers(*TESSITURAS[part]), min_size=2, max_size=6))
    if PALETTES[state].instruments[part].program == 30:
        return
    moves = {onsets(arranged(scale(part, pitch, pitch), intent(state, tonic)), part)[0][1] - pitch for pitch in pitches}
    assert len(moves) == 1


def test_the_bass_stays_under_the_melody() -> None:
    low_tune = Bar(notes=(Note(0, Part.BASS, 60, 96, 80), Note(0, Part.MELODY, 55, 96, 80)))
    events = arranged(low_tune)
    assert onsets(events, Part.BASS)[0][1] < onsets(events, Part.MELODY)[0][1]


@given(st.integers(0, 127), st.integers(-20, 140))
def test_a_single_note_far_outside_its_instrument_moves_by_octaves(program: int, pitch: int) -> None:
    low, high = comfortable_range(program)
    found = playable(pitch, program)
    assert low - 6 <= found <= high + 6
    assert (found - pitch) % 12 == 0
    assert found == pitch or not low - 6 <= pitch <= high + 6


@pytest.mark.parametrize(("lowest", "root"), [(55, 52), (50, 52), (46, 52), (59, 64)])  # E nearest to G, D, Bb, B
def test_a_power_chord_stays_where_the_chord_was(lowest: int, root: int) -> None:
    chord = (Note(0, Part.CHORDS, lowest, 96, 80), Note(0, Part.CHORDS, lowest + 4, 96, 80))
    bar = Bar(harmony=(ChordChange(0, Chord(4, Quality.MINOR)),), notes=chord)
    assert [note.pitch for note in idiomatic(bar, PALETTES["combat"])] == [root, root + 7]


def test_a_bass_plays_single_notes_and_octaves() -> None:
    pile = [Note(0, Part.BASS, pitch, 24, 90) for pitch in (36, 43, 48, 52, 60)]
    bar = Bar(notes=(*pile, Note(48, Part.BASS, 38, 24, 90), Note(48, Part.MELODY, 72, 24, 90)))
    assert [note.pitch for note in idiomatic(bar, PALETTES["explore"])] == [36, 48, 38, 72]


def test_the_bass_does_not_leave_its_instrument_to_stay_under_the_melody() -> None:
    low_tune = Bar(notes=(Note(0, Part.BASS, 33, 96, 80), Note(0, Part.MELODY, 30, 96, 80)))
    lowest, _ = comfortable_range(PALETTES["explore"].instruments[Part.BASS].program)
    assert onsets(arranged(low_tune), Part.BASS)[0][1] >= lowest


@pytest.mark.parametrize(("phrase_bar", "breathes"), [(0, False), (3, True), (6, False), (7, True)])
def test_the_melody_breathes_before_each_half_of_a_phrase(phrase_bar: int, breathes: bool) -> None:
    held = Bar(notes=(Note(0, Part.BASS, 36, 96, 80), Note(48, Part.MELODY, 72, 96, 80)))
    ends = {event.part: event.tick for event in arranged(held, intent(phrase_bar=phrase_bar)) if event.kind is OFF}
    assert (ends[Part.MELODY] < 90) is breathes
    assert ends[Part.BASS] > 80


_NOTES = st.builds(
    Note,
    st.integers(0, 95),
    st.sampled_from([part for part in PARTS if part is not Part.DRUMS]),
    st.integers(LOWEST_PITCH, HIGHEST_PITCH),
    st.integers(1, 120),
    st.integers(1, 127),
) | st.builds(
    Note, st.integers(0, 95), st.just(Part.DRUMS), st.sampled_from(list(PERCUSSION)), st.just(6), st.integers(1, 127)
)
_BARS = st.builds(
    Bar,
    st.just(COMMON_TIME),
    st.just((ChordChange(0, Chord(9, Quality.MINOR)),)),
    st.lists(_NOTES, max_size=20).map(lambda notes: tuple(sorted(notes))),
)
_INTENTS = st.builds(
    intent, st.sampled_from([*SCORE.states, "nowhere"]), st.integers(0, 11), st.floats(-1, 1), st.integers(0, 7)
)


@given(_BARS, _INTENTS, st.floats(30, 300), st.integers(0, 99))
@settings(max_examples=60)
def test_events_keep_their_laws(bar: Bar, wanted: BarIntent, tempo: float, seed: int) -> None:
    wanted = replace(wanted, condition=replace(wanted.condition, tempo=tempo))
    events = arranged(bar, wanted, seed)
    assert [event.tick for event in events] == sorted(event.tick for event in events)
    assert all(event.tick >= 0 for event in events)
    assert all(0 <= event.number <= 127 for event in events)
    assert all(1 <= event.value <= 127 for event in events if event.kind is ON)
    keys: Counter[tuple[int, int]] = Counter()
    for event in [event for event in events if event.kind in (ON, OFF)]:
        keys[event.channel, event.number] += 1 if event.kind is ON else -1
        assert keys[event.channel, event.number] in (0, 1)
    assert not any(keys.values())
    assert events == arranged(bar, wanted, seed)


@given(_BARS, st.integers(0, 99))
@settings(max_examples=40)
def test_onsets_of_a_part_never_change_places(bar: Bar, seed: int) -> None:
    for part in bar.parts:
        written = [note.position for note in bar.notes if note.part is part]
        events = (event for event in arranged(bar, seed=seed) if event.channel == CHANNELS[part])
        played = [event.tick for event in events if event.kind is ON]
        near = [min(range(len(set(written))), key=lambda n: abs(sorted(set(written))[n] - tick)) for tick in played]
        assert near == sorted(near)


def test_calm_is_legato_and_excitement_is_detached() -> None:
    first_off = {
        arousal: next(
            event.tick for event in arranged(wanted=intent(arousal=arousal)) if event.kind is OFF and event.channel == 0
        )
        for arousal in (-1.0, 1.0)
    }
    assert first_off[1.0] < 45
    assert 47 < first_off[-1.0] < 49


def test_makeup_counts_notes_for_as_long_as_they_are_played(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[list[int]] = []

    def watched(bar: Bar, *_: object) -> float:
        counted.append([note.duration for note in bar.notes])
        return 1.0

    monkeypatch.setattr("barwise.arranging.arranger.makeup", watched)
    for arousal in (-1.0, 1.0):
        arranged(wanted=intent(arousal=arousal))
    calm, excited = counted
    assert max(calm) <= 97  # of 96 ticks
    assert all(short <= long for short, long in zip(excited, calm, strict=True))
    assert sum(excited) < sum(calm)


def test_the_phrase_swells_to_the_bar_before_its_cadence() -> None:
    loud = [
        np.mean([event.value for event in arranged(wanted=intent(phrase_bar=bar)) if event.kind is ON])
        for bar in range(8)
    ]
    assert int(np.argmax(loud)) == 6


def test_instruments_change_after_every_note_is_let_go() -> None:
    events = ARRANGER.setup(PALETTES["combat"])
    numbers = [event.number for event in events if event.channel == 2]
    assert numbers == [64, 123, 30, 7, 10, 91, 74]
    assert all(event.tick == 0 for event in events)
    kinds = [event.number in (64, 123) for event in events]
    assert kinds == sorted(kinds, reverse=True)


def test_an_unknown_state_has_the_first_palette() -> None:
    assert ARRANGER.palette_of("nowhere") == PALETTES[SCORE.initial]


def test_what_drummers_taught_is_read_before_the_first_bar() -> None:
    learned_groove.cache_clear()
    Arranger(SCORE)
    assert learned_groove.cache_info().currsize == 1
