"""Prompts: files hold what we say, and fences hold what others said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from clone_mcp.language.sentence import flat, shortened

HANDLE = 8
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>\x85\u2028\u2029"}


@cache
def prompt(path: Path) -> Template:
    """A prompt file, read once. `$name` in it is filled in by whoever asks."""
    return Template(path.read_text(encoding="utf-8").strip())


def fenced(lines: Iterable[str], nonce: str) -> str:
    """Recorded text between marks that nobody who wrote it can have known."""
    return "\n".join([f"<recorded {nonce}>", *lines, f"</recorded {nonce}>"])


def quoted(**fields: Any) -> str:
    """One line of JSON in which recorded text can end neither the line nor a tag, whatever it holds.

    For the part of a prompt that is cached, where a new mark every time would cost a new cache every time.
    """
    return json.dumps(fields, ensure_ascii=False).translate(_ESCAPED)


def handles(ids: Iterable[str]) -> dict[str, str]:
    """A short name for each id, or the id itself where short names would be alike. Models write few letters well."""
    known = list(dict.fromkeys(ids))
    short = [each[:HANDLE] for each in known]
    return {(each[:HANDLE] if short.count(each[:HANDLE]) == 1 else each): each for each in known}


def line(text: str, longest: int) -> str:
    """The text in one line of at most so many characters."""
    return shortened(flat(text), longest)
