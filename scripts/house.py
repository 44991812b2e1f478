"""Draws the house in docs/explanation/architecture.md: each package in its layer, as the import contract has it.

python scripts/house.py           writes it
python scripts/house.py --check   exits 1 when the page is not what the contract says
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
BEGIN, END = "<!-- house: scripts/house.py -->", "<!-- /house -->"
WIDTH = 118


def layers() -> list[list[str]]:
    """The packages of each layer, the outermost first, as the import contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [contract] = [each for each in contracts if each["type"] == "layers"]
    return [re.split(r" [:|] ", layer) for layer in contract["layers"]]


def purpose(name: str) -> str:
    """The first sentence of the package's docstring."""
    folder, file = ROOT / "clone_mcp" / name, ROOT / "clone_mcp" / f"{name}.py"
    text = (folder / "__init__.py" if folder.is_dir() else file).read_text(encoding="utf-8")
    documented = ast.get_docstring(ast.parse(text)) or ""
    return re.split(r"(?<=\.)\s", " ".join(documented.split("\n\n")[0].split()))[0]


def drawing() -> str:
    """One line a package; a rule between layers. Whoever stands higher may import whoever stands lower."""
    lines: list[str] = ["```text"]
    for layer in layers():
        if len(lines) > 1:
            lines.append("─" * WIDTH)
        for name in layer:
            folder = (ROOT / "clone_mcp" / name).is_dir()
            lines.append(f"{name + ('/' if folder else ''):<14}{purpose(name)}"[:WIDTH])
    return "\n".join([*lines, "```"])


def main(arguments: list[str]) -> int:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    drawn = f"{before}{BEGIN}\n{drawing()}\n{END}{after}"
    if drawn == text:
        return 0
    if "--check" in arguments:
        print(
            f"{PAGE.relative_to(ROOT)} is not what the import contract says. Run: python scripts/house.py",
            file=sys.stderr,
        )
        return 1
    PAGE.write_text(drawn, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
