from __future__ import annotations

from pathlib import Path

import pytest

from tests.memory.markdown.export import Export


@pytest.fixture
def export(clone, person, tmp_path: Path) -> Export:
    return Export(clone, person, tmp_path / "export")
