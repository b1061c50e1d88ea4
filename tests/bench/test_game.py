"""The simulated game plays what it is ordered, and lets itself be looked at; without music here."""

import subprocess
import sys
from pathlib import Path

from barwise.bench.game import Game
from barwise.bench.games import SCRIPT, play_game
from barwise.bench.orders import Orders


def test_a_game_plays_its_stretches_and_is_seen_at_every_mark(tmp_path: Path) -> None:
    orders = Orders(result=str(tmp_path / "answer.json"), stretches=((False, 0.3), (False, 0.2)))
    told: list[float] = []
    played = play_game(orders, told.append)
    assert len(told) in (1, 2), "a line for every second of 2.5, each stretch with one to settle"
    assert [mark for mark, _ in played.sights] == ["ready", "begin", "end", "begin", "end"]
    assert [stretch.frames for stretch, _, _ in played.stretches] == [
        len(one.work_ms) for one in played.answer.stretches
    ]
    assert all(0 < stretch.frames <= 20 for stretch, _, _ in played.stretches)
    assert played.recording is None


def test_a_game_whose_watcher_is_gone_ends_at_its_next_mark() -> None:
    with subprocess.Popen([sys.executable, "-P", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        child.stdin.write(b'{"result": "nowhere", "stretches": [[false, 60.0]]}\n')
        child.stdin.close()
        assert child.wait(20) != 0


def test_half_of_the_calls_for_intensity_come_just_before_the_lock_is_held() -> None:
    orders = Orders(result="", probes_a_second=2.0, moods=("calm",), turns_a_second=0.0)
    game = Game(orders, lambda mark: None, lambda seconds: None)
    game.turn_due = float("inf")
    held = free = 0
    for frame in range(500 * 60):
        is_held = frame % 30 == 0
        calls = len(game._calls(is_held, frame / 60))
        held, free = held + calls * is_held, free + calls * (not is_held)
    assert 600 < held + free < 1000, "two a second and the wait for the lock, in 500 seconds"
    assert 0.4 < held / (held + free) < 0.6


def test_a_game_has_no_music_in_memory_before_it_asks_for_some() -> None:
    """But for the package's names and what the script itself is made of."""
    loaded = (
        "import sys, barwise.bench.game; print(*(name for name in sys.modules if name.split('.')[0] in "
        "('barwise', 'numpy', 'onnxruntime', 'yaml')))"
    )
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    files = ("game", "event_notes", "hindrances", "orders")
    assert sorted(told) == sorted(["barwise", "barwise.bench", *(f"barwise.bench.{name}" for name in files)])
