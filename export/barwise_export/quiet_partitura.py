"""partitura, kept from fetching a SoundFont: it downloads one on import wherever it finds FluidSynth."""

import sys
from types import ModuleType


def load_partitura() -> ModuleType:
    """The library; slow at the first call."""
    found = sys.modules.get("fluidsynth")
    sys.modules["fluidsynth"] = None  # type: ignore[assignment]
    try:
        import partitura
    finally:
        if found is None:
            del sys.modules["fluidsynth"]
        else:
            sys.modules["fluidsynth"] = found
    module: ModuleType = partitura
    return module
