"""The verbs of a game: checked at the door, by name, and handed on as commands."""

import math
from collections.abc import Callable

import pytest

from barwise.commands import (
    Arrive,
    CallTheme,
    CancelArrival,
    Command,
    Duck,
    Enter,
    Pause,
    PlayStinger,
    Resume,
    SetAttributes,
    SetIntensity,
    SetMood,
    SetTempo,
    SetVolume,
    Skip,
)
from barwise.controls import DirectControls
from barwise.errors import InputError
from barwise.music.mood import Mood
from barwise.score.load import load_score

SCORE = load_score()

Verb = Callable[[DirectControls], None]


def said(*verbs: Verb) -> list[Command]:
    """What comes of some calls."""
    commands: list[Command] = []
    controls = DirectControls(SCORE, commands.append)
    for verb in verbs:
        verb(controls)
    return commands


@pytest.mark.parametrize(
    ("verb", "command"),
    [
        (lambda game: game.set_mood("dread", bars=4), SetMood(SCORE.moods["dread"], 4.0, 0.0)),
        (lambda game: game.set_intensity(1, seconds=2), SetIntensity(1.0, 2.0)),
        (lambda game: game.set_tempo(120), SetTempo(120.0)),
        (lambda game: game.set_tempo(None), SetTempo(None)),
        (lambda game: game.enter("combat", at="now", fill=1, bridge=2, fade=4), Enter("combat", "now", True, 2, 4.0)),
        (lambda game: game.enter("calm"), Enter("calm")),
        (lambda game: game.theme("hero", at="phrase"), CallTheme(SCORE.themes["hero"], 0, True)),
        (lambda game: game.theme("hero", at=8), CallTheme(SCORE.themes["hero"], 8, False)),
        (lambda game: game.stinger("treasure", at="beat", strength=0.5), PlayStinger("treasure", "beat", 0.5)),
        (lambda game: game.arrive("combat", 7.4), Arrive("combat", 7.4)),
        (lambda game: game.cancel_arrival(), CancelArrival()),
        (lambda game: game.pause(), Pause()),
        (lambda game: game.resume(), Resume()),
        (lambda game: game.skip(3), Skip(3.0)),
        (lambda game: game.set_volume(0.5, seconds=1), SetVolume(0.5, 1.0)),
        (lambda game: game.duck(6), Duck(6.0, 0.2)),
    ],
)
def test_each_verb_is_one_command(verb: Verb, command: Command) -> None:
    assert said(verb) == [command]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, -0.001, 1.001, "loud", "0.5", True, False])
def test_what_is_no_number_or_out_of_range_is_refused_with_its_name(wrong: object) -> None:
    for name, verb in {
        "intensity": lambda game: game.set_intensity(wrong),
        "volume": lambda game: game.set_volume(wrong),
        "strength": lambda game: game.stinger("treasure", strength=wrong),
        "tension": lambda game: game.set_mood(tension=wrong),
    }.items():
        with pytest.raises(InputError, match=name):
            said(verb)


@pytest.mark.parametrize(
    "verb",
    [
        lambda game: game.set_mood(valence=True),
        lambda game: game.set_mood("dread", bars=True),
        lambda game: game.set_mood("dread", seconds=True),
        lambda game: game.set_intensity(0.5, seconds=True),
        lambda game: game.set_tempo(True),
        lambda game: game.set_attributes(rhythm=True),
        lambda game: game.enter("combat", bridge=True),
        lambda game: game.enter("combat", fade=True),
        lambda game: game.theme("hero", at=True),
        lambda game: game.arrive("combat", True),
        lambda game: game.skip(True),
        lambda game: game.duck(True),
    ],
)
def test_true_is_no_number_in_any_verb(verb: Verb) -> None:
    with pytest.raises(InputError, match="True is not"):
        said(verb)


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        ("state", lambda game: game.enter("nowhere")),
        ("state", lambda game: game.arrive("nowhere", 5.0)),
        ("mood", lambda game: game.set_mood("nothing")),
        ("theme", lambda game: game.theme("nobody")),
        ("stinger", lambda game: game.stinger("nothing")),
        ("start of a state", lambda game: game.enter("combat", at="later")),
        ("start of a theme", lambda game: game.theme("hero", at="beat")),
        ("start of a stinger", lambda game: game.stinger("treasure", at="phrase")),
        ("attribute", lambda game: game.set_attributes(loudness_of_color=0.5)),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_are_known(kind: str, verb: Verb) -> None:
    with pytest.raises(InputError, match=f"{kind} '.*' is unknown; allowed: "):
        said(verb)


def test_a_refused_call_says_nothing_and_leaves_what_was_asked_as_it_was() -> None:
    commands: list[Command] = []
    game = DirectControls(SCORE, commands.append)
    game.set_mood(valence=0.25)
    with pytest.raises(InputError):
        game.set_mood(valence=-0.5, arousal=2.0)
    game.set_mood(arousal=0.5)
    first = SCORE.states[SCORE.initial].mood
    assert commands[-1] == SetMood(Mood(0.25, 0.5, first.tension))
    assert len(commands) == 2


def test_a_state_brings_its_mood_and_what_is_asked_of_it_after_changes_only_that() -> None:
    mood = SCORE.states["combat"].mood
    commands = said(lambda game: game.enter("combat"), lambda game: game.set_mood(tension=0.125))
    assert commands[-1] == SetMood(Mood(mood.valence, mood.arousal, 0.125))


def test_attributes_add_up_until_they_are_none_again() -> None:
    commands = said(
        lambda game: game.set_attributes(rhythm=0.5),
        lambda game: game.set_attributes(polyphony=2.0),
        lambda game: game.set_attributes(rhythm=None),
    )
    assert [command.attributes for command in commands if isinstance(command, SetAttributes)] == [
        {"rhythm": 0.5},
        {"rhythm": 0.5, "polyphony": 2.0},
        {"polyphony": 2.0},
    ]


def test_ducking_ends_with_its_block_however_that_ends() -> None:
    commands: list[Command] = []
    game = DirectControls(SCORE, commands.append)
    with pytest.raises(RuntimeError, match="speech"), game.ducked(9.0):
        raise RuntimeError("speech")
    assert commands == [Duck(9.0, 0.2), Duck(0.0, 0.2)]
