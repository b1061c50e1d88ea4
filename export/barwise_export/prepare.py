"""Corpus folder in, dataset folder out: reads every file, labels every bar, splits by family, reports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from barwise_export.corpus.families import Families, linked_families, split_of_families
from barwise_export.corpus.pieces import PieceArrays, Prepared, prepare_file
from barwise_export.corpus.report import write_report
from barwise_export.corpus.sources import CREDIT_COLUMNS, SOURCES, Source
from barwise_export.dataset import NO_REFERENCE, SPLITS, TRAIN, Dataset, Names, SourceNote

HELD_OUT_FILE = "held_out.txt"
CREDITS_FILE = "credits.tsv"

File = tuple[Source, Path, Path, Path | None]
"""A source, its folder, a file of it, and the cache."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A prepared file with its family and split."""

    piece: Prepared
    family: str
    split: int

    @property
    def versions(self) -> Sequence[PieceArrays]:
        """What goes into the dataset: variants help training only."""
        return self.piece.versions if self.split == TRAIN else self.piece.versions[:1]


def prepare(
    corpus: Path,
    out: Path,
    sources: Sequence[Source] = SOURCES,
    processes: int = 2,
    cache: Path | None = None,
) -> Dataset:
    """Make the dataset of a corpus, write it with its report, and return it.

    Scores take seconds each to read; a cache folder keeps them for the next run.
    """
    present = [source for source in sources if (corpus / source.name).is_dir()]
    files = [(source, corpus / source.name, path, cache) for source in present for path in _files(corpus, source)]
    read = _without_twins(_read(files, processes))
    placed = place([piece for piece in read if not piece.dropped], [source.name for source in present])
    dataset = assemble(placed, present)
    dataset.save(out)
    _write_held_out(placed, out)
    _write_credits(placed, out)
    write_report(dataset, read, out)
    return dataset


def _files(corpus: Path, source: Source) -> list[Path]:
    return sorted((corpus / source.name).glob(source.pattern))


def _read(files: Sequence[File], processes: int) -> list[Prepared]:
    """Every file prepared, in order."""
    with tqdm(total=len(files), desc="prepare", unit="file", disable=None) as progress:
        done = []
        for piece in _mapped(files, processes):
            progress.update()
            done.append(piece)
    return done


def _mapped(files: Sequence[File], processes: int) -> Iterator[Prepared]:
    if processes < 2:
        yield from map(_prepare_one, files)
        return
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_prepare_one, files, chunksize=2)


def _prepare_one(file: File) -> Prepared:
    return prepare_file(*file)


def _without_twins(pieces: Iterable[Prepared]) -> list[Prepared]:
    """The pieces, those with the same notes as an earlier one dropped."""
    seen: set[str] = set()
    kept = []
    for piece in pieces:
        is_twin = bool(piece.digest) and piece.digest in seen
        kept.append(_dropped(piece, "same notes as another piece") if is_twin else piece)
        seen.add(piece.digest)
    return kept


def _dropped(piece: Prepared, reason: str) -> Prepared:
    return Prepared(piece.source, piece.name, piece.family, dropped=reason)


def place(pieces: Sequence[Prepared], source_names: Sequence[str]) -> list[Placed]:
    """Every piece with its split: no family is in two splits, every source is in all three."""
    families = linked_families([(piece.family, piece.full_bars) for piece in pieces])
    splits: dict[str, int] = {}
    for source in source_names:
        bars: Counter[str] = Counter()
        for piece in pieces:
            if piece.source == source:
                bars[families.root(piece.family)] += piece.versions[0].bars
        splits |= split_of_families(bars, splits)
    return [_placed(piece, families, splits) for piece in pieces]


def _placed(piece: Prepared, families: Families, splits: dict[str, int]) -> Placed:
    family = families.root(piece.family)
    return Placed(piece, family, splits[family])


def assemble(placed: Sequence[Placed], sources: Sequence[Source]) -> Dataset:
    """One dataset of all pieces, numbers made global."""
    numbers = {source.name: number for number, source in enumerate(sources)}
    versions = [(file, version) for file in placed for version in file.versions]
    arrays = [version for _, version in versions]
    piece_first = np.cumsum([0, *(piece.bars for piece in arrays)])
    row_first = np.cumsum([0, *(len(piece.events) for piece in arrays)])
    return Dataset(
        events=np.concatenate([piece.events for piece in arrays]),
        bar_first=_global_bars(arrays, row_first),
        condition=np.concatenate([piece.condition for piece in arrays]),
        parts=np.concatenate([piece.parts for piece in arrays]),
        bar_ticks=np.concatenate([piece.bar_ticks for piece in arrays]),
        reference=_global_references(arrays, piece_first),
        piece_first=piece_first.astype(np.int32),
        piece_source=np.array([numbers[file.piece.source] for file, _ in versions], dtype=np.int8),
        piece_variant=np.array([piece.variant for piece in arrays], dtype=np.int8),
        piece_split=np.array([file.split for file, _ in versions], dtype=np.int8),
        piece_has_velocity=np.array([sources[numbers[file.piece.source]].has_velocity for file, _ in versions]),
        names=Names(
            sources=tuple(_note(source) for source in sources),
            pieces=tuple(file.piece.name for file, _ in versions),
            families=tuple(file.family for file, _ in versions),
            keys=tuple(piece.keys for piece in arrays),
        ),
    )


def _global_bars(arrays: Sequence[PieceArrays], row_first: np.ndarray) -> np.ndarray:
    firsts = [piece.bar_first[:-1] + first for piece, first in zip(arrays, row_first, strict=False)]
    return np.concatenate([*firsts, row_first[-1:]]).astype(np.int64)


def _global_references(arrays: Sequence[PieceArrays], piece_first: np.ndarray) -> np.ndarray:
    moved = [
        np.where(piece.reference == NO_REFERENCE, NO_REFERENCE, piece.reference + first)
        for piece, first in zip(arrays, piece_first, strict=False)
    ]
    return np.concatenate(moved).astype(np.int32)


def _note(source: Source) -> SourceNote:
    return SourceNote(source.name, source.address, source.commit, source.licence, source.credit)


def _write_held_out(placed: Sequence[Placed], out: Path) -> None:
    lines = [f"{SPLITS[file.split]}\t{file.piece.name}" for file in placed if file.split != TRAIN]
    (out / HELD_OUT_FILE).write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def _write_credits(placed: Sequence[Placed], out: Path) -> None:
    """Composer, terms and typesetter of every piece whose set names them: CC-BY asks for it."""
    lines = [f"{file.piece.name}\t{file.piece.credit}" for file in placed if file.piece.credit]
    (out / CREDITS_FILE).write_text("\n".join(["\t".join(("piece", *CREDIT_COLUMNS)), *lines]) + "\n", encoding="utf-8")
