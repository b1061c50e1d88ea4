"""The core: pauses, levels and skips without a click, and music that goes on whatever fails."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from barwise import building
from barwise.commands import Arrive, Command, Duck, Enter, Pause, PlayStinger, Resume, SetMood, SetVolume, Skip
from barwise.composing.composer import ComposedBar
from barwise.composing.rule_composer import RuleComposer
from barwise.core import Core
from barwise.errors import DeviceError, ModelError
from barwise.music.events import ChannelEvent, MusicEventKind
from barwise.music.mood import Mood
from barwise.music.notes import Note, Part
from barwise.music.reports import BarReport, Fault, Told
from barwise.parts import Parts
from barwise.playing.outputs import Block
from barwise.playing.soundfont import find_soundfont

RATE = 22050
BLOCK = 256


@pytest.fixture(autouse=True)
def by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a core does is the same whoever composes."""
    monkeypatch.setattr(building, "_composer", lambda *_: None)


def new_core(*, has_sound: bool = True, **parts: object) -> Core:
    return Core(Parts(sample_rate=RATE, has_sound=has_sound, is_recording=True, **parts))  # type: ignore[arg-type]


def heard(core: Core, seconds: float) -> Block:
    blocks = [core.render(BLOCK) for _ in range(round(seconds * RATE / BLOCK))]
    return np.concatenate(blocks)


def faults(core: Core) -> list[str]:
    return [report.text for report in core.reports() if isinstance(report, Fault)]


