"""A game whose music is made elsewhere carries little of it."""

import json
import subprocess
import sys
from dataclasses import fields

from barwise.music.attribute_ranges import ATTRIBUTE_RANGES
from barwise.music.attributes import Attributes

HEAVY = {"numpy", "onnxruntime", "fluidsynth", "mido", "wave", "pygame", "multiprocessing", "asyncio"}

GAME = """
import json, sys, time
import barwise
music = barwise.MusicPlayer(output="null", host="process")
music.set_mood("dread")
music.status
music.events()
print(json.dumps(sorted(sys.modules)))
"""


def test_what_makes_music_is_not_loaded_into_the_game() -> None:
    done = subprocess.run([sys.executable, "-c", GAME], capture_output=True, text=True, check=True)
    assert not HEAVY & set(json.loads(done.stdout))


def test_what_may_be_asked_of_a_bar_is_what_is_measured_of_it() -> None:
    assert list(ATTRIBUTE_RANGES) == [field.name for field in fields(Attributes)]
