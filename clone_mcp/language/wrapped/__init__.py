"""What an agent said last, where a client wraps that in a conversation, instructions, tags or JSON of its own.

Clients are free to put anything around a question. What stands around it is the same for all questions of a client and
says nothing of what the person would reply. It is told by its structure, by what was recorded of the session, and by
what comes with every question. Only the predictor's reading is narrowed: what an answer would set in motion is read
off the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clone_mcp.language.wrapped.chat_messages import chat_messages
from clone_mcp.language.wrapped.repetition import without_repeated
from clone_mcp.language.wrapped.tasks import any_task, before_task, is_task, without_task
from clone_mcp.language.wrapped.turns import AGENT, NEITHER, OUTSIDE, PERSON, SAID, Turn, heads_conversation, turns

__all__ = ["said_last"]

_NESTED = 2
"""Wrappers within wrappers that are opened."""
_END_MARK = re.compile(r"(?:\s*(?:<\|[a-z_]{2,20}\|>|</s>|<end_of_turn>|-{3,}|={3,}|\*{3,}))+\s*$")
_EDGES = (('"""', '"""'), ("'''", "'''"), ("```", "```"), ("~~~", "~~~"), ("<<<", ">>>"), ("---", "---"), ('"', '"'), ("“", "”"), ("「", "」"), ("«", "»"))
_CDATA = ("<![CDATA[", "]]>")
_INNER = re.compile(r"<(content|text|body|message|value)>(.*)</\1>$", re.DOTALL)
_MARKS = re.compile(r"[\W_]*$")


def said_last(text: str, *, earlier: Sequence[str] = (), recorded: str = "") -> str:
    """What the agent said last; the text as it is, where nobody wrapped it.

    `earlier` are other questions of the same client. `recorded` is what an agent is known to have said last in the
    session.
    """
    found = _opened(text, sure=False, nested=_NESTED)
    if found is None and recorded and (found := _recorded_in(text, recorded)) is None and earlier:
        found = _repeated_apart(text, earlier)
    elif found is None and earlier:
        found = _repeated_apart(text, earlier)
    elif found is not None and recorded:
        found = _recorded_in(found, recorded) or found
    return found if found and found.strip() else text


def _repeated_apart(text: str, earlier: Sequence[str]) -> str | None:
    left = without_repeated(text, earlier)
    return None if left is None else _opened(left, sure=True, nested=_NESTED) or _without_marks(left)


def _opened(text: str, *, sure: bool, nested: int) -> str | None:
    """What the agent said last by the structure of the text. `sure`: it is a client's, whatever it looks like."""
    found = _from_messages(text, sure=sure, nested=nested)
    if found is None:
        found = _from_turns(text, turns(text), sure=sure)
    if found is None:
        left = without_task(text)
        found = None if left == text else _opened(left, sure=True, nested=0) or _without_marks(left) if nested else None
    return found


def _from_messages(text: str, *, sure: bool, nested: int) -> str | None:
    chat = chat_messages(text)
    if chat is None:
        return None
    clean = not chat.around.strip("` \n\tjson") or all(
        heads_conversation(line) or not line.strip("`~ \t") for line in chat.around.split("\n")
    )
    if not (sure or clean or any_task(f"{chat.around}\n{chat.others}")):
        return None
    inner = _opened(chat.person, sure=False, nested=nested - 1) if nested and chat.person else None
    if chat.agent and (inner is None or not any_task(chat.person)):
        return _without_marks(chat.agent)
    return inner


def _from_turns(text: str, parts: list[Turn], *, sure: bool) -> str | None:
    agents = [place for place, part in enumerate(parts) if _speaks(text, part, AGENT)]
    if not agents:
        agents = [place for place, part in enumerate(parts) if _speaks(text, part, SAID)]
        if not (agents and (sure or _asks(text, parts))):
            return None
    last = agents[-1]
    part = parts[last]
    before = text[: parts[0].begins]
    asked = sure or any_task(before) or any(_is_clients(text, each) for each in parts[:last])
    after = any(_is_clients(text, each) or _has_task(text, each) for each in parts[last + 1 :])
    said = text[part.start : part.end]
    cut = said if part.closed else _before_fence(before_task(said.lstrip("\n"), sure=asked or after))
    if not (asked or after or cut.strip() != _before_fence(said).strip() or _bare(text, parts, last)):
        return None
    return _without_marks(cut) or None


def _speaks(text: str, part: Turn, who: str) -> bool:
    return part.who == who and _MARKS.match(text, part.start, part.end) is None


def _asks(text: str, parts: list[Turn]) -> bool:
    return any_task(text[: parts[0].begins]) or any(_has_task(text, part) for part in parts)


def _has_task(text: str, part: Turn) -> bool:
    return any_task(text[part.start : part.end])


def _is_clients(text: str, part: Turn) -> bool:
    """Whether this is the client's own part of the text, and gives a task."""
    return part.who in (NEITHER, OUTSIDE) and _has_task(text, part)


def _bare(text: str, parts: list[Turn], last: int) -> bool:
    """Whether the text is a conversation and nothing else, in which the agent spoke last."""
    before = text[: parts[0].begins].strip().split("\n")
    if not all(not line.strip("#*=-<>/_ \t") or heads_conversation(line) for line in before):
        return False
    rest = [part for part in parts[last + 1 :] if _MARKS.match(re.sub(r"</?[\w-]+>", "", text[part.start : part.end])) is None]
    alone = parts[last].closed and len(parts) == 1
    return not rest and (alone or any(_speaks(text, part, PERSON) for part in parts[:last]))


def _before_fence(said: str) -> str:
    """Without the fence that closes the whole conversation."""
    lines = said.split("\n")
    edges = [number for number, line in enumerate(lines) if line.strip() in ("```", "~~~", '"""', "'''")]
    opens = [number for number, line in enumerate(lines) if line.lstrip().startswith(("```", "~~~", '"""', "'''"))]
    return "\n".join(lines[: edges[-1]]) if edges and len(opens) % 2 else said


def _without_marks(said: str) -> str:
    """The message without what encloses it: quotes, fences, tags, the marks of a chat template."""
    said = _END_MARK.sub("", said).strip()
    if inner := _INNER.match(said):
        said = inner[2].strip()
    for opens, closes in (*_EDGES, _CDATA):
        within = said[len(opens) : -len(closes)] if len(said) >= len(opens) + len(closes) else ""
        if within and said.startswith(opens) and said.endswith(closes) and opens not in within:
            return within.split("\n", 1)[-1].strip() if opens in ("```", "~~~") else within.strip()
    lines = said.split("\n")
    if len(lines) > 1 and all(line.startswith(">") for line in lines):
        return "\n".join(line[1:].removeprefix(" ") for line in lines)
    return said


def _plain(text: str) -> str:
    """The text on one line, with what JSON and tags escape."""
    for escaped, sign in (("\\n", " "), ("\\t", " "), ('\\"', '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, sign)
    return " ".join(text.split())


def _recorded_in(text: str, recorded: str) -> str | None:
    """What was recorded last, if it stands in the text and only a client's words stand behind it."""
    whole, known = _plain(text), _plain(recorded)
    if not known or known == whole:
        return None
    before, found, after = whole.rpartition(known)
    apart = not before[-1:].isalnum() and not after[:1].isalnum()
    if not (found and apart) or not (_MARKS.match(after) or is_task(after) or any_task(after)):
        return None
    return recorded.strip()
