"""What an agent said last, where a client wraps that in a conversation, instructions, tags or JSON of its own.

Clients are free to put anything around a question. What stands around it is the same for all questions of a client and
says nothing of what the person would reply. It is told by its structure, by what was recorded of the session, and by
what comes with every question. This is for guessing alone: what an answer would set in motion is read off the whole
text, and no safety may hang on anything here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from clone_mcp.language.wrapped.chat_messages import chat_messages
from clone_mcp.language.wrapped.repetition import without_repeated
from clone_mcp.language.wrapped.tasks import any_task, asks_besides, before_task, shows, without_task
from clone_mcp.language.wrapped.turns import AGENT, NEITHER, OUTSIDE, PERSON, SAID, Turn, heads, introduces, turns

__all__ = ["HeardMessage", "hear", "said_last"]

_HEAD, _TAIL = 8000, 40_000
"""Characters from either end that are looked at: what an agent said last, and what a client asks, stand there."""
_END_MARK = re.compile(r"(?:\s*(?:<\|[a-z_]{2,20}\|>|</s>|<end_of_turn>|-{3,}|={3,}|\*{3,}))+\s*$")
_EDGES = (
    ('"""', '"""'), ("'''", "'''"), ("```", "```"), ("~~~", "~~~"), ("<<<", ">>>"), ("---", "---"),
    ("<![CDATA[", "]]>"), ('"', '"'), ("“", "”"), ("「", "」"), ("«", "»"),
)  # fmt: skip
_FENCES = ("```", "~~~", '"""', "'''")
_RULER = re.compile(r"(?:[-=*]{3,}[ \t]*\n\s*)+")
_INNER = re.compile(r"<(content|text|body|message|value)>(.*)</\1>$", re.DOTALL)
_MARKS = re.compile(r"(?:[\W_]|</?[\w-]{1,40}>)*$")


class HeardMessage(NamedTuple):
    """What the agent said last, and another reading of the text where that is not certain."""

    text: str
    beside: str | None = None
    """By this reading nobody may be less sure than is acted on."""


def said_last(text: str) -> str:
    """What the agent said last; the text as it is, where nobody wrapped it."""
    return hear(text).text


def hear(text: str, *, earlier: Sequence[str] = (), recorded: str = "") -> HeardMessage:
    """The same, with what else is known, and with whether it is certain.

    `earlier` are other questions of the same client. `recorded` is what an agent is known to have said last in the
    session. It is certain where that was recorded, or where the text tells a model to foresee or play the person.
    """
    found = _opened(text)
    if recorded and (known := _recorded_in(found or text, recorded)):
        return HeardMessage(known)
    if found:
        return HeardMessage(found, None if _framed(text, found) else text)
    if earlier and (left := without_repeated(text, earlier)) != text:
        return HeardMessage(_opened(left, sure=True) or _without_marks(left) or text, text)
    return HeardMessage(text, _outside_quotes(text))


def _framed(text: str, found: str) -> bool:
    """Whether what stands around it tells a model what to do, or leaves the person's words to it."""
    before, _, after = text.rpartition(found)
    ends = (before[:_HEAD], before[-_TAIL:], after[-_TAIL:] or text[-_TAIL:])
    return any(map(any_task, ends)) or _cue(turns(text[-_TAIL:])[1])


def _outside_quotes(text: str) -> str | None:
    """An agent's own words, where it shows a conversation: what is asked there, it doesn't ask."""
    text = text[-_TAIL:]
    if chat := chat_messages(text):
        return chat[1].strip() if _words(chat[1]) else None
    before, parts = turns(text)
    if not any(part.who in (AGENT, PERSON) for part in parts):
        return None
    own = [before, *("" if asks_besides(before) else _behind_quote(part) for part in parts)]
    left = "\n".join(own).strip()
    return left if _words(left) else None


def _behind_quote(part: Turn) -> str:
    """What may be the agent's own again: the last paragraph, of more than the line that is shown."""
    if part.who not in (AGENT, PERSON):
        return part.text
    return "" if part.closed else part.text.partition("\n")[2].rstrip().rpartition("\n\n")[2]


def _opened(text: str, *, sure: bool = False, nested: int = 1) -> str | None:
    """What the agent said last by the structure of the text. `sure`: it is a client's, whatever it looks like."""
    found = _in_messages(text, sure=sure, nested=nested)
    if found:
        return found
    if len(text) > _HEAD + _TAIL:
        sure = sure or any_task(text[:_HEAD])
        text = text[-_TAIL:]
    if found := _in_turns(text, sure=sure):
        return found
    left = without_task(text)
    if left == text:
        return _without_marks(text) if sure and nested == 0 else None
    return (_opened(left, sure=True, nested=nested - 1) if nested else None) or _without_marks(left) or None


