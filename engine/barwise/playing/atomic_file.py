"""Files that appear whole or not at all: written beside their place, then moved into it."""

import os
from pathlib import Path

from barwise.errors import InputError


class AtomicFile:
    """A file in the making; raises InputError, naming the folder, when that does not exist or is closed to us."""

    def __init__(self, path: Path) -> None:
        check_folder(path)
        self.path = path
        self._beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            self.stream = self._beside.open("wb")
        except OSError as error:
            raise InputError(f"cannot write into the folder {path.parent}: {error.strerror}") from error

    def commit(self) -> None:
        """Move what was written into place; raises InputError, leaving the old file, when that fails."""
        try:
            self.stream.close()
            self._beside.replace(self.path)
        except OSError as error:
            self.discard()
            raise InputError(f"cannot write {self.path}: {error.strerror}") from error

    def discard(self) -> None:
        """Forget what was written; the old file stays."""
        self.stream.close()
        self._beside.unlink(missing_ok=True)


def check_folder(path: Path) -> None:
    """Raises InputError, naming the folder, unless that of a path exists."""
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} does not exist; create it first")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one piece; raises InputError, leaving the old file, when that fails."""
    file = AtomicFile(path)
    try:
        file.stream.write(data)
    except OSError as error:
        file.discard()
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    file.commit()
