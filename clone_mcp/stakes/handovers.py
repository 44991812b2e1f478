"""Does a reply hand a secret over: a password, a key, or what was asked for as one?

The secret itself is kept nowhere: an act that is made of this says only that there was one.
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import clean, fold

_TAIL, _LONGEST = 4000, 200
_SECRET_VALUE = re.compile(lexicon.pattern("handovers", "secret value"))
_WANTED = re.compile(
    rf"\b(?:{lexicon.pattern('handovers', 'secret wanted')})\b[^.?!\n]{{0,40}}\b"
    rf"(?:{lexicon.pattern('handovers', 'secret name')})\b(?!\s+(?:{lexicon.pattern('handovers', 'secret property')}))"
)
_VALUE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])\S{5,}|(?<![\w#])\d{4,}|\b\d{3}[ -]\d{3}\b")


def hands_secret_over(reply: str, question: str) -> bool:
    """Whether a reply holds what looks like a secret, or what could be one that was asked for."""
    said, asked = fold(clean(reply)), " ".join(fold(clean(question[-_TAIL:])).split())
    if _SECRET_VALUE.search(said):
        return True
    return len(said) < _LONGEST and bool(_VALUE.search(said) and _WANTED.search(asked))
