"""Laws of the rule composer: what holds for every bar it writes, whatever is wanted."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barwise.composing.composer import ComposedBar, Composer
from barwise.composing.rule_composer import RuleComposer
from barwise.composing.vocabulary import decode, encode
from barwise.music.attributes import Attributes
from barwise.music.harmony import SCALES, Chord, Key, Mode, Quality
from barwise.music.intent import BarIntent, Condition
from barwise.music.metre import COMMON_TIME, Metre
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
@settings(max_examples=150)
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
def test_equal_arguments_give_equal_bars(condition: Condition, seed: int) -> None:
    first, second = composed(condition, seed=seed), composed(condition, seed=seed)
    assert first[0].bar == second[0].bar
    assert (first[0].state == second[0].state).all()
