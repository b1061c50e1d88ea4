"""The network: shapes in the margin, nothing of files, data sets or training.

One step writes one row (chord change or note). A GRU layer carries time; what it makes of the
rows so far looks at the reference bar, and may go through a second layer; five heads choose the
fields of the row one after the other, each knowing those chosen before it. The grammar is a mask
on the logits, in training too, so that no probability is spent on rows that could never be
played.

With every row it is told what the bar still lacks of what is wanted (countdown.py), so that the
bar ends when nothing is missing.

Two small tables spare the network what every musician knows: how far a part moves from its
last pitch, and which pitches a part plays over a chord, both whatever the pitch itself.
"""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_SIZE
from barwise.music.notes import LOWEST_PITCH
from barwise_export import countdown

FORBIDDEN = -1e9
"""A logit that never wins; finite, so that masked sums stay numbers."""


KNOWN_FIELDS = v.PITCH + 1
"""Fields that those after them know; duration and velocity are chosen together, neither knowing the other."""

PARTS = v.FIELD_SIZES[v.PART]
QUALITIES = int(v.QUALITY_OF_CHORD.max()) + 1


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the network."""

    embedding: int = 256
    """Width of a row's embedding."""
    hidden: int = 512
    """Width of each GRU layer."""
    layers: int = 2
    """1: the lower GRU layer alone; 2: another one, the upper, after the look at the reference bar."""
    attention: int = 128
    """Width of the look at the reference bar, all heads together."""
    attention_heads: int = 4
    head: int = 192
    """Width of each field's hidden layer."""
    dropout: float = 0.2

    def as_dict(self) -> dict[str, float]:
        """Plain numbers, for a checkpoint or a sidecar."""
        return asdict(self)


class Batch(NamedTuple):
    """A batch of row sequences; B sequences, T steps, M reference rows."""

    previous: Tensor  # int64 [B, T, 5], the row before; an END row at the start of a bar
    target: Tensor  # int64 [B, T, 5], the row to write
    condition: Tensor  # float32 [B, T, C], of the bar that the target is in
    parts: Tensor  # bool [B, T, 6]
    bar_ticks: Tensor  # int64 [B, T]
    counts: Tensor  # float32 [B, T, COUNTS], what the bar holds before the target
    bar: Tensor  # int64 [B, T], number of the bar within the chunk
    reference: Tensor  # int64 [B, M, 5], the reference bars' rows one after the other
    reference_bar: Tensor  # int64 [B, M], the bar that refers to the row; -1 pads
    weight: Tensor  # float32 [B, T, 5], of each field's loss; 0 pads


