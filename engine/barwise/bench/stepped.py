"""The shipped network's shape stepped from Python: numpy, a row at a time, as a generator without a loop in its graph.

Its weights are random; the grammar's masks and what the bar still lacks are left out, so it is a
little faster than the whole would be.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from barwise.bench.shape import Shape

Floats = NDArray[np.float32]

WEIGHT_SPREAD = 0.1


class SteppedNetwork:
    """Writes bars of random rows."""

    def __init__(self, shape: Shape, seed: int = 0) -> None:
        self.shape = shape
        self._random = np.random.default_rng(seed)
        width, hidden = shape.embedding, shape.hidden
        self._embed = [self._weight(size, width) for size in shape.fields]
        self._condition = [self._weight(shape.condition, width), self._weight(width, width)]
        self._gates = [self._weight(width, 3 * hidden), self._weight(hidden, 3 * hidden)]
        self._query, self._look = self._weight(hidden, shape.attention), self._weight(shape.attention, hidden)
        self._key, self._value = self._weight(width, shape.attention), self._weight(width, shape.attention)
        self._shared = self._weight(hidden, len(shape.fields) * shape.head)
        self._known = [self._weight(size, told) for size, told in shape.known]
        self._out = [self._weight(shape.head, size) for size in shape.fields]
        self.weights = sum(array.size for array in self._arrays())

    def bar(self, rows: int, reference: NDArray[np.int64], condition: Floats) -> NDArray[np.int64]:
        """So many rows of five fields [rows, 5], each sampled after the one before it; the reference is looked at."""
        about = np.maximum(condition @ self._condition[0], 0) @ self._condition[1]
        seen = self._embedded(reference.T)
        keys, values = self._heads(seen @ self._key), self._heads(seen @ self._value)
        state = np.zeros(self.shape.hidden, np.float32)
        row, written = np.zeros(len(self.shape.fields), np.int64), []
        for _ in range(rows):
            state = _gru(self._embedded(row) + about, state, self._gates)
            row = self._row(state + self._looked(state, keys, values))
            written.append(row)
        return np.array(written)

    def _row(self, top: Floats) -> NDArray[np.int64]:
        """The five fields one after the other, each knowing those before it."""
        hidden = top @ self._shared
        row = np.zeros(len(self.shape.fields), np.int64)
        for field, out in enumerate(self._out):
            row[field] = self._sampled(np.maximum(hidden[: self.shape.head], 0) @ out)
            hidden = hidden[self.shape.head :]
            if field < len(self._known):
                hidden = hidden + self._known[field][row[field]]
        return row

    def _sampled(self, logits: Floats) -> int:
        sums = np.cumsum(np.exp(logits - logits.max()))
        return min(int(np.searchsorted(sums, self._random.random() * sums[-1])), len(sums) - 1)

    def _embedded(self, fields: Sequence[NDArray[np.int64]] | NDArray[np.int64]) -> Floats:
        embedded: Floats = sum(table[field] for table, field in zip(self._embed, fields, strict=True))
        return embedded

    def _looked(self, low: Floats, keys: Floats, values: Floats) -> Floats:
        """What the row sees of the reference: [hidden]."""
        query = self._heads((low @ self._query)[None])  # [heads, 1, width]
        scores = query @ keys.transpose(0, 2, 1) * np.float32(keys.shape[-1] ** -0.5)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (shares / shares.sum(-1, keepdims=True)) @ values
        looked: Floats = seen.transpose(1, 0, 2).reshape(-1) @ self._look
        return looked

    def _heads(self, rows: Floats) -> Floats:
        """[rows, attention] to [heads, rows, attention / heads]."""
        return rows.reshape(len(rows), self.shape.attention_heads, -1).transpose(1, 0, 2)

    def _weight(self, *shape: int) -> Floats:
        return self._random.normal(0, WEIGHT_SPREAD, shape).astype(np.float32)

    def _arrays(self) -> list[Floats]:
        single = [self._query, self._look, self._key, self._value, self._shared]
        return [*self._embed, *self._condition, *self._gates, *single, *self._known, *self._out]


def _gru(value: Floats, state: Floats, weights: list[Floats]) -> Floats:
    """One step of a gated recurrent layer: Cho et al., "Learning Phrase Representations using RNN..." (2014)."""
    reset_in, update_in, new_in = np.split(value @ weights[0], 3)
    reset, update, new = np.split(state @ weights[1], 3)
    keep = _sigmoid(update_in + update)
    candidate: Floats = np.tanh(new_in + _sigmoid(reset_in + reset) * new)
    return candidate + keep * (state - candidate)


def _sigmoid(values: Floats) -> Floats:
    one = np.float32(1)
    result: Floats = one / (one + np.exp(-values))
    return result
