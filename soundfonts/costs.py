"""`python -m soundfonts.costs FONT OTHER`: what two fonts cost the synthesizer, measured in turns, and their ratio.

Processor time is that of one thread, which on a busy machine says more than a clock.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from barwise.arranging.ranges import comfortable_range
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.playing.synth import Synth
from soundfonts import cared_for
from soundfonts.measuring import RATE

_NOTES = 10
_BLOCK, _BLOCKS = 512, 40
_SOUND_OFF = 120
_START = """
import sys, time, resource
from pathlib import Path
from barwise.playing.synth import Synth
resident = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun, before = time.process_time(), resident()
synth = Synth(Path(sys.argv[1]))
synth.prepare((73, 60, 48, 43), (48,))
print(1000 * (time.process_time() - begun), (resident() - before) / 1024)
"""


def start_of(font: Path) -> tuple[float, float]:
    """Milliseconds of processor time, and MiB, until a font is open and the orchestra is loaded; in a fresh process."""
    done = subprocess.run([sys.executable, "-c", _START, str(font)], capture_output=True, text=True, check=True)
    milliseconds, mebibytes = map(float, done.stdout.split())
    return milliseconds, mebibytes


def note_cost(synth: Synth, program: int) -> float:
    """Share of one core, in percent, that a held note of a program takes: the mean of ten over its range."""
    low, high = comfortable_range(program)
    synth.send(ChannelEvent(0, ChannelEventKind.PROGRAM, 0, program))
    silent = _seconds(synth)
    for turn in range(_NOTES):
        key = low + (high - low) * turn // (_NOTES - 1)
        synth.send(ChannelEvent(0, ChannelEventKind.NOTE_ON, 0, key, 90))
    synth.render(4096)
    held = _seconds(synth)
    synth.send(ChannelEvent(0, ChannelEventKind.CONTROL, 0, _SOUND_OFF, 0))
    synth.render(4096)
    return 100 * (held - silent) / (_BLOCK * _BLOCKS / RATE) / _NOTES


def _seconds(synth: Synth) -> float:
    begun = time.thread_time()
    for _ in range(_BLOCKS):
        synth.render(_BLOCK)
    return time.thread_time() - begun


def in_turns(measure: Callable[[int], float], count: int, rounds: int) -> Sequence[float]:
    """The medians of a measure of each of `count` things, taken by turns."""
    found = [[measure(index) for index in range(count)] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


def main() -> None:
    """Print start, memory and the cost of a note for every instrument that is cared for."""
    parser = argparse.ArgumentParser(prog="python -m soundfonts.costs", description=__doc__)
    parser.add_argument("fonts", type=Path, nargs=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--programs", type=int, nargs="*", default=cared_for.programs())
    asked = parser.parse_args()
    fonts: list[Path] = asked.fonts
    starts = [in_turns(lambda index, which=which: start_of(fonts[index])[which], 2, 3) for which in (0, 1)]  # type: ignore[misc]
    print(f"open, orchestra loaded: {starts[0][0]:.0f} and {starts[0][1]:.0f} ms of processor time")
    print(f"memory for it: {starts[1][0]:.0f} and {starts[1][1]:.0f} MiB")
    synths = [Synth(font, RATE) for font in fonts]
    totals = [0.0, 0.0]
    for program in asked.programs:
        costs = in_turns(lambda index, program=program: note_cost(synths[index], program), 2, asked.rounds)  # type: ignore[misc]
        totals = [total + cost for total, cost in zip(totals, costs, strict=True)]
        print(f"{program:3} {costs[0]:.3f} and {costs[1]:.3f} % of a core for a note", flush=True)
    print(f"all of them: ratio {totals[0] / totals[1]:.2f}")


if __name__ == "__main__":
    main()
