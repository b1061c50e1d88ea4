"""Themes through the whole engine: called live or offline, heard in what is written to a file."""

from pathlib import Path
from typing import Any

import mido
import pytest

from barwise.commands import CallTheme
from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.controls import DirectControls
from barwise.errors import InputError
from barwise.music.development import Development
from barwise.music.events import MusicEventKind
from barwise.music.melodic_similarity import Tone, melodic_similarity
from barwise.music.notes import Part
from barwise.music.performance import PlayedBar
from barwise.music.theme import sounded
from barwise.offline import OfflinePlayer
from barwise.performing.session import Session
from barwise.score.load import load_score
from tests.music.themes import CALL, tones
from tests.performing.test_session import RATE, advance_to, compose_all, new_session, note_ons, play

GOAL = 0.8
"""Similarity from which on a statement counts as recognized."""

HERO = load_score().themes["hero"]
LINE = tones(sounded(HERO, HERO.mode))


def heard(bars: tuple[PlayedBar, ...], development: Development = Development.STATEMENT) -> list[Tone]:
    """The melody of the bars that have a theme in some form, in ticks from the start of the music."""
    return [
        (played.start_tick + note.position, note.duration, note.pitch)
        for played in bars
        if played.intent.theme and played.intent.theme.development is development
        for note in played.bar.of(Part.MELODY)
    ]


def test_a_theme_is_heard_from_the_next_bar_on() -> None:
    session = new_session()
    play(session, 2)
    session.call(CallTheme(HERO))
    play(session, 6)
    bars = session.performance().bars
    assert [played.intent.index for played in bars if played.intent.theme] == [3, 4, 5, 6]
    assert melodic_similarity(heard(bars), LINE) == 1


def test_a_theme_called_at_the_last_moment_waits_for_the_bar_after() -> None:
    session = new_session()
    play(session, 1)
    session.advance(session.frames_left_in_bar() - 64)
    session.call(CallTheme(HERO))
    session.advance(0)
    play(session, 4)
    assert next(played.intent.index for played in session.performance().bars if played.intent.theme) == 3


@pytest.mark.parametrize("composer", ["network", "rules"])
@pytest.mark.parametrize("state", ["explore", "combat", "wonder"])
def test_a_statement_is_recognized_in_every_state(composer: str, state: str) -> None:
    score, network = load_score(), OnnxComposer(candidates=2) if composer == "network" else None
    session = Session(score, network, RuleComposer(), seed=3, sample_rate=RATE, is_recording=True)
    controls = DirectControls(score, session.call)
    controls.enter(state)
    controls.theme("hero", at=1)
    session.advance(0)
    play(session, 9)
    bars = session.performance().bars
    assert {played.composer for played in bars} == {composer}
    assert melodic_similarity(heard(bars), LINE) >= GOAL
    assert len(heard(bars)) == len(LINE)


def test_figures_asked_of_every_bar_leave_the_theme_as_it_is() -> None:
    score = load_score()
    session = Session(score, OnnxComposer(candidates=2), RuleComposer(), seed=3, sample_rate=RATE, is_recording=True)
    controls = DirectControls(score, session.call)
    controls.set_attributes(rhythm=1.0, polyphony=6.0)
    controls.theme("hero", at=1)
    session.advance(0)
    play(session, 6)
    assert melodic_similarity(heard(session.performance().bars), LINE) == 1


def test_a_theme_is_heard_in_the_file_at_an_intensity_without_melody(tmp_path: Path) -> None:
    player = OfflinePlayer(seed=2, has_sound=False)
    player.set_intensity(0.05)
    player.theme("hero", at=1)
    player.advance(16)
    player.write(tmp_path / "a.mid")
    track = next(track for track in mido.MidiFile(tmp_path / "a.mid").tracks if track.name == "Melody")
    now, struck = 0, []
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            struck.append((round(now / 480 * 24 / 3) * 3, 24, message.note))
    found = struck[: len(LINE)]
    found[-1] = (found[-1][0], LINE[-1][1], found[-1][2])
    assert melodic_similarity(found, LINE) >= GOAL


def test_a_replay_of_a_journal_states_the_same_theme() -> None:
    live = new_session(seed=7, is_live=True)
    for block in range(10 * RATE // 512):
        if block == 60:
            live.call(CallTheme(HERO))
        compose_all(live)
        live.advance(512)
    replay = new_session(seed=7)
    for entry in live.journal:
        advance_to(replay, entry.sample)
        replay.call(entry.command)
    advance_to(replay, live.sample)
    assert heard(live.performance().bars)
    assert note_ons(replay.performance()) == note_ons(live.performance())


def test_a_game_is_told_when_a_theme_begins() -> None:
    player = OfflinePlayer(seed=1, has_sound=False)
    player.theme(CALL, at=1)
    player.advance(12)
    told = [(event.bar, event.name) for event in player.events() if event.kind is MusicEventKind.THEME]
    assert told[0] == (1, "call statement")
    assert told[1][0] == 4


@pytest.mark.parametrize("call", [{"theme": "hreo"}, {"theme": "hero", "at": "beat"}, {"theme": "hero", "at": -1}])
def test_a_theme_or_a_place_that_is_not_there_is_refused(call: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        OfflinePlayer(has_sound=False).theme(**call)
