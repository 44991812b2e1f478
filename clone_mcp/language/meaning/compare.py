"""Whether two replies mean the same. Two notions, because a person's habit is not a person's answer.

- The same *answer*: an agent would do the same next thing. "Yes" to another question is another answer.
- The same *reply*: the same thing typed, whatever was asked. "Yes" is "yes".
"""

from __future__ import annotations

from collections.abc import Sequence

from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.answer import Answer, answer
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.meaning.verdict import Verdict, judge, same


def compare(a: str, b: str, question: str = "", options: Sequence[Choice] = ()) -> Verdict:
    """Compare two answers to the same question. Without it, "yes" and "yes, do B" are part of one another."""
    return judge(answer(a, question, options), answer(b, question, options))


def compare_answers(x: Answer, y: Answer) -> Verdict:
    """Compare answers to two questions, each read by `answer`.

    A reply that says nothing by itself ("1", "yes") is the same answer only where both questions ask for the same.
    """
    if x.heard == y.heard or not (x.reply.bare or y.reply.bare):
        return judge(x, y)
    if x.chosen and y.chosen:
        return compare(x.taken, y.taken)
    verdict = judge(x, y)
    mine, theirs = read(x.heard.last), read(y.heard.last)
    alike = mine.content and mine.content == theirs.content and mine.numbers == theirs.numbers
    return verdict if alike or verdict.sameness == "different" else Verdict("different", "asked")


def same_reply(a: str, b: str) -> bool:
    """Whether the same was typed, case, punctuation and politeness aside, whatever was asked."""
    return same(answer(a), answer(b))
