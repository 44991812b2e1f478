"""Would a reply let an agent do what can't be undone, costs, is seen by others, or opens a door?

Pure: texts and facts in, acts out; it stores nothing. `holding` says why acts may not happen without asking,
`permission` what the person has allowed, `precedent` how their answers count. This door stays cheap: tables load when
it is first asked.
"""

import re
from collections.abc import Sequence

from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes.findings import Finding


def consequences(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What sending the reply to a question would set in motion."""
    # Its tables take a tenth of a second to load, and only an answer that would be automatic needs them.
    from clone_mcp.stakes import recogniser  # noqa: PLC0415

    return recogniser.consequences(question, reply, options)


# From here on only until acts are read: a stand-in that knows a handful of phrases.
_READ = re.compile(
    r"\b(?P<verb>run|rerun|execute|refactor)\b (?:the |all )?(?P<object>(?:unit |whole )?tests?|linter|parser)\b"
    r"|\b(?P<bare>commit)\b"
    r"|\b(?P<unread>frobnicate)\b(?: the)? ?(?P<what>\w*)",
    re.IGNORECASE,
)


def acts(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Act, ...]:
    """Every act that the reply, sent as the answer to the question, would set in motion."""
    from clone_mcp.language.meaning.reading import read  # noqa: PLC0415

    found = consequences(question, reply, options)
    if found and not any(each["unread"] for each in _READ.finditer(question)):
        return tuple(
            Act("", "", (), Where.QUESTION, Weight.GRAVE, Consequence(each.consequence.value), each.evidence, "")
            for each in found
        )
    agrees = reply == "continue" or read(reply).kind in ("yes", "on", "pick")
    texts = [(reply, Where.REPLY)] if not agrees else [(question, Where.QUESTION), (reply, Where.REPLY)]
    if read(reply).kind in ("no", "stop") or "don't" in reply:
        texts = []
    return tuple(_act(each, where) for text, where in texts for each in _READ.finditer(text))


def _act(found: re.Match[str], where: Where) -> Act:
    said = found[0].casefold()
    if found["unread"]:
        return Act("", found["what"], (), where, Weight.UNREAD, None, said, "")
    verb, what = (found["bare"] or found["verb"]).casefold(), (found["object"] or "").casefold()
    kind = what.removeprefix("unit ").removeprefix("whole ").removesuffix("s")
    return Act(verb, what, (), where, Weight.REVERSIBLE, None, said, f"{verb} {kind}".strip())
