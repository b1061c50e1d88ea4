"""How much faster than real time the arranged engine renders on one core. Slow.

`pytest -s -m slow tests/mix/test_speed.py` prints it for each state in each style, with the seconds that arranging,
FluidSynth, the master and all the rest, composing above all, take of a minute of music: time of the processor, loading
left out. Every block is taken several times and its fastest take counts, as other programs slow a core down and never
make it faster. A neighbor may be busy for a minute: a piece that seems too slow is taken again after pauses, the same
seconds of it, and its fastest blocks are held against the same bound.
"""

import os
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from barwise.arranging.arranger import Arranger
from barwise.building import build
from barwise.controls import DirectControls
from barwise.parts import Parts
from barwise.playing.mastering import Master
from barwise.playing.synth import Synth
from barwise.score.load import load_score
from tests.mix.measures import RATE
from tests.mix.pieces import STYLES

pytestmark = pytest.mark.slow

SECONDS = 20
PAUSES = (0, 0, 0, 15, 30, 45)
"""Seconds before each take of a piece."""
FEWEST_TAKES = 3
BLOCK = 4096
WANTED = 20.0


@pytest.mark.parametrize("state", load_score(None).states)
@pytest.mark.parametrize("style", [None, *STYLES])
def test_full_intensity_renders_twenty_times_as_fast_as_it_plays(style: str | None, state: str) -> None:
    fastest: NDArray[np.floating] = np.array(np.inf)
    for taken, pause in enumerate(PAUSES):
        if taken >= FEWEST_TAKES and 60 / whole_minute(fastest)[0] >= WANTED:
            break
        time.sleep(pause)
        fastest = np.minimum(fastest, take(Parts(seed=1, style=style), state))
    whole, arranging, synth, master = whole_minute(fastest)
    composing = whole - arranging - synth - master
    sys.stdout.write(
        f"{style or 'built-in'} {state}: {60 / whole:.1f} times real time; a minute takes {composing:.2f} s to "
        f"compose, {arranging:.2f} s to arrange, {synth:.2f} s in FluidSynth, {master:.2f} s in the master\n"
    )
    if 60 / whole < WANTED and os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip("the machine has more to do than it has cores")
    assert 60 / whole >= WANTED


def whole_minute(blocks: NDArray[np.floating]) -> NDArray[np.floating]:
    """Seconds that a minute takes, from those of each block."""
    minute: NDArray[np.floating] = blocks.sum(axis=0) * 60 / SECONDS
    return minute


def take(parts: Parts, state: str) -> NDArray[np.floating]:
    """Seconds of each block: all of it, the arranger's, FluidSynth's and the master's share, [blocks, 4]."""
    spent = [0.0, 0.0, 0.0, 0.0]

    def watched(place: int, call: Callable[..., object]) -> Callable[..., object]:
        def timed(*arguments: object) -> object:
            began = time.process_time()
            done = call(*arguments)
            spent[place] += time.process_time() - began
            return done

        return timed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Arranger, "played", watched(1, Arranger.played))
        patch.setattr(Arranger, "events_of", watched(1, Arranger.events_of))
        patch.setattr(Synth, "render", watched(2, Synth.render))
        patch.setattr(Master, "process", watched(3, Master.process))
        built = build(parts)
        controls = DirectControls(built.score, built.session.call)
        controls.enter(state)
        controls.set_intensity(1.0)
        blocks = []
        render = watched(0, built.session.render)
        for _ in range(SECONDS * RATE // BLOCK):
            render(BLOCK)
            blocks.append(tuple(spent))
        if built.synth:
            built.synth.close()
    return np.diff(blocks, axis=0, prepend=0.0)
