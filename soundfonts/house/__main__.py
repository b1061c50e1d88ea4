"""`python -m soundfonts.house --out soundfonts/barwise.sf2`: makes the SoundFont, the same bytes every time."""

import argparse
import hashlib
import sys
from collections.abc import Collection
from pathlib import Path

from soundfonts.house.building import Builder
from soundfonts.house.catalog import KITS, PROGRAMS
from soundfonts.house.kits import kit
from soundfonts.house.levels import balanced, balanced_drums
from soundfonts.house.sf2 import Credits
from soundfonts.house.targets import DRUM_KEYS, DRUM_TARGETS, KIT_TARGETS, PROGRAM_TARGETS

CREDITS = Credits(
    name="Barwise",
    author="The Barwise authors",
    rights="Public domain (CC0 1.0)",
    comment="All of General MIDI from synthesis alone; no recording was used",
    software="soundfonts.house",
)

LARGEST_BYTES = 10_000_000
"""A font is to fit into the wheel."""

DRUM_BANK = 128


def build(programs: Collection[int] = range(128), kits: Collection[int] = tuple(KITS)) -> Builder:
    """The font with these presets; what they have in common is made once."""
    builder = Builder(CREDITS)
    for program in sorted(programs):
        name, make = PROGRAMS[program]
        builder.add(name, 0, program, balanced(make(), PROGRAM_TARGETS[program]))
    for program in sorted(kits):
        name, table = KITS[program]
        targets = {**dict(zip(DRUM_KEYS, DRUM_TARGETS, strict=True)), **KIT_TARGETS[table]}
        builder.add(name, DRUM_BANK, program, balanced_drums(kit(table), targets))
    return builder


def main() -> int:
    """Make the font and say how large it is; 1 when it is too large."""
    parser = argparse.ArgumentParser(prog="python -m soundfonts.house", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("soundfonts/barwise.sf2"))
    parser.add_argument("--programs", type=int, nargs="*", default=range(128), help="only these, 0 to 127")
    parser.add_argument("--kits", type=int, nargs="*", default=tuple(KITS), help="only these")
    parser.add_argument("--sizes", action="store_true", help="print the bytes of every preset's own samples")
    parser.add_argument("--levels", action="store_true", help="print which levels could not be reached")
    asked = parser.parse_args()
    builder = build(asked.programs, asked.kits)
    data = builder.file()
    asked.out.write_bytes(data)
    if asked.sizes:
        for name, size in sorted(builder.bytes_by_owner().items(), key=lambda pair: -pair[1]):
            print(f"{size:9,} {name}")
    if asked.levels:
        print(*builder.warnings, sep="\n")
    print(f"{asked.out}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()[:16]}")
    return 1 if len(data) > LARGEST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
