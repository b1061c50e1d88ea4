"""Pieces from the composer as a game has it at default settings, made once and kept for every figure.

The engine itself plays them, offline and without sound: director, form, harmony and the choice
among candidates are those of a game. Piece n has seed n and stays in the n-th state of the
built-in score, the states taken in turn, so that all moods of the score are heard.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.metre import Metre
from barwise.music.notes import Bar, ChordChange, Note, Part
from barwise.offline import OfflinePlayer
from barwise.score.load import load_score

PIECES = 200
BARS = 32
STEP_SECONDS = 4.0
"""How far the music is moved on between two looks at how many bars there are."""


@dataclass(frozen=True, slots=True)
class GeneratedPiece:
    """One piece of the composer. Pitches count from tonic C."""

    seed: int
    state: str
    bars: tuple[Bar, ...]
    modes: tuple[Mode, ...]
    """Of each bar."""
    tempos: tuple[float, ...]
    """Of each bar, in quarter notes a minute."""


def generated_pieces(
    model: Path | None, folder: Path | None = None, pieces: int = PIECES, bars: int = BARS
) -> list[GeneratedPiece]:
    """The first pieces of a composer (None: the shipped one); those that lie in the folder are read, not made.

    The folder must be of this composer alone. It is made if need be; None keeps nothing.
    """
    numbers = tqdm(range(pieces), desc="pieces", unit="piece", leave=False, disable=None)
    return [_kept(model, folder, seed, state_of(seed), bars) for seed in numbers]


def state_of(seed: int) -> str:
    """The state that the piece of a seed stays in."""
    states = tuple(load_score(None).states)
    return states[seed % len(states)]


def _kept(model: Path | None, folder: Path | None, seed: int, state: str, bars: int) -> GeneratedPiece:
    path = None if folder is None else folder / f"{seed:04}.json"
    if path and path.is_file():
        found = _read(path)
        if len(found.bars) == bars:
            return found
    piece = compose_piece(model, seed, state, bars)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(_plain(piece)) + "\n")
        beside.replace(path)
    return piece


def compose_piece(model: Path | None, seed: int, state: str, bars: int = BARS) -> GeneratedPiece:
    """A piece of so many bars in one state, as a game hears it at default settings."""
    player = OfflinePlayer(seed=seed, model=model, has_sound=False)
    player.enter(state)
    while len(played := player.performance().bars) < bars:
        player.advance(STEP_SECONDS)
    kept = played[:bars]
    return GeneratedPiece(
        seed,
        state,
        tuple(one.bar for one in kept),
        tuple(one.intent.condition.mode for one in kept),
        tuple(one.intent.condition.tempo for one in kept),
    )


def _plain(piece: GeneratedPiece) -> dict[str, object]:
    return {
        "seed": piece.seed,
        "state": piece.state,
        "bars": [_plain_bar(bar) for bar in piece.bars],
        "modes": [mode.value for mode in piece.modes],
        "tempos": list(piece.tempos),
    }


def _plain_bar(bar: Bar) -> dict[str, object]:
    return {
        "metre": [bar.metre.numerator, bar.metre.denominator],
        "harmony": [[change.position, *_plain_chord(change.chord)] for change in bar.harmony],
        "notes": [[note.position, int(note.part), note.pitch, note.duration, note.velocity] for note in bar.notes],
    }


def _plain_chord(chord: Chord | None) -> Sequence[object]:
    return () if chord is None else (chord.root, chord.quality.value)


def _read(path: Path) -> GeneratedPiece:
    found = json.loads(path.read_text())
    return GeneratedPiece(
        found["seed"],
        found["state"],
        tuple(_bar(bar) for bar in found["bars"]),
        tuple(Mode(mode) for mode in found["modes"]),
        tuple(found["tempos"]),
    )


def _bar(plain: dict[str, Any]) -> Bar:
    harmony = [
        ChordChange(position, Chord(chord[0], Quality(chord[1])) if chord else None)
        for position, *chord in plain["harmony"]
    ]
    notes = [Note(position, Part(part), *rest) for position, part, *rest in plain["notes"]]
    return Bar(Metre(*plain["metre"]), tuple(harmony), tuple(notes))
