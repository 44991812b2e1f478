"""Would this reply let an agent do something that cannot be taken back, costs, is seen by others, or opens a door?

Pure: texts and facts in, findings out; it stores nothing, and it decides nothing. `gate` is where reading begins,
`permission` says what the person has allowed. This door stays cheap: the gate's tables load when it is first asked.
"""

from collections.abc import Sequence

from clone_mcp.stakes.findings import Finding


def consequences(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the gate reports of a reply to a question."""
    # Its tables take a tenth of a second to load, and only an answer that would be automatic needs them.
    from clone_mcp.stakes import gate  # noqa: PLC0415

    return gate.consequences(question, reply, options)
