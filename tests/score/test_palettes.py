"""Palettes in a score: layers, groups of the kit, likeness, moods and styles, and what is refused of them."""

import pytest

from barwise.errors import ScoreError
from barwise.music.mood import Mood
from barwise.music.notes import PARTS, Part
from barwise.score.load import load_score, read_score
from barwise.score.schema import LAYER_RAMP, Instrument, KitGroup, Layer, Line, MoodColor

BY_MOOD = "[{palette: dark, above: {tension: 0.7}, below: {valence: 0}}, plain]"
PALETTES = f"""
moods: {{calm: {{valence: 0.5}}}}
palettes:
  plain:
    melody: {{program: 73, pan: 20}}
    counter: {{program: 60}}
    chords: {{program: 48}}
    bass: {{program: 43}}
    drums: {{program: 48, enters: 0.4, hats: 0.6}}
    layers:
      - {{plays: melody, program: 68, octave: 1, enters: 0.5}}
      - {{plays: pad, program: 52}}
  bright: {{like: plain, level: 2, melody: {{program: 56}}, layers: []}}
  dark: {{like: bright, bass: {{program: 58, enters: 0.1}}}}
styles:
  night: {{rest: dark}}
  day: {{any: bright}}
states:
  rest: {{mood: calm, palette: {BY_MOOD}}}
  run: {{mood: calm, palette: plain}}
"""
STYLES = ("chip", "synth", "folk", "ambient", "hybrid")


def test_layers_and_groups_of_the_kit_become_values() -> None:
    palette = read_score(PALETTES).palettes["plain"]
    assert palette.layers == (
        Layer(Part.MELODY, Instrument(68, octave=1), 0.5),
        Layer(Line.PAD, Instrument(52)),
    )
    assert palette.kit == {KitGroup.HATS: 0.6}


def test_a_palette_may_be_like_another_but_for_what_it_says() -> None:
    palettes = read_score(PALETTES).palettes
    assert palettes["bright"].instruments[Part.MELODY] == Instrument(56, pan=20)
    assert palettes["dark"].instruments[Part.MELODY] == Instrument(56, pan=20)
    assert palettes["dark"].enters[Part.BASS] == 0.1
    assert palettes["dark"].level == 2
    assert palettes["dark"].layers == ()
    assert palettes["dark"].kit == palettes["plain"].kit


def test_a_palette_for_a_mood_stays_until_the_mood_is_well_out_of_its_bounds() -> None:
    rest = read_score(PALETTES).states["rest"]
    assert rest.colors == (MoodColor("dark", {"tension": 0.7}, {"valence": 0.0}),)
    assert rest.palette_in(Mood(-0.1, 0, 0.75)) == "dark"
    assert rest.palette_in(Mood(-0.1, 0, 0.65)) == "plain"
    assert rest.palette_in(Mood(0.05, 0, 0.65), before="dark") == "dark"
    assert rest.palette_in(Mood(0.15, 0, 0.65), before="dark") == "plain"
    assert rest.palette_in(Mood(0.05, 0, 0.65), before="plain") == "plain"


@pytest.mark.parametrize(
    ("style", "palettes"),
    [
        (None, ("plain", "plain")),
        ("night", ("dark", "plain")),
        ("day", ("bright", "bright")),
        ("chip", ("chip", "chip")),
    ],
)
def test_a_style_gives_states_other_palettes(style: str | None, palettes: tuple[str, str]) -> None:
    score = read_score(PALETTES, style=style)
    assert tuple(state.palette for state in score.states.values()) == palettes
    assert set(palettes) <= set(score.palettes)


def test_a_score_may_have_a_style_and_whoever_plays_it_another() -> None:
    named = f"style: night{PALETTES}"
    assert read_score(named).states["rest"].palette == "dark"
    assert read_score(named, style="day").states["rest"].palette == "bright"


