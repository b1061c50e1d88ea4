"""The shipped composer: composer.onnx, its sidecar, its card and its tables. No code."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where they lie; importlib.resources would say so too, and takes 10 ms to load."""

COMPOSER = FOLDER / "composer.onnx"
