from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.fences import DOCUMENTS, ROOT, name

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    assert [link for link in _links(path) if not _leads_somewhere(path, link)] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [target for target in _targets(page) if target.suffix == ".md"]
    assert [name(path) for path in DOCUMENTS if path not in reached and path.name != "README.md"] == []


def _links(path: Path) -> list[str]:
    return LINK.findall(CODE.sub("", path.read_text(encoding="utf-8")))


def _targets(path: Path) -> list[Path]:
    return [_target(path, link.partition("#")[0]) for link in _links(path)]


def _target(path: Path, link: str) -> Path:
    return (path.parent / unquote(link)).resolve() if link else path


def _leads_somewhere(path: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = _target(path, file)
    return target.exists() and target.is_relative_to(ROOT) and (not anchor or anchor in _anchors(target))


def _anchors(path: Path) -> set[str]:
    """The headings of a page, as links spell them."""
    text = re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
