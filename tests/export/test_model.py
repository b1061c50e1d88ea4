"""The network: its grammar admits every bar, and it looks back only, at its own bar's reference only."""

import numpy as np
import pytest
from hypothesis import given, settings

from barwise.composing import vocabulary as v
from barwise.composing.contract import CONDITION_SIZE, parts_mask
from barwise.music.notes import PARTS, Bar, Note, Part
from tests.music.strategies import bars

pytest.importorskip("torch")

import torch

from barwise_export import countdown
from barwise_export.model import FORBIDDEN, Batch, last_pitches
from tests.export.tiny import FALLING, RISING, network

NO_CHORD = 106
START = (v.END, 0, 0, 0, 0)
NETWORK = network()


def batch_of(bar: Bar, rows: v.Rows | None = None, parts: frozenset[Part] = frozenset(PARTS)) -> Batch:
    """A bar's rows as one sequence whose reference is a rising tune."""
    target = torch.from_numpy(v.encode(bar) if rows is None else rows)[None]
    steps = target.shape[1]
    ticks = np.full(steps, bar.metre.bar_ticks)
    added = countdown.count(target[0].numpy(), np.zeros(steps, np.int64), ticks)
    reference = torch.from_numpy(v.encode(RISING))[None]
    return Batch(
        previous=torch.cat([torch.tensor([[START]]), target[:, :-1]], 1),
        target=target,
        condition=torch.zeros(1, steps, CONDITION_SIZE),
        parts=torch.from_numpy(parts_mask(parts)).expand(1, steps, -1),
        bar_ticks=torch.full((1, steps), bar.metre.bar_ticks),
        counts=torch.from_numpy(countdown.so_far(added, np.array([0, steps])))[None],
        bar=torch.zeros(1, steps, dtype=torch.int64),
        reference=reference,
        reference_bar=torch.zeros(1, reference.shape[1], dtype=torch.int64),
        weight=torch.ones(1, steps, v.FIELDS),
    )


def admitted(batch: Batch) -> list[bool]:
    """Whether the grammar admits each row after the one before it."""
    fields = [
        NETWORK.allowed(field, batch).gather(-1, batch.target[..., field, None]).squeeze(-1)
        for field in range(v.FIELDS)
    ]
    return torch.stack(fields).all(0)[0].tolist()


@given(bars())
@settings(max_examples=30)
def test_every_row_of_every_bar_is_admitted(bar: Bar) -> None:
    assert all(admitted(batch_of(bar, parts=bar.parts)))


def test_a_bar_cut_for_its_length_is_admitted_too() -> None:
    full = Bar(notes=tuple(Note(tick, Part.BASS, pitch, 6, 80) for tick in range(96) for pitch in (36, 43)))
    assert all(admitted(batch_of(full)))


HARMONY = (0, v.HARMONY, NO_CHORD, 0, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [(0, Part.BASS, 12, 9, 9)],  # a bar begins with its harmony
        [(24, v.HARMONY, NO_CHORD, 0, 0)],  # at once
        [HARMONY, (0, v.HARMONY, NO_CHORD + 1, 0, 0)],  # and with one of them
        [HARMONY, (96, Part.BASS, 12, 9, 9)],  # beyond the bar
        [HARMONY, (24, Part.BASS, 12, 9, 9), (0, Part.BASS, 12, 9, 9)],  # back in time
        [HARMONY, (24, Part.MELODY, 12, 9, 9), (24, Part.BASS, 12, 9, 9)],  # back among the parts
        [HARMONY, (24, Part.BASS, 12, 9, 9), (24, Part.BASS, 12, 9, 9)],  # the same note twice
        [HARMONY, (24, Part.BASS, 12, 9, 9), (24, Part.BASS, 5, 9, 9)],  # down among the pitches
        [HARMONY, (24, Part.COUNTER, 12, 9, 9)],  # a part that may not play
        [HARMONY, (24, Part.MELODY, 83, 9, 9), (24, 0, NO_CHORD, 0, 0)],
        [HARMONY, (24, Part.BASS, 84, 9, 9)],  # a drum in the bass
        [HARMONY, (24, Part.BASS, 12, 0, 9)],  # no length
        [HARMONY, (24, Part.BASS, 12, 9, 0)],  # no velocity
        [HARMONY, (v.END, Part.BASS, 0, 0, 0)],  # the end is nobody's
    ],
)
def test_the_last_row_is_forbidden(rows: list[tuple[int, ...]]) -> None:
    got = admitted(batch_of(Bar(), np.array(rows), parts=frozenset(PARTS) - {Part.COUNTER}))
    assert got == [True] * (len(rows) - 1) + [False]


