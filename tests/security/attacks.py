"""What a malicious agent, transcript or page would have recorded, in twenty languages."""

from __future__ import annotations

import re
from pathlib import Path

_LINES = (Path(__file__).parent / "attacks.tsv").read_text(encoding="utf-8").splitlines()
LANGUAGES = {line.partition("\t")[0] for line in _LINES}
ATTACKS = tuple(
    re.sub(r"\\u([0-9a-f]{4})|\\n", lambda found: chr(int(found[1], 16)) if found[1] else "\n", line.partition("\t")[2])
    for line in _LINES
)

_WINDOW = 16


def traces(attack: str, text: str) -> list[str]:
    """Parts of the attack that stand in the text, whatever became of the blanks between its words."""
    held = "".join(text.split())
    parts: list[str] = []
    for line in attack.splitlines():
        said = "".join(line.split())
        parts += [said[at : at + _WINDOW] for at in range(max(1, len(said) - _WINDOW + 1))]
    return [part for part in parts if len(part) >= 6 and part in held]