class BarNetwork(nn.Module):
    """Rows of bars, one step a row."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width, hidden = config.embedding, config.hidden
        self.embed = nn.ModuleList([nn.Embedding(size, width) for size in v.FIELD_SIZES])
        self.condition = nn.Sequential(nn.Linear(CONDITION_SIZE, width), nn.ReLU(), nn.Linear(width, width))
        self.left = nn.Embedding(sum(countdown.TABLE_SIZES), width)
        self.countdown = nn.Linear(countdown.FIGURES, width, bias=False)
        nn.init.zeros_(self.left.weight)
        nn.init.zeros_(self.countdown.weight)
        self.lower = nn.GRU(width, hidden, batch_first=True)
        self.upper = nn.GRU(hidden, hidden, batch_first=True) if config.layers > 1 else None
        self.query = nn.Linear(hidden, config.attention)
        self.key = nn.Linear(width, config.attention)
        self.value = nn.Linear(width, config.attention)
        self.look = nn.Linear(config.attention, hidden)
        self.shared = nn.Linear(hidden, v.FIELDS * config.head)
        self.known = nn.ModuleList(
            [nn.Embedding(v.FIELD_SIZES[n], config.head * (v.FIELDS - 1 - n)) for n in range(KNOWN_FIELDS)]
        )
        self.interval = nn.Parameter(torch.zeros(PARTS, 2 * v.PITCHED_VALUES - 1))
        self.over_chord = nn.Parameter(torch.zeros(PARTS, QUALITIES, 12))
        self.out = nn.ModuleList([nn.Linear(config.head, size) for size in v.FIELD_SIZES])
        self.drop = nn.Dropout(config.dropout)
        for name, table in _grammar_tables().items():
            self.register_buffer(name, table, persistent=False)

    @property
    def state_size(self) -> int:
        """Floats of recurrent state: of each layer, from below, and each part's last pitch (0: none, else + 1)."""
        return sum(self.state_parts)

    @property
    def state_parts(self) -> list[int]:
        """The state's parts, in order."""
        return [self.config.hidden] * self.config.layers + [PARTS]

    def initial_state(self, batch: int) -> Tensor:
        """Zeros: [batch, state]."""
        return torch.zeros(batch, self.state_size, device=self.query.weight.device)

    def forward(self, batch: Batch, state: Tensor) -> tuple[list[Tensor], Tensor]:
        """Masked logits of each field [B, T, size] given the target's earlier fields, and the new state."""
        top, last, state = self.read(batch, state)
        return self.masked_logits(top, last, batch), state

    def read(self, batch: Batch, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the recurrent layers make of the rows so far [B, T, hidden], last pitches, and the new state."""
        lower_state, *upper_state, last_state = state.split(self.state_parts, dim=1)
        last = last_pitches(batch.previous, last_state.long())
        rows = self.embed_rows(batch.previous) + self.condition(batch.condition) + self.missing(batch)
        rows = self.drop(rows)  # [B, T, width]
        low, lower_state = _run(self.lower, rows, lower_state)  # [B, T, hidden]
        top = low + self.look(self.attend(low, batch))
        if self.upper is not None:
            high, upper_state[0] = _run(self.upper, self.drop(top), upper_state[0])
            top = high + top
        state = torch.cat([lower_state, *upper_state, last[:, -1].to(lower_state)], dim=1)
        return self.drop(top), last, state

    def missing(self, batch: Batch) -> Tensor:
        """What the bar still lacks, as the network sees it: [B, T, width]."""
        position = batch.previous[..., v.POSITION]
        begun = torch.where(position == v.END, 0, position)
        figures, index = countdown.figures(batch.condition, batch.counts, batch.bar_ticks, begun)
        missing: Tensor = self.countdown(figures) + self.left(index).sum(-2)
        return missing

    def embed_rows(self, rows: Tensor) -> Tensor:
        """Sum of the fields' embeddings: [..., 5] to [..., width]."""
        embedded: Tensor = self.embed[0](rows[..., 0])
        for field in range(1, v.FIELDS):
            embedded = embedded + self.embed[field](rows[..., field])
        return embedded

    def attend(self, low: Tensor, batch: Batch) -> Tensor:
        """The look of every step at the rows of its bar's reference: [B, T, attention]."""
        rows = self.embed_rows(batch.reference)  # [B, M, width]
        query, key, value = (
            _heads(part, self.config.attention_heads) for part in (self.query(low), self.key(rows), self.value(rows))
        )  # [B, heads, T or M, attention / heads]
        mine = batch.bar[:, None, :, None] == batch.reference_bar[:, None, None, :]  # [B, 1, T, M]
        scores = query @ key.transpose(2, 3) / key.shape[-1] ** 0.5
        shares = scores.masked_fill(~mine, FORBIDDEN).softmax(-1) * mine  # no reference, no look
        seen: Tensor = (shares @ value).transpose(1, 2).flatten(2)
        return seen

    def masked_logits(self, top: Tensor, last: Tensor, batch: Batch) -> list[Tensor]:
        """Logits of each field with what the grammar forbids at FORBIDDEN."""
        return self.field_logits(self.shared(top), last, batch)

    def field_logits(self, shared: Tensor, last: Tensor, batch: Batch) -> list[Tensor]:
        """The same from the heads' hidden layers [B, T, 5 * head]."""
        hidden = shared.unflatten(-1, (v.FIELDS, self.config.head))  # [B, T, 5, head]
        logits = []
        for field in range(v.FIELDS):
            logit = self.out[field](torch.relu(hidden[..., 0, :]))
            if field == v.PITCH:
                logit = logit + self.pitch_bias(last, batch.target[..., v.PART])
            logits.append(logit.masked_fill(~self.allowed(field, batch), FORBIDDEN))
            if field < KNOWN_FIELDS:  # what is chosen is known to the fields that follow
                known = self.known[field](batch.target[..., field])
                hidden = hidden[..., 1:, :] + known.unflatten(-1, (-1, self.config.head))
            else:
                hidden = hidden[..., 1:, :]
        return logits

    def pitch_bias(self, last: Tensor, part: Tensor) -> Tensor:
        """What the tables add to the pitch logits: [B, T, pitches], 0 for drums and chord changes."""
        own = last.gather(-1, part[..., None])  # [B, T, 1]
        pitches = torch.arange(v.PITCHED_VALUES, device=part.device)
        steps = (pitches - own + v.PITCHED_VALUES).clamp(0, 2 * v.PITCHED_VALUES - 2)
        moves = self.interval[part].gather(-1, steps) * (own > 0)
        chord = (last[..., v.HARMONY] - 1 - v.FIRST_CHORD).clamp(min=0)
        bias = moves + self.chord_table()[part, chord]
        return nn.functional.pad(bias, (0, v.FIELD_SIZES[v.PITCH] - v.PITCHED_VALUES))

    def chord_table(self) -> Tensor:
        """What each part plays over each chord: [parts, chords, pitched values]."""
        pitches = torch.arange(v.PITCHED_VALUES, device=self.root.device)  # type: ignore[arg-type]
        above_root = (pitches + LOWEST_PITCH - self.root[:, None]) % 12  # type: ignore[index]
        return self.over_chord[:, self.quality[:, None], above_root]  # type: ignore[index]

    def allowed(self, field: int, batch: Batch) -> Tensor:
        """Which values of a field the grammar admits after the fields before it: bool [B, T, size]."""
        match field:
            case v.POSITION:
                return self._allowed_positions(batch)
            case v.PART:
                return self._allowed_parts(batch)
            case v.PITCH:
                return self._allowed_pitches(batch)
            case v.DURATION:
                return self.duration_of_part[batch.target[..., v.PART]]  # type: ignore[index]
            case _:
                return self.velocity_of_part[batch.target[..., v.PART]]  # type: ignore[index]

    def _following_parts(self, batch: Batch) -> Tensor:
        """Parts that may still write at the previous row's position: bool [B, T, 6]."""
        part, pitch = batch.previous[..., v.PART, None], batch.previous[..., v.PITCH, None]
        numbers = torch.arange(v.FIELD_SIZES[v.PART], device=part.device)
        has_room = (pitch < self.top_pitch[part]) & (part != v.HARMONY)  # type: ignore[index]
        return batch.parts & ((numbers > part) | ((numbers == part) & has_room))

    def _allowed_positions(self, batch: Batch) -> Tensor:
        previous = batch.previous[..., v.POSITION, None]
        numbers = torch.arange(v.FIELD_SIZES[v.POSITION], device=previous.device)
        begins = previous == v.END
        stays = (numbers == previous) & self._following_parts(batch).any(-1, keepdim=True)
        later = (numbers > previous) & (numbers < batch.bar_ticks[..., None])
        return torch.where(begins, numbers == 0, stays | later | (numbers == v.END))

    def _allowed_parts(self, batch: Batch) -> Tensor:
        """At a bar's first row and at END only 0, which is HARMONY or no part."""
        position, previous = batch.target[..., v.POSITION, None], batch.previous[..., v.POSITION, None]
        numbers = torch.arange(v.FIELD_SIZES[v.PART], device=position.device)
        only_zero = (previous == v.END) | (position == v.END)
        free = torch.where(position == previous, self._following_parts(batch), batch.parts)
        return torch.where(only_zero, numbers == 0, free)

    def _allowed_pitches(self, batch: Batch) -> Tensor:
        part, position = batch.target[..., v.PART, None], batch.target[..., v.POSITION, None]
        numbers = torch.arange(v.FIELD_SIZES[v.PITCH], device=part.device)
        repeats = (part == batch.previous[..., v.PART, None]) & (position == batch.previous[..., v.POSITION, None])
        higher = ~repeats | (numbers > batch.previous[..., v.PITCH, None])
        free = self.pitch_of_part[part.squeeze(-1)] & higher  # type: ignore[index]
        return torch.where(position == v.END, numbers == 0, free)


def last_pitches(previous: Tensor, before: Tensor) -> Tensor:
    """Each part's last pitch + 1 before each step, 0 for none: [B, T, 6]; `before` [B, 6] holds at the start."""
    steps = torch.arange(1, previous.shape[1] + 1, device=previous.device)[:, None]
    part, pitch = previous[..., v.PART, None], previous[..., v.PITCH, None]
    is_mine = (part == torch.arange(PARTS, device=part.device)) & (previous[..., v.POSITION, None] != v.END)
    newest = torch.where(is_mine, steps, 0).cummax(1).values  # step of the part's newest row, 0 for none
    found = (pitch + 1).expand(-1, -1, PARTS).gather(1, (newest - 1).clamp(min=0))
    return torch.where(newest > 0, found, before[:, None])


def _run(layer: nn.GRU, steps: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    out, last = layer(steps, state[None].contiguous())
    return out, last[0]


def _heads(values: Tensor, heads: int) -> Tensor:
    """[B, N, width] to [B, heads, N, width / heads]."""
    split: Tensor = values.unflatten(-1, (heads, -1))
    return split.transpose(1, 2)


def _grammar_tables() -> dict[str, Tensor]:
    return {
        "pitch_of_part": torch.from_numpy(v.PITCH_OF_PART),
        "duration_of_part": torch.from_numpy(v.DURATION_OF_PART),
        "velocity_of_part": torch.from_numpy(v.VELOCITY_OF_PART),
        "top_pitch": torch.from_numpy(v.TOP_PITCH_OF_PART),
        "root": torch.from_numpy(v.ROOT_OF_CHORD),
        "quality": torch.from_numpy(v.QUALITY_OF_CHORD),
    }
