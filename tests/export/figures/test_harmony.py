"""Figures of chords: what is foreseen, and what is learned from small harmony made here."""

import math

import numpy as np
import pytest

from barwise.music.chord_model import Place
from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.mood import Mood
from barwise_export.corpus.billboard import read_song
from barwise_export.corpus.progressions import TaggedProgression, chord_of
from barwise_export.figures.harmony import perplexity, phrase_figures
from barwise_export.harmony_model import ALPHABET, Line, learn, mode_of_weights, song_lines

SONG = """# title: A test
# metre: 4/4
# tonic: D

0.0\tsilence
1.0\tA, verse, | D:maj | G:maj . A:7 . | B:min7 E:min/b3 | A:sus4(b7) A:maj |, (voice
9.0\t| D:5 | N | (2/4) G:maj6 | D:maj | x2
20.0\tend
"""

TURNS = tuple(
    Line("game", f"piece {number}", Mode.MAJOR, ("I", "I", "IV", "IV", "V", "V", "I", "I") * 2) for number in range(50)
)
HAPPY = TaggedProgression("maj", (Chord(0, Quality.MAJOR), Chord(7, Quality.MAJOR)), (Mood(0.9, 0, 0.0),))
DARK = TaggedProgression("modal", (Chord(0, Quality.MINOR), Chord(1, Quality.MAJOR)), (Mood(-0.8, 0, 0.9),))


def test_songs_are_read_above_their_tonic() -> None:
    song = read_song(SONG)
    bars = song.sections[0].bars
    assert [len(section.bars) for section in song.sections] == [12]
    assert bars[0].chords == ((0.0, Chord(0, Quality.MAJOR)),)
    assert bars[1].chords == ((0.0, Chord(5, Quality.MAJOR)), (0.5, Chord(7, Quality.DOMINANT)))
    assert bars[2].chords[1] == (0.5, Chord(2, Quality.MINOR))
    assert bars[5].chords == ((0.0, None),)
    assert song_lines(song)[0].halves[:4] == ("I", "I", "IV", "V")


def test_degrees_are_read_in_their_scale() -> None:
    assert chord_of("VI", "min") == Chord(8, Quality.MAJOR)
    assert chord_of("ii", "min") == Chord(2, Quality.DIMINISHED)
    assert chord_of("bVIM", "modal") == Chord(8, Quality.MAJOR)
    assert chord_of("im", "modal") == Chord(0, Quality.MINOR)
    assert chord_of("Vsus4", "maj") == Chord(7, Quality.SUSPENDED)
    assert chord_of("H", "maj") is None


@pytest.mark.parametrize(
    ("sounding", "mode"),
    [
        ((0, 2, 4, 5, 7, 9, 11), Mode.MAJOR),
        ((0, 2, 4, 6, 7, 9, 11), Mode.LYDIAN),
        ((0, 2, 4, 5, 7, 9, 10), Mode.MIXOLYDIAN),
        ((0, 2, 3, 5, 7, 8, 10), Mode.MINOR),
        ((0, 2, 3, 5, 7, 9, 10), Mode.DORIAN),
        ((0, 1, 3, 5, 7, 8, 10), Mode.PHRYGIAN),
        ((0, 2, 3, 5, 7, 8, 11), Mode.HARMONIC_MINOR),
    ],
)
def test_modes_are_told_by_their_degrees(sounding: tuple[int, ...], mode: Mode) -> None:
    assert mode_of_weights(np.bincount(sounding, minlength=12).astype(float)) is mode


def test_what_always_follows_is_foreseen() -> None:
    model = learn(TURNS, [HAPPY, DARK])
    assert ALPHABET[int(np.argmax(model.following("IV", Mode.MAJOR, Place.ELSEWHERE)))] == "V"
    assert perplexity(TURNS[:1], model.following) < 2
    assert perplexity(TURNS[:1], lambda before, mode, place: np.full(len(ALPHABET), 1 / 47)) == pytest.approx(47)
    assert math.isnan(perplexity([], model.following))


def test_chords_carry_the_moods_they_are_tagged_with() -> None:
    model = learn(TURNS, [HAPPY, DARK])
    valence = dict(zip(model.numerals, model.valence, strict=True))
    tension = dict(zip(model.numerals, model.tension, strict=True))
    assert valence["V"] > 0 > valence["bII"]
    assert tension["bII"] > 0 > tension["V"]


def test_phrases_are_counted() -> None:
    figures = phrase_figures([("I", "I", "IV", "IV", "I", "I", "V", "V") * 2])
    assert (figures.chords, figures.changes, figures.on_tonic, figures.closed, figures.open_half) == (3, 7, 1, 0, 1)
