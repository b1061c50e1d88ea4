"""The trained network as a composer. Knows no file format: network_file.py does."""

import contextlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barwise.composing.composer import ComposedBar, State
from barwise.composing.contract import (
    CONDITION_NAMES,
    CONTRACT_VERSION,
    INPUTS,
    OUTPUTS,
    condition_vector,
    parts_mask,
    pitch_bias,
)
from barwise.composing.finishing import finished
from barwise.composing.network_file import Network, open_network, properties_of
from barwise.composing.selection import best
from barwise.composing.shading import shaded
from barwise.composing.theming import accompanying, with_theme
from barwise.composing.vocabulary import END, FIELDS, MAX_ROWS, Rows, columns, decode, encode, vocabulary_hash
from barwise.errors import ModelError
from barwise.models import COMPOSER
from barwise.music.attributes import measure, measure_all
from barwise.music.columns import Columns
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar, ChordChange

NAME = "network"
CANDIDATES = 4
"""Eight take a third longer, and follow valence and tension by .01 to .03 more closely (rho; export/LOG.md)."""

_HAS_REFERENCE = CONDITION_NAMES.index("has_reference")
_NO_REFERENCE = np.array([[END, 0, 0, 0, 0]], dtype=np.int64)
_NOTHING_FORCED = np.zeros((0, FIELDS), dtype=np.int64)


@dataclass(frozen=True)
class ModelFacts:
    """What a composer file says of itself."""

    path: Path
    figures: Mapping[str, float]
    """Named results of its evaluation."""
    credits: tuple[str, ...]
    """Whose music it learned from."""


class _Running:
    """How the network runs beside the other threads of this process."""

    within: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext


def run_network_within(context: Callable[[], AbstractContextManager[None]]) -> None:
    """For a process whose threads have priorities: what surrounds each run, which holds no lock of Python's."""
    _Running.within = staticmethod(context)


class OnnxComposer:
    """Writes bars with a composer file; keeps nothing between calls.

    Raises ModelError when the file is missing, is not ours or speaks another vocabulary.
    """

    def __init__(self, path: Path | None = None, candidates: int = CANDIDATES) -> None:
        self._session = _open(path or model_path())
        self._candidates = candidates
        self._state_size = int(self._session.get_inputs()[0].shape[1])

    def initial_state(self) -> State:
        """Zeros: [state]."""
        return np.zeros(self._state_size, dtype=np.float32)

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The best of several sampled bars, each beginning with the forced rows.

        Where none are given, a bar that is to have chords begins with the last of them: what is
        approached, in a cadence, is what must be there. A bar that is to be wholly like the one it
        answers is that bar, where it fits.
        """
        if returning := _returning(intent, reference):
            as_it_was = ComposedBar(returning, state, measure(returning, intent.condition.mode), NAME)
            return self._heard(as_it_was, intent, state, reference)
        forced = _opening(intent) if forced is None else forced
        noise = random.random((self._candidates, MAX_ROWS), dtype=np.float32)
        rows, _, states = self.run(accompanying(intent), state, reference, noise, forced)
        is_sound: NDArray[np.bool_] = np.asarray(np.isfinite(states).all(axis=1))
        if not is_sound.any():
            raise ModelError("the composer's state is not a number; the model is damaged, reinstall barwise")
        if intent.holds:
            is_sound = _staying(rows, is_sound, intent)
        if not is_sound.all():
            rows, states = rows[is_sound], states[is_sound]
        chosen = _best(rows, states, intent)
        bar = with_theme(finished(chosen.bar, intent.condition.attributes, intent.exact), intent)
        if bar == chosen.bar and intent.theme is None:
            return _shaded(chosen, intent)
        written = replace(chosen, bar=bar, achieved=measure(bar, intent.condition.mode))
        return self._heard(written, intent, state, reference)

    def _heard(self, chosen: ComposedBar, intent: BarIntent, state: State, reference: Bar | None) -> ComposedBar:
        """A bar with the state of a network that has written what others put in, so that it can go on from there."""
        undecided = np.zeros((1, MAX_ROWS), dtype=np.float32)
        _, _, states = self.run(intent, state, reference, undecided, encode(chosen.bar))
        return replace(chosen, state=states[0])

    def run(
        self, intent: BarIntent, state: State, reference: Bar | None, noise: NDArray[np.float32], forced: Rows
    ) -> tuple[Rows, NDArray[np.float32], NDArray[np.float32]]:
        """The graph's outputs, for every candidate that there is noise for."""
        binding = self._session.io_binding()
        for name, value in graph_inputs(intent, state, reference, noise, forced).items():
            binding.bind_cpu_input(name, np.asarray(value, order="C"))
        for output in self._session.get_outputs():
            binding.bind_output(output.name)
        with _Running.within():  # nothing else in here: the rest holds Python's lock
            self._session.run_with_iobinding(binding)
        rows, likelihoods, states = binding.copy_outputs_to_cpu()
        return rows, likelihoods, states


