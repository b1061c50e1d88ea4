"""A 5-gram of rows with back-off: the plain statistics that a network must beat.

Each field of a row is guessed from the fields before it in the row and from up to four rows
before that, the telling fields of each first. Orders are blended by deleted interpolation
(Jelinek and Mercer 1980): the trust in a context depends on how often it was seen, and is
learned from pieces that are neither counted nor asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from barwise.composing import vocabulary as v
from barwise_export.dataset import Dataset

ORDER = 5
STEPS = ((v.POSITION,), (v.PART, v.PITCH), (v.DURATION, v.VELOCITY))
"""A row joins the context in these steps, so that little-seen details do not hide what is telling."""

BUCKETS = 16
ROUNDS = 25

Hashes = NDArray[np.uint64]

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class _Music:
    """Rows of several pieces with what a context finds before each of them."""

    rows: NDArray[np.int64]
    is_music: NDArray[np.bool_]
    """False for the rows that stand before a piece: they are context and never counted."""


@dataclass(frozen=True)
class _Counts:
    """How often each context, and each context with its value, was seen; hashes sorted."""

    contexts: Hashes
    seen: NDArray[np.int64]
    pairs: Hashes
    pair_seen: NDArray[np.int64]

    def chances(self, contexts: Hashes, values: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The share of each value after its context, and how often the context was seen."""
        seen = _looked_up(self.contexts, self.seen, contexts)
        both = _looked_up(self.pairs, self.pair_seen, _mixed(contexts, values))
        return both / np.maximum(seen, 1), seen


def ngram_losses(
    data: Dataset, train: NDArray[np.int64], valid: NDArray[np.int64], held_out: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Nats of each field of each row of the held-out pieces, in order: [rows, 5].

    The training pieces are counted; on the valid ones the trust in each order is learned.
    """
    known, tuned, asked = (_rows(data, pieces) for pieces in (train, valid, held_out))
    fields = tqdm(range(v.FIELDS), desc="5-gram", unit="field")
    chances = [_chances(known, tuned, asked, field) for field in fields]
    return -np.log(np.stack(chances, 1))


def _rows(data: Dataset, pieces: NDArray[np.int64]) -> _Music:
    """Rows of pieces, each piece after ORDER - 1 rows of END."""
    start = np.tile([v.END, 0, 0, 0, 0], (ORDER - 1, 1))
    rows: list[NDArray[np.int64]] = []
    is_music: list[NDArray[np.bool_]] = []
    for piece in pieces:
        first, last = data.bar_first[data.piece_first[piece : piece + 2]]
        rows += [start, data.events[first:last].astype(np.int64)]
        is_music += [np.zeros(len(start), bool), np.ones(last - first, bool)]
    return _Music(np.concatenate(rows), np.concatenate(is_music))


def _chances(known: _Music, tuned: _Music, asked: _Music, field: int) -> NDArray[np.float64]:
    """The blended chance of a field of each asked row."""
    blends = [np.full(int(music.is_music.sum()), 1 / v.FIELD_SIZES[field]) for music in (tuned, asked)]
    values = [music.rows[music.is_music, field] for music in (known, tuned, asked)]
    for contexts in zip(*(_contexts(music, field) for music in (known, tuned, asked)), strict=True):
        counts = _count(contexts[0], values[0])
        own, seen = counts.chances(contexts[1], values[1])
        trust = _trust(own, seen, blends[0])
        blends[0] = _blend(own, seen, blends[0], trust)
        blends[1] = _blend(*counts.chances(contexts[2], values[2]), blends[1], trust)
    return blends[1]


def _bucket(seen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Contexts seen 1, 2 to 3, 4 to 7 times and so on go together."""
    return np.minimum(np.log2(np.maximum(seen, 1)).astype(np.int64), BUCKETS - 1)


def _trust(own: NDArray[np.float64], seen: NDArray[np.int64], shorter: NDArray[np.float64]) -> NDArray[np.float64]:
    """The likeliest share to give a context's own counts, for each bucket, by expectation and maximization."""
    trust, bucket, is_seen = np.full(BUCKETS, 0.5), _bucket(seen), seen > 0
    sizes = np.bincount(bucket[is_seen], minlength=BUCKETS)
    for _ in range(ROUNDS):
        mine = trust[bucket] * own
        share = mine / (mine + (1 - trust[bucket]) * shorter)
        sums = np.bincount(bucket[is_seen], share[is_seen], minlength=BUCKETS)
        trust = np.clip(sums / np.maximum(sizes, 1), 1e-4, 1 - 1e-4)
    return trust


def _blend(
    own: NDArray[np.float64], seen: NDArray[np.int64], shorter: NDArray[np.float64], trust: NDArray[np.float64]
) -> NDArray[np.float64]:
    share = np.where(seen > 0, trust[_bucket(seen)], 0.0)
    return share * own + (1 - share) * shorter


def _contexts(music: _Music, field: int) -> Iterator[Hashes]:
    """Hashes of what is known before a field, ever more of it: nothing, its row so far, rows before."""
    rows = music.rows
    context = np.zeros(len(rows), np.uint64)
    yield context[music.is_music]
    for earlier in range(field):
        context = _mixed(context, rows[:, earlier])
    if field:
        yield context[music.is_music]
    for back in range(1, ORDER):
        before = np.roll(rows, back, axis=0)
        for step in STEPS:
            for column in step:
                context = _mixed(context, before[:, column])
            yield context[music.is_music]


def _mixed(hashes: Hashes, values: NDArray[np.int64]) -> Hashes:
    mixed = (hashes ^ (values.astype(np.uint64) + np.uint64(1))) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


def _count(contexts: Hashes, values: NDArray[np.int64]) -> _Counts:
    unique, seen = np.unique(contexts, return_counts=True)
    pairs, pair_seen = np.unique(_mixed(contexts, values), return_counts=True)
    return _Counts(unique, seen, pairs, pair_seen)


def _looked_up(keys: Hashes, counts: NDArray[np.int64], asked: Hashes) -> NDArray[np.int64]:
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[places] == asked, counts[places], 0)
