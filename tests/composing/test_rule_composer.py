"""Laws of the rule composer: what holds for every bar it writes, whatever is wanted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.composing.composer import ComposedBar, Composer
from barwise.composing.drummer import is_fill
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.vocabulary import decode, encode
from barwise.music.attributes import Attributes
from barwise.music.harmony import SCALES, Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import Metre
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, PARTS, Bar, Part
from barwise.music.similarity import similarity

COMPOSER: Composer = RuleComposer()
PLAIN = Attributes(
    rhythm=0.5,
    drum_rhythm=0.5,
    polyphony=4,
    density=4,
    loudness=0.6,
    register=58,
    brightness=0.9,
    consonance=0.6,
    dissonance=0.1,
    chromaticism=0,
)

_SHARES = st.floats(0, 1)
_ATTRIBUTES = st.builds(
    Attributes,
    rhythm=_SHARES,
    drum_rhythm=_SHARES,
    polyphony=st.floats(0, 10),
    density=st.floats(0, 16),
    loudness=_SHARES,
    register=st.floats(24, 107),
    brightness=_SHARES,
    consonance=_SHARES,
    dissonance=_SHARES,
    chromaticism=_SHARES,
)
_METRES = st.sampled_from([Metre(*it) for it in [(4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8), (12, 8), (6, 4)]]) | (
    st.builds(Metre, st.integers(1, 6), st.sampled_from((4, 8, 16))) | st.just(Metre(3, 2)) | st.just(Metre(24, 16))
)
_CONDITIONS = st.builds(
    Condition,
    _ATTRIBUTES,
    st.frozensets(st.sampled_from(PARTS), min_size=1),
    st.sampled_from(Mode),
    _METRES,
    tempo=st.floats(40, 220),
    phrase_bar=st.integers(0, 7),
    is_ending=st.booleans(),
    similarity=st.none() | _SHARES,
)


def composed(*conditions: Condition, seed: int = 1, reference: Bar | None = None) -> list[ComposedBar]:
    """A piece of one bar a condition; every bar answers the one before, the first the reference."""
    random, state = np.random.default_rng(seed), COMPOSER.initial_state()
    bars: list[ComposedBar] = []
    for index, condition in enumerate(conditions):
        answered = bars[-1].bar if bars else reference
        bars.append(COMPOSER.compose(BarIntent(index, Key(), condition), state, answered, random))
        state = bars[-1].state
    return bars


def phrase(bars: int = 8, **condition: object) -> list[Condition]:
    return [Condition(**{"attributes": PLAIN, "phrase_bar": bar % 8, **condition}) for bar in range(bars)]  # type: ignore[arg-type]


@given(st.lists(_CONDITIONS, min_size=1, max_size=4), st.integers(0, 1 << 31))
@settings(max_examples=80)
def test_every_bar_keeps_the_rules(conditions: list[Condition], seed: int) -> None:
    for condition, written in zip(conditions, composed(*conditions, seed=seed), strict=True):
        bar = written.bar
        assert decode(encode(bar), condition.metre) == bar
        assert bar.parts == condition.parts
        assert bar.harmony[0].position == 0
        assert all(note.end <= condition.metre.bar_ticks or note.part is Part.DRUMS for note in bar.notes)
        assert all(LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH for note in bar.notes)
        assert not overlaps(bar)
        assert written.composer == "rules"
        assert written.state.dtype == np.float32


def overlaps(bar: Bar) -> list[tuple[object, object]]:
    """Pairs of notes of one part and pitch that sound together."""
    keys: dict[tuple[Part, int], int] = {}
    found = []
    for note in bar.notes:
        if note.part is not Part.DRUMS and keys.get((note.part, note.pitch), 0) > note.position:
            found.append((note.part, note))
        keys[note.part, note.pitch] = note.end
    return list(found)


@given(_CONDITIONS, st.integers(0, 1 << 31))
@settings(max_examples=30)
def test_equal_arguments_give_equal_bars(condition: Condition, seed: int) -> None:
    first, second = composed(condition, seed=seed), composed(condition, seed=seed)
    assert first[0].bar == second[0].bar
    assert (first[0].state == second[0].state).all()


@given(st.sampled_from(Mode), st.integers(0, 1 << 31), st.floats(0, 1))
@settings(max_examples=30)
def test_without_chromaticism_every_note_is_of_the_key(mode: Mode, seed: int, brightness: float) -> None:
    attributes = replace(PLAIN, brightness=brightness, dissonance=0.4)
    for written in composed(*phrase(mode=mode, attributes=attributes), seed=seed):
        assert {note.pitch % 12 for note in written.bar.notes if note.part is not Part.DRUMS} <= SCALES[mode]


@given(st.integers(0, 1 << 31))
@settings(max_examples=30)
def test_a_reference_in_the_other_mode_is_bent_into_this_one(seed: int) -> None:
    reference = composed(*phrase(1, mode=Mode.MAJOR), seed=seed)[0].bar
    answer = composed(Condition(PLAIN, mode=Mode.MINOR, similarity=1.0), reference=reference)[0].bar
    assert {note.pitch % 12 for note in answer.notes if note.part is not Part.DRUMS} <= SCALES[Mode.MINOR]


def test_likeness_to_the_reference_follows_the_wanted_similarity() -> None:
    reference = composed(*phrase(1), seed=5)[0].bar
    wanted = (0.25, 0.5, 0.75, 1.0)
    got = [
        np.mean([similarity(reference, answer(reference, share, seed).bar) for seed in range(10, 20)])
        for share in wanted
    ]
    assert got == sorted(got)
    assert got[-1] == 1.0
    assert np.abs(np.subtract(got, wanted)).max() < 0.15


def answer(reference: Bar, share: float, seed: int) -> ComposedBar:
    return composed(Condition(PLAIN, similarity=share), seed=seed, reference=reference)[0]


def rhythm(bar: Bar) -> list[tuple[int, int]]:
    return [(note.position, note.duration) for note in bar.of(Part.MELODY)]


def test_a_motif_comes_back_within_the_phrase() -> None:
    bars = [written.bar for written in composed(*phrase(similarity=None), seed=3)]
    assert max(rhythm(bars[0]) == rhythm(bar) for bar in bars[1:3])


@given(st.integers(0, 1 << 31), st.sampled_from(Mode))
@settings(max_examples=30)
def test_a_phrase_closes_on_the_tonic_after_the_dominant(seed: int, mode: Mode) -> None:
    *_, before, last = composed(*phrase(mode=mode), seed=seed)
    assert last.bar.harmony[-1].chord == Chord(0, Quality.MAJOR if mode.is_major else Quality.MINOR)
    assert last.bar.of(Part.MELODY)[-1].pitch % 12 == 0
    assert before.bar.harmony[-1].chord is not None
    assert before.bar.harmony[-1].chord.root in (7, 10)


@given(st.integers(0, 1 << 31), st.integers(0, 7))
@settings(max_examples=30)
def test_a_piece_ends_with_a_cadence_wherever_the_phrase_is(seed: int, phrase_bar: int) -> None:
    ending = [
        Condition(PLAIN, is_ending=True, phrase_bar=phrase_bar),
        Condition(PLAIN, is_ending=True, phrase_bar=(phrase_bar + 1) % 8),
    ]
    dominant, tonic = composed(*ending, seed=seed)
    assert [change.chord for change in dominant.bar.harmony][-1] == Chord(7, Quality.MAJOR)
    assert [change.chord for change in tonic.bar.harmony] == [Chord(0, Quality.MAJOR)]
    assert [(note.position, note.pitch % 12) for note in tonic.bar.of(Part.MELODY)] == [(0, 0)]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("rhythm", 0.15, 0.8),
        ("drum_rhythm", 0.1, 0.9),
        ("polyphony", 2.5, 7.0),
        ("density", 1.5, 8.0),
        ("loudness", 0.35, 0.85),
        ("register", 52.0, 68.0),
    ],
)
def test_more_is_written_where_more_is_wanted(name: str, low: float, high: float) -> None:
    assert achieved(name, low) < achieved(name, high)


def achieved(name: str, wanted: float) -> float:
    """What four phrases measure when one attribute is asked for."""
    bars = [
        bar for seed in range(4) for bar in composed(*phrase(attributes=replace(PLAIN, **{name: wanted})), seed=seed)
    ]
    return float(np.mean([getattr(bar.achieved, name) for bar in bars]))


def test_dark_minor_and_bright_minor_take_different_chords() -> None:
    dark, bright = (
        np.mean(
            [
                bar.achieved.brightness
                for seed in range(12)
                for bar in composed(*phrase(mode=Mode.MINOR, attributes=replace(PLAIN, brightness=wanted)), seed=seed)
            ]
        )
        for wanted in (0.05, 0.4)
    )
    assert dark + 0.05 < bright


def test_drums_fill_the_end_of_a_phrase() -> None:
    bars = [written.bar for written in composed(*phrase(), seed=2)]
    toms = [sum(note.pitch in (41, 45, 48) for note in bar.of(Part.DRUMS)) for bar in bars]
    assert toms[7] > 0


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(2, 4), Metre(7, 8)])
@pytest.mark.parametrize("similarity", [None, 0.4, 1.0])
@pytest.mark.parametrize("drum_rhythm", [0.0, 0.5])
def test_a_fill_that_is_asked_for_comes_anywhere(metre: Metre, similarity: float | None, drum_rhythm: float) -> None:
    condition = Condition(replace(PLAIN, drum_rhythm=drum_rhythm), metre=metre, phrase_bar=2, similarity=similarity)
    before = composed(condition)[0].bar
    for fill in (True, False):
        intent = BarIntent(2, Key(), condition, fill=fill)
        bar = COMPOSER.compose(intent, COMPOSER.initial_state(), before, np.random.default_rng(1)).bar
        assert is_fill(bar) == fill


def test_the_state_is_eight_figures() -> None:
    written = composed(*phrase())[-1]
    assert COMPOSER.initial_state().shape == written.state.shape == (8,)
