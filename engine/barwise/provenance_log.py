"""The provenance of a performance as a page: for the people of a shop, and for programs. Traces nothing itself."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barwise.composing.onnx_composer import describe_model
from barwise.composing.provenance import GRAM, BarProvenance, TrainingIndex, trace
from barwise.music.performance import Performance
from barwise.playing.atomic_file import write_whole


@dataclass(frozen=True)
class ProvenanceLog:
    """Who composed each bar, from what it was learned, and how much of it may stand there."""

    seed: int
    composer_file: Path
    """The network's file."""
    index: TrainingIndex
    composers: tuple[str, ...]
    """Of each bar, 'network' or 'rules'."""
    states: tuple[str, ...]
    """Of each bar, the state of the score."""
    bars: tuple[BarProvenance, ...]

    def lines(self) -> list[str]:
        """A table for a terminal, a line a bar, numbered from 1."""
        lines = [f"{'bar':>5}  {'state':<12}{'composer':<10}longest run shared with training music"]
        for composer, state, found in zip(self.composers, self.states, self.bars, strict=True):
            lines.append(f"{found.bar + 1:>5}  {state:<12}{composer:<10}{_words(found)}")
        return lines

    def write(self, path: Path) -> None:
        """Write everything as JSON, whole or not at all."""
        write_whole(path, (json.dumps(self.as_dict(), indent=1) + "\n").encode())

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; bars are numbered from 1."""
        facts = describe_model(self.composer_file) if "network" in self.composers else None
        return {
            "seed": self.seed,
            "composer": {
                "sha256": hashlib.sha256(self.composer_file.read_bytes()).hexdigest() if facts else None,
                "learned_from": list(facts.credits) if facts else [],
            },
            "training_music": {
                "pieces": self.index.pieces,
                "shortest_run_looked_for": GRAM,
                "false_positive_rate": round(self.index.false_positive_rate, 4),
            },
            "bars": [
                {
                    "bar": found.bar + 1,
                    "state": state,
                    "composer": composer,
                    "longest_run": found.longest_run,
                    "part": found.part.name.lower() if found.part else None,
                }
                for composer, state, found in zip(self.composers, self.states, self.bars, strict=True)
            ],
        }


def provenance_of(performance: Performance, seed: int, composer_file: Path, index: TrainingIndex) -> ProvenanceLog:
    """The log of a performance; runs of notes may pass from bar to bar."""
    return ProvenanceLog(
        seed,
        composer_file,
        index,
        tuple(played.composer for played in performance.bars),
        tuple(played.intent.state for played in performance.bars),
        trace([played.bar for played in performance.bars], index),
    )


def _words(found: BarProvenance) -> str:
    return f"{found.longest_run} notes, {found.part.name.lower()}" if found.part else f"under {GRAM} notes"
