"""Scores are read once through, ties joined, grace notes left out, staves apart."""

import zipfile
from pathlib import Path

import pytest

from barwise_export.corpus.cache import kept
from barwise_export.corpus.musicxml import TICKS_PER_QUARTER, read_musicxml
from barwise_export.corpus.raw import CorpusError
from tests.export.small_music import measure, score_note, write_score

TIE = '<tie type="start"/>', '<tie type="stop"/>'
REPEAT = '<barline location="right"><repeat direction="backward"/></barline>'


def test_ties_are_joined_and_grace_notes_left_out(tmp_path: Path) -> None:
    first = measure(1, score_note("D", 5, 0, "<grace/>") + score_note("C", 5, 4, TIE[0]))
    second = measure(2, score_note("C", 5, 2, TIE[1]) + score_note("E", 5, 2))
    piece = read_musicxml(write_score(tmp_path / "a.mxl", [("Voice", first + second)]))
    found = [(row[0] / TICKS_PER_QUARTER, row[1] / TICKS_PER_QUARTER, row[2]) for row in piece.tracks[0].notes.tolist()]
    assert found == [(0, 6, 72), (6, 2, 76)]


def test_a_repeat_is_read_once_and_bar_lines_are_kept(tmp_path: Path) -> None:
    music = "".join(measure(number, score_note("C", 5, 4) + REPEAT) for number in (1, 2, 3))
    piece = read_musicxml(write_score(tmp_path / "a.mxl", [("Voice", music)]))
    assert len(piece.tracks[0].notes) == 3
    assert piece.bar_lines == (0, 4 * TICKS_PER_QUARTER, 8 * TICKS_PER_QUARTER)


def test_every_staff_is_a_track(tmp_path: Path) -> None:
    back = "<backup><duration>4</duration></backup>"
    music = measure(1, score_note("C", 5, 4) + back + score_note("C", 3, 4, staff=2))
    piece = read_musicxml(write_score(tmp_path / "a.mxl", [("Piano", music)]))
    assert [(track.name, track.notes[:, 2].tolist()) for track in piece.tracks] == [("Piano", [72]), ("Piano", [48])]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mxl"
    path.write_text("<score-partwise/>")
    with pytest.raises(CorpusError, match="not a readable MusicXML file"):
        read_musicxml(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barwise_export.corpus.musicxml.MAX_UNPACKED_BYTES", 1000)
    path = tmp_path / "bomb.mxl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", "0" * 100_000)
    with pytest.raises(CorpusError, match="too large"):
        read_musicxml(path)


def test_the_cache_gives_back_what_was_read(tmp_path: Path) -> None:
    path = write_score(tmp_path / "a.mxl", [("Voice", measure(1, score_note("C", 5, 4)))])
    first = kept(read_musicxml, path, tmp_path / "cache")
    again = kept(lambda _: pytest.fail("the file was read twice"), path, tmp_path / "cache")
    assert (again.signatures, again.bar_lines, again.tempos) == (first.signatures, first.bar_lines, first.tempos)
    assert again.tracks[0].notes.tolist() == first.tracks[0].notes.tolist()