def is_silent(sound: Block) -> bool:
    """But for what the master had still to give."""
    return bool(np.abs(sound[RATE // 10 :]).max() < 1e-9)


def largest_jump(sound: Block) -> float:
    return float(np.abs(np.diff(sound, axis=0)).max())


@pytest.fixture
def core() -> Iterator[Core]:
    made = new_core()
    yield made
    made.close()


@pytest.fixture
def twin() -> Iterator[Core]:
    made = new_core()
    yield made
    made.close()


@pytest.mark.parametrize(
    "commands",
    [
        (Pause(), Resume()),
        (Duck(12.0, 0.2), Duck(0.0, 0.2)),
        (Duck(60.0), Duck(0.0)),
        (SetVolume(0.0), SetVolume(1.0)),
        (Pause(), Resume(), Pause(), Resume()),
    ],
)
def test_levels_and_pauses_do_not_click(core: Core, twin: Core, commands: tuple[Command, ...]) -> None:
    straight = heard(twin, 4.0)
    blocks = [heard(core, 1.0)]
    for command in commands:
        core.call(command)
        blocks.append(heard(core, 0.4))
    sound = np.concatenate([*blocks, heard(core, 1.0)])
    assert largest_jump(sound) <= 1.02 * largest_jump(straight)


def test_a_pause_is_silent_within_a_fiftieth_of_a_second_and_the_clock_stands_still(core: Core) -> None:
    heard(core, 1.0)
    core.call(Pause())
    sound = heard(core, 0.5)
    stood = core.sample
    assert np.abs(sound[round(0.021 * RATE) :]).max() == 0.0
    heard(core, 1.0)
    assert core.sample == stood
    core.call(Resume())
    assert np.abs(heard(core, 0.5)).max() > 0.0
    assert core.sample > stood


def test_what_sounds_after_a_pause_is_what_would_have_sounded(core: Core, twin: Core) -> None:
    straight = heard(twin, 4.0)
    before = heard(core, 1.0)
    core.call(Pause())
    fading = heard(core, 1.0)
    core.call(Resume())
    after = heard(core, 2.0)
    passed = core.sample - len(after)
    fade = round(0.03 * RATE)
    np.testing.assert_array_equal(before, straight[: len(before)])
    np.testing.assert_allclose(after[fade:], straight[passed + fade :][: len(after) - fade], atol=1e-6)
    assert len(before) + len(fading) > passed


def test_a_pause_within_one_long_block_is_as_exact_as_in_short_ones(core: Core, twin: Core) -> None:
    for one in (core, twin):
        one.render(RATE)
        one.call(Pause())
    cut = np.concatenate([twin.render(100) for _ in range(100)])
    np.testing.assert_allclose(core.render(10_000), cut, atol=1e-3)
    assert core.sample == twin.sample


def test_the_frames_of_reports_go_on_where_the_clock_stood_still() -> None:
    core = new_core(has_sound=False)
    heard(core, 3.0)
    core.reports()
    core.call(Pause())
    heard(core, 2.0)
    core.call(Resume())
    heard(core, 4.0)
    lag = core.frames - core.sample
    assert lag == pytest.approx(2.0 * RATE, abs=0.05 * RATE)
    told = [
        report for report in core.reports() if isinstance(report, Told) and report.event.kind is MusicEventKind.BEAT
    ]
    assert told
    assert all(abs(report.frame - lag - report.event.seconds * RATE) <= 1 for report in told[1:])


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_skip_comes_out_where_playing_would_have(is_paused: bool) -> None:
    skipped, played = new_core(has_sound=False), new_core(has_sound=False)
    heard(skipped, 1.0)
    heard(played, 1.0)
    if is_paused:
        skipped.call(Pause())
    skipped.call(Skip(20.0))
    if is_paused:
        heard(skipped, 0.1)
        skipped.call(Resume())
    heard(skipped, 1.0)
    while played.sample < skipped.sample:
        played.advance(min(BLOCK, skipped.sample - played.sample))
    assert skipped.status == played.status
    assert skipped.sample > 20 * RATE
    assert [entry.command for entry in skipped.journal] == [Skip(20.0)]
    assert skipped.journal[0].sample <= RATE


def test_a_live_core_skips_as_its_bars_are_composed_and_renders_silence_until_then() -> None:
    core = new_core(has_sound=False, is_live=True)
    core.get_ready()
    heard(core, 0.5)
    core.call(Skip(30.0))
    core.call(SetVolume(0.5))
    before = core.sample
    core.render(BLOCK)
    assert core.sample < before + 15 * RATE, "nobody has composed so far"
    for _ in range(40):
        while core.work():
            pass
        core.render(BLOCK)
    assert core.sample >= before + 30 * RATE
    warnings = [report for report in core.reports() if isinstance(report, Told) and report.event.kind == "warning"]
    assert not warnings


def test_the_bar_to_come_is_told_anew_when_the_music_has_stood_still() -> None:
    core = new_core(has_sound=False, is_live=True)
    core.get_ready()
    heard(core, 0.2)
    while core.work():
        pass
    heard(core, 0.1)
    core.call(Pause())
    heard(core, 0.3)
    core.call(Resume())
    heard(core, 0.1)
    bars = {report.status.bar: report for report in core.reports() if isinstance(report, BarReport)}
    assert bars[1].frame == bars[0].end_frame


def test_an_arrival_counts_what_has_passed_since_the_call_and_what_waits_to_be_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    core = new_core(has_sound=False)
    heard(core, 2.0)
    queued = 0.06
    core.heard_now = lambda: core.frames - queued * RATE
    monkeypatch.setattr("barwise.core.time.monotonic", lambda: 100.0)
    core.call(Arrive("combat", 6.0), called_at=99.75)
    frame = core.frames - queued * RATE + (6.0 - 0.25) * RATE
    heard(core, 8.0)
    entered = [r for r in core.reports() if isinstance(r, Told) and r.event.kind is MusicEventKind.STATE]
    assert entered[-1].event.name == "combat"
    assert entered[-1].frame == pytest.approx(frame, abs=0.001 * RATE)


def test_the_status_tells_what_is_arrived_at_and_how_far_the_tempo_bends() -> None:
    core = new_core(has_sound=False)
    heard(core, 2.0)
    core.call(Arrive("combat", 7.3))
    heard(core, 1.0)
    on_the_way = core.status
    assert on_the_way.arriving == "combat"
    assert 0.85 < on_the_way.tempo_ratio < 1.15
    assert on_the_way.tempo_ratio != 1.0
    assert [r.status.arriving for r in core.reports() if isinstance(r, BarReport) and r.is_settled][-1] == "combat"
    heard(core, 8.0)
    assert (core.status.state, core.status.arriving, core.status.tempo_ratio) == ("combat", "", 1.0)


def test_commands_before_the_first_bar_hold_from_it_on_and_after_the_end_are_harmless(core: Core) -> None:
    for command in (Enter("combat"), SetMood(Mood(0.9, 0.1, 0.1)), PlayStinger("treasure"), Arrive("calm", 5.0)):
        core.call(command)
        core.call(command)
    heard(core, 0.5)
    assert core.status.state == "combat"
    core.close()
    core.close()
    core.call(Enter("calm"))
    assert is_silent(heard(core, 1.0))
    while core.work():
        pass
    assert len(faults(core)) <= 2


# Composers that fail.


class FailingComposer(RuleComposer):
    """Says it is the network; while `fails` is set it raises, or writes what no one can play."""

    def __init__(self) -> None:
        self.fails: str | None = None

    def compose(self, *given: object, **named: object) -> ComposedBar:
        composed = super().compose(*given, **named)  # type: ignore[arg-type]
        composed = replace(composed, composer="network")
        match self.fails:
            case "raises":
                raise ModelError("no such weights")
            case "breaks":
                raise ZeroDivisionError("a fault of its own")
            case "is not finite":
                return replace(composed, state=np.full_like(np.zeros(3, np.float32), np.nan))
            case "writes outside the bar":
                note = Note(composed.bar.metre.bar_ticks, Part.MELODY, 60, 6, 90)
            case "writes out of range":
                note = Note(0, Part.MELODY, 300, 6, 90)
            case _:
                return composed
        return replace(composed, bar=replace(composed.bar, notes=(*composed.bar.notes, note)))


@pytest.mark.parametrize(
    "fails", ["raises", "breaks", "is not finite", "writes outside the bar", "writes out of range"]
)
def test_the_rules_write_while_a_composer_fails_which_is_told_once(fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    composer = FailingComposer()
    monkeypatch.setattr(building, "_composer", lambda *_: composer)
    core = new_core(has_sound=False)
    heard(core, 5.0)
    composer.fails = fails
    heard(core, 4.0)
    core.call(SetMood(Mood(-0.9, 0.9, 0.9)))  # the bar that sounds is revised by it, too
    heard(core, 8.0)
    composer.fails = None
    heard(core, 8.0)
    writers = [played.composer for played in core.performance().bars]
    assert set(writers[:2]) == {"network"}
    assert "rules" in writers
    assert writers[-1] == "network"
    assert len(faults(core)) == 1


# Synthesizers that fail.


def test_a_synthesizer_that_fails_is_silent_until_it_works_again_which_is_told_once(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard(core, 1.0)
    synth = core._synth
    assert synth is not None
    with monkeypatch.context() as patched:

        def fail(*_: object) -> Block:
            raise DeviceError("it is gone")

        patched.setattr(synth, "render", fail)
        patched.setattr(synth, "send", fail)
        assert is_silent(heard(core, 2.0))
        told = faults(core)
    assert len(told) == 1
    assert "it is gone" in told[0]
    assert heard(core, 2.0).any()
    assert not faults(core)


def test_a_soundfont_that_is_removed_leaves_the_music_with_the_instruments_it_has(tmp_path: Path) -> None:
    font = tmp_path / "sounds.sf2"
    shutil.copy(find_soundfont(None), font)
    core = new_core(soundfont=font)
    core.get_ready()
    heard(core, 1.0)
    font.unlink()
    while core.work():
        pass
    core.call(Enter("combat", at="bar", bridge=0, fill=False))
    core.call(PlayStinger("treasure"))
    heard(core, 5.0)
    assert core.status.state == "combat"
    core.call(Enter("explore", at="now", bridge=0))
    assert heard(core, 4.0).any()
    core.close()


def test_the_instruments_of_every_palette_and_stinger_are_loaded_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    core = new_core()
    prepared: set[int] = set()
    monkeypatch.setattr(core._synth, "prepare", lambda programs, _kits=(): prepared.update(programs))
    while core.work():
        pass
    sent: list[ChannelEvent] = []
    monkeypatch.setattr(core._synth, "send", sent.append)
    for state in core.score.states:
        core.call(Enter(state, at="now", bridge=0, fill=False))
        for name in core.score.stingers:
            core.call(PlayStinger(name, at="now"))
            core.advance(BLOCK)
        core.advance(40 * RATE)
    assert {event.number for event in sent if event.kind == "program" and event.channel != 9} <= prepared
    core.close()
