"""The proof that ends every export: torch, the ONNX graph and the engine's composer write the same bars."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from barwise.composing import vocabulary as v
from barwise.composing.composer import State
from barwise.composing.contract import parts_mask
from barwise.composing.onnx_composer import OnnxComposer, graph_inputs
from barwise.errors import ModelError
from barwise.music.attributes import Attributes
from barwise.music.harmony import Key, Mode
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import Metre
from barwise.music.notes import PARTS, Bar
from barwise_export.model import BarNetwork
from barwise_export.sampling import follow_bar

TOLERANCE = 0.05
"""Largest difference of a forced row's log-probability or of a state between torch and ONNX, and largest
loss, in the logarithm, of a choice that torch would have made otherwise.

Both compute the same eight-bit products; a value on the border of two of the 256 steps may fall to
either side by the last bit of a float, which is worth a step, and states carry it on."""

BARS = 12
_NOTHING = np.zeros((0, v.FIELDS), np.int64)


@dataclass(frozen=True)
class Proof:
    """What the comparison found."""

    bars: int
    rows: int
    largest_difference: float

    def __str__(self) -> str:
        return (
            f"torch = ONNX = engine over {self.bars} bars, {self.rows} rows: "
            f"every choice won its race, largest difference {self.largest_difference:.1e} (allowed {TOLERANCE:g})"
        )


def verify(network: BarNetwork, model: Path, bars: int = BARS, seed: int = 0) -> Proof:
    """Write bars in turn with all three from the same noise; raises ModelError at the first difference."""
    composer = OnnxComposer(model, candidates=1)
    random = np.random.default_rng(seed)
    state, history = composer.initial_state(), list[Bar]()
    rows_seen, largest = 0, 0.0
    for number in tqdm(range(bars), desc="verify", unit="bar"):
        intent = _any_intent(number, random)
        reference = history[int(random.integers(len(history)))] if number % 3 and history else None
        forced = _admitted(v.encode(history[-1])[: int(random.integers(6))], intent) if number % 4 == 3 else _NOTHING
        noise = random.random((1, v.MAX_ROWS), dtype=np.float32)
        inputs = graph_inputs(intent, state, reference, noise, forced)
        got_rows, got_chances, got_state = composer.run(intent, state, reference, noise, forced)
        rows = got_rows[0]
        said = follow_bar(network, inputs, rows)
        forced_apart = np.abs(said.forced - got_chances[:1].ravel()).max(initial=0)
        largest = max(largest, said.regret, float(forced_apart), float(np.abs(said.state - got_state).max()))
        if largest > TOLERANCE:
            raise ModelError(f"{model}, bar {number}: differs from torch by {largest:.2e}; allowed {TOLERANCE:g}")
        _check_engine(composer, intent, state, reference, seed + number)
        rows_seen += len(rows)
        state = got_state[0]
        history.append(v.decode(rows, intent.condition.metre))
    return Proof(bars, rows_seen, largest)


def _admitted(rows: v.Rows, intent: BarIntent) -> v.Rows:
    """The rows that the intent's bar may hold; the chance of others is no number to compare."""
    in_bar = rows[:, v.POSITION] < intent.condition.metre.bar_ticks
    return np.asarray(rows[in_bar & parts_mask(intent.condition.parts)[rows[:, v.PART]]])


def _check_engine(composer: OnnxComposer, intent: BarIntent, state: State, reference: Bar | None, seed: int) -> None:
    """The engine's composer, given a generator, writes what the graph writes from that generator's noise."""
    composed = composer.compose(intent, state, reference, np.random.default_rng(seed))
    noise = np.random.default_rng(seed).random((1, v.MAX_ROWS), dtype=np.float32)
    rows, _, _ = composer.run(intent, state, reference, noise, _NOTHING)
    if composed.bar != v.decode(rows[0], intent.condition.metre):
        raise ModelError(f"bar {intent.index}: the engine's composer and the graph write different bars")


def _any_intent(number: int, random: np.random.Generator) -> BarIntent:
    """An intent drawn at random over what the contract admits."""
    shares = random.random(10)
    attributes = Attributes(
        rhythm=shares[0],
        drum_rhythm=shares[1],
        polyphony=shares[2] * 6,
        density=shares[3] * 10,
        loudness=shares[4],
        register=48 + shares[5] * 24,
        brightness=shares[6],
        consonance=shares[7],
        dissonance=shares[8] / 2,
        chromaticism=shares[9] / 4,
    )
    metres = (Metre(4, 4), Metre(3, 4), Metre(6, 8))
    condition = Condition(
        attributes=attributes,
        parts=frozenset(part for part in PARTS if random.random() < 0.8),
        mode=Mode.MAJOR if random.random() < 0.5 else Mode.MINOR,
        metre=metres[int(random.integers(3))],
        tempo=float(random.uniform(60, 180)),
        phrase_bar=number % 8,
        similarity=float(random.random()),
    )
    return BarIntent(index=number, key=Key(), condition=condition)