def _in_messages(text: str, *, sure: bool, nested: int) -> str | None:
    """The same, of a conversation in JSON. A model that plays the person is given the agent's words as a user's."""
    chat = chat_messages(text)
    if chat is None:
        return None
    said, around = chat
    last = dict(said)
    alone = not _words(around.replace("json", ""))
    sure = sure or any_task("\n".join([around, *(what for who, what in said if who == NEITHER)]))
    if not (sure or (alone and said[-1][0] == AGENT)) or asks_besides(around):
        return None
    if said[-1][0] == PERSON and nested and (sure or any_task(said[-1][1])):
        inner = _opened(said[-1][1], nested=nested - 1)
        if inner or not any_task(said[-1][1]):
            return inner or _without_marks(said[-1][1])
    return _without_marks(last.get(AGENT, "")) or None


def _in_turns(text: str, *, sure: bool) -> str | None:
    """The same, of a conversation that was written down."""
    before, parts = turns(text)
    speaks = {
        who: [n for n, part in enumerate(parts) if part.who == who and _words(part.text)] for who in (AGENT, SAID)
    }
    asks = [n for n, part in enumerate(parts) if part.who in (NEITHER, OUTSIDE) and any_task(part.text)]
    found = speaks[AGENT] or (speaks[SAID] if sure or asks or any(any_task(each) for each in (before, text)) else [])
    if not found:
        return None
    last, said = found[-1], parts[found[-1]].text
    rest = parts[last + 1 :]
    sure = sure or any_task(before) or bool(asks) or any(any_task(part.text) for part in rest)
    cut = said if parts[last].closed else _before_fence(before_task(said.lstrip("\n"), sure=sure))
    others = (before, said.lstrip("\n")[len(cut) :], *(part.text for part in rest if part.who in (OUTSIDE, NEITHER)))
    if shows(before) or any(map(asks_besides, others)):
        return None
    if sure or cut.strip() != said.strip() or _bare(before, parts, last, introduced=introduces(text)):
        return _without_marks(cut) or None
    return None


def _bare(before: str, parts: Sequence[Turn], last: int, *, introduced: bool) -> bool:
    """Whether the text is a conversation and nothing else, in which the agent spoke last."""
    cue, said = _cue(parts), parts[last].text.strip()
    headed = all(not _words(line) or (cue and heads(line)) for line in before.split("\n"))
    one = cue or parts[last].closed or "\n\n" not in said  # else the agent may have gone on in its own words
    alone = (parts[last].closed or introduced) and len(parts) == 1
    answered = any(part.who == PERSON and _words(part.text) for part in parts[:last])
    return headed and one and not any(_words(part.text) for part in parts[last + 1 :]) and (cue or alone or answered)


def _cue(parts: Sequence[Turn]) -> bool:
    """Whether it is left to the reader to say what the person says: "User:", and nothing behind it."""
    return bool(parts) and parts[-1].who == PERSON and not parts[-1].closed and not _words(parts[-1].text)


def _words(text: str) -> bool:
    """Whether anything is said, and not only marked."""
    return _MARKS.match(text) is None


def _before_fence(said: str) -> str:
    """Without the fence that closes the whole conversation."""
    lines = said.split("\n")
    fences = [number for number, line in enumerate(lines) if line.lstrip().startswith(_FENCES)]
    return "\n".join(lines[: fences[-1]]) if len(fences) % 2 and lines[fences[-1]].strip() in _FENCES else said


def _without_marks(said: str) -> str:
    """The message without what encloses it: quotes, fences, tags, the marks of a chat template."""
    said = _END_MARK.sub("", said[-_TAIL:]).strip()
    if ruled := _RULER.match(said):
        said = said[ruled.end() :]
    if inner := _INNER.match(said):
        said = inner[2].strip()
    for opens, closes in _EDGES:
        within = said[len(opens) : -len(closes)]
        if said.startswith(opens) and said.endswith(closes) and within and opens not in within:
            return within.split("\n", 1)[-1].strip() if opens in _FENCES else within.strip()
    lines = said.split("\n")
    quoted = len(lines) > 1 and all(line.startswith(">") for line in lines)
    return "\n".join(line[1:].removeprefix(" ") for line in lines) if quoted else said


def _plain(text: str) -> str:
    """The end of a text on one line, with what JSON and tags escape."""
    text = text[-_TAIL:]
    for escaped, sign in (("\\n", " "), ("\\t", " "), ('\\"', '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, sign)
    return " ".join(text.split())


def _recorded_in(text: str, recorded: str) -> str | None:
    """What was recorded last, if it stands in the text and nobody but a client says anything behind it."""
    whole, known = _plain(text), _plain(recorded)
    before, found, after = whole.rpartition(known or "\n")
    if not found or known == whole or before[-1:].isalnum() or after[:1].isalnum():
        return None
    return recorded.strip() if not _words(after) or any_task(after) else None
