"""The door of the score: what it lets in, and what it says of the rest."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from barwise.errors import ScoreError
from barwise.music.metre import Metre
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from barwise.score.load import load_score, read_score
from barwise.score.schema import LAYER_RAMP, Instrument, StateSpec

PARTS_YAML = """{
  melody: {program: 73, pan: 20}, counter: {program: 60}, chords: {program: 48, enters: 0.2},
  bass: {program: 43}, drums: {program: 0}}"""
SMALL = f"""
moods: {{calm: {{valence: 0.5}}}}
palettes: {{plain: {PARTS_YAML}}}
states: {{rest: {{mood: calm, palette: plain, tempo: [60, 90], metre: 6/8}}}}
"""


def test_a_small_score_becomes_values() -> None:
    score = read_score(SMALL, "small.yaml")
    assert score.name == "small.yaml"
    assert score.initial == "rest"
    assert score.states["rest"] == StateSpec("rest", Mood(0.5), "plain", 0.6, (60.0, 90.0), Metre(6, 8))
    assert score.palette_of("rest").instruments[Part.MELODY] == Instrument(73, pan=20)
    assert score.palette_of("rest").enters[Part.CHORDS] == 0.2


def test_the_built_in_score_has_the_states_that_games_have() -> None:
    score = load_score()
    assert {"explore", "tension", "combat", "victory", "defeat"} <= set(score.states)
    assert len(score.moods) >= 12
    assert all(set(palette.instruments) == set(palette.enters) == set(PARTS) for palette in score.palettes.values())


def test_whoever_leads_is_heard_in_each_state_of_the_built_in_score() -> None:
    """A phrase may rest the melody or the counter: the other must then sound at the state's own intensity."""
    score = load_score()
    for name, state in score.states.items():
        enters = score.palette_of(name).enters
        assert max(enters[Part.MELODY], enters[Part.COUNTER]) + LAYER_RAMP <= state.intensity


def test_tempo_grows_by_ratios_with_arousal() -> None:
    state = StateSpec("run", Mood(), "plain", tempo=(60.0, 240.0))
    assert [state.tempo_at(arousal) for arousal in (-1, 0, 1)] == [60, 120, 240]


def test_a_state_may_swing() -> None:
    swung = read_score(SMALL.replace("6/8", "4/4, swing: 0.6, swing_note: 16", 1)).states["rest"]
    assert (swung.swing, swung.swing_note) == (0.6, 16)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("valence", "valnce", "small.yaml: moods.calm.valnce: there is no key 'valnce'; did you mean 'valence'?"),
        ("0.5", "2", "small.yaml: moods.calm.valence: 2 is not a number from -1 to 1"),
        ("0.5", ".nan", "moods.calm.valence: nan is not a number from -1 to 1"),
        ("mood: calm", "mood: clam", "states.rest.mood: there is no mood 'clam'; did you mean 'calm'?"),
        ("palette: plain", "palette: 3", "states.rest.palette: there is no palette 3; allowed: plain"),
        ("[60, 90]", "[90, 60]", "states.rest.tempo: [90, 60] is not two tempi, the slower first"),
        ("[60, 90]", "[60, 900]", "states.rest.tempo[1]: 900 is not a number from 30 to 300"),
        ("6/8", "6/7", "states.rest.metre: '6/7' is not a metre such as 4/4"),
        ("6/8", "4/4, swing: 2", "states.rest.swing: 2 is not a number from 0 to 1"),
        ("6/8", "4/4, swing_note: 12", "states.rest.swing_note: 12 is not 8 or 16"),
        ("program: 48", "program: 128", "palettes.plain.chords.program: 128 is not a whole number from 0 to 127"),
        ("program: 48", "program: true", "palettes.plain.chords.program: True is not a whole number"),
        ("enters: 0.2", "enters: 0.95", "palettes.plain.chords.enters: 0.95 is not a number from 0 to 0.9"),
        ("pan: 20", "enters: 0.1", "is not a palette whose chords or melody enter at 0"),
        ("drums:", "drum:", "palettes.plain.drum: there is no key 'drum'; did you mean 'drums'?"),
        (", drums: {program: 0}", "", "palettes.plain: 'drums' is missing"),
        ("\nmoods:", "\nkey: H\nmoods:", "key: there is no key 'H'; allowed: C, "),
        ("\nmoods:", "\ninitial: war\nmoods:", "initial: there is no state 'war'; allowed: rest"),
        ("\nmoods:", "\nname: 1\nname: 2\nmoods:", "the key 'name' stands twice"),
        ("{calm: {valence: 0.5}}", "{}", "moods: {} is not a mapping with at least one entry"),
    ],
)
def test_a_refusal_names_file_place_value_and_what_is_allowed(old: str, new: str, message: str) -> None:
    assert old in SMALL
    with pytest.raises(ScoreError) as refusal:
        read_score(SMALL.replace(old, new, 1), "small.yaml")
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("small.yaml: ")


@pytest.mark.parametrize("text", ["", "[", "[" * 600, '!!int ""', "&a [*a]", "a: !!python/object:os.system {}", "\0"])
def test_what_is_no_yaml_is_refused(text: str) -> None:
    with pytest.raises(ScoreError):
        read_score(text)


@pytest.mark.parametrize("mark", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [160, 600, 15_000])
def test_nesting_of_any_depth_is_refused_and_crashes_nothing(mark: str, depth: int) -> None:
    with pytest.raises(ScoreError):
        read_score(mark * depth)


def test_nested_merges_cannot_fill_the_memory() -> None:
    bomb = "a0: &a0 {k: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
    )
    with pytest.raises(ScoreError):
        read_score(bomb)


def test_an_unreadable_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9")
    (tmp_path / "huge.yaml").write_bytes(b"#" * 70_000)
    for name in ("missing.yaml", "latin.yaml", "huge.yaml"):
        with pytest.raises(ScoreError, match=name):
            load_score(tmp_path / name)


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
_KEYS = st.sampled_from(["moods", "palettes", "states", "name", "key", "calm", "melody", "program", "mood", "tempo"])
_DOCUMENTS = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | _PLAIN, inner, max_size=4),
    max_leaves=12,
)


@given(_DOCUMENTS)
def test_any_yaml_is_a_score_or_a_score_error(document: object) -> None:
    for text in (yaml.safe_dump(document), str(document)):
        with pytest.raises(ScoreError):
            read_score(text)


@given(_PLAIN | st.lists(_PLAIN), st.sampled_from(["0.5", "calm", "plain", "[60, 90]", "6/8", "73", "0.2"]))
def test_any_value_anywhere_is_taken_or_refused(value: object, place: str) -> None:
    text = yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
    with contextlib.suppress(ScoreError):
        read_score(SMALL.replace(place, text, 1))