def test_a_score_may_replace_palettes_of_a_style() -> None:
    own = PALETTES.replace("  bright:", "  chip calm: {like: plain, level: 1}\n  bright:").replace("rest", "calm")
    calm = read_score(own, style="chip").palette_of("calm")
    assert (calm.name, calm.level) == ("chip calm", 1)


@pytest.mark.parametrize("style", [None, *STYLES])
def test_each_state_of_the_built_in_score_has_a_color_of_its_own_in_every_style(style: str | None) -> None:
    score = load_score(None, style)
    palettes = [score.palette_of(state) for state in score.states]
    assert len({tuple(palette.instruments.values()) for palette in palettes}) == len(palettes) == 7
    assert all(set(palette.instruments) == set(palette.enters) == set(PARTS) for palette in palettes)
    assert all(len(palette.layers) >= 2 for palette in palettes)


@pytest.mark.parametrize("style", STYLES)
def test_whoever_leads_is_heard_in_each_state_of_every_style(style: str) -> None:
    score = load_score(None, style)
    for name, state in score.states.items():
        enters = score.palette_of(name).enters
        assert max(enters[Part.MELODY], enters[Part.COUNTER]) + LAYER_RAMP <= state.intensity + 1e-9


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "plays: pad",
            "plays: strings",
            "plain.layers[1].plays: there is no line 'strings'; allowed: melody, counter, ",
        ),
        ("plays: pad", "plays: drums", "plain.layers[1].plays: there is no line 'drums'"),
        ("plays: pad, ", "", "plain.layers[1]: {'program': 52} is not a layer: it says what it plays"),
        ("plays: pad, program: 52", "plays: pad", "plain.layers[1]: 'program' is missing"),
        ("plays: melody", "plays: pad", "is not up to 3 layers and a pad"),
        ("enters: 0.5", "enters: 0.95", "plain.layers[0].enters: 0.95 is not a number from 0 to 0.9"),
        ("hats: 0.6", "hats: 0.3", "plain.drums.hats: 0.3 is not a number from 0.4 to 0.9"),
        ("hats: 0.6", "cymbals: 0.6", "plain.drums.cymbals: there is no key 'cymbals'"),
        ("{program: 60}", "{program: 60, hats: 0.6}", "plain.counter.hats: there is no key 'hats'"),
        ("like: plain", "like: dark", "bright.like: there is no palette before this one 'dark'; allowed: plain"),
        (
            "above: {tension: 0.7}",
            "above: {tension: 7}",
            "rest.palette[0].above.tension: 7 is not a number from 0 to 1",
        ),
        ("above: {tension: 0.7}, below: {valence: 0}", "above: {}", "it says what the mood is above or below"),
        (", plain]}", "]}", "states.rest.palette[0]: there is no palette {"),
        (BY_MOOD, "[]", "[] is not a palette, or a list of palettes whose last one is a name"),
        ("{rest: dark}", "{rest: drak}", "styles.night.rest: there is no palette 'drak'; did you mean 'dark'?"),
        ("{rest: dark}", "{nest: dark}", "styles.night.nest: there is no key 'nest'; did you mean 'rest'?"),
        ("\nstyles:", "\nstyle: [night]\nstyles:", "style: there is no style ['night']; allowed: "),
        ("\nstyles:", "\nstyle: nigth\nstyles:", "style: there is no style 'nigth'; did you mean 'night'?"),
    ],
)
def test_a_refusal_says_where_and_what_is_allowed(old: str, new: str, message: str) -> None:
    assert old in PALETTES
    with pytest.raises(ScoreError) as refusal:
        read_score(PALETTES.replace(old, new, 1), "small.yaml")
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("small.yaml: ")


def test_a_style_that_is_nowhere_is_refused_with_those_that_are() -> None:
    with pytest.raises(ScoreError, match=r"there is no style 'ship'; did you mean 'chip'\? allowed: chip, synth"):
        load_score(None, "ship")
