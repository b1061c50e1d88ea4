"""A gallery: a score's moods as pieces of about a minute, to be heard, seen and opened in a browser.

A piece is made as a game makes music: a state is entered and a mood wanted, the rest is the engine's.
"""

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from barwise.errors import DeviceError
from barwise.music.intent import PHRASE_BARS
from barwise.music.mood import Mood
from barwise.offline import OfflinePlayer
from barwise.parts import StrPath
from barwise.playing.atomic_file import write_whole
from barwise.rendering import RING_SECONDS
from barwise.score.load import load_score
from barwise.score.schema import Score

PIECES = 12
SECONDS = 60.0
PAGE = "index.html"

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of the gallery."""

    name: str
    """Of its files, without ending."""
    state: str
    mood: Mood
    mood_name: str
    seed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece that was made."""

    exhibit: Exhibit
    sound: str
    """Name of the sound file, beside the page."""
    seconds: float
    bars: int
    key: str
    tempo: float
    composer: str


def exhibits(score: Score, pieces: int = PIECES, seed: int = 0) -> list[Exhibit]:
    """What to show of a score: its states in their own moods, then the moods farthest from those, one by one.

    A mood that no state has is played by the state whose own mood is nearest. Piece n has seed + n.
    """
    shown = [(name, _name_of(spec.mood, score) or name, spec.mood) for name, spec in score.states.items()][:pieces]
    left = {name: mood for name, mood in score.moods.items() if mood not in [mood for *_, mood in shown]}
    while left and len(shown) < pieces:
        name = max(left, key=lambda name: min(_distance(left[name], mood) for *_, mood in shown))
        mood = left.pop(name)
        state = min(score.states, key=lambda state: _distance(score.states[state].mood, mood))
        shown.append((state, name, mood))
    return [
        Exhibit(f"{number + 1:02}-{mood_name}", state, mood, mood_name, seed + number)
        for number, (state, mood_name, mood) in enumerate(shown)
    ]


def make_gallery(
    folder: Path,
    *,
    score: StrPath | None = None,
    soundfont: StrPath | None = None,
    model: StrPath | None = None,
    seconds: float = SECONDS,
    pieces: int = PIECES,
    seed: int = 0,
    progress: Progress = lambda _share: None,
) -> list[Shown]:
    """Make the .mid, .flac (.wav without soundfile) and .png of every piece, and the page, in a folder that may be new.

    `progress` gets shares from 0 to 1. Raises InputError for a wrong file, and DeviceError when there is
    no synthesizer or no matplotlib.
    """
    if find_spec("matplotlib") is None:
        raise DeviceError("a gallery needs matplotlib; pip install 'barwise[demo]'")
    loaded = load_score(None if score is None else Path(score))
    folder.mkdir(parents=True, exist_ok=True)
    shown: list[Shown] = []
    chosen = exhibits(loaded, pieces, seed)
    for number, exhibit in enumerate(chosen):
        player = OfflinePlayer(score, seed=exhibit.seed, soundfont=soundfont, model=model)
        _perform(player, exhibit, seconds, partial(_of_all, progress, number, len(chosen)))
        shown.append(_write(player, exhibit, folder))
        player.close()
        write_whole(folder / PAGE, _page(loaded.name, shown).encode())
    progress(1.0)
    return shown


def _of_all(progress: Progress, number: int, pieces: int, share: float) -> None:
    progress((number + share) / pieces)


def _perform(player: OfflinePlayer, exhibit: Exhibit, seconds: float, progress: Progress) -> None:
    """About so many seconds, to the end of a phrase, and what rings after it."""
    player.enter(exhibit.state)
    player.set_mood(exhibit.mood)
    step = math.inf
    while player.seconds + min(step, seconds) / 2 < seconds or player.seconds == 0:
        before = player.seconds
        player.advance_bars(PHRASE_BARS)
        step = player.seconds - before
        progress(min(player.seconds / seconds, 1.0))
    player.let_ring(RING_SECONDS)


def _write(player: OfflinePlayer, exhibit: Exhibit, folder: Path) -> Shown:
    if not player.has_sound:
        raise DeviceError("a gallery needs a synthesizer and a SoundFont; `barwise doctor` tells what is missing")
    sound = exhibit.name + (".flac" if find_spec("soundfile") else ".wav")
    player.write(folder / f"{exhibit.name}.mid")
    player.write(folder / sound)
    player.draw(folder / f"{exhibit.name}.png")
    bars = player.performance().bars
    composers = [bar.composer for bar in bars]
    return Shown(
        exhibit,
        sound,
        player.seconds,
        len(bars),
        str(bars[-1].intent.key),
        bars[-1].intent.condition.tempo,
        max(set(composers), key=composers.count),
    )


def _name_of(mood: Mood, score: Score) -> str:
    return next((name for name, named in score.moods.items() if named == mood), "")


def _distance(first: Mood, second: Mood) -> float:
    return math.dist(
        (first.valence, first.arousal, 2 * first.tension), (second.valence, second.arousal, 2 * second.tension)
    )


_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
section { margin: 3rem 0; }
audio { width: 100%; }
div { overflow-x: auto; }
"""


def _page(name: str, shown: Sequence[Shown]) -> str:
    title = html.escape(f"{name}: {len(shown)} pieces")
    pieces = "\n".join(_section(one) for one in shown)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{title}</h1>\n{pieces}\n</html>\n"
    )


def _section(shown: Shown) -> str:
    one, mood = shown.exhibit, shown.exhibit.mood
    facts = (
        f"state {one.state}, {shown.key}, {shown.tempo:.0f} quarter notes a minute, {shown.bars} bars, "
        f"{shown.seconds:.0f} s; valence {mood.valence:+.1f}, arousal {mood.arousal:+.1f}, tension {mood.tension:.1f}; "
        f"seed {one.seed}, composed by the {shown.composer}"
    )
    name = html.escape(one.name, quote=True)
    return (
        f"<section>\n<h2>{html.escape(one.mood_name)}</h2>\n<p>{html.escape(facts)}; "
        f'<a href="{name}.mid">MIDI</a></p>\n'
        f'<audio controls preload="none" src="{html.escape(shown.sound, quote=True)}"></audio>\n'
        f'<div><img src="{name}.png" alt="piano roll of {name}"></div>\n</section>'
    )
