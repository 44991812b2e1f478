"""The choices a message lists, how a question with options is spelled, and which of them a reply takes.

Whatever else a message waits for is read in message.py, which calls this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from clone_mcp.language import lexicon
from clone_mcp.language.wording import fold, token_f1, tokens

Choice = tuple[str, str]
"""Label and wording."""

_LISTED = re.compile(
    r"^[ \t]{0,3}(?:[-*•>][ \t]*)?(?:\*\*)?[ \t]*(?:option[ \t]+)?\(?([1-9]|[a-eA-E])(?:[.):]|[ \t]*[-–—]\s)\)?"
    r"(?:\*\*)?[ \t]+(.+)$",
    re.MULTILINE | re.IGNORECASE,
)
_OPTION = "( ) "
"""Begins the line of an option that a client's own dialog offers. Agents number theirs, or begin them with a dash."""
_LINE_OF_OPTION = re.compile(r"^\( \) (.+)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\( \)|\(?(?:\d{1,2}|[a-zA-Z])[.):])[ \t]+")
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
_END = 2000
"""Characters at the end of a question in which its own list is looked for."""
_LOOKED_AT = 200
"""Characters of a choice that tell it from others."""
_BETWEEN = ", "
"""Stands between options that were taken together. Clients join them so."""


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


def spelled(question: str, options: Sequence[str]) -> str:
    """A question with what can be chosen. It is recorded so and read so when it is asked, and nothing else spells it.

    One that lists its options already stays as it is.
    """
    shown = [" ".join(option.split()) for option in options]
    if not any(shown) or _lists(question, shown):
        return question
    folded = {fold(option) for option in shown}
    lines = question.rstrip().split("\n")
    while len(lines) > 1 and fold(_BULLET.sub("", lines[-1])) in folded:
        lines.pop()  # a list without numbers
    return "\n".join([*lines, *(f"{_OPTION}{option}" for option in shown if option)])


def _lists(question: str, options: Sequence[str]) -> bool:
    """Whether a question names each option, by its wording or its label."""
    end = question[-_END:]
    choices = offered(end) or listed(end)
    names = {mark(wording) for _, wording in choices} | {mark(label) for label, _ in choices}
    return bool(choices) and all(mark(option) in names for option in options)


def offered(text: str) -> tuple[Choice, ...]:
    """The options of a client's dialog, at the end of a question that was `spelled`."""
    found: list[str] = []
    for line in reversed(text.rstrip().split("\n")):
        if not line.startswith(_OPTION):
            break
        found.append(plain(line[len(_OPTION) :]))
    return tuple((str(number), wording) for number, wording in enumerate(reversed(found), 1))


def asked_alone(text: str) -> str:
    """A question without the lines of its choices."""
    return _LINE_OF_OPTION.sub("", _LISTED.sub("", text)).strip()


def known_again(text: str, choices: Sequence[Choice]) -> str:
    """What a question with choices is known again by, in whatever order and with whatever labels it lists them."""
    asked = fold(asked_alone(text))
    told = "\n".join([asked, *sorted(mark(wording) for _, wording in choices)])
    return blake2b(told.encode(errors="replace"), digest_size=8).hexdigest()


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


def together(options: Sequence[str]) -> str:
    """The reply that takes these options."""
    return _BETWEEN.join(options)


def taken_whole(choices: Sequence[Choice], reply: str) -> tuple[int, ...]:
    """Places of the choices that a reply consists of, word for word: one, or several joined. None for anything else."""
    wordings = [fold(plain(wording[:_LOOKED_AT])) for _, wording in choices]
    if (whole := fold(plain(reply.strip()[:_LOOKED_AT]))) in wordings:
        return (wordings.index(whole),)
    left, found = fold(plain(reply)), set[int]()
    longest_first = sorted(range(len(choices)), key=lambda place: -len(wordings[place]))
    while left:
        place = next((each for each in longest_first if f"{left} ".startswith(f"{wordings[each]} ")), None)
        if place is None or place in found or not wordings[place]:
            return ()
        found.add(place)
        left = left[len(wordings[place]) :].strip()
    return tuple(sorted(found))


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
