"""Saves: the same music in another player, a what-if that disturbs nothing, and a refusal by name."""

from pathlib import Path

import pytest

from barwise import OfflinePlayer, building
from barwise.composing.rule_composer import RuleComposer
from barwise.errors import InputError
from barwise.music.events import ChannelEventKind
from barwise.music.reports import Checkpoint
from barwise.performing.session import Session
from barwise.saved_music import Origin, origin_in
from barwise.saving import CHECKPOINT_BARS, Checkpoints, Pace
from barwise.score.load import load_score

LARGEST_SAVE = 8192


def note_ons(player: OfflinePlayer) -> list[tuple[float, int, int, int]]:
    return [
        (sent.tick, sent.event.channel, sent.event.number, sent.event.value)
        for sent in player.performance().events
        if sent.event.kind is ChannelEventKind.NOTE_ON
    ]


def in_the_middle() -> OfflinePlayer:
    """Music of the network in which a theme is developed, a mood turns, a stinger rings and a state is on its way."""
    player = OfflinePlayer(seed=3, has_sound=False)
    player.theme("hero")
    player.advance(5.0)
    player.enter("combat", bridge=2, fill=True)
    player.set_mood(valence=-0.8, arousal=0.8)
    player.stinger("danger", at="beat")
    player.advance(0.4)
    player.set_intensity(0.9, seconds=3.0)  # said, and not yet obeyed
    return player


def test_what_is_saved_goes_on_in_another_player_and_a_fork_disturbs_nothing() -> None:
    player, alone = in_the_middle(), in_the_middle()
    saved = player.save()
    fork = player.fork()
    fork.enter("defeat")
    fork.advance(4.0)
    restored = OfflinePlayer.from_saved(saved, has_sound=False)
    assert restored.seconds == player.seconds
    begun = len(note_ons(player))
    for one in (player, alone, restored):
        one.advance(15.0)
        one.set_mood(valence=0.9)
        one.advance(5.0)
    rest = note_ons(player)[begun:]
    assert rest == note_ons(alone)[begun:]
    assert rest == note_ons(restored)[-len(rest) :]
    assert note_ons(fork)[-20:] != rest[-20:]
    assert len(saved) < LARGEST_SAVE


def test_music_that_has_not_begun_can_be_saved() -> None:
    player = OfflinePlayer(seed=5, has_sound=False)
    player.enter("calm")
    restored = OfflinePlayer.from_saved(player.save(), has_sound=False)
    for one in (player, restored):
        one.set_mood(valence=-0.5)
        one.advance(5.0)
    assert note_ons(restored) == note_ons(player)
    assert restored.status.state == "calm"


def test_another_score_model_version_or_sample_rate_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = OfflinePlayer(has_sound=False)
    player.advance(1.0)
    saved = player.save()
    score = tmp_path / "score.yaml"
    score.write_text((Path(building.__file__).parent / "score" / "builtin.yaml").read_text() + "\n")
    OfflinePlayer.from_saved(saved, score, has_sound=False)  # a comment more is the same score
    score.write_text(score.read_text().replace("initial: explore", "initial: calm"))
    with pytest.raises(InputError, match="another score"):
        OfflinePlayer.from_saved(saved, score, has_sound=False)
    with pytest.raises(InputError, match="another sample rate"):
        OfflinePlayer.from_saved(saved, sample_rate=22050, has_sound=False)
    with monkeypatch.context() as patched:
        patched.setattr("barwise.saved_music.VERSION", "99.0")
        with pytest.raises(InputError, match="another version of Barwise"):
            OfflinePlayer.from_saved(saved, has_sound=False)
    monkeypatch.setattr(building, "_composer", lambda *_: None)
    with pytest.raises(InputError, match="another model"):
        OfflinePlayer.from_saved(saved, has_sound=False)


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x00" * 400])
def test_what_is_no_save_is_refused(damage: bytes) -> None:
    with pytest.raises(InputError):
        OfflinePlayer.from_saved(damage, has_sound=False)


def test_every_other_bar_that_began_is_told_as_a_checkpoint_once() -> None:
    origin, shift = Origin("1", "rules", "score", 22050), 100
    session = Session(load_score(None), None, RuleComposer(), sample_rate=22050)
    checkpoints, kept = Checkpoints(origin, Pace(0, 1.0, 1.0)), []
    assert checkpoints.take(session.began, shift) is None  # nothing has begun
    for bar in range(5):
        session.advance(session.frames_left_in_bar() if bar else 1)
        session.frames_left_in_bar()
        assert checkpoints.is_new(session.began)
        told = checkpoints.take(session.began, shift)
        assert not checkpoints.is_new(session.began)
        assert checkpoints.take(session.began, shift) is None
        if told:
            assert isinstance(told, Checkpoint)
            assert told.frame == told.sample + shift
            assert origin_in(told.saved) == origin
            kept.append(bar)
    assert kept == list(range(0, 5, CHECKPOINT_BARS))
