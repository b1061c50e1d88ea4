"""A composer's file as a network that runs. The only file that imports onnxruntime.

It knows nothing of what goes in and comes out: contract.py and onnx_composer.py do.
"""

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TypeAlias

import onnxruntime

from barwise.errors import ModelError

LARGEST_MODEL_BYTES = 64 << 20

Network: TypeAlias = onnxruntime.InferenceSession

_opening: dict[Path, Future[Network]] = {}
"""What is opened beside something else, until it is asked for."""


def open_network(path: Path) -> Network:
    """The file as a network on one thread; raises ModelError where it is missing, or cannot be run."""
    begun = _opening.pop(path, None)
    return begun.result() if begun else _opened(path)


def begin_to_open(path: Path) -> None:
    """Have a network opened beside what this thread does: it takes 70 ms, and no lock of Python's.

    Whoever begins has `open_network` called for the same path: until then the network stays in memory.
    """
    opening = _opening[path] = Future()

    def keep() -> None:
        try:
            opening.set_result(_opened(path))
        except Exception as error:
            opening.set_exception(error)

    threading.Thread(target=keep, name="barwise-open", daemon=True).start()


def properties_of(network: Network) -> dict[str, str]:
    """What the file says of itself, by name."""
    return dict(network.get_modelmeta().custom_metadata_map)


def _opened(path: Path) -> Network:
    if not path.is_file():
        raise ModelError(f"composer {path} does not exist; reinstall barwise, or name a file that `export` wrote")
    if path.stat().st_size > LARGEST_MODEL_BYTES:
        raise ModelError(f"composer {path} is larger than {LARGEST_MODEL_BYTES >> 20} MiB; it is not one of ours")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # A row makes hundreds of tensors of a few bytes: the C library hands them out quicker than the arena does.
    options.enable_cpu_mem_arena = False
    try:
        return Network(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no public root
        raise ModelError(f"composer {path} is not an ONNX file that can be run; export it again") from error
