"""Nothing that a game asks for is heard as a click: no sample jumps as the synthesizer's own never do.

A click is a jump of a few samples amid smooth sound: there the second difference stands out from its
neighbors, where an attack, or a drum, has many like it. Held voices that are cut short stand out 40 times, the
instruments by themselves, struck one by one, up to 13 times: trumpets, drums. `pytest -s` shows what was found.
"""

import sys
from collections.abc import Callable

import numpy as np
import pytest

from barwise import building
from barwise.controls import DirectControls
from barwise.core import Core
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.parts import Parts
from barwise.playing.outputs import Block
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth

RATE = 44100
BLOCK = 512
NEIGHBORS = 48
"""On either side: a millisecond."""
QUIET = 2e-4
"""What stands out from silence by less than this is not heard."""
MOST = 14.0

LOUDER = 1.25
"""Bars that begin softly are made up for with harder strokes, so that they may jump a little more when raised."""

AT = 2.0
"""When the first call comes: seconds."""
SECONDS = 4.6
SECOND_CALL = AT + 1.0

Call = Callable[[DirectControls], None]
Scene = list[tuple[float, Call]]


def entering(state: str, at: str, fade: float) -> Call:
    return lambda music: music.enter(state, at=at, bridge=0, fill=False, fade=fade)


LEVELS: dict[str, Scene] = {
    "intensity up": [(0.0, lambda music: music.set_intensity(0.0)), (AT, lambda music: music.set_intensity(1.0))],
    "intensity down": [(AT, lambda music: music.set_intensity(0.0))],
    "intensity to and fro": [
        (AT + 0.05 * step, lambda music, step=step: music.set_intensity(float(step % 2)))  # type: ignore[misc]
        for step in range(20)
    ],
    "intensity over a second": [(AT, lambda music: music.set_intensity(0.0, seconds=1.0))],
    "pause": [(AT, DirectControls.pause), (AT + 0.5, DirectControls.resume)],
    "pause to and fro": [
        (AT + 0.012 * step, DirectControls.resume if step % 2 else DirectControls.pause) for step in range(20)
    ],
    "duck": [(AT, lambda music: music.duck(20, seconds=0)), (SECOND_CALL, lambda music: music.duck(0, seconds=0))],
    "volume": [(AT, lambda music: music.set_volume(0)), (SECOND_CALL, lambda music: music.set_volume(1))],
}
"""What changes the level and no note."""

CHANGES: dict[str, Scene] = {
    "state now": [(AT, entering("wonder", "now", 0.0))],
    "state now, faded": [(AT, entering("wonder", "now", 1.0))],
    "state at the beat": [(AT, entering("wonder", "beat", 0.0))],
    "state at the beat, faded": [(AT, entering("wonder", "beat", 1.0))],
    "state with a short fade": [(AT, entering("wonder", "now", 0.1))],
    "states in turn": [
        (AT, entering("wonder", "now", 1.0)),
        (AT + 1.0, entering("defeat", "now", 1.0)),
        (AT + 2.0, entering("explore", "now", 0.0)),
    ],
    "stingers": [
        (AT + 0.2 * number, lambda music, name=name: music.stinger(name, at="now"))  # type: ignore[misc]
        for number, name in enumerate(("treasure", "danger", "level_up"))
    ],
    "mood": [(AT, lambda music: music.set_mood("dread"))],
    "skip": [(AT, lambda music: music.skip(2.0))],
    "arrival": [(AT, lambda music: music.arrive("victory", 1.5))],
}
"""What changes notes."""

SCENES = LEVELS | CHANGES


def play(scene: Scene, state: str, seed: int = 3) -> Block:
    """Some seconds of a state at intensity 1, with what is called when."""
    core = Core(Parts(seed=seed))
    try:
        music = DirectControls(core.score, core.call)
        music.enter(state)
        music.set_intensity(1.0)
        waiting, blocks = list(scene), []
        while core.frames < SECONDS * RATE:
            while waiting and waiting[0][0] * RATE <= core.frames:
                waiting.pop(0)[1](music)
            blocks.append(core.render(BLOCK))
            while core.work():
                pass
        return np.concatenate(blocks)
    finally:
        core.close()


def largest_jump(sound: Block) -> float:
    """From a sample to the next."""
    return float(np.abs(np.diff(sound, axis=0)).max())


def spike(sound: Block) -> float:
    """How much the second difference stands out from its neighbors where it does so most."""
    bends = np.abs(np.diff(sound.astype(float), n=2, axis=0)).max(axis=1)
    width = 2 * NEIGHBORS + 1
    means = np.convolve(bends, np.full(width, 1 / width), "valid")
    return float((bends[NEIGHBORS:-NEIGHBORS] / np.maximum(means, QUIET)).max())


def check(name: str, state: str) -> None:
    sound = play(SCENES[name], state)
    after = sound[round((AT - 0.02) * RATE) :]
    found = spike(after)
    sys.stdout.write(f"{state}, {name}: stands out {found:.1f}, jumps {largest_jump(after):.3f}\n")
    assert found < MOST
    if name in LEVELS:
        assert largest_jump(after) <= LOUDER * largest_jump(play([], state))


@pytest.mark.parametrize("name", SCENES)
def test_no_call_clicks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By rules, in a soft state, where nothing masks a click."""
    monkeypatch.setattr(building, "_composer", lambda *_: None)
    check(name, "calm")


@pytest.mark.slow
@pytest.mark.parametrize("state", ["calm", "explore", "victory"])
@pytest.mark.parametrize("name", SCENES)
def test_no_call_clicks_in_music_by_the_shipped_composer(name: str, state: str) -> None:
    check(name, state)


@pytest.mark.parametrize("program", [14, 48, 60, 89])
@pytest.mark.parametrize("is_cut", [False, True])
def test_a_voice_that_is_cut_short_would_be_found(program: int, is_cut: bool) -> None:
    """Whoever looks for clicks knows one."""
    synth = Synth(find_soundfont(), RATE, gain=building.GAIN)
    synth.send(ChannelEvent(0, ChannelEventKind.PROGRAM, 0, program))
    synth.send(ChannelEvent(0, ChannelEventKind.NOTE_ON, 0, 48, 90))
    held = [synth.render(BLOCK) for _ in range(40)]
    if is_cut:
        synth.send(ChannelEvent(0, ChannelEventKind.CONTROL, 0, 120))
    cut = [synth.render(BLOCK) for _ in range(40)]
    synth.close()
    assert (spike(np.concatenate([*held, *cut])[20 * BLOCK :]) > MOST) == is_cut
