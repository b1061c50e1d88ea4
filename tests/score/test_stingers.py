"""Stingers of a score: as text over a chord of C, every value checked with its place."""

import pytest

from barwise.errors import ScoreError
from barwise.music.stinger import SIXTEENTH_TICKS, DrumStroke, Stinger, StingerNote, StingerStart
from barwise.score.load import load_score, read_score
from tests.score.test_load_score import SMALL


def with_stingers(stingers: str) -> dict[str, Stinger]:
    return dict(read_score(f"{SMALL}\nstingers: {stingers}\n", "small.yaml").stingers)


def test_a_stinger_becomes_a_value() -> None:
    text = "{a: {notes: 'C4:1/2 R:1/2 B3+E5:1', drums: 'R:1 kick+crash:1', program: 9, at: bar, velocity: [80, 100]}}"
    assert with_stingers(text)["a"] == Stinger(
        "a",
        (StingerNote(0, 0, 12, 80), StingerNote(24, -1, 24, 100), StingerNote(24, 9, 24, 100)),
        (DrumStroke(24, 36, 100), DrumStroke(24, 49, 100)),
        program=9,
        at=StingerStart.BAR,
    )


def test_drums_alone_are_a_stinger() -> None:
    assert with_stingers("{a: {drums: 'snare:1'}}")["a"].drums == (DrumStroke(0, 38, 100),)


def test_the_built_in_score_has_the_stingers_that_games_need() -> None:
    stingers = load_score().stingers
    assert {"treasure", "danger", "discovery", "success", "failure", "hit", "level_up", "secret"} <= set(stingers)
    for stinger in stingers.values():
        assert all(note.position % SIXTEENTH_TICKS == 0 for note in stinger.notes)
        assert all(stroke.position % SIXTEENTH_TICKS == 0 for stroke in stinger.drums)


@pytest.mark.parametrize(
    ("stingers", "message"),
    [
        ("{a: {notes: 'C4:1'}}", "is not a stinger: notes need a program"),
        ("{a: {program: 3}}", "stingers.a: stinger 'a' has neither notes nor drums"),
        ("{a: {notes: 'C4:1', program: 128}}", "stingers.a.program: 128 is not a whole number from 0 to 127"),
        ("{a: {notes: 'Eb4:1', program: 1}}", "stingers.a: 'Eb4' is not a note of a stinger: C0 to B9 without"),
        ("{a: {notes: 'C4', program: 1}}", "stingers.a: 'C4' is not a note such as C5:1"),
        ("{a: {notes: 'C4+C4:1', program: 1}}", "'C4+C4:1' has a name twice"),
        ("{a: {notes: 'C4:1/0', program: 1}}", "'C4:1/0': a length is so many quarter notes"),
        ("{a: {notes: 'C4:9', program: 1}}", "lasts 9 quarter notes; allowed: up to 8"),
        ("{a: {drums: 'kik:1'}}", "there is no drum 'kik'; allowed: kick, snare"),
        ("{a: {drums: 'kick:1', at: noon}}", "stingers.a.at: there is no start 'noon'; allowed: now, sixteenth"),
        ("{a: {drums: 'kick:1', velocity: [1, 128]}}", "stingers.a.velocity[1]: 128 is not a whole number from 1"),
        ("{a: {drums: 'kick:1', level: 7}}", "stingers.a.level: 7 is not a number from -12 to 6"),
        ("{a: {drums: 'kick:1', levl: 1}}", "there is no key 'levl'; did you mean 'level'?"),
        ("[]", "stingers: [] is not a mapping"),
    ],
)
def test_a_stinger_that_is_wrong_is_refused_with_its_place(stingers: str, message: str) -> None:
    with pytest.raises(ScoreError) as refusal:
        with_stingers(stingers)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("small.yaml: ")
