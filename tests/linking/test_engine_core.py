"""A core whose parts are loaded beforehand."""

from pathlib import Path
from typing import Any

import pytest

from barwise.composing import network_file, onnx_composer
from barwise.errors import ModelError
from barwise.linking.engine_core import loaded
from barwise.models import COMPOSER


@pytest.mark.parametrize(
    ("parts", "opened"),
    [
        ({}, [COMPOSER]),
        ({"model": "other.onnx"}, [Path("other.onnx")]),
        ({"model": ""}, [Path()]),
        ({"score": "none.yaml"}, [COMPOSER]),
        ({"sample_rate": 1}, []),
    ],
)
def test_a_network_is_begun_only_where_it_is_asked_for(
    parts: dict[str, Any], opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []
    asked: list[Path] = []

    def refuse(path: Path) -> None:
        asked.append(path)
        raise ModelError("none here")

    monkeypatch.setattr(network_file, "begin_to_open", begun.append)
    monkeypatch.setattr(onnx_composer, "open_network", refuse)
    loaded({"has_sound": False, **parts})
    assert begun == asked == opened