def test_the_highest_note_of_the_last_part_leaves_no_room_at_its_position() -> None:
    """Else nothing could follow there and the chances of the next row would be of nothing."""
    batch = batch_of(Bar(), np.array([HARMONY, (24, Part.MELODY, 83, 9, 9), (v.END, 0, 0, 0, 0)]))
    assert NETWORK.allowed(v.POSITION, batch)[0, 2].nonzero().flatten().tolist() == [*range(25, 96), v.END]


def test_no_chance_is_spent_on_what_is_forbidden() -> None:
    batch = batch_of(FALLING)
    logits, _ = NETWORK(batch, NETWORK.initial_state(1))
    for field, logit in enumerate(logits):
        allowed = NETWORK.allowed(field, batch)
        assert (logit[~allowed] == FORBIDDEN).all()
        assert torch.isfinite(logit).all()
        assert torch.where(allowed, logit.softmax(-1), 0).sum(-1).allclose(torch.ones(1))


def test_what_is_written_later_changes_nothing_before() -> None:
    first, second = (NETWORK(batch_of(bar), NETWORK.initial_state(1))[0] for bar in (RISING, FALLING))
    common = 2  # harmony and bass are the same in both tunes
    for one, other in zip(first, second, strict=True):
        assert one[:, :common].allclose(other[:, :common])


def test_two_halves_with_the_state_between_make_the_whole() -> None:
    batch, state = batch_of(FALLING), NETWORK.initial_state(1)
    whole, end = NETWORK(batch, state)
    timed = ("previous", "target", "condition", "parts", "bar_ticks", "counts", "bar", "weight")
    halves = [
        batch._replace(**{name: getattr(batch, name)[:, part] for name in timed}) for part in (slice(3), slice(3, None))
    ]
    first, state = NETWORK(halves[0], state)
    second, state = NETWORK(halves[1], state)
    for logit, *parts in zip(whole, first, second, strict=True):
        assert logit.allclose(torch.cat(parts, 1), atol=1e-5)
    assert end.allclose(state, atol=1e-5)


def test_a_bar_looks_at_its_own_reference_alone() -> None:
    batch, state = batch_of(FALLING), NETWORK.initial_state(1)
    others = batch._replace(reference_bar=batch.reference_bar + 1)
    changed = others._replace(reference=torch.from_numpy(v.encode(FALLING))[None])
    seen, unseen, still_unseen = (NETWORK(one, state)[0][v.POSITION] for one in (batch, others, changed))
    assert not seen.allclose(unseen)
    assert unseen.allclose(still_unseen)


def test_each_parts_last_pitch_is_remembered_across_bars() -> None:
    previous = torch.tensor([[(0, 0, 106, 0, 0), (0, 2, 12, 9, 9), (24, 2, 14, 9, 9), START, (0, 5, 40, 9, 9)]])
    got = last_pitches(previous, torch.tensor([[0, 90, 0, 0, 0, 0]]))
    assert got[0].tolist() == [
        [107, 90, 0, 0, 0, 0],
        [107, 90, 13, 0, 0, 0],
        [107, 90, 15, 0, 0, 0],
        [107, 90, 15, 0, 0, 0],
        [107, 90, 15, 0, 0, 41],
    ]


def test_the_tables_speak_of_pitches_alone() -> None:
    last = torch.full((1, 1, v.FIELD_SIZES[v.PART]), 13)
    bias = NETWORK.pitch_bias(last, torch.tensor([[int(Part.BASS)]]))
    assert bias[..., : v.PITCHED_VALUES].any()
    assert not bias[..., v.PITCHED_VALUES :].any()
