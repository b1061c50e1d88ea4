"""What is evaluated: a composer file, the music it is compared with, and how much is asked. Knows no measure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import onnx

from barwise.errors import InputError
from barwise_export.dataset import Dataset
from barwise_export.figures.generated import PIECES, GeneratedPiece, generated_pieces

QUICK = 10
"""A quick look takes so many times less of everything."""


@dataclass(frozen=True)
class Subject:
    """One composer, under one engine."""

    model: Path
    folder: Path
    """Where what is made on the way is kept."""
    music: Dataset | None = None
    """The data set that it learned from and was kept from; None where there is none."""
    corpus: Path | None = None
    """The folder that the data set was prepared from, for what it does not hold: the drummers' own times."""
    held_out: Path = Path("export/held_out.txt")
    """Names of the pieces that were not learned from."""
    ablations: Path | None = None
    """What `ablate` has written."""
    is_quick: bool = False

    @property
    def data(self) -> Dataset:
        """The data set; raises InputError with the cure where there is none."""
        if self.music is None:
            raise InputError("there is no data set; make it with `barwise_export prepare`, or name it with --data")
        return self.music

    @property
    def files(self) -> Path:
        """The corpus; raises InputError with the cure where there is none."""
        if self.corpus is None:
            raise InputError("there is no corpus; name it with --corpus")
        return self.corpus

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same weights under the same engine: 16 hexadecimal digits."""
        digest = hashlib.sha256(weights_hash(self.model).encode())
        for name, file in sorted(engine_files()):
            digest.update(name.encode())
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]

    @cached_property
    def music_fingerprint(self) -> str:
        """The same for the same music in the same splits; empty where there is none."""
        if self.music is None:
            return ""
        return hashlib.sha256(self.music.events.tobytes() + self.music.piece_split.tobytes()).hexdigest()[:16]

    def share(self, size: int) -> int:
        """So many, or a tenth of it when the look is quick; at least one."""
        return max(size // QUICK, 1) if self.is_quick else size

    def pieces(self) -> list[GeneratedPiece]:
        """Pieces of the composer at default settings; made once, whoever asks."""
        return generated_pieces(self.model, self.keep("pieces"), self.share(PIECES))

    def keep(self, name: str) -> Path:
        """A folder for what is made of this composer on the way, so that nothing is made twice."""
        return self.folder / f"{name}-{self.fingerprint}"


def weights_hash(model: Path) -> str:
    """SHA-256 of a composer's graph, whatever its file says of itself: export writes figures into it."""
    graph = onnx.load(model)
    del graph.metadata_props[:]
    return hashlib.sha256(graph.SerializeToString(deterministic=True)).hexdigest()


def engine_files() -> Iterator[tuple[str, Traversable]]:
    """The engine's code, scores and tables, by name; what a bar depends on besides the weights."""
    for name, file in package_files(resources.files("barwise"), "barwise"):
        if name.endswith((".py", ".yaml", ".json")) and not name.endswith("composer.json"):  # it tells figures
            yield name, file


def package_files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    """Every file of a package with its name in the wheel."""
    for item in folder.iterdir():
        if item.is_dir() and item.name != "__pycache__":
            yield from package_files(item, f"{name}/{item.name}")
        elif item.is_file():
            yield f"{name}/{item.name}", item
