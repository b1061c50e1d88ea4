"""`python -m soundfonts.pictures FONT`: spectrum and envelope of every instrument cared for.

One small PNG each: left the spectrum of a note of the middle at three velocities, right its loudness over time.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barwise.arranging.ranges import comfortable_range
from soundfonts import cared_for
from soundfonts.house.catalog import KITS, PROGRAMS
from soundfonts.house.tone import Wave
from soundfonts.measuring import RATE, Player

VELOCITIES = (40, 80, 120)
_COLORS = ("#8fb8de", "#3d7ab8", "#12355b")
_FRAME = 32768
_HOLD, _TAIL = 1.2, 1.0

_DRUMS = {40: (38, 39, 40), 48: (36, 38, 45, 57)}
"""Keys that are drawn of a kit, where they are not those of the standard kit."""

_STANDARD_DRUMS = (36, 38, 42, 45, 46, 49)


def spectrum(wave: Wave) -> tuple[Wave, Wave]:
    """Hertz, and decibels against the strongest, of the 0.7 seconds after the attack."""
    piece = wave[RATE // 5 : RATE // 5 + _FRAME]
    level = 20 * np.log10(np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) + 1e-9)
    return np.fft.rfftfreq(len(piece), 1 / RATE), level


def envelope(wave: Wave, window: float = 0.01) -> tuple[Wave, Wave]:
    """Seconds, and decibels full scale."""
    size = round(window * RATE)
    blocks = wave[: len(wave) // size * size].reshape(-1, size)
    return np.arange(len(blocks)) * window, 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-10)


def draw_program(player: Player, program: int, path: Path) -> None:
    """A program's picture."""
    low, high = comfortable_range(program)
    key = (low + high) // 2
    figure, (left, right) = _axes(f"{PROGRAMS[program][0]} (program {program}), key {key}")
    waves = [player.note(program, key, velocity, _HOLD, _TAIL) for velocity in VELOCITIES]
    # The loudest first, each against its own strongest: the softer ones show in front how much darker they are.
    for wave, velocity, color in reversed(list(zip(waves, VELOCITIES, _COLORS, strict=True))):
        frequencies, level = spectrum(wave)
        left.plot(frequencies, level - level.max(), color=color, lw=0.5)
        right.plot(*envelope(wave), color=color, lw=0.9, label=f"velocity {velocity}")
    _finish(figure, left, right, path)


def draw_kit(player: Player, kit: int, keys: tuple[int, ...], path: Path) -> None:
    """A kit's picture: some of its drums."""
    figure, (left, right) = _axes(f"{KITS[kit][0]} (kit {kit})")
    for key in keys:
        wave = player.drum(kit, key, 100, _HOLD, _TAIL)
        level = 20 * np.log10(np.abs(np.fft.rfft(wave[:_FRAME])) + 1e-9)
        smooth = np.convolve(level, np.ones(9) / 9, "same")
        left.plot(np.fft.rfftfreq(_FRAME, 1 / RATE), smooth - level.max(), lw=0.5)
        right.plot(*envelope(wave), lw=0.9, label=f"key {key}")
    _finish(figure, left, right, path)


def _axes(title: str) -> tuple[Figure, tuple[Axes, Axes]]:
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.1), layout="constrained")
    figure.suptitle(title, fontsize=9)
    return figure, (axes[0], axes[1])


def _finish(figure: Figure, left: Axes, right: Axes, path: Path) -> None:
    left.set(xscale="log", xlim=(40, 16000), ylim=(-90, 3), xlabel="Hz", ylabel="dB")
    right.set(xlim=(0, _HOLD + _TAIL), ylim=(-85, -5), xlabel="s", ylabel="dBFS")
    right.legend(fontsize=6, frameon=False)
    for axes in (left, right):
        axes.tick_params(labelsize=6)
        axes.xaxis.label.set_fontsize(7)
        axes.yaxis.label.set_fontsize(7)
    figure.savefig(path, dpi=75, metadata={"Software": None})
    plt.close(figure)


def draw(font: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """All pictures, one by one, with what each shows."""
    folder.mkdir(parents=True, exist_ok=True)
    player = Player(font)
    for program in cared_for.programs():
        path = folder / f"{program:03}.png"
        draw_program(player, program, path)
        yield PROGRAMS[program][0], path
    for kit in cared_for.kits():
        path = folder / f"kit-{kit:02}.png"
        draw_kit(player, kit, _DRUMS.get(kit, _STANDARD_DRUMS), path)
        yield KITS[kit][0], path
    player.close()


def show(page: Path, pictures: Iterable[tuple[str, Path]]) -> None:
    """Put the pictures into a page, in place of those that it has."""
    links = [
        f"![{name}: spectrum and envelope]({path.relative_to(page.parent).as_posix()})\n" for name, path in pictures
    ]
    before, after = page.read_text("utf-8").split(_FIRST)[0], page.read_text("utf-8").split(_LAST)[1]
    page.write_text(before + _FIRST + "".join(links) + _LAST + after, "utf-8")


_FIRST, _LAST = "<!-- pictures -->\n", "<!-- end of pictures -->\n"
_FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Draw, say what, and show it in soundfonts/README.md."""
    parser = argparse.ArgumentParser(prog="python -m soundfonts.pictures", description=__doc__)
    parser.add_argument("font", type=Path)
    asked = parser.parse_args()
    drawn = []
    for name, path in draw(asked.font, _FOLDER / "pictures"):
        print(f"{path.name} {name}")
        drawn.append((name, path))
    show(_FOLDER / "README.md", drawn)


if __name__ == "__main__":
    main()
