"""Layers follow what is composed: doublings in octaves, a voice under the melody, chords held close together."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.arranging.arranger import Arranger
from barwise.arranging.channels import BANKS, CHANNELS, PAD_CHANNEL, channel_in, is_pad, voices
from barwise.arranging.dynamics import layer_gain, voice_power
from barwise.arranging.levels import ROLES_DB, THINNEST_DB, makeup
from barwise.arranging.overlaps import without_overlaps
from barwise.arranging.ranges import playable_range
from barwise.arranging.stingers import STINGER_CHANNELS
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.harmony import Chord, Quality
from barwise.music.intent import BarIntent
from barwise.music.notes import PARTS, Bar, ChordChange, Note, Part
from barwise.score.load import load_score
from barwise.score.schema import Instrument, KitGroup, Layer, Line, Palette
from tests.arranging import phrases
from tests.arranging.test_arranger import _BARS, _INTENTS, TUNE, arranged, intent, onsets

SCORE = load_score()
ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
FLUTE, VIOLIN, CELLO, PIANO, CHOIR = 73, 40, 42, 0, 52


def with_layers(*layers: Layer, **changes: object) -> Arranger:
    """The built-in score with these layers in place of those of its first palette."""
    plain = replace(SCORE.palettes["orchestral"], layers=layers, **changes)  # type: ignore[arg-type]
    return Arranger(replace(SCORE, palettes={**SCORE.palettes, "orchestral": plain}))


def played(arranger: Arranger, bar: Bar = TUNE, channel: int | None = None, tonic: int = 0) -> list[tuple[int, int]]:
    """Nearest tick and pitch of each note of a layer's channel; by default of the first that doubles."""
    events = phrases.arranged(arranger, bar, intent(tonic=tonic), np.random.default_rng(0))
    wanted = 13 if channel is None else channel
    return [(round(event.tick), event.number) for event in events if event.kind is ON and event.channel == wanted]


@pytest.mark.parametrize(("program", "octave", "above"), [(VIOLIN, 0, 0), (VIOLIN, 1, 12), (CELLO, -1, -12)])
def test_a_doubling_plays_its_part_octaves_apart(program: int, octave: int, above: int) -> None:
    doubling = with_layers(Layer(Part.MELODY, Instrument(program, octave)))
    assert played(doubling) == [(tick, pitch + above) for tick, pitch in onsets(arranged(), Part.MELODY)]


def test_a_doubling_is_struck_with_its_part() -> None:
    doubling = with_layers(Layer(Part.MELODY, Instrument(VIOLIN)))
    events = phrases.arranged(doubling, TUNE, intent(), np.random.default_rng(5))
    notes = [event for event in events if event.kind in (ON, OFF)]
    of = {channel: [(e.tick, e.kind, e.value) for e in notes if e.channel == channel] for channel in (0, 13)}
    assert of[0] == of[13]


def test_what_an_instrument_lacks_is_left_to_the_part() -> None:
    piccolo = with_layers(Layer(Part.BASS, Instrument(72)))
    assert played(piccolo) == []


def test_no_doubling_makes_the_low_register_close() -> None:
    low = Bar(notes=(Note(0, Part.CHORDS, 52, 96, 80), Note(0, Part.CHORDS, 64, 96, 80)))
    assert played(with_layers(Layer(Part.CHORDS, Instrument(PIANO, -1))), low) == [(0, 52)]


HALVES = Bar(
    harmony=(ChordChange(0, Chord(0, Quality.MAJOR)), ChordChange(48, Chord(9, Quality.MINOR))),
    notes=(Note(0, Part.BASS, 36, 96, 80), Note(0, Part.CHORDS, 60, 96, 80), Note(0, Part.MELODY, 72, 96, 80)),
)


def test_a_pad_holds_each_chord_close_together_and_shared_tones_stay() -> None:
    pad = with_layers(Layer(Line.PAD, Instrument(CHOIR)))
    held = played(pad, HALVES, PAD_CHANNEL)
    first, second = ({pitch for tick, pitch in held if tick == at} for at in (0, 48))
    assert (first, second) == ({55, 60, 64}, {57, 60, 64})
    events = phrases.arranged(pad, HALVES, intent(), np.random.default_rng(0))
    assert {round(e.tick) for e in events if e.kind is OFF and e.channel == PAD_CHANNEL} == {48, 96}


def test_a_pad_sounds_in_the_key() -> None:
    pad = with_layers(Layer(Line.PAD, Instrument(CHOIR)))
    assert {pitch % 12 for tick, pitch in played(pad, HALVES, PAD_CHANNEL, tonic=2) if tick == 0} == {2, 6, 9}


def test_a_pad_gives_way_to_what_it_becomes_when_a_bar_is_composed_anew() -> None:
    old_end = ChannelEvent(96.0, OFF, PAD_CHANNEL, 60, part=Part.CHORDS)
    new = ChannelEvent(24.0, ON, PAD_CHANNEL, 62, 80, Part.CHORDS, 24)
    left = without_overlaps([old_end, new, replace(new, tick=96.0, kind=OFF)])
    assert [(event.tick, event.kind, event.number) for event in left] == [(24, OFF, 60), (24, ON, 62), (96, OFF, 62)]


