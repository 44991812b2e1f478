"""`make calibration` writes figures into their places of the pages, and into nothing else."""

from __future__ import annotations

from clone_mcp.evaluation.evaluate import KINDS
from scripts.calibration import FOLDER, replace


def place(kind: str, lines: str = "") -> str:
    return f"<!-- figures of {kind}: make calibration -->\n{lines}<!-- end of figures -->\n"


def test_figures_replace_those_of_the_last_time_and_leave_the_rest_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# A\n{place('pairs')}between\n{place('turns', 'old' + chr(10))}after\n", encoding="utf-8")
    for figures in (["| 1 |"], ["| 2 |", "| 3 |"]):
        replace("pairs", figures, tmp_path)
        replace("stops", ["nowhere"], tmp_path)
    written = place("pairs", "\n| 2 |\n| 3 |\n\n")
    assert page.read_text(encoding="utf-8") == f"# A\n{written}between\n{place('turns', 'old' + chr(10))}after\n"


def test_each_kind_of_figures_has_one_place():
    pages = "".join(page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md"))
    assert [pages.count(f"<!-- figures of {kind}: make calibration -->\n") for kind in KINDS] == [1] * len(KINDS)
