"""Reading `.safetensors`: a header in JSON, then the numbers, mapped into memory instead of read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "F64": np.dtype("<f8")}
_LENGTH = 8
_LONGEST_HEADER = 100_000_000


def load(path: Path) -> dict[str, Floats]:
    """Every tensor of floats, by name. Raises OSError, and ValueError when the file is not what its name says."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH), "little")
        if not 0 < length < _LONGEST_HEADER:
            raise ValueError("the header has no sensible length")
        header: dict[str, Any] = json.loads(file.read(length))
    content = np.memmap(path, np.uint8, "r", offset=_LENGTH + length)
    return {name: _tensor(content, told) for name, told in header.items() if told.get("dtype") in _TYPES}


def _tensor(content: Any, told: dict[str, Any]) -> Floats:
    begin, end = told["data_offsets"]
    found = content[begin:end].view(_TYPES[told["dtype"]]).reshape(told["shape"])
    return found if found.dtype == np.float32 else found.astype(np.float32)
