"""The choices a message lists, and which of them a reply takes.

Whatever else a message waits for is read in message.py, which calls this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from clone_mcp.language import lexicon
from clone_mcp.language.wording import token_f1, tokens

Choice = tuple[str, str]
"""Label and wording."""

_LISTED = re.compile(
    r"^[ \t]{0,3}(?:[-*•>][ \t]*)?(?:\*\*)?[ \t]*(?:option[ \t]+)?\(?([1-9]|[a-eA-E])(?:[.):]|[ \t]*[-–—]\s)\)?"
    r"(?:\*\*)?[ \t]+(.+)$",
    re.MULTILINE | re.IGNORECASE,
)
_MARK = re.compile(r"[*_`#>]+|\[|\]\([^)]*\)")
_HEAD = re.compile(r" [-–—] |: |\. |\(|—")
_LEAD = re.compile(rf"^(?:(?:{lexicon.pattern('choices', 'choice lead')})[,.]?\s+){{0,6}}", re.IGNORECASE)
_PICK = re.compile(
    rf"^(?:{lexicon.pattern('choices', 'choice noun')})?\s*#?\(?([1-9]|[a-e])"
    rf"(?:\)|\.|,|:|=|;|\s+(?:{lexicon.pattern('choices', 'after a choice')})\b|\s*$)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?:{lexicon.pattern('choices', 'names a choice')})\s+#?\(?([1-9]|[b-e])\b", re.IGNORECASE)
_LONGEST_PICK = 25
_LOOKED_AT = 200
"""Characters of a choice that tell it from others."""


def plain(text: str) -> str:
    """Without Markdown marks."""
    return " ".join(_MARK.sub("", text).split())


def head(wording: str) -> str:
    """The choice's name, without its explanation."""
    return _HEAD.split(wording, maxsplit=1)[0].strip()


def mark(wording: str) -> str:
    """What a choice is known again by, wherever it stands in a list: a digest of its name. Empty where it has none."""
    text = wording.strip()[:_LOOKED_AT]
    labelled = _LISTED.match(text)
    name = " ".join(tokens(head(plain(labelled.group(2) if labelled else text))))
    return blake2b(name.encode(errors="replace"), digest_size=8).hexdigest() if name else ""


def marked(choices: Sequence[Choice], known: str) -> int | None:
    """Place of the one choice that has this mark."""
    places = [place for place, (_, wording) in enumerate(choices) if known and mark(wording) == known]
    return places[0] if len(places) == 1 else None


def listed(text: str) -> tuple[Choice, ...]:
    """The last run of numbered or lettered lines."""
    found: list[Choice] = []
    for match in _LISTED.finditer(text):
        label, wording = match.group(1).lower(), plain(match.group(2))
        if label in ("1", "a"):
            found = []
        expected = {"1", "a"} if not found else {chr(ord(found[-1][0]) + 1)}
        if label in expected and wording:
            found.append((label, wording))
    return tuple(found) if len(found) > 1 else ()


def picked(choices: Sequence[Choice], reply: str) -> int | None:
    """Place of the one choice the reply takes, by label or by wording; None when it takes none or several."""
    labels = [label for label, _ in choices]
    text = reply.strip()
    words = tokens(text)
    if not words or len(words) > _LONGEST_PICK or len({w for w in words if w.isdigit()} & set(labels)) > 1:
        return None
    rest = _LEAD.sub("", text)
    match = _PICK.match(rest) or _PICK.match(text) or _NAMED.search(text)
    if match and match.group(1).lower() in labels:
        return labels.index(match.group(1).lower())
    if text.endswith("?") or len(words) < 2:
        return None
    fits = [
        place
        for place, (_, wording) in enumerate(choices)
        if max(token_f1(wording, rest), token_f1(head(wording), rest)) >= 0.5
    ]
    return fits[0] if len(fits) == 1 else None
