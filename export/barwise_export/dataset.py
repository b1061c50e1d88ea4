"""The dataset on disk: typed arrays and a page of names. Knows no corpus and no network; no pickle."""

import json
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.composing.contract import CONDITION_NAMES
from barwise.composing.vocabulary import vocabulary_hash
from barwise.errors import InputError
from barwise_export import countdown

ARRAYS_FILE = "dataset.npz"
NAMES_FILE = "dataset.json"

TRAIN, VALID, TEST = range(3)
SPLITS = ("train", "valid", "test")
NO_REFERENCE = -1


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What the model card must say of a source."""

    name: str
    address: str
    commit: str
    licence: str
    credit: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the arrays say in words."""

    sources: tuple[SourceNote, ...]
    pieces: tuple[str, ...]
    families: tuple[str, ...]
    """Composition of each piece; no family is in two splits."""
    keys: tuple[tuple[tuple[int, int, str], ...], ...]
    """Of each piece, (bar of the piece, tonic pitch class, mode) wherever the key changes."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Bars of many pieces, in order, with their labels."""

    events: NDArray[np.int16]
    """Rows of vocabulary.encode for all bars: [rows, FIELDS]."""
    bar_first: NDArray[np.int64]
    """First row of each bar, and the number of rows: [bars + 1]."""
    condition: NDArray[np.float32]
    """contract.condition_vector of each bar: [bars, CONDITION_SIZE]."""
    parts: NDArray[np.bool_]
    """contract.parts_mask of each bar: [bars, 6]."""
    bar_ticks: NDArray[np.int16]
    """Length of each bar: [bars]."""
    reference: NDArray[np.int32]
    """Number of the bar that each bar answers, or NO_REFERENCE: [bars]."""
    piece_first: NDArray[np.int32]
    """First bar of each piece, and the number of bars: [pieces + 1]."""
    piece_source: NDArray[np.int8]
    """Index into the names' sources: [pieces]."""
    piece_variant: NDArray[np.int8]
    """0 for a whole piece, 1 and up for versions with parts left out: [pieces]."""
    piece_split: NDArray[np.int8]
    """TRAIN, VALID or TEST: [pieces]."""
    piece_has_velocity: NDArray[np.bool_]
    """Whether velocities were played and may be learned: [pieces]."""
    names: Names

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.bar_ticks)

    @property
    def pieces(self) -> int:
        """Number of pieces, variants included."""
        return len(self.piece_source)

    @cached_property
    def counts(self) -> NDArray[np.float32]:
        """What the bar of each row holds before it: [rows, countdown.COUNTS]."""
        return countdown.so_far(self._added, self.bar_first)

    @cached_property
    def counted(self) -> NDArray[np.float32]:
        """The counted attributes of each bar, from its rows: [bars, countdown.COUNTED]."""
        return countdown.totals(self._added, self.bar_first, self.bar_ticks / countdown.TICKS_PER_QUARTER)

    @cached_property
    def _added(self) -> NDArray[np.float32]:
        lengths = np.diff(self.bar_first)
        bar = np.repeat(np.arange(self.bars), lengths)
        return countdown.count(self.events.astype(np.int64), bar, self.bar_ticks[bar].astype(np.int64))

    def rows_of(self, bar: int) -> NDArray[np.int16]:
        """The rows of a bar, END last."""
        return self.events[self.bar_first[bar] : self.bar_first[bar + 1]]

    def save(self, folder: Path) -> None:
        """Write the dataset to a folder, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / ARRAYS_FILE, **{name: getattr(self, name) for name in _ARRAYS})
        page = {"vocabulary_hash": vocabulary_hash(), "condition": CONDITION_NAMES, **_to_json(self.names)}
        (folder / NAMES_FILE).write_text(json.dumps(page, indent=1), encoding="utf-8")

    @staticmethod
    def load(folder: Path) -> "Dataset":
        """The dataset of a folder; raises InputError when it is of another vocabulary or condition."""
        page = json.loads((folder / NAMES_FILE).read_text(encoding="utf-8"))
        _check(page, folder)
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            return Dataset(**{name: arrays[name] for name in _ARRAYS}, names=_from_json(page))


_ARRAYS = tuple(field.name for field in fields(Dataset) if field.name != "names")


def _check(page: dict[str, Any], folder: Path) -> None:
    if page.get("vocabulary_hash") != vocabulary_hash():
        raise InputError(f"{folder}: the dataset has another vocabulary; run `barwise_export prepare` again")
    if tuple(page.get("condition", ())) != CONDITION_NAMES:
        raise InputError(f"{folder}: the dataset has other conditions; run `barwise_export prepare` again")


def _to_json(names: Names) -> dict[str, Any]:
    return {
        "sources": [{field.name: getattr(source, field.name) for field in fields(source)} for source in names.sources],
        "pieces": names.pieces,
        "families": names.families,
        "keys": names.keys,
    }


def _from_json(page: dict[str, Any]) -> Names:
    return Names(
        sources=tuple(SourceNote(**source) for source in page["sources"]),
        pieces=tuple(page["pieces"]),
        families=tuple(page["families"]),
        keys=tuple(tuple((bar, tonic, mode) for bar, tonic, mode in piece) for piece in page["keys"]),
    )
