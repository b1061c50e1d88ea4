"""Generated pieces: as a game has them, kept on disk, read back as they were."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from barwise_export.figures import generated
from tests.export.tiny import export


def test_pieces_take_the_states_in_turn_and_come_back_from_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = generated.generated_pieces(export(tmp_path), tmp_path / "kept", pieces=2, bars=3)
    assert [(piece.seed, len(piece.bars)) for piece in made] == [(0, 3), (1, 3)]
    assert made[0].state != made[1].state
    monkeypatch.setattr(generated, "compose_piece", lambda *_: pytest.fail("composed again"))
    assert generated.generated_pieces(None, tmp_path / "kept", pieces=2, bars=3) == made


def test_a_kept_piece_of_another_length_is_made_again(tmp_path: Path) -> None:
    model = export(tmp_path)
    generated.generated_pieces(model, tmp_path / "kept", pieces=1, bars=1)
    assert len(generated.generated_pieces(model, tmp_path / "kept", pieces=1, bars=2)[0].bars) == 2