def _staying(rows: Rows, is_sound: NDArray[np.bool_], intent: BarIntent) -> NDArray[np.bool_]:
    """Which sound candidates stay on the intent's last chord; all of them where none does: [candidates]."""
    root, metre = intent.harmony[-1].root, intent.condition.metre
    stays = [{change.chord.root for change in decode(one, metre).harmony if change.chord} <= {root} for one in rows]
    found = is_sound & np.array(stays)
    return found if found.any() else is_sound


def _best(rows: Rows, states: NDArray[np.float32], intent: BarIntent) -> ComposedBar:
    """The best candidate, with the intent's theme in place; the others' rows are measured and never become bars."""
    condition = intent.condition
    if len(rows) == 1:
        bar = with_theme(decode(rows[0], condition.metre), intent)
        return ComposedBar(bar, states[0], measure(bar, condition.mode), NAME)
    if intent.theme is None:
        bars, notes = None, columns(rows, condition.metre)
    else:
        bars = [with_theme(decode(one, condition.metre), intent) for one in rows]
        notes = Columns.of(bars)
    achieved = measure_all(notes, condition.mode)
    number = best(notes, achieved, condition, intent.tonality)
    bar = bars[number] if bars else decode(rows[number], condition.metre)
    return ComposedBar(bar, states[number], achieved[number], NAME)


def graph_inputs(
    intent: BarIntent,
    state: State,
    reference: Bar | None,
    noise: NDArray[np.float32],
    forced: Rows = _NOTHING_FORCED,
) -> dict[str, NDArray[Any]]:
    """The contract's inputs, by name; the similarity asked for counts only when there is a reference."""
    condition = condition_vector(intent.condition)
    if reference is None:
        condition[_HAS_REFERENCE:] = 0
    return {
        "state": np.repeat(state[None], len(noise), axis=0),
        "condition": condition,
        "parts": parts_mask(intent.condition.parts),
        "bar_ticks": np.array(intent.condition.metre.bar_ticks, dtype=np.int64),
        "reference": _NO_REFERENCE if reference is None else encode(reference),
        "forced": forced,
        "pitch_bias": pitch_bias(intent.leaning),
        "noise": noise,
        "temperature": np.array(intent.temperature, dtype=np.float32),
    }


def _returning(intent: BarIntent, reference: Bar | None) -> Bar | None:
    """The bar that is answered, as the network would write it; None where another is wanted or it does not fit."""
    condition = intent.condition
    if reference is None or condition.similarity != 1.0 or intent.theme or intent.exact:
        return None
    fits = reference.metre == condition.metre and reference.parts == condition.parts
    is_on_its_chord = not intent.harmony or reference.chord_at(0) == intent.harmony[-1]
    return decode(encode(reference), condition.metre) if fits and is_on_its_chord else None


def _shaded(chosen: ComposedBar, intent: BarIntent) -> ComposedBar:
    """The bar with the last touch of color; the state stays that of the bar as it was written, which is near enough."""
    if intent.tonality is None:
        return chosen
    bar = shaded(chosen.bar, chosen.achieved, intent.condition, intent.tonality)
    return chosen if bar is chosen.bar else replace(chosen, bar=bar, achieved=measure(bar, intent.condition.mode))


def _opening(intent: BarIntent) -> Rows:
    """The row of the chord that a bar opens with; no rows where none is wanted."""
    if not intent.harmony:
        return _NOTHING_FORCED
    return encode(Bar(intent.condition.metre, (ChordChange(0, intent.harmony[-1]),)))[:1]


def model_path() -> Path:
    """Where the shipped composer lies."""
    return COMPOSER


def describe_model(path: Path | None = None) -> ModelFacts:
    """What a composer file says of itself; raises ModelError as OnnxComposer does."""
    path = path or model_path()
    properties = properties_of(_open(path))
    return ModelFacts(
        path, json.loads(properties.get("figures", "{}")), tuple(json.loads(properties.get("credits", "[]")))
    )


def _open(path: Path) -> Network:
    """The file's network, with its contract checked."""
    network = open_network(path)
    _check(network, path)
    return network


def _check(session: Network, path: Path) -> None:
    properties = properties_of(session)
    names = {item.name for item in session.get_inputs()}, {item.name for item in session.get_outputs()}
    if properties.get("barwise_contract") != str(CONTRACT_VERSION) or names != (set(INPUTS), set(OUTPUTS)):
        raise ModelError(f"composer {path} was not made for this version of barwise; export it again")
    if properties.get("vocabulary_hash") != vocabulary_hash():
        raise ModelError(f"composer {path} speaks another vocabulary; export it again with this version of barwise")
