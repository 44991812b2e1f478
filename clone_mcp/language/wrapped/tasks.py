"""What a client asks of a model around an agent's words: "Predict the user's next message. Answer as JSON."

Nobody says that to the person. So a line that does is a client's, and so are the rules and forms that stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from clone_mcp.language import lexicon

_wording = partial(lexicon.pattern, "wrapped")
_TASK = re.compile(_wording("task"))
_LEAD = r"(?:\s|[-*•>#_`\"'“(\[]|\d{1,2}[.)]){0,12}"
_BESIDE = re.compile(rf"{_LEAD}(?:{_wording('beside')})")
_HEADING = re.compile(rf"{_LEAD}(?:{_wording('heading')})\W{{0,6}}$")
_HEADED = re.compile(rf"{_LEAD}(?:{_wording('heading')})[*_]{{0,3}}\s?[:：]")
_OWN = re.compile(rf"{_LEAD}(?:{_wording('own words')})")
_HINT = re.compile(
    rf"json|next|conversation|dialog|transcript|history|messages|exchange|chat|only|just|nothing|{_wording('person')}"
)
"""Without one of these nothing is a task, which is cheaper to see."""
_REPLIES = re.compile(rf"json|{_wording('person')}")
_ITEM = re.compile(r"\s{0,12}(?:[-*•]|\d{1,2}[.)])\s")
_RULE = re.compile(r"[-=*_#\s]*$")
_STARTS = re.compile(r"[^\n]{1,60}[:：]\W{0,4}$")
_FENCE = ("```", "~~~")
_LONGEST = 600
"""Characters of a line in which a task is looked for."""
REACH = 8000
"""Characters of what stands around an agent's words that are looked at from either end."""


def is_task(line: str) -> bool:
    """Whether a line tells a model to foresee or imitate what the person says, or the form to say it in."""
    lower = line[:_LONGEST].lower()
    return _HINT.search(lower) is not None and _OWN.match(lower) is None and _TASK.search(lower) is not None


def any_task(text: str) -> bool:
    """Whether any line does, of those that no code fence shows."""
    if len(text) > 2 * REACH:
        text = f"{text[:REACH]}\n{text[-REACH:]}"
    lines = text.split("\n")
    return any(is_task(line) for line, shown in zip(lines, fenced(lines), strict=True) if not shown)


def fenced(lines: Sequence[str]) -> list[bool]:
    """For each line whether it stands in a code fence that is closed, or is its edge."""
    inside, opened = [False] * len(lines), -1
    for number, line in enumerate(lines):
        if line.lstrip().startswith(_FENCE):
            if opened < 0:
                opened = number
            else:
                inside[opened : number + 1] = [True] * (number + 1 - opened)
                opened = -1
    return inside


def before_task(text: str, *, sure: bool) -> str:
    """A message without the task that follows it. `sure`: a task was read before it, so that rules alone follow it."""
    lines = text.split("\n")
    shown = fenced(lines)
    first = max(1, _line_at(lines, len(text) - REACH))
    places = [n for n in range(first, len(lines)) if not shown[n]]
    begins = next((n for n in places if is_task(lines[n])), None)
    if begins is None and sure:
        begins = _rules_at_the_end(lines, shown)
    if begins is None:
        return text
    return "\n".join(lines[: _with_what_leads_to_it(lines, shown, begins)])


def without_task(text: str) -> str:
    """A message that a task precedes, follows or both; the same text where neither does."""
    lines = text.split("\n")
    shown = fenced(lines)
    first = _after_the_lead(lines, shown)
    last = _before_the_end(lines, shown, first)
    left = "\n".join(lines[first:last])
    return left if left.strip() else text


def _after_the_lead(lines: Sequence[str], shown: Sequence[bool]) -> int:
    """Where the first paragraphs end that are a task, or stand beside one."""
    end, sure = 0, False
    for start, stop in _paragraphs(lines):
        if any(is_task(line) for line in lines[start:stop]) and not shown[start]:
            sure = True
        elif not sure or not _belongs_to_the_lead(lines[start:stop]):
            break
        end = stop
    return end if sure else 0


def _belongs_to_the_lead(paragraph: Sequence[str]) -> bool:
    """Whether a paragraph behind a task is the client's still: rules of how to reply. The agent may head rules, too."""
    told = _BESIDE.match(paragraph[0].lower()) or any(_REPLIES.search(line.lower()) for line in paragraph)
    return bool(told) and all(map(_stands_beside, paragraph))


def _before_the_end(lines: Sequence[str], shown: Sequence[bool], first: int) -> int:
    """Where the last paragraphs begin that are a task, if all of them are or stand beside one."""
    found = len(lines)
    sure = first > 0
    for start, stop in reversed([each for each in _paragraphs(lines) if each[0] >= first]):
        if not shown[start] and is_task(lines[start]):
            found, sure = start, True
        elif shown[start] or not all(map(_stands_beside, lines[start:stop])):
            break
        elif _HEADED.match(lines[start].lower()) and found < len(lines):
            found = start
    return found if sure else len(lines)


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begins = -1
    for number, line in enumerate([*lines, ""]):
        if line.strip() and begins < 0:
            begins = number
        elif not line.strip() and begins >= 0:
            found.append((begins, number))
            begins = -1
    return found


def _stands_beside(line: str) -> bool:
    lower = line[:_LONGEST].lower()
    looks = _BESIDE.match(lower) or _HEADED.match(lower) or _HEADING.match(lower) or _ITEM.match(lower)
    return looks is not None or is_task(line) or _RULE.match(line[:_LONGEST]) is not None or _is_form(line)


def _is_form(line: str) -> bool:
    """The form of a reply, or the start of it: `{"reply": "…"}`, "Next message:"."""
    return line.lstrip()[:1] in "{}[]<\"" or _STARTS.match(line) is not None


def _rules_at_the_end(lines: Sequence[str], shown: Sequence[bool]) -> int | None:
    """Where a heading of rules begins that only rules follow."""
    for number in range(len(lines) - 1, 0, -1):
        lower = lines[number][:_LONGEST].lower()
        if _HEADED.match(lower) or _HEADING.match(lower):
            return number
        if not (shown[number] or _stands_beside(lines[number])):
            return None
    return None


def _with_what_leads_to_it(lines: Sequence[str], shown: Sequence[bool], begins: int) -> int:
    """The line from which on everything is the client's: headings and rules may stand above the task."""
    found = begins
    for number in range(begins - 1, 0, -1):
        lower = lines[number][:_LONGEST].lower()
        if shown[number]:
            break
        if _HEADED.match(lower) or _HEADING.match(lower) or _RULE.match(lower):
            found = number if lower.strip() else found
        elif not _ITEM.match(lower):
            break
    return found


def _line_at(lines: Sequence[str], place: int) -> int:
    """The number of the line that holds a place in the text."""
    for number, line in enumerate(lines):
        place -= len(line) + 1
        if place < 0:
            return number
    return 0
