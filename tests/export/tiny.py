"""A data set of a few bars written by hand, and a network small enough to train and export in a second."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch

from barwise.composing import vocabulary as v
from barwise.composing.contract import condition_vector, parts_mask
from barwise.music.attributes import measure
from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS, Condition
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.music.similarity import similarity
from barwise_export.dataset import NO_REFERENCE, TRAIN, Dataset, Names, SourceNote
from barwise_export.exporting import export_composer
from barwise_export.model import BarNetwork, ModelConfig

# The tensors are tiny, and tests run side by side.
torch.set_num_threads(1)

CONFIG = ModelConfig(embedding=16, hidden=16, layers=1, attention=8, attention_heads=2, head=8, dropout=0.0)


def tune(*pitches: int) -> Bar:
    """One note a quarter over a bass."""
    notes = [Note(24 * number, Part.MELODY, pitch, 24, 84) for number, pitch in enumerate(pitches)]
    bass = Note(0, Part.BASS, 36, 96, 76)
    return Bar(harmony=(ChordChange(0, Chord(0, Quality.MAJOR)),), notes=(bass, *notes))


RISING, FALLING = tune(72, 74, 76, 77), tune(77, 76, 74, 72)


@dataclass(frozen=True)
class Piece:
    """Bars of which each answers the one before."""

    bars: Sequence[Bar]
    source: int = 0
    split: int = TRAIN
    has_velocity: bool = True
    variant: int = 0


def dataset(*pieces: Piece, sources: Sequence[str] = ("tiny", "other")) -> Dataset:
    """Pieces as a data set."""
    bars = [bar for piece in pieces for bar in piece.bars]
    rows = [v.encode(bar) for bar in bars]
    reference = [number - 1 if place else NO_REFERENCE for number, place in enumerate(_places(pieces))]
    conditions = [
        _condition(bar, place, None if answered < 0 else similarity(bar, bars[answered]))
        for bar, place, answered in zip(bars, _places(pieces), reference, strict=True)
    ]
    return Dataset(
        events=np.concatenate(rows).astype(np.int16),
        bar_first=np.array([0, *accumulate(map(len, rows))], np.int64),
        condition=np.stack([condition_vector(condition) for condition in conditions]),
        parts=np.stack([parts_mask(bar.parts) for bar in bars]),
        bar_ticks=np.array([bar.metre.bar_ticks for bar in bars], np.int16),
        reference=np.array(reference, np.int32),
        piece_first=np.array([0, *accumulate(len(piece.bars) for piece in pieces)], np.int32),
        piece_source=np.array([piece.source for piece in pieces], np.int8),
        piece_variant=np.array([piece.variant for piece in pieces], np.int8),
        piece_split=np.array([piece.split for piece in pieces], np.int8),
        piece_has_velocity=np.array([piece.has_velocity for piece in pieces]),
        names=Names(
            tuple(SourceNote(name, f"https://{name}", "0", "CC0-1.0", "nobody") for name in sources),
            tuple(f"piece {number}" for number in range(len(pieces))),
            tuple(f"family {number}" for number in range(len(pieces))),
            tuple(((0, 0, "major"),) for _ in pieces),
        ),
    )


def _places(pieces: Sequence[Piece]) -> list[int]:
    return [place for piece in pieces for place in range(len(piece.bars))]


def _condition(bar: Bar, place: int, likeness: float | None) -> Condition:
    return Condition(
        measure(bar, Mode.MAJOR), bar.parts, metre=bar.metre, phrase_bar=place % PHRASE_BARS, similarity=likeness
    )


def network(seed: int = 0, layers: int = 1) -> BarNetwork:
    """Untrained, and fond of ending a bar, so that bars have about ten rows."""
    torch.manual_seed(seed)
    made = BarNetwork(replace(CONFIG, layers=layers)).eval()
    with torch.no_grad():
        made.interval.normal_(std=0.5)
        made.over_chord.normal_(std=0.5)
        bias = made.out[v.POSITION].get_parameter("bias")
        bias[v.END] += 2
    return made


def export(folder: Path, seed: int = 0, layers: int = 1) -> Path:
    """The network as a composer file."""
    export_composer(network(seed, layers), dataset(Piece((RISING,))), folder / "tiny.onnx")
    return folder / "tiny.onnx"
