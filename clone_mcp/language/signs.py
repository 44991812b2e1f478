"""The wordings that tell what an agent's message waits for. English first, with the commonest of other languages.

All of them are looked for in lower case: a pattern that ignores case takes up to twenty times as long.
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon


def _sign(kind: str, form: str = "") -> re.Pattern[str]:
    return re.compile(lexicon.pattern("messages", kind, form))


OFFERS = tuple((yes, _sign("offer", yes)) for yes in lexicon.forms("messages", "offer"))
"""How an agent offers to do something, by the word that takes the offer up."""
NEXT = re.compile(rf"(?:{lexicon.pattern('messages', 'next')})[^\n]{{0,40}}?[:：][ \t]*(.*)", re.DOTALL)
BULLET = re.compile(r"^[ \t]{0,3}(?:[-*•]|\d+[.)])[ \t]+(.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]{2,80})`")
PERMISSION, REQUEST, DONE, BROKEN = map(_sign, ("permission", "request", "done", "broken"))
OPEN, MINE, EITHER = map(_sign, ("open question", "agent's own", "either"))
_COMMIT, _PUSH, _TEST = map(_sign, ("commit", "push", "test"))

FLAGS = (("commit", _COMMIT), ("push", _PUSH), ("test", _TEST), ("done", DONE), ("request", REQUEST))
OF_QUESTION = (("either", EITHER), ("mine", MINE), ("ask_commit", _COMMIT), ("ask_push", _PUSH))

CUES = tuple(lexicon.text("messages", "cue").split())
"""Words whose presence near the end makes two situations alike. Their places are stored."""
