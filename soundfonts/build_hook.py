"""Hatch's hook: before a wheel is built or the engine is installed in place, the house font is put into the package."""

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SoundFontHook(BuildHookInterface[Any]):
    """Runs `soundfonts.placing` in a process of its own: hatch loads this file without its package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called with "standard" for a wheel and "editable" for an installation in place."""
        # Standard output is the frontend's own.
        subprocess.run([sys.executable, "-m", "soundfonts.placing"], cwd=self.root, check=True, stdout=sys.stderr)
