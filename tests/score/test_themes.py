"""Themes of a score: as text and as MIDI files beside it, and nothing from elsewhere."""

from pathlib import Path

import mido
import pytest

from barwise.errors import InputError, ScoreError
from barwise.music.harmony import Key, Mode
from barwise.music.metre import Metre
from barwise.music.theme import Theme, sounded
from barwise.score.load import load_score, read_score
from barwise.score.theme_midi import MAX_BYTES, read_midi_theme
from barwise.score.theme_text import read_notes
from tests.music.themes import pitches
from tests.score.test_load_score import SMALL

TUNE = [(0, 480, 62), (480, 240, 66), (720, 240, 69), (960, 960, 62)]
"""D, F# and A in ticks of 480 a quarter: D major."""


def with_themes(themes: str, folder: Path | None = None) -> dict[str, Theme]:
    return dict(read_score(f"{SMALL}\nthemes: {themes}\n", "small.yaml", folder).themes)


def midi(path: Path, notes: list[tuple[int, int, int]], *settings: mido.MetaMessage, channel: int = 0) -> Path:
    track = mido.MidiTrack(settings)
    events = [(at, 1, pitch, 80) for at, _, pitch in notes] + [(at + ticks, 0, pitch, 0) for at, ticks, pitch in notes]
    now = 0
    for at, _, pitch, velocity in sorted(events):
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=at - now, channel=channel))
        now = at
    mido.MidiFile(tracks=[track]).save(path)
    return path


def test_notes_are_read_as_they_are_written() -> None:
    assert read_notes("C4:1 R:1/2 Eb5:1/2 | F#4:2", Metre(2, 4)) == [(0, 24, 60), (36, 12, 75), (48, 48, 66)]


def test_a_theme_is_in_the_key_that_it_is_written_in() -> None:
    theme = with_themes("{a: {notes: 'D5:1 F5:1 A5:2', key: D, mode: minor}}")["a"]
    assert (theme.mode, theme.metre, [note.degree for note in theme.notes]) == (Mode.MINOR, Metre(4, 4), [7, 9, 11])
    assert pitches(sounded(theme, Mode.MAJOR)) == [72, 76, 79]


def test_the_built_in_score_has_themes_for_both_metres_and_modes() -> None:
    themes = load_score().themes.values()
    assert len(themes) >= 2
    assert {theme.mode.is_major for theme in themes} == {True, False}


@pytest.mark.parametrize(
    ("themes", "message"),
    [
        ("{a: {}}", "themes.a: {} is not a theme: it has either notes or a file"),
        ("{a: {notes: 'C4:1 D4:1', key: H}}", "themes.a.key: there is no key 'H'"),
        ("{a: {notes: 'C4:1 X4:1 D4:1'}}", "themes.a: 'X4:1' is not a note such as C5:1"),
        ("{a: {notes: 'C4:1 D4:1'}}", "theme 'a' has 2 notes; allowed: 3 to 64"),
        ("{a: {notes: 'C4:1/0 D4:1 E4:1'}}", "'C4:1/0': a length is so many quarter notes"),
        ("{a: {notes: 'C4:1/7 D4:1 E4:1'}}", "in steps of 1/24"),
        ("{a: {notes: 'C4:1 | D4:1 E4:1'}}", "'|' stands 1 quarter note into a bar of 4/4"),
        ("{a: {notes: 'C4:1 D4:1 E4:99'}}", "theme 'a' has 26 bars of 4/4; allowed: up to 8"),
        ("{a: {notes: 'C4:1 D4:1 E4:1', mode: sad}}", "there is no mode 'sad'; allowed: major, minor, dorian"),
        ("{a: {note: 'C4:1'}}", "there is no key 'note'; did you mean 'notes'?"),
        ("{a: {file: a.mid}}", "themes.a.file: 'a.mid' is not allowed in a score that is no file itself"),
        ("[]", "themes: [] is not a mapping"),
    ],
)
def test_a_theme_that_is_wrong_is_refused_with_its_place(themes: str, message: str) -> None:
    with pytest.raises(ScoreError) as refusal:
        with_themes(themes)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("small.yaml: ")


def test_a_theme_may_be_a_midi_file_beside_the_score(tmp_path: Path) -> None:
    midi(tmp_path / "tune.mid", TUNE, mido.MetaMessage("key_signature", key="D"))
    theme = with_themes("{a: {file: tune.mid}}", tmp_path)["a"]
    assert [(note.position, note.duration, note.degree) for note in theme.notes] == [
        (0, 24, 0),
        (24, 12, 2),
        (36, 12, 4),
        (48, 48, 0),
    ]


@pytest.mark.parametrize("name", ["../tune.mid", "/etc/tune.mid", "sub/../../tune.mid", "link.mid", "tune.txt"])
def test_a_file_outside_the_scores_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "score"
    folder.mkdir()
    midi(tmp_path / "tune.mid", TUNE)
    (folder / "link.mid").symlink_to(tmp_path / "tune.mid")
    with pytest.raises(ScoreError, match="is not a file in the score's folder"):
        with_themes(f"{{a: {{file: {name}}}}}", folder)


def test_key_and_metre_come_from_the_file_unless_they_are_given(tmp_path: Path) -> None:
    signed = midi(
        tmp_path / "signed.mid",
        TUNE,
        mido.MetaMessage("key_signature", key="Bm"),
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
    )
    assert (read_midi_theme(signed).mode, read_midi_theme(signed).metre) == (Mode.MINOR, Metre(3, 4))
    given = read_midi_theme(signed, key=Key(2), metre=Metre(4, 4))
    assert (given.mode, given.metre, given.notes[0].degree) == (Mode.MAJOR, Metre(4, 4), 0)


def test_a_file_without_a_key_is_heard_in_the_one_that_fits(tmp_path: Path) -> None:
    theme = read_midi_theme(midi(tmp_path / "tune.mid", TUNE))
    assert (theme.name, theme.mode, theme.notes[0].degree) == ("tune", Mode.MAJOR, 0)


def test_the_highest_notes_are_the_melody_and_drums_are_none(tmp_path: Path) -> None:
    chords = [*TUNE, *((at, ticks, pitch - 12) for at, ticks, pitch in TUNE)]
    assert (
        read_midi_theme(midi(tmp_path / "a.mid", chords)).notes == read_midi_theme(midi(tmp_path / "b.mid", TUNE)).notes
    )
    with pytest.raises(InputError, match="has no notes"):
        read_midi_theme(midi(tmp_path / "drums.mid", TUNE, channel=9))


def test_played_notes_are_put_on_the_grid(tmp_path: Path) -> None:
    late = [(at + 17, ticks - 30, pitch) for at, ticks, pitch in TUNE]
    assert [note.position for note in read_midi_theme(midi(tmp_path / "late.mid", late)).notes] == [0, 24, 36, 48]


@pytest.mark.parametrize(
    "content", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4abcd", b"x" * (MAX_BYTES + 1)]
)
def test_what_is_no_midi_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.mid").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.mid") as refusal:
        read_midi_theme(tmp_path / "bad.mid")
    assert "\n" not in str(refusal.value)
    with pytest.raises(ScoreError, match=r"themes\.a: .*bad\.mid"):
        with_themes("{a: {file: bad.mid}}", tmp_path)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.mid: the theme cannot be read"):
        read_midi_theme(tmp_path / "gone.mid")
