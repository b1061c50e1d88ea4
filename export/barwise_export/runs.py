"""A run: a small YAML file of choices with their reasons. Read, checked and frozen here."""

from collections.abc import Callable, Mapping
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
    condition_dropout: float = 0.0
    condition_noise: float = 0.02
    tempo_noise: float = 0.0
    """See batches.Noise for these four."""
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
        raise InputError(f"run {path}: cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise InputError(f"run {path}: must be a mapping of names to values")
    values = {"name": path.stem, **document}
    if not _is_shares(values.get("sources")):
        raise InputError(f"run {path}: 'sources' must map the names of sources to shares above 0")
    if not isinstance(values.get("model", {}), dict):
        raise InputError(f"run {path}: 'model' must be a mapping of names to values")
    values["model"] = _checked(ModelConfig, values.get("model", {}), f"run {path}: model")
    run: Run = _checked(Run, values, f"run {path}")
    return run


def _is_shares(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(_is_number(share) and share > 0 for share in value.values())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KINDS: dict[Any, tuple[Callable[[object], bool], str]] = {
    int: (_is_whole, "a whole number"),
    float: (_is_number, "a number, with a point if it has an exponent"),  # YAML reads 2e-3 as text
    bool: (lambda value: isinstance(value, bool), "true or false"),
    str: (lambda value: isinstance(value, str), "text"),
}


def _checked(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    known = {item.name: item.type for item in fields(kind)}
    for name, value in values.items():
        if name not in known:
            raise InputError(f"{where}: {name!r} is unknown; allowed: {', '.join(sorted(known))}")
        fits, wanted = _KINDS.get(known[name], (lambda _: True, ""))
        if not fits(value):
            raise InputError(f"{where}: {name!r} is {value!r}; it must be {wanted}")
    return kind(**values)
