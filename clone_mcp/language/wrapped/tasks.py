"""What a client asks of a model around an agent's words: "Predict the user's next message. Answer as JSON."

Nobody says that to the person. So a line that does is a client's, and so are the rules and forms that stand beside it.
What a code fence shows is an agent's, whatever it says: people work on prompts, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from clone_mcp.language import lexicon

_LEAD = r"(?:\s|[-*•>#_`\"'“(\[]|\d{1,2}[.)]){0,12}"


def _begins(kind: str, then: str = "") -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{lexicon.pattern('wrapped', kind)}){then}")


THIRD = re.compile(rf"json|{lexicon.pattern('wrapped', 'person')}")
"""Speaks of the person, or of a form: an agent speaks to the person."""
_HINT = re.compile(
    rf"{THIRD.pattern}|next|only|just|nothing|would|ich|task|haría|ferais|{lexicon.pattern('wrapped', 'conversation')}"
)
"""Without one of these nothing is a task, which is cheaper to see."""
_TASK = re.compile(lexicon.pattern("wrapped", "task"))
_HEADING, _BESIDE, _OWN = _begins("heading", r"(?:[*_]{0,3}\s?[:：]|\W{0,6}$)"), _begins("beside"), _begins("own words")
_ITEM = re.compile(r"\s{0,12}(?:[-*•]|\d{1,2}[.)])\s")
_RULE = re.compile(r"[-=*_#\s]*$")
_FORM = re.compile(r"\s*(?:[{}\[\]<\"]|[^\n]{1,60}[:：]\W{0,4}$)")
"""The form of a reply, or the start of it: `{"reply": "…"}`, "Next message:"."""
_FENCE = ("```", "~~~")
_ASKS, _SENTENCE = ("?", "？"), re.compile(r"(?<=[.!。])\s*")
_CUE = re.compile(r"\W{0,4}[\w' ]{1,30}[:：]\W{0,4}$")
"""The start of a reply: "A:"."""
_LONGEST = 600
"""Characters of a line in which a task is looked for."""


def is_task(line: str) -> bool:
    """Whether a line tells a model to foresee or imitate what the person says, or the form to say it in."""
    return _is_task(line[:_LONGEST].lower())


@lru_cache(maxsize=512)
def _is_task(lower: str) -> bool:
    # Cached because a line is looked at from several sides.
    if _asks(lower):  # "Answer as JSON is set. Shall I commit?"
        lower = _SENTENCE.split(lower)[-1]
    return _HINT.search(lower) is not None and _OWN.match(lower) is None and _TASK.search(lower) is not None


def task_lines(lines: Sequence[str]) -> list[int]:
    """The numbers of the lines that are tasks."""
    found: list[int] = []
    opened = kept = -1  # the line of an open fence, and how many were found before it
    for number, line in enumerate(lines):
        if line.lstrip().startswith(_FENCE):
            if opened >= 0:  # a fence that is never closed shows nothing
                del found[kept:]
            opened, kept = (-1, 0) if opened >= 0 else (number, len(found))
        elif is_task(line):
            found.append(number)
    return found


def any_task(text: str) -> bool:
    """Whether any line is one."""
    return bool(task_lines(text.split("\n")))


def shows(text: str) -> bool:
    """Whether a line announces the task, as an agent does that shows one: "The tool sends this prompt:"."""
    lines = text.split("\n")
    before = lines[: next(iter(task_lines(lines)), 0)]
    return any(line.rstrip().endswith((":", "：")) and len(line.split()) > 2 for line in before)


def asks_besides(text: str) -> bool:
    """Whether anything but a task is asked there: then an agent says it, and not a client."""
    return any(_asks(line) and not is_task(line) for line in text.split("\n"))


def _asks(line: str) -> bool:
    return line.rstrip(" \t*_`\"'”»)").endswith(_ASKS)


def before_task(text: str, *, sure: bool) -> str:
    """An agent's message without the task behind it. `sure`: there is one elsewhere, so that rules may stand alone."""
    lines = text.split("\n")
    begins = next((number for number in task_lines(lines) if number), None)
    if begins is None:
        begins = _rules_at_the_end(lines) if sure else None
    return text if begins is None else "\n".join(lines[: _with_headings(lines, begins)])


def without_task(text: str) -> str:
    """A message that a task precedes, follows or both; the same text where neither does."""
    lines = text.split("\n")
    found = {number for number in task_lines(lines) if not _ITEM.match(lines[number])}  # a step may speak of prompts
    first = _after_the_lead(lines, found)
    last = _before_the_end(lines, found, first) if found else len(lines)
    left = "\n".join(lines[first:last])
    return left if left.strip() else text


def _after_the_lead(lines: Sequence[str], tasks: set[int]) -> int:
    """Where the first paragraphs end that give a task, or head rules of how to reply."""
    end = begins = 0
    for number, line in enumerate([*lines, ""]):
        if not _RULE.match(line):
            continue
        paragraph = lines[begins:number]
        led = end > 0 or (tasks and any(_HEADING.match(each.lower()) for each in paragraph[:1]))
        rules = led and all(map(_beside, paragraph)) and not _ITEM.match("".join(paragraph[:1]))
        if asks_besides("\n".join(paragraph)):
            break
        if not tasks.isdisjoint(range(begins, number)) or (paragraph and rules):
            end = number
        elif paragraph:
            break
        begins = number + 1
    return end


def _before_the_end(lines: Sequence[str], tasks: set[int], first: int) -> int:
    """Where the last lines begin that are a task, if nothing stands behind it but what may stand beside one."""
    found = len(lines)
    for number in range(len(lines) - 1, first - 1, -1):
        if number in tasks:
            found = number
        elif not _beside(lines[number]):
            break
    if found == len(lines) and first:
        found = _rules_at_the_end(lines[first:])
        found = _before_cue(lines) if found is None else found + first
    return _with_headings(lines, found)


def _before_cue(lines: Sequence[str]) -> int:
    """Where the last paragraph begins, if all it does is to begin the reply."""
    written = [number for number, line in enumerate(lines) if line.strip()][-1:]
    apart = bool(written) and written[0] > 0 and not lines[written[0] - 1].strip()
    return written[0] if apart and _CUE.match(lines[written[0]][:_LONGEST]) else len(lines)


def _rules_at_the_end(lines: Sequence[str]) -> int | None:
    """Where a heading of rules begins that only rules follow."""
    for number in range(len(lines) - 1, 0, -1):
        if _HEADING.match(lines[number][:_LONGEST].lower()):
            return number
        if not _beside(lines[number]):
            return None
    return None


def _with_headings(lines: Sequence[str], begins: int) -> int:
    """The line from which on everything is the client's: headings may stand above the task."""
    while 0 < begins < len(lines):
        above = lines[begins - 1][:_LONGEST].lower()
        if not (_HEADING.match(above) or _RULE.match(above)):
            break
        begins -= 1
    return begins


def _beside(line: str) -> bool:
    """Whether a line may stand beside a task: a rule, a heading, a form. What asks is an agent's."""
    lower = line[:_LONGEST].lower()
    signs = (_BESIDE, _HEADING, _ITEM, _RULE, _FORM)
    return not any(mark in lower for mark in _ASKS) and any(sign.match(lower) for sign in signs)
