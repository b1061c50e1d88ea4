"""A performance as a MIDI file, read back as tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.music.attributes import measure
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.music.glide import TempoChange
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Part
from barwise.music.performance import Performance, PlayedBar, SentEvent
from barwise.playing.midi_file import write_midi
from barwise.playing.transport import BarClock

ON, OFF = ChannelEventKind.NOTE_ON, ChannelEventKind.NOTE_OFF
CONTROL, PROGRAM, BEND = ChannelEventKind.CONTROL, ChannelEventKind.PROGRAM, ChannelEventKind.BEND
MELODY, BASS, DRUMS = Part.MELODY, Part.BASS, Part.DRUMS

C_MAJOR = Key()
EMPTY = measure(Bar(), Mode.MAJOR)


def bar(
    index: int = 0,
    start_tick: int = 0,
    metre: Metre = COMMON_TIME,
    key: Key = C_MAJOR,
    tempo: float = 120,
    state: str = "",
) -> PlayedBar:
    condition = Condition(EMPTY, mode=key.mode, metre=metre, tempo=tempo)
    intent = BarIntent(index, key, condition, Mood(0.3, -0.1, 0.2), state)
    return PlayedBar(start_tick, intent, 0.8, Bar(metre), EMPTY, "rules")


def sent(tick: float, kind: ChannelEventKind, channel: int, number: int, value: int, part: Part | None) -> SentEvent:
    return SentEvent(tick, ChannelEvent(0, kind, channel, number, value, part))


def performance(
    *rows: tuple[float, ChannelEventKind, int, int, int, Part | None], bars: Sequence[PlayedBar] = ()
) -> Performance:
    return Performance(tuple(bars) or (bar(),), tuple(sent(*row) for row in rows))


def written(music: Performance, folder: Path) -> mido.MidiFile:
    write_midi(music, folder / "x.mid")
    return mido.MidiFile(folder / "x.mid", charset="utf-8")


UNTABLED = {"type", "time", "velocity", "channel"}


def table(track: mido.MidiTrack) -> list[tuple[object, ...]]:
    """The messages of a track with the ticks of the file at which they stand."""
    rows, now = [], 0
    for message in track:
        now += message.time
        values = message.dict()
        names = ["channel"] * ("channel" in values) + [name for name in values if name not in UNTABLED]
        rows.append((now, message.type, *(values[name] for name in names)))
    return rows


def test_a_bar_becomes_a_conductor_and_a_track_for_each_part_that_sounds(tmp_path: Path) -> None:
    file = written(
        performance(
            (0, PROGRAM, 1, 33, 0, BASS),
            (0, PROGRAM, 2, 48, 0, Part.CHORDS),
            (0, ON, 1, 36, 100, BASS),
            (0, ON, DRUM_CHANNEL, 36, 110, DRUMS),
            (6, OFF, DRUM_CHANNEL, 36, 0, DRUMS),
            (12.5, CONTROL, 0, 11, 90, MELODY),
            (24, ON, 0, 72, 90, MELODY),
            (24, OFF, 1, 36, 0, BASS),
            (36, BEND, 0, 8192 + 100, 0, MELODY),
            (48.03, OFF, 0, 72, 0, MELODY),
            bars=[bar(5, state="explore")],
        ),
        tmp_path,
    )
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert [table(track) for track in file.tracks] == [
        [
            (0, "track_name", "Conductor"),
            (0, "set_tempo", 500000),
            (0, "time_signature", 4, 4, 24, 8),
            (0, "key_signature", "C"),
            (0, "marker", "bar 6 explore valence +0.30 arousal -0.10 tension 0.20 intensity 0.80"),
            (1920, "end_of_track"),
        ],
        [
            (0, "track_name", "Melody"),
            (250, "control_change", 0, 11, 90),
            (480, "note_on", 0, 72),
            (720, "pitchwheel", 0, 100),
            (961, "note_off", 0, 72),
            (1920, "end_of_track"),
        ],
        [
            (0, "track_name", "Bass"),
            (0, "program_change", 1, 33),
            (0, "note_on", 1, 36),
            (480, "note_off", 1, 36),
            (1920, "end_of_track"),
        ],
        [
            (0, "track_name", "Drums"),
            (0, "note_on", 9, 36),
            (120, "note_off", 9, 36),
            (1920, "end_of_track"),
        ],
    ]


def test_tempo_metre_and_key_are_written_where_they_change(tmp_path: Path) -> None:
    bars = [
        bar(0, 0),
        bar(1, 96, metre=Metre(6, 8)),
        bar(2, 168, metre=Metre(6, 8), key=Key(1, Mode.MINOR), tempo=90),
        bar(3, 240, metre=Metre(6, 8), key=Key(1, Mode.MINOR), tempo=90),
    ]
    conductor = written(performance(bars=bars), tmp_path).tracks[0]
    assert [row for row in table(conductor) if row[1] not in {"track_name", "marker"}] == [
        (0, "set_tempo", 500000),
        (0, "time_signature", 4, 4, 24, 8),
        (0, "key_signature", "C"),
        (1920, "time_signature", 6, 8, 36, 8),
        (3360, "set_tempo", 666667),
        (3360, "key_signature", "C#m"),
        (6240, "end_of_track"),
    ]
    assert [row[0] for row in table(conductor) if row[1] == "marker"] == [0, 1920, 3360, 4800]


def test_a_stretch_from_the_middle_begins_at_0(tmp_path: Path) -> None:
    music = performance((960, ON, 0, 60, 90, MELODY), (984, OFF, 0, 60, 0, MELODY), bars=[bar(10, 960)])
    assert table(written(music, tmp_path).tracks[1])[1:] == [
        (0, "note_on", 0, 60),
        (480, "note_off", 0, 60),
        (1920, "end_of_track"),
    ]


def test_a_note_that_starts_again_ends_the_one_that_sounds(tmp_path: Path) -> None:
    music = performance(
        (0, ON, 0, 60, 90, MELODY),
        (24, ON, 0, 60, 90, MELODY),
        (48, OFF, 0, 60, 0, MELODY),
        (72, OFF, 0, 60, 0, MELODY),
    )
    assert table(written(music, tmp_path).tracks[1])[1:-1] == [
        (0, "note_on", 0, 60),
        (480, "note_off", 0, 60),
        (480, "note_on", 0, 60),
        (960, "note_off", 0, 60),
    ]


def test_a_note_still_sounding_ends_with_the_last_bar(tmp_path: Path) -> None:
    assert table(written(performance((24, ON, 0, 60, 90, MELODY)), tmp_path).tracks[1])[2:] == [
        (1920, "note_off", 0, 60),
        (1920, "end_of_track"),
    ]


def test_an_event_without_a_part_goes_to_the_part_of_its_channel(tmp_path: Path) -> None:
    music = performance((0, CONTROL, 3, 7, 90, None), (0, ON, 3, 60, 90, MELODY), (0, CONTROL, 8, 7, 1, None))
    file = written(music, tmp_path)
    assert (0, "control_change", 3, 7, 90) in table(file.tracks[1])
    assert (0, "control_change", 8, 7, 1) in table(file.tracks[0])


def test_stingers_have_a_track_of_their_own(tmp_path: Path) -> None:
    music = performance((0, PROGRAM, 10, 8, 0, None), (24, ON, 10, 72, 90, None), (48, OFF, 10, 72, 0, None))
    file = written(music, tmp_path)
    assert table(file.tracks[1])[:4] == [
        (0, "track_name", "Stingers"),
        (0, "program_change", 10, 8),
        (480, "note_on", 10, 72),
        (960, "note_off", 10, 72),
    ]


def test_layers_have_tracks_beside_their_parts_and_the_second_bank_a_port_of_its_own(tmp_path: Path) -> None:
    rows = [(0, ON, channel, 72, 90, MELODY) for channel in (0, 13, 29)]
    file = written(performance(*rows), tmp_path)
    assert [track.name for track in file.tracks[1:]] == ["Melody", "Melody layers", "Melody layers 2"]
    assert table(file.tracks[2])[1] == (0, "note_on", 13, 72)
    assert table(file.tracks[3])[1:3] == [(0, "midi_port", 1), (0, "note_on", 13, 72)]


def test_names_in_any_script_survive(tmp_path: Path) -> None:
    conductor = written(performance(bars=[bar(state="探索 été")]), tmp_path).tracks[0]
    assert "bar 1 探索 été valence" in str(table(conductor))


def test_no_music_makes_a_valid_file(tmp_path: Path) -> None:
    file = written(Performance((), ()), tmp_path)
    assert [table(track) for track in file.tracks] == [[(0, "track_name", "Conductor"), (0, "end_of_track")]]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("tonic", range(12))
def test_every_key_has_a_signature(tmp_path: Path, tonic: int, mode: Mode) -> None:
    file = written(performance(bars=[bar(key=Key(tonic, mode))]), tmp_path)
    [name] = [message.key for message in file.tracks[0] if message.type == "key_signature"]
    pitch_class = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]] + name.count("#") - name.count("b")
    assert (pitch_class % 12, name.endswith("m")) == (tonic, not mode.is_major)


def played(clock: BarClock) -> PlayedBar:
    """A bar of silence as the clock had it."""
    return replace(
        bar(0, clock.start_tick, clock.metre, tempo=77),
        tempo=clock.tempo,
        tempo_to=clock.tempo_to,
        glide_ticks=clock.glide_ticks,
        changes=clock.changes,
        ticks=clock.ticks,
    )


def second_at(conductor: mido.MidiTrack, tick: float) -> float:
    """When a tick of the file sounds, as a program that reads the file would have it."""
    at, second, tempo = 0, 0.0, 500000
    for message in conductor:
        if at + message.time >= tick:
            break
        at += message.time
        second += mido.tick2second(message.time, 480, tempo)
        tempo = message.tempo if message.type == "set_tempo" else tempo
    return second + float(mido.tick2second(tick - at, 480, tempo))


def worst_error(clocks: Sequence[BarClock], folder: Path) -> float:
    """By how many seconds a file's time differs from the clocks' at most, at every tick of every bar."""
    conductor = written(performance(bars=[played(clock) for clock in clocks]), folder).tracks[0]
    return max(
        abs(second_at(conductor, 20 * (clock.start_tick + tick)) - clock.exact_sample_at(tick) / clock.sample_rate)
        for clock in clocks
        for tick in range(clock.ticks + 1)
    )


TEMPOS = st.floats(40, 220)


@st.composite
def gliding_bars(draw: st.DrawFn) -> list[BarClock]:
    """Bars that glide, change their tempo within, and are cut."""
    clocks: list[BarClock] = []
    for _ in range(draw(st.integers(1, 4))):
        before = clocks[-1] if clocks else BarClock(tempo=draw(TEMPOS), metre=Metre(1, 4))
        metre = draw(st.sampled_from([COMMON_TIME, Metre(6, 8), Metre(5, 4), Metre(7, 8)]))
        clock = before.next(draw(TEMPOS), metre, draw(st.sampled_from([0.0, 12.0, 24.0, 96.0, 200.0])))
        for tick in sorted(draw(st.lists(st.integers(0, 71), max_size=2))):
            clock = clock.retimed(tick, draw(TEMPOS), draw(st.sampled_from([6.0, 24.0, 48.0, 96.0])))
        clock = clock.cut_at(draw(st.integers(1, clock.ticks)))
        clocks.append(clock if clocks else replace(clock, start_tick=0, start_sample=0.0))
    return clocks


@given(gliding_bars())
def test_the_time_of_a_file_follows_glides_and_cuts_within_a_millisecond(
    tmp_path_factory: pytest.TempPathFactory, clocks: list[BarClock]
) -> None:
    assert worst_error(clocks, tmp_path_factory.getbasetemp()) < 0.001


@pytest.mark.parametrize("tempo", [97.3, 133.7])
def test_the_time_of_a_long_file_does_not_drift(tmp_path: Path, tempo: float) -> None:
    """An hour of music, whose tempo in whole microseconds a quarter is wrong by up to half of one."""
    first = BarClock(tempo=tempo)
    quarters = int(tempo * 60)
    clocks = [replace(first, start_tick=96 * i, start_sample=first.end_sample * i) for i in range(quarters // 4)]
    conductor = written(performance(bars=[played(clock) for clock in clocks]), tmp_path).tracks[0]
    last = clocks[-1]
    assert abs(second_at(conductor, 20 * last.end_tick) - last.end_sample / last.sample_rate) < 0.001
    assert sum(message.type == "set_tempo" for message in conductor) < 100


def test_a_glide_is_written_in_beats_where_they_are_enough(tmp_path: Path) -> None:
    clocks = [BarClock(tempo=120).retimed(24, 118, 48)]
    conductor = written(performance(bars=[played(clock) for clock in clocks]), tmp_path).tracks[0]
    tempos = [row for row in table(conductor) if row[1] == "set_tempo"]
    assert [row[0] for row in tempos] == [0, 480, 960, 1440]
    assert [row[2] for row in tempos] == [500000, 502119, 506356, 508475]


def test_a_change_at_once_is_written_where_it_is(tmp_path: Path) -> None:
    bars = [replace(bar(), changes=(TempoChange(36, 60),))]
    conductor = written(performance(bars=bars), tmp_path).tracks[0]
    assert [row for row in table(conductor) if row[1] == "set_tempo"] == [
        (0, "set_tempo", 500000),
        (720, "set_tempo", 1000000),
    ]


@pytest.mark.parametrize(
    ("metre", "ticks", "signature"),
    [
        (COMMON_TIME, 96, (4, 4)),
        (COMMON_TIME, 72, (3, 4)),
        (COMMON_TIME, 36, (3, 8)),
        (COMMON_TIME, 42, (7, 16)),
        (COMMON_TIME, 45, (15, 32)),
        (COMMON_TIME, 44, (15, 32)),
        (Metre(6, 8), 36, (3, 8)),
        (Metre(5, 4), 96, (4, 4)),
    ],
)
def test_a_bar_that_was_cut_has_the_metre_of_its_length(
    tmp_path: Path, metre: Metre, ticks: int, signature: tuple[int, int]
) -> None:
    bars = [replace(bar(metre=metre), ticks=ticks), bar(1, ticks, COMMON_TIME)]
    conductor = written(performance(bars=bars), tmp_path).tracks[0]
    rows = [row[:4] for row in table(conductor) if row[1] == "time_signature"]
    assert rows[0] == (0, "time_signature", *signature)
    assert rows[1:] == ([] if signature == (4, 4) else [(20 * ticks, "time_signature", 4, 4)])


EVENTS = st.lists(
    st.tuples(
        st.floats(0, 200),
        st.sampled_from([ON, OFF]),
        st.sampled_from([0, DRUM_CHANNEL]),
        st.integers(60, 62),
        st.integers(0, 127),
    ),
    max_size=30,
)


@given(EVENTS)
def test_whatever_is_sent_each_note_ends_before_its_pitch_starts_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, ChannelEventKind, int, int, int]]
) -> None:
    parts = {0: MELODY, DRUM_CHANNEL: DRUMS}
    file = written(performance(*((*row, parts[row[2]]) for row in rows)), tmp_path_factory.getbasetemp())
    sounding: Counter[tuple[int, int]] = Counter()
    for message in mido.merge_tracks(file.tracks):
        if message.type in {"note_on", "note_off"}:
            sounding[message.channel, message.note] += 1 if message.type == "note_on" else -1
        assert set(sounding.values()) <= {0, 1}
    assert not any(sounding.values())


def test_equal_performances_make_equal_bytes(tmp_path: Path) -> None:
    music = performance((0, ON, 0, 60, 90, MELODY), (3, ON, DRUM_CHANNEL, 36, 90, DRUMS), (24, OFF, 0, 60, 0, MELODY))
    write_midi(music, tmp_path / "a.mid")
    write_midi(replace(music), tmp_path / "b.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the folder .*nowhere does not exist"):
        write_midi(performance(), tmp_path / "nowhere" / "x.mid")


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    write_midi(performance(), tmp_path / "x.mid")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mid"]
