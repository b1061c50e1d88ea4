"""Networks of other generators' shapes in torch, stepped as their own code steps them. The only file with torch.

All weights are random: how long a step takes does not depend on what they are. The shapes are those
that the projects publish: MelodyRNN's `basic_rnn` (two LSTM layers of 128, 38 events) and
PerformanceRNN's `performance_with_dynamics` (three LSTM layers of 512, 388 events) and MusicVAE's
`hierdec-trio_16bar` decoder (conductor and three decoders, each two LSTM layers of 1024), all of
Magenta; and a transformer of about as many weights as the shipped network, four layers of 256 with
four heads, which keeps its keys and values.
"""

from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from barwise.bench.shape import Shape

MELODY_EVENTS, MELODY_STEPS = 38, 16
PERFORMANCE_EVENTS, PERFORMANCE_STEPS = 388, 100
"""31 notes: as many beginnings and ends, and time shifts and dynamics between them."""
TRIO_EVENTS, TRIO_STEPS = (90, 90, 512), 16
LATENT = 512
TRANSFORMER_CONTEXT = 512
"""Rows that the transformer has written before: 16 bars."""


class Peer(Protocol):
    """Anything that writes a bar."""

    def bar(self) -> None:
        """Write one, every event sampled after the one before it."""
        ...


class Lstm(nn.Module):
    """Layers of LSTM over one event at a time, and the logits of the next."""

    def __init__(self, inputs: int, width: int, layers: int, events: int) -> None:
        super().__init__()
        sizes = [inputs, *[width] * layers]
        self.cells = nn.ModuleList([nn.LSTMCell(*pair) for pair in pairwise(sizes)])
        self.out = nn.Linear(width, events)
        self.width = width

    def start(self) -> list[tuple[Tensor, Tensor]]:
        """Zeros."""
        return [(torch.zeros(1, self.width), torch.zeros(1, self.width)) for _ in self.cells]

    def step(self, value: Tensor, states: list[tuple[Tensor, Tensor]]) -> Tensor:
        """The top layer [1, width]; the states are replaced."""
        for number, cell in enumerate(self.cells):
            states[number] = cell(value, states[number])
            value = states[number][0]
        return value


class EventLstm:
    """MelodyRNN's and PerformanceRNN's kind: one event after the other."""

    def __init__(self, events: int, width: int, layers: int, steps: int) -> None:
        self.net, self.events, self.steps = Lstm(events, width, layers, events).eval(), events, steps

    @torch.inference_mode()
    def bar(self) -> None:
        """So many events."""
        states, event = self.net.start(), torch.zeros(1, dtype=torch.int64)
        for _ in range(self.steps):
            top = self.net.step(F.one_hot(event, self.events).float(), states)
            event = _sampled(self.net.out(top))


class Trio:
    """MusicVAE's decoder of melody, bass and drums: a conductor's step, then sixteen of each part."""

    def __init__(self, width: int = 1024) -> None:
        self.conductor = Lstm(LATENT, width, 2, LATENT).eval()
        self.parts = [Lstm(LATENT + events, width, 2, events).eval() for events in TRIO_EVENTS]

    @torch.inference_mode()
    def bar(self) -> None:
        """Sixteen steps of three parts."""
        plan = self.conductor.out(self.conductor.step(torch.randn(1, LATENT), self.conductor.start()))
        states = [part.start() for part in self.parts]
        played = [torch.zeros(1, dtype=torch.int64) for _ in self.parts]
        for _ in range(TRIO_STEPS):
            for number, (part, events) in enumerate(zip(self.parts, TRIO_EVENTS, strict=True)):
                value = torch.cat([plan, F.one_hot(played[number], events).float()], 1)
                played[number] = _sampled(part.out(part.step(value, states[number])))


