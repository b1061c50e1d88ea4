"""`python -m soundfonts.placing`: puts the house font into the engine's package, made anew when its sources changed.

The font is no file of the repository. Building a wheel and installing in place do this by `build_hook.py`;
`scripts/setup.sh` does it for a checkout whose sources have moved on since. Only the standard library is needed
to see that nothing is to be done.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "soundfonts" / "house"
FONT = ROOT / "engine" / "barwise" / "sounds" / "barwise.sf2"
STAMP = FONT.with_suffix(".sources")
"""Beside the font, git-ignored and in no wheel: the digest of the sources that it was made from."""


def digest_of_sources(sources: Path = SOURCES) -> str:
    """SHA-256 of the names and contents of what makes the font, line ends apart."""
    digest = hashlib.sha256()
    for path in sorted(sources.glob("*.py")):
        digest.update(path.name.encode() + b"\n" + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_current(font: Path = FONT, stamp: Path = STAMP, sources: Path = SOURCES) -> bool:
    """Whether the font is there and was made from the sources as they are."""
    return font.is_file() and stamp.is_file() and stamp.read_text("utf-8").strip() == digest_of_sources(sources)


def place() -> bool:
    """Make the font unless it is current; whether it was made. Raises CalledProcessError when it cannot be."""
    if is_current():
        return False
    digest = digest_of_sources()
    FONT.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and then moved, so that a music that starts meanwhile never finds half a font.
    fresh = FONT.with_name(f"{FONT.stem}.{os.getpid()}.new")
    try:
        subprocess.run([sys.executable, "-m", "soundfonts.house", "--out", str(fresh)], cwd=ROOT, check=True)
        fresh.replace(FONT)
    finally:
        fresh.unlink(missing_ok=True)
    STAMP.write_text(digest + "\n", encoding="utf-8")
    return True


if __name__ == "__main__":
    place()
