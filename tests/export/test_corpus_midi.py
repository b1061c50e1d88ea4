"""MIDI files are read whole; bad ones are refused with a reason."""

from pathlib import Path

import pytest

from barwise_export.corpus import raw
from barwise_export.corpus.midi import read_midi
from barwise_export.corpus.raw import CorpusError
from tests.export.small_music import write_midi


def test_tracks_signatures_and_tempos_are_read(tmp_path: Path) -> None:
    path = write_midi(
        tmp_path / "a.mid", [(0, 33, [(0, 1, 40)]), (9, 0, [(0, 1, 36), (1, 1, 38)])], signature=(3, 4), tempo=90
    )
    piece = read_midi(path)
    assert [(track.program, track.is_drum, len(track.notes)) for track in piece.tracks] == [
        (33, False, 1),
        (0, True, 2),
    ]
    assert [(s.tick, s.numerator, s.denominator) for s in piece.signatures] == [(0, 3, 4)]
    assert piece.tempos[0][1] == pytest.approx(90, rel=1e-4)
    assert piece.tracks[0].notes.tolist() == [[0, 96, 40, 90]]


@pytest.mark.parametrize("content", [b"", b"MThd", b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60MTrk\xff\xff\xff\xff"])
def test_broken_files_are_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(content)
    with pytest.raises(CorpusError):
        read_midi(path)


def test_a_file_without_notes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no notes"):
        read_midi(write_midi(tmp_path / "empty.mid", [(0, 0, [])]))


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barwise_export.corpus.midi.MAX_FILE_BYTES", 10)
    with pytest.raises(CorpusError, match="too large"):
        read_midi(write_midi(tmp_path / "a.mid", [(0, 0, [(0, 1, 60)])]))


def test_too_many_notes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MAX_NOTES", 1)
    with pytest.raises(CorpusError, match="too many notes"):
        read_midi(write_midi(tmp_path / "a.mid", [(0, 0, [(0, 1, 60), (1, 1, 62)])]))
