"""A run: a small YAML file of choices with their reasons. Read, checked and frozen here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from barwise.errors import InputError
from barwise_export.model import ModelConfig


@dataclass(frozen=True)
class Run:
    """The choices of one training run."""

    name: str
    sources: Mapping[str, float]
    """Share of the rows that each source of the data set gives; the shares need not add up to 1."""
    model: ModelConfig = field(default_factory=ModelConfig)
    seed: int = 1
    streams: int = 32
    """Pieces read side by side."""
    rows: int = 192
    """Rows of each stream in one step: how far back gradients reach."""
    steps: int = 6000
    max_hours: float = 3.0
    """The learning rate falls to its end by the steps or by this time, whichever comes first."""
    learning_rate: float = 2e-3
    warmup_steps: int = 100
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    reference_dropout: float = 0.1
    condition_noise: float = 0.02
    evaluate_every: int = 250
    """Steps between held-out losses, checkpoints with them."""
    patience: int = 8
    """Evaluations without a better held-out loss before the run ends."""
    mixed_precision: bool = True
    """bfloat16 where the processor gains from it."""


def load_run(path: Path) -> Run:
    """The run in a YAML file; raises InputError naming what is wrong."""
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"run {path}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise InputError(f"run {path}: must be a mapping of names to values")
    values = {"name": path.stem, **document}
    values["model"] = _checked(ModelConfig, values.get("model", {}), f"run {path}: model")
    run: Run = _checked(Run, values, f"run {path}")
    return run


def _checked(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    known = {item.name for item in fields(kind)}
    for name in values:
        if name not in known:
            raise InputError(f"{where}: {name!r} is unknown; allowed: {', '.join(sorted(known))}")
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(f"{where}: {error}") from error