def test_a_second_voice_is_the_chord_under_the_melody() -> None:
    second = with_layers(Layer(Line.HARMONY, Instrument(VIOLIN)))
    assert played(second) == [(0, 67), (48, 72)]  # under C5 and E5 over C major
    assert played(second, replace(TUNE, harmony=())) == []


@given(st.sampled_from([*Part][1:]), st.integers(-2, 2), st.integers(0, 127), _BARS, _INTENTS)
@settings(max_examples=60, deadline=None)
def test_layers_keep_the_laws_of_events(part: Part, octave: int, program: int, bar: Bar, wanted: BarIntent) -> None:
    instrument = Instrument(program, octave)
    layers = (Layer(part, instrument), Layer(Line.HARMONY, instrument), Layer(Line.PAD, instrument))
    events = phrases.arranged(with_layers(*layers), bar, replace(wanted, state="explore"), np.random.default_rng(0))
    assert [event.tick for event in events] == sorted(event.tick for event in events)
    sounding: set[tuple[int, int]] = set()
    for event in [event for event in events if event.kind in (ON, OFF)]:
        key = event.channel, event.number
        assert (key in sounding) is (event.kind is OFF)
        (sounding.add if event.kind is ON else sounding.discard)(key)
        assert event.channel < 12 or event.number in playable_range(program)
    assert not sounding


@given(_BARS, st.integers(-1, 1))
@settings(max_examples=40, deadline=None)
def test_nothing_that_layers_add_is_mud(bar: Bar, octave: int) -> None:
    """Mud is what two notes less than a fifth apart below C3 are."""
    layers = tuple(Layer(plays, Instrument(PIANO, octave)) for plays in (Part.CHORDS, Part.COUNTER, Line.PAD))
    events = phrases.arranged(with_layers(*layers), bar, intent(), np.random.default_rng(0))
    low = [event for event in events if event.kind is ON and event.channel >= 12 and event.number < 48]
    assert not [pair for pair in combinations(low, 2) if abs(pair[0].number - pair[1].number) < 7]


@pytest.mark.parametrize("palette", SCORE.palettes.values(), ids=lambda palette: palette.name)
def test_every_voice_has_a_channel_of_its_own_in_both_banks(palette: Palette) -> None:
    channels = [voice.channel for voice in voices(palette)]
    pitched = [channel_in(channel, bank) for channel in channels if channel != DRUM_CHANNEL for bank in range(BANKS)]
    assert len({*pitched, *STINGER_CHANNELS, DRUM_CHANNEL}) == len(pitched) + len(STINGER_CHANNELS) + 1
    assert {channel % 16 for channel in pitched if is_pad(channel)} <= {PAD_CHANNEL}


@pytest.mark.parametrize("palette", SCORE.palettes.values(), ids=lambda palette: palette.name)
def test_intensity_is_a_build_from_one_or_two_voices_to_all(palette: Palette) -> None:
    entries = [*(voice.enters for voice in voices(palette)), *palette.kit.values()]
    sounding = [sum(layer_gain(enters, step / 20) > 0 for enters in entries) for step in range(21)]
    assert sounding == sorted(sounding)
    assert sounding[0] <= 2
    assert sounding[-1] == len(entries) > 8
    assert max(after - before for before, after in pairwise(sounding)) <= 3


def test_groups_of_the_kit_join_one_after_another() -> None:
    kit = {KitGroup.HATS: 0.8}
    arranger = with_layers(kit=kit)
    events = [
        event for event in phrases.arranged(arranger, TUNE, intent(), np.random.default_rng(0)) if event.kind is ON
    ]
    entered = {event.position: event.enters for event in events if event.kind is ON and event.channel == DRUM_CHANNEL}
    assert entered == {0: SCORE.palettes["orchestral"].enters[Part.DRUMS], 48: 0.8}  # a kettledrum, then a hat


def test_layers_are_made_up_for_as_parts_are() -> None:
    palette = replace(SCORE.palettes["orchestral"], level=-6.0)  # no bar is then so thin that it stays softer
    thick = replace(palette, layers=(Layer(Part.MELODY, palette.instruments[Part.MELODY]),))
    alone = Bar(notes=TUNE.of(Part.MELODY))
    # What doubles adds its own power, and velocities act on power to the fourth.
    power = 1 + 10 ** ((ROLES_DB[None] - ROLES_DB[Part.MELODY]) / 10)
    assert makeup(alone, thick, 120) / makeup(alone, replace(palette, layers=()), 120) == pytest.approx(
        power ** (-1 / 4)
    )
    assert voice_power(voices(thick)[-1], thick) == pytest.approx(voice_power(voices(thick)[4], thick))


def test_a_bar_far_thinner_than_others_stays_softer() -> None:
    """One held line, where a level of 4 dB more would raise it beyond what thin bars are raised by."""
    one_line, palette = Bar(notes=TUNE.of(Part.MELODY)), SCORE.palettes["orchestral"]
    usual, louder = (makeup(one_line, replace(palette, level=level, layers=()), 120) for level in (2.0, 6.0))
    assert 40 * np.log10(usual) == pytest.approx(THINNEST_DB)
    assert louder == usual


def test_parts_come_first_among_voices() -> None:
    assert [voice.channel for voice in voices(SCORE.palettes["battle"])][:5] == [CHANNELS[part] for part in PARTS]
