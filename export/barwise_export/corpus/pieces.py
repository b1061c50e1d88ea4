"""One file to one or more finished pieces: rows, labels and figures. The step that runs in parallel."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.composing.contract import CONDITION_SIZE, condition_vector, parts_mask
from barwise.composing.vocabulary import END, HARMONY, PART, PITCH, POSITION, encode
from barwise.music.harmony import Key
from barwise.music.intent import Style
from barwise.music.notes import Part
from barwise_export.corpus.bars import KeyedBar, Score, to_bars
from barwise_export.corpus.cache import kept
from barwise_export.corpus.downbeat import BAND, SCORE, on_true_downbeats
from barwise_export.corpus.ensembles import keyboard, kit, quartet, song
from barwise_export.corpus.grid import GridPiece, to_grid
from barwise_export.corpus.keys import key_regions, keys_of_bars
from barwise_export.corpus.labels import label
from barwise_export.corpus.midi import read_midi
from barwise_export.corpus.musicxml import read_musicxml
from barwise_export.corpus.raw import CorpusError, RawPiece
from barwise_export.corpus.roles import Roles, band
from barwise_export.corpus.sources import Layout, Source, piece_credit
from barwise_export.corpus.variants import variants

FEWEST_BARS = 8
_FULL_BAR_NOTES = 8
"""Pitched notes from which a bar is telling enough to link two pieces."""


@dataclass(frozen=True, slots=True)
class PieceArrays:
    """One version of a piece, ready for the dataset; numbers count from the piece's own start."""

    variant: int
    events: NDArray[np.int16]
    bar_first: NDArray[np.int64]
    condition: NDArray[np.float32]
    parts: NDArray[np.bool_]
    bar_ticks: NDArray[np.int16]
    reference: NDArray[np.int32]
    keys: tuple[tuple[int, int, str], ...]

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.bar_ticks)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of one file."""

    source: str
    name: str
    family: str
    versions: tuple[PieceArrays, ...] = ()
    """The whole piece first, then its variants; none when it was dropped."""
    dropped: str = ""
    """Why the file was dropped, empty when it was not."""
    counts: Counter[str] = field(default_factory=Counter)
    """Figures of the report."""
    full_bars: frozenset[int] = frozenset()
    """Hashes of the bars that are telling enough to link two pieces."""
    credit: str = ""
    """What must be said of the piece besides its set's credit, see sources.CREDIT_COLUMNS."""
    digest: str = ""
    """Equal for pieces with the same notes."""


_LAYOUTS: dict[Layout, Callable[[GridPiece], Roles]] = {
    Layout.BAND: band,
    Layout.QUARTET: quartet,
    Layout.SONG: song,
    Layout.KEYBOARD: keyboard,
    Layout.KIT: kit,
}

_DOWNBEATS = {Layout.BAND: BAND, Layout.KEYBOARD: SCORE}
"""Layouts of MIDI files, whose bar lines may be off; scores have theirs written."""

_READERS: dict[str, Callable[[Path], RawPiece]] = {".mid": read_midi, ".mxl": read_musicxml}
_SLOW_READERS = (read_musicxml,)


def prepare_file(source: Source, folder: Path, path: Path, cache: Path | None = None) -> Prepared:
    """The pieces made of a file, or the reason why there are none; slow files are kept in a cache."""
    name = f"{source.name}/{path.relative_to(folder).with_suffix('').as_posix()}"
    family = f"{source.name}/{source.family(folder, path)}"
    try:
        return replace(_prepare(source, _read(path, cache), name, family), credit=piece_credit(folder, path))
    except CorpusError as error:
        return Prepared(source.name, name, family, dropped=str(error))


def _prepare(source: Source, raw: RawPiece, name: str, family: str) -> Prepared:
    grid = to_grid(raw, source.snap_seconds)
    if source.layout in _DOWNBEATS:
        grid = on_true_downbeats(grid, _DOWNBEATS[source.layout])
    roles = _LAYOUTS[source.layout](grid)
    keys = keys_of_bars(roles.parts, grid.bars, riffs=source.style is Style.GAME)
    score = to_bars(roles.parts, grid.bars, keys)
    if len(score.bars) < FEWEST_BARS:
        raise CorpusError("fewer than 8 bars")
    versions = [_arrays(score.bars, source, 0)]
    if source.style is Style.GAME:
        thinner = [to_bars(parts, grid.bars, keys) for parts in variants(name, roles.parts)]
        versions += [_arrays(s.bars, source, n) for n, s in enumerate(thinner, 1) if len(s.bars) >= FEWEST_BARS]
    return Prepared(
        source.name,
        name,
        family,
        tuple(versions),
        counts=_counts(grid, roles, score),
        full_bars=_full_bars(versions[0]),
        digest=_digest(versions[0]),
    )


def _read(path: Path, cache: Path | None) -> RawPiece:
    read = _READERS[path.suffix]
    return kept(read, path, cache if read in _SLOW_READERS else None)


def _arrays(bars: tuple[KeyedBar, ...], source: Source, variant: int) -> PieceArrays:
    labels = label(bars, source.style, source.has_velocity)
    rows = [encode(keyed.bar).astype(np.int16) for keyed in bars]
    conditions = [condition_vector(found.condition) for found in labels]
    return PieceArrays(
        variant=variant,
        events=np.concatenate(rows),
        bar_first=np.cumsum([0, *(len(found) for found in rows)]),
        condition=np.stack(conditions).reshape(-1, CONDITION_SIZE),
        parts=np.stack([parts_mask(found.condition.parts) for found in labels]),
        bar_ticks=np.array([keyed.bar.metre.bar_ticks for keyed in bars], dtype=np.int16),
        reference=np.array([found.reference for found in labels], dtype=np.int32),
        keys=_regions([keyed.key for keyed in bars]),
    )


def _regions(keys: list[Key]) -> tuple[tuple[int, int, str], ...]:
    return tuple((bar, key.tonic, key.mode.value) for bar, key in key_regions(keys))


def _counts(grid: GridPiece, roles: Roles, score: Score) -> Counter[str]:
    notes = sum(len(keyed.bar.notes) for keyed in score.bars)
    return Counter(
        onsets=grid.onsets,
        moved=grid.moved,
        doubled=roles.doubled,
        surplus=roles.surplus,
        unknown_drums=roles.unknown_drums,
        silence=score.silence,
        notes=notes,
        in_scale=round(score.in_scale),
        sounding=round(score.sounding),
    )


def _full_bars(piece: PieceArrays) -> frozenset[int]:
    """Hashes of position, part and pitch of each bar with enough pitched notes."""
    hashes = set()
    for first, last in zip(piece.bar_first[:-1], piece.bar_first[1:], strict=True):
        rows = piece.events[first:last]
        pitched = rows[(rows[:, POSITION] != END) & (rows[:, PART] > max(HARMONY, Part.DRUMS))]
        if len(pitched) >= _FULL_BAR_NOTES:
            told = np.ascontiguousarray(pitched[:, [POSITION, PART, PITCH]]).tobytes()
            hashes.add(int.from_bytes(hashlib.blake2b(told, digest_size=8).digest()))
    return frozenset(hashes)


def _digest(piece: PieceArrays) -> str:
    return hashlib.sha256(np.ascontiguousarray(piece.events[:, :3]).tobytes()).hexdigest()
