"""The network as a composer: what it keeps to whatever its weights, and which files it refuses."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.composing.contract import CONTRACT_VERSION, INPUTS, OUTPUTS
from barwise.composing.network_file import LARGEST_MODEL_BYTES
from barwise.composing.onnx_composer import NAME, OnnxComposer, describe_model, graph_inputs
from barwise.composing.vocabulary import END, FIELDS, MAX_ROWS, encode, vocabulary_hash
from barwise.directing.mood_table import attributes_of
from barwise.errors import ModelError
from barwise.music.attributes import measure
from barwise.music.harmony import Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME, Metre
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Bar, ChordChange, Note, Part
from tests.music.strategies import METRES, MOODS, bars

pytest.importorskip("torch", reason="the tiny network is made by the training side")
pytest.importorskip("onnx")

import onnx

PLAIN = Condition(attributes_of(Mood()))
NOTHING = np.zeros((0, FIELDS), np.int64)
REFERENCE = Bar(notes=(Note(0, Part.BASS, 36, 96, 84), Note(0, Part.MELODY, 72, 24, 84)))
CONDITIONS = st.builds(
    Condition,
    MOODS.map(attributes_of),
    st.frozensets(st.sampled_from(PARTS)),
    st.sampled_from(Mode),
    METRES,
    similarity=st.none() | st.floats(0, 1),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.export.tiny import export

    return export(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def composer(tiny: Path) -> OnnxComposer:
    return OnnxComposer(tiny, candidates=2)


def intent(condition: Condition = PLAIN) -> BarIntent:
    return BarIntent(0, Key(), condition)


def composed(composer: OnnxComposer, seed: int, condition: Condition = PLAIN, reference: Bar | None = None) -> Bar:
    state = composer.initial_state()
    return composer.compose(intent(condition), state, reference, np.random.default_rng(seed)).bar


@given(condition=CONDITIONS, reference=st.none() | bars(max_notes=4), seed=st.integers(0, 2**32))
@settings(max_examples=25)
def test_every_bar_parses_and_has_allowed_parts_only(
    composer: OnnxComposer, condition: Condition, reference: Bar | None, seed: int
) -> None:
    bar = composed(composer, seed, condition, reference)
    assert bar.metre == condition.metre
    assert bar.parts <= condition.parts
    assert bar.harmony[0].position == 0
    assert list(bar.notes) == sorted(set(bar.notes))
    assert all(note.position < bar.metre.bar_ticks for note in bar.notes)


def test_equal_random_numbers_give_equal_bars_and_others_other_bars(composer: OnnxComposer) -> None:
    assert composed(composer, 1) == composed(composer, 1)
    assert len({composed(composer, seed) for seed in range(4)}) == 4


def test_a_bar_comes_with_what_it_measures_and_who_wrote_it(composer: OnnxComposer) -> None:
    got = composer.compose(intent(), composer.initial_state(), None, np.random.default_rng(1))
    assert got.achieved == measure(got.bar, Mode.MAJOR)
    assert got.composer == NAME


def test_the_state_is_a_value(composer: OnnxComposer) -> None:
    start = composer.initial_state()
    after = composer.compose(intent(), start, None, np.random.default_rng(1)).state
    assert (after.shape, after.dtype) == (start.shape, start.dtype) == (start.shape, np.dtype(np.float32))
    assert not start.any()
    assert after.any()


def test_what_was_played_before_changes_what_is_played(composer: OnnxComposer) -> None:
    start = composer.initial_state()
    after = composer.compose(intent(), start, None, np.random.default_rng(1)).state
    bars_after = [
        [composer.compose(intent(), state, None, np.random.default_rng(seed)).bar for seed in range(2, 6)]
        for state in (start, after)
    ]
    assert bars_after[0] != bars_after[1]  # each in turn may be alike: the network is small


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_bar_begins_with_the_forced_rows(composer: OnnxComposer, length: int) -> None:
    forced = encode(REFERENCE)[:length]
    noise = np.random.default_rng(1).random((2, MAX_ROWS), dtype=np.float32)
    rows, _, _ = composer.run(intent(), composer.initial_state(), None, noise, forced)
    assert (rows[:, :length] == forced).all()


TONIC = Chord(0, Quality.MAJOR)
ALIKE = Condition(PLAIN.attributes, parts=REFERENCE.parts, metre=REFERENCE.metre, similarity=1.0)


def test_a_bar_that_is_to_be_wholly_alike_comes_back_and_is_heard(composer: OnnxComposer) -> None:
    start, random = composer.initial_state(), np.random.default_rng(1)
    got = composer.compose(intent(ALIKE), start, REFERENCE, random)
    assert got.bar.notes == REFERENCE.notes
    assert (got.state != start).any()


@pytest.mark.parametrize(
    "condition",
    [
        replace(ALIKE, similarity=0.99),
        replace(ALIKE, metre=Metre(3, 4)),
        replace(ALIKE, parts=ALIKE.parts | {Part.COUNTER}),
    ],
)
def test_what_is_to_differ_or_does_not_fit_is_composed(composer: OnnxComposer, condition: Condition) -> None:
    assert composed(composer, 1, condition, REFERENCE).notes != REFERENCE.notes


@pytest.mark.parametrize(("chord", "returns"), [(TONIC, True), (Chord(5, Quality.MAJOR), False)])
def test_a_bar_comes_back_over_its_own_chord_only(composer: OnnxComposer, chord: Chord, returns: bool) -> None:
    reference = replace(REFERENCE, harmony=(ChordChange(0, TONIC),))
    wanted = replace(intent(ALIKE), harmony=(chord,))
    got = composer.compose(wanted, composer.initial_state(), reference, np.random.default_rng(1))
    assert (got.bar == reference) == returns


DOMINANT = Chord(7, Quality.DOMINANT)
STAYING = Bar(COMMON_TIME, (ChordChange(0, DOMINANT),), REFERENCE.notes)
LEAVING = replace(STAYING, harmony=(ChordChange(0, DOMINANT), ChordChange(48, TONIC)))


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [((LEAVING, STAYING), STAYING), ((STAYING, LEAVING), STAYING), ((LEAVING, LEAVING), LEAVING)],
)
def test_a_chord_that_is_to_hold_is_not_left_where_a_candidate_stays(
    composer: OnnxComposer, monkeypatch: pytest.MonkeyPatch, candidates: tuple[Bar, Bar], chosen: Bar
) -> None:
    rows = np.full((2, MAX_ROWS, FIELDS), 0, dtype=np.int64)
    rows[:, :, 0] = END
    for number, bar in enumerate(candidates):
        rows[number, : len(encode(bar))] = encode(bar)
    states = np.zeros((2, len(composer.initial_state())), dtype=np.float32)
    monkeypatch.setattr(composer, "run", lambda *_: (rows, np.zeros(2, dtype=np.float32), states))
    wanted = replace(intent(), harmony=(DOMINANT,), holds=True)
    got = composer.compose(wanted, composer.initial_state(), None, np.random.default_rng(1))
    assert got.bar.harmony == chosen.harmony


def test_a_whole_bar_can_be_forced(composer: OnnxComposer) -> None:
    state = composer.initial_state()
    got = composer.compose(intent(), state, None, np.random.default_rng(1), forced=encode(REFERENCE))
    assert got.bar.notes == REFERENCE.notes


def test_equal_noise_gives_equal_candidates_and_other_noise_others(composer: OnnxComposer) -> None:
    noise = np.random.default_rng(1).random((3, MAX_ROWS), dtype=np.float32)
    noise[2] = noise[0]
    rows, _, states = composer.run(intent(), composer.initial_state(), None, noise, NOTHING)
    assert rows[0].tolist() == rows[2].tolist() != rows[1].tolist()
    assert states[0].tolist() == states[2].tolist() != states[1].tolist()


def test_after_its_end_a_candidate_is_filled_up_with_ends(composer: OnnxComposer) -> None:
    noise = np.random.default_rng(1).random((3, MAX_ROWS), dtype=np.float32)
    rows, _, _ = composer.run(intent(), composer.initial_state(), None, noise, NOTHING)
    is_end = rows[:, :, 0] == END
    assert is_end.any(axis=1).all()
    assert (np.diff(is_end.astype(int), axis=1) >= 0).all()


def test_without_a_reference_the_wanted_likeness_is_no_matter(composer: OnnxComposer) -> None:
    assert composed(composer, 1, replace(PLAIN, similarity=0.9)) == composed(composer, 1)


def test_without_a_wanted_likeness_the_reference_is_no_matter(composer: OnnxComposer) -> None:
    assert composed(composer, 1, PLAIN, REFERENCE) == composed(composer, 1)


def test_the_graph_is_given_what_the_contract_names() -> None:
    noise = np.zeros((2, MAX_ROWS), np.float32)
    assert set(graph_inputs(intent(), np.zeros(3, np.float32), None, noise)) == set(INPUTS)


def test_a_file_tells_its_figures_and_credits(tiny: Path) -> None:
    facts = describe_model(tiny)
    assert facts.credits == ("tiny: nobody (CC0-1.0)",)
    assert facts.figures == {}


def identity(**properties: str) -> bytes:
    """A model that gives back what it gets, and may say that it is a composer."""
    given, got = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in ("given", "got"))
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["given"], ["got"])], "identity", [given], [got])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.helper.set_model_props(model, properties)
    return bytes(model.SerializeToString())


OURS = {"barwise_contract": str(CONTRACT_VERSION), "vocabulary_hash": vocabulary_hash()}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        (b"not a model", "is not an ONNX file"),
        (b"", "is not an ONNX file"),
        (identity(), "was not made for this version"),
        (identity(**OURS), "was not made for this version"),
    ],
    ids=["missing", "text", "empty", "another model", "other names"],
)
def test_what_is_no_composer_is_refused_in_a_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "composer.onnx"
    if content is not None:
        path.write_bytes(content)
    for opened in (OnnxComposer, describe_model):
        with pytest.raises(ModelError, match=f"^composer .*composer.onnx {message}") as refusal:
            opened(path)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("vocabulary_hash", "0" * 64, "speaks another vocabulary; export it again"),
        ("barwise_contract", "0", "was not made for this version of barwise"),
    ],
)
def test_a_composer_of_another_version_is_refused(
    tiny: Path, tmp_path: Path, name: str, value: str, message: str
) -> None:
    model = onnx.load(tiny)
    for item in model.metadata_props:
        if item.key == name:
            item.value = value
    onnx.save(model, tmp_path / "other.onnx")
    with pytest.raises(ModelError, match=message):
        OnnxComposer(tmp_path / "other.onnx")


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.onnx"
    path.touch()
    os.truncate(path, LARGEST_MODEL_BYTES + 1)
    with pytest.raises(ModelError, match="larger than 64 MiB"):
        OnnxComposer(path)


def test_the_contract_has_names_for_all_that_goes_in_and_out(tiny: Path) -> None:
    graph = onnx.load(tiny).graph
    assert {item.name for item in graph.input} == set(INPUTS)
    assert {item.name for item in graph.output} == set(OUTPUTS)
