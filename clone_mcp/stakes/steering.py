"""Whether the words of a known command hide another one: the same words then say less than they seem to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.command_lines import SETTING

__all__ = ["steers"]

_FLAGS = lexicon.words("programs", "steering flag")
_SHORT_FLAGS, _STEERED = lexicon.words("programs", "steering short flag"), lexicon.words("programs", "steered")
_RUNNERS = lexicon.words("programs", "runner")
_FAR = re.compile(r"~|/(?!dev/)|\.\./|\w+://")
_PLAIN = re.compile(r"[\w.][\w.,:@-]*/?|")
"""A value that can hold no options, no command and no place far away."""


def steers(words: Sequence[str]) -> bool:
    """A setting that may hold a command, a flag that runs or writes something, a place far away."""
    at = next((at for at, word in enumerate(words) if not SETTING.match(word)), len(words))
    if any(not _PLAIN.fullmatch(word.partition("=")[2]) for word in words[:at]):
        return True
    program = words[at].rpartition("/")[2] if at < len(words) else ""
    arguments = words[at + 1 :]
    if program == "git":
        return _pushes_elsewhere(arguments) or any(word[:1] == "~" for word in arguments) or _has_flag("", arguments)
    return _has_flag(program, arguments) or (
        program in _RUNNERS and any(_FAR.match(word.partition("=")[2] or word) for word in arguments)
    )


def _pushes_elsewhere(arguments: Sequence[str]) -> bool:
    if "push" not in arguments:
        return False
    places = [word for word in arguments[arguments.index("push") + 1 :] if word[:1] != "-"]
    return len(places) > 1 and places[0] != "origin"


def _has_flag(program: str, arguments: Sequence[str]) -> bool:
    flags = [word.partition("=")[0] for word in arguments if word.startswith(("-", "+"))]
    return any(flag in _FLAGS or (flag in _SHORT_FLAGS and program in _STEERED) for flag in flags)
