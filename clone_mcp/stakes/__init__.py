"""What would a reply let an agent do, what does that weigh, and has the person decided that it may?

Pure: texts and facts in, acts out; it stores nothing. `reader` is where reading begins; `holding` says why acts may not
happen without asking, `permission` what the person has allowed, `precedent` how their answers count. This door stays
cheap: tables load when it is first asked.
"""

from collections.abc import Sequence

from clone_mcp.models.act import Act


def acts(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Act, ...]:
    """Every act that the reply, sent as the answer to the question, would set in motion."""
    # Its tables take a tenth of a second to load, and only an answer that would be automatic needs them.
    from clone_mcp.stakes import reader  # noqa: PLC0415

    return reader.acts(question, reply, options)
