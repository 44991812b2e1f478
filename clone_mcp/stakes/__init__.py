"""Would a reply let an agent do what can't be undone, costs, is seen by others, or opens a door?

Pure: texts and facts in, findings out; it stores nothing, and it decides nothing. `recogniser` is where reading
begins, `permission` says what the person has allowed. This door stays cheap: tables load when it is first asked.
"""

from collections.abc import Sequence

from clone_mcp.stakes.findings import Finding


def consequences(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What sending the reply to a question would set in motion."""
    # Its tables take a tenth of a second to load, and only an answer that would be automatic needs them.
    from clone_mcp.stakes import recogniser  # noqa: PLC0415

    return recogniser.consequences(question, reply, options)
