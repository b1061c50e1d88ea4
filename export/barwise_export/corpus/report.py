"""Figures of a dataset for its reader: report.json, and the same as tables in report.md."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from barwise.composing.vocabulary import END, HARMONY, PART, POSITION
from barwise.music.notes import Part
from barwise_export.corpus.pieces import Prepared
from barwise_export.dataset import SPLITS, Dataset

REPORT_JSON = "report.json"
REPORT_MD = "report.md"


def write_report(dataset: Dataset, files: Sequence[Prepared], out: Path) -> None:
    """Write both reports to a folder."""
    figures = report(dataset, files)
    (out / REPORT_JSON).write_text(json.dumps(figures, indent=1), encoding="utf-8")
    (out / REPORT_MD).write_text(to_markdown(figures), encoding="utf-8")


def report(dataset: Dataset, files: Sequence[Prepared]) -> dict[str, Any]:
    """Figures by set and split, by set, and of what was dropped."""
    names = [source.name for source in dataset.names.sources]
    return {
        "splits": [
            _split_figures(dataset, number, split) for number in range(len(names)) for split in range(len(SPLITS))
        ],
        "sets": [_set_figures(dataset, number, files) for number in range(len(names))],
        "dropped": _dropped(files),
    }


def _split_figures(dataset: Dataset, source: int, split: int) -> dict[str, Any]:
    chosen = (dataset.piece_source == source) & (dataset.piece_split == split)
    whole = chosen & (dataset.piece_variant == 0)
    rows, notes = _rows(dataset, chosen)
    return {
        "set": dataset.names.sources[source].name,
        "split": SPLITS[split],
        "pieces": int(whole.sum()),
        "variants": int((chosen & ~whole).sum()),
        "bars": int(_bars(dataset, chosen).sum()),
        "notes": int(notes.sum()),
        "rows": int(rows.sum()),
    }


def _bars(dataset: Dataset, pieces: np.ndarray) -> np.ndarray:
    """Which bars belong to some pieces."""
    return np.repeat(pieces, np.diff(dataset.piece_first))


def _rows(dataset: Dataset, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and notes of each bar of some pieces."""
    is_note = (dataset.events[:, POSITION] != END) & (dataset.events[:, PART] != HARMONY)
    before = np.concatenate([[0], np.cumsum(is_note)])
    chosen = _bars(dataset, pieces)
    return np.diff(dataset.bar_first)[chosen], np.diff(before[dataset.bar_first])[chosen]


def _set_figures(dataset: Dataset, source: int, files: Sequence[Prepared]) -> dict[str, Any]:
    name = dataset.names.sources[source].name
    whole = (dataset.piece_source == source) & (dataset.piece_variant == 0)
    rows, notes = _rows(dataset, whole)
    counts = sum((file.counts for file in files if file.source == name), Counter[str]())
    parts = dataset.parts[_bars(dataset, whole)]
    return {
        "set": name,
        "files": sum(file.source == name for file in files),
        "rows per bar": _rounded(rows.mean() if len(rows) else 0),
        "median notes per bar": _rounded(np.median(notes) if len(notes) else 0),
        "onsets moved > 10 ms": _share(counts, "moved", "onsets"),
        "in scale": _share(counts, "in_scale", "sounding"),
        "doublings dropped": _share(counts, "doubled", "onsets"),
        "surplus dropped": _share(counts, "surplus", "onsets"),
        "unknown drums": counts["unknown_drums"],
        "empty bars cut": counts["silence"],
        **{f"bars with {part.name.lower()}": _rounded(parts[:, part].mean() if len(parts) else 0) for part in Part},
    }


def _share(counts: Mapping[str, int], part: str, whole: str) -> float:
    return _rounded(counts[part] / counts[whole] if counts[whole] else 0.0)


def _rounded(value: float) -> float:
    return round(float(value), 3)


def _dropped(files: Sequence[Prepared]) -> list[dict[str, Any]]:
    reasons = Counter((file.source, file.dropped) for file in files if file.dropped)
    return [{"set": source, "reason": reason, "files": count} for (source, reason), count in sorted(reasons.items())]


def to_markdown(figures: Mapping[str, Any]) -> str:
    """The report as tables."""
    parts = ["# The dataset"]
    for title, rows in figures.items():
        parts += ["", f"## {title.capitalize()}", "", *_table(rows)]
    return "\n".join(parts) + "\n"


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return ["none"]
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return lines + ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