class Transformer:
    """A small transformer that keeps its keys and values: one compound row after the other."""

    def __init__(
        self,
        shape: Shape,
        rows: int,
        width: int = 256,
        layers: int = 4,
        heads: int = 4,
        context: int = TRANSFORMER_CONTEXT,
    ) -> None:
        self.rows, self.heads, self.context = rows, heads, context
        self.embed = nn.ModuleList([nn.Embedding(size, width) for size in shape.fields])
        self.attend = [nn.Linear(width, 3 * width) for _ in range(layers)]
        self.merge = [nn.Linear(width, width) for _ in range(layers)]
        self.widen = [nn.Linear(width, 4 * width) for _ in range(layers)]
        self.narrow = [nn.Linear(4 * width, width) for _ in range(layers)]
        self.out = nn.ModuleList([nn.Linear(width, size) for size in shape.fields])
        self.cache = torch.randn(layers, 2, heads, context + rows, width // heads)

    @torch.inference_mode()
    def bar(self) -> None:
        """So many rows after the context."""
        fields = [torch.zeros(1, dtype=torch.int64) for _ in self.embed]
        for row in range(self.context, self.context + self.rows):
            value: Tensor = sum(table(field) for table, field in zip(self.embed, fields, strict=True))
            top = self._top(value, row)
            fields = [_sampled(out(top)) for out in self.out]

    def _top(self, value: Tensor, row: int) -> Tensor:
        """What the layers make of one row [1, width]."""
        size = (value.shape[-1],)
        for number, cache in enumerate(self.cache):
            parts = self.attend[number](F.layer_norm(value, size)).view(3, self.heads, 1, -1)
            cache[:, :, row] = parts[1:, :, 0]
            seen = F.scaled_dot_product_attention(parts[:1], cache[:1, :, : row + 1], cache[1:, :, : row + 1])
            value = value + self.merge[number](seen.reshape(1, -1))
            value = value + self.narrow[number](F.gelu(self.widen[number](F.layer_norm(value, size))))
        return value


class EagerNetwork(nn.Module):
    """The shipped network's shape, without the masks of its grammar and what the bar still lacks."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, hidden = shape.embedding, shape.hidden
        self.embed = nn.ModuleList([nn.Embedding(size, width) for size in shape.fields])
        self.condition = nn.Sequential(nn.Linear(shape.condition, width), nn.ReLU(), nn.Linear(width, width))
        self.recurrent = nn.GRUCell(width, hidden)
        self.query, self.look = nn.Linear(hidden, shape.attention), nn.Linear(shape.attention, hidden)
        self.key, self.value = nn.Linear(width, shape.attention), nn.Linear(width, shape.attention)
        self.shared = nn.Linear(hidden, len(shape.fields) * shape.head)
        self.known = nn.ModuleList([nn.Embedding(*sizes) for sizes in shape.known])
        self.out = nn.ModuleList([nn.Linear(shape.head, size) for size in shape.fields])

    @torch.inference_mode()
    def bar(self, rows: int, reference: Tensor, condition: Tensor) -> None:
        """So many rows, each sampled after the one before it; `reference` is int64 [rows, 5]."""
        about = self.condition(condition)
        seen = self._embedded(reference.T)
        keys, values = self._heads(self.key(seen)), self._heads(self.value(seen))
        state = torch.zeros(1, self.shape.hidden)
        row = torch.zeros(len(self.shape.fields), 1, dtype=torch.int64)
        for _ in range(rows):
            state = self.recurrent(self._embedded(row) + about, state)
            looked = F.scaled_dot_product_attention(self._heads(self.query(state)), keys, values)
            row = self._row(state + self.look(looked.transpose(1, 2).flatten(2)[0]))

    def _row(self, top: Tensor) -> Tensor:
        """The five fields one after the other: [5, 1]."""
        hidden, row = self.shared(top), []
        for field, out in enumerate(self.out):
            row.append(_sampled(out(torch.relu(hidden[:, : self.shape.head]))))
            hidden = hidden[:, self.shape.head :]
            if field < len(self.known):
                hidden = hidden + self.known[field](row[-1])
        return torch.stack(row)

    def _embedded(self, fields: Tensor) -> Tensor:
        """[5, N] to [N, width]."""
        embedded: Tensor = sum(table(field) for table, field in zip(self.embed, fields, strict=True))
        return embedded

    def _heads(self, rows: Tensor) -> Tensor:
        """[N, attention] to [1, heads, N, attention / heads]."""
        return rows.view(1, len(rows), self.shape.attention_heads, -1).transpose(1, 2)


class SameNetwork:
    """The shipped network's shape, ready to write a bar of so many rows after a reference of as many."""

    def __init__(self, shape: Shape, rows: int) -> None:
        self.net, self.rows = EagerNetwork(shape).eval(), rows
        self.reference = torch.zeros(rows, len(shape.fields), dtype=torch.int64)
        self.condition = torch.rand(1, shape.condition)

    def bar(self) -> None:
        """So many rows."""
        self.net.bar(self.rows, self.reference, self.condition)


def peers(shape: Shape, rows: int) -> dict[str, Peer]:
    """By what each is called; all on one thread, their weights the same with every run."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return {
        "same_network_torch_eager": SameNetwork(shape, rows),
        "melody_rnn_shape": EventLstm(MELODY_EVENTS, 128, 2, MELODY_STEPS),
        "performance_rnn_shape": EventLstm(PERFORMANCE_EVENTS, 512, 3, PERFORMANCE_STEPS),
        "music_vae_trio_shape": Trio(),
        "transformer_with_cache": Transformer(shape, rows),
    }


def _sampled(logits: Tensor) -> Tensor:
    """One draw a row: [B]."""
    return torch.multinomial(torch.softmax(logits, -1), 1)[:, 0]
