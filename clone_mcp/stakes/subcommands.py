"""Commands of tools without a row of their own: those that only look, and what a subcommand says it does."""

import re
from collections.abc import Iterator

from clone_mcp.stakes.findings import Consequence

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

# What only reads or tests: its arguments ("pytest -k delete", "cat deploy.sh") are names.
_LOOKS = re.compile(
    r"[>$\s]*(?:(?:e?grep|rg|ag|ls|ll|cat|wc|diff|tree|du|df|ps|pwd|cd|vim?|nano|"
    r"jq|tsc|mypy|pyright|ruff|eslint|prettier|black|isort|flake8|pytest|jest|vitest|tox|nox|pre-commit|bat)"
    r"\s+[^?]*[-./_*'\"]|"
    r"git\s+(?:log|show|diff|status|blame|grep|fetch|checkout\s+-b|switch|add|commit|stash(?!\s+(?:drop|clear|pop))|"
    r"branch(?!\s+.*-d)|describe|remote\s+-v|ls-files)\b|"
    r"(?:gh\s+(?:pr|issue|release|run|repo)\s+(?:view|list|diff|status|checks|checkout))\b|"
    r"(?:cargo|go|npm|pnpm|yarn|bun|make|gradle|mvn|poetry|uv|dotnet|mix)\s+(?:run\s+)?(?:test|check|lint|fmt|vet|build|clippy|"
    r"typecheck|format|outdated|ls|list|audit|tree)\b|"
    r"kubectl\s+(?:get(?!\s+secret)|describe|logs|top|explain|diff)\b|"
    r"terraform\s+(?:plan|validate|fmt|show|output|graph|providers|version)\b|"
    r"helm\s+(?:template|lint|list|status|get|show|history|diff)\b|"
    r"docker\s+(?:ps|images|logs|inspect|stats|build|compose\s+(?:ps|logs|config|build|up))\b(?!.*--push)|"
    r"(?:npm|pip|pnpm|yarn|uv\s+pip)\s+(?:ci|install|i|freeze|show|view|info)\b|"
    r"aws\s+\S+\s+(?:ls|list\S*|describe\S*|get-caller\S*)\b|gcloud\s+(?:\S+\s+){1,3}(?:list|describe)\b|"
    r"select\s+|explain\s+(?:analyze\s+)?select\b)"
)
_CHAINED = re.compile(
    r"&&|;|\|\s|>\s?\S|\b(?:then|and|before|after)\b|--prod\b|--force\b|\b(?:for update|into|to|shows?|the|says|will)\b"
)


def only_looks(folded: str) -> bool:
    """Whether the sentence is a command that reads, builds or tests and nothing else."""
    return _LOOKS.match(folded) is not None and _CHAINED.search(folded) is None


_SUBCOMMANDS = {
    D: """
        delete destroy drop remove rm del purge reset terminate wipe flush prune uninstall kill stop down truncate erase
        rollback evict disable detach drain force clear unset unlink shutdown reboot restart clean overwrite hard revert
        """,
    C: """
        apply deploy up scale buy purchase transfer refund charge create provision install-prod renew subscribe promote
        upgrade resize launch sync rollout prod production pay
        """,
    P: "publish release push upload send post submit merge share announce public mail tweet",
    K: "grant rotate secret secrets login token tokens password authorize sudo keys credentials allow expose policy",
}
_SUBCOMMAND = {
    kind: re.compile(r"(?<![a-z.])(?:" + "|".join(verbs.split()) + r")(?![a-z.])", re.IGNORECASE)
    for kind, verbs in _SUBCOMMANDS.items()
}


def subcommands(folded: str) -> Iterator[Consequence]:
    """What a command of an unknown tool says it does. A lone word is a name, not a command."""
    if " " not in folded.strip() or only_looks(folded):
        return
    yield from (kind for kind, pattern in _SUBCOMMAND.items() if pattern.search(folded))
