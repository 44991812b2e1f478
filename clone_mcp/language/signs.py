"""The wordings that tell what an agent's message waits for. English first, with the commonest of other languages.

All of them are looked for in lower case: a pattern that ignores case takes up to twenty times as long.
"""

from __future__ import annotations

import re

_AND = r"\s+(?:go ahead and\s+|also\s+|now\s+|proceed (?:to|with)\s+)?([^?\n.!]{3,200})"
OFFERS = tuple(
    (yes, re.compile(pattern))
    for yes, pattern in (
        (
            "yes",
            r"(?:would you like me to|do you want me to|want me to|would you like to|do you want to|shall (?:i|we)"
            r"|should (?:i|we)|may i|can i|if you(?:'d)? (?:like|want),? i can|i can also"
            r"|let me know if you(?:'d like| want)(?: me)? to|ready (?:for me )?to)" + _AND,
        ),
        ("ja", r"\b(?:soll ich|sollen wir)" + _AND),
        ("sí", r"\b(?:quieres que|desea que)" + _AND),
        ("oui", r"\b(?:veux-tu que|voulez-vous que)" + _AND),
        ("sim", r"\b(?:quer que|deseja que)" + _AND),
        ("好", r"(?:要不要我?|需要我)([^?？\n。!！吗]{2,80})"),
    )
)
"""How an agent offers to do something, by the word that takes the offer up."""
PERMISSION = re.compile(
    r"would you like|do you want|want me to|shall (?:i|we)|should (?:i|we)|let me know if you(?:'d| want)|may i\b"
    r"|ready to|sound good|look right|proceed\?|makes? sense\?|要不要|是否|需要我|可以吗|soll ich|möchtest du|willst du"
    r"|quieres que|voulez-vous|veux-tu|deseja|quer que"
)
NEXT = re.compile(
    r"(?:next steps?|next up|remaining|todo|follow[- ]?ups?|what'?s next|nächste schritte|próximos pas[os]+"
    r"|prochaines étapes|下一步)[^\n]{0,40}?[:：][ \t]*(.*)",
    re.DOTALL,
)
BULLET = re.compile(r"^[ \t]{0,3}(?:[-*•]|\d+[.)])[ \t]+(.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]{2,80})`")
REQUEST = re.compile(
    r"\b(?:please|could you|can you|let me know|try|share|paste|run|provide|tell me|refresh|restart)\b|请"
)
DONE = re.compile(
    r"\b(?:done|complete[d]?|passes|pass|passing|passed|fixed|updated|added|implemented|removed|created|committed"
    r"|pushed|merged|successfully|clean|ready)\b|[✅🎉]|完成|已经"
)
BROKEN = re.compile(
    r"cancelled|interrupted|api error|rate limit|timed? ?out|usage limit|(?:now )?let me [^.\n]{3,80}[.:]?\s*$"
    r"|[:：]\s*$|\bi'll [^.\n]{3,80}[.:]\s*$|\.\.\.\s*$"
)
OPEN = re.compile(
    r"^(?:so |and |or |now |then |but |ok(?:ay)?,? |[^\w])*"
    r"(?:what|which|how|where|who|why|when|any (?:other|pref|thoughts)|thoughts)\b"
    r"|prefer|which (?:one|approach|option)|什么|哪"
)
MINE = re.compile(
    r"\b(?:me to|shall i|should i|shall we|should we|may i|can i|i can|ready to|ready for|proceed|continue|go ahead"
    r"|start|soll ich|sollen wir|quieres que|veux-tu que|voulez-vous que|quer que)\b|要不要|需要我"
)
EITHER = re.compile(r"\bor\b|还是")
_COMMIT = re.compile(r"\b(?:commit(?:s|ted|ting)?|staged|unstaged|working tree)\b|提交")
_PUSH = re.compile(r"\b(?:push(?:ed|ing)?|pull request|pr|branch|merge[d]?)\b|推送")
_TEST = re.compile(r"\b(?:tests?|lint|build|ci)\b|测试")

FLAGS = (("commit", _COMMIT), ("push", _PUSH), ("test", _TEST), ("done", DONE), ("request", REQUEST))
OF_QUESTION = (("either", EITHER), ("mine", MINE), ("ask_commit", _COMMIT), ("ask_push", _PUSH))

CUES = tuple(
    (
        "want would like should shall let know ready commit committed push pushed pr branch merge test tests pass "
        "passing lint build error errors failed fix fixed done complete summary plan implement implementation option "
        "options which approach review file files run try refresh check share logs continue next proceed now changes "
        "created updated added question need issue good everything successfully"
    ).split()
)
"""Words whose presence near the end makes two situations alike."""
