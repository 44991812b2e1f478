"""The wordings by which a person takes something back, agrees, goes on or is content, in several languages."""

from __future__ import annotations

import re

_END = r"(?=\s*(?:[,.;:!?…—–-]|$))"
_ENDS_OR = r"(?:\s*(?:[,.;:!?…—–-]|$)|\s+(?:{0})\b)"

_ENGLISH = (
    r"(?:no|nope|nah)" + _ENDS_OR.format("i|that|this|its?|not|don'?t|stop|wait|you|we|revert|undo|way|please|the|why"),
    r"stop" + _ENDS_OR.format("it|that|this|there|now|right|doing|please|what|immediately|everything|wait"),
    r"(?:wait|hold on|hang on|hey)" + _ENDS_OR.format("no|stop|that|why|what|i|you|don'?t|this|not"),
    r"(?:cancel|abort)" + _ENDS_OR.format("it|that|this|everything|please|now"),
    r"(?:please\s+|can you\s+|could you\s+)?(?:undo|revert|roll\s?back|back out|take back|unstage|uncommit)"
    + _ENDS_OR.format("it|that|this|those|these|your|the last|last|everything|all|what|to|changes|the changes?"),
    r"(?:please\s+)?(?:put|change|set|turn) (?:it|that|this|them|everything) back",
    r"(?:please\s+)?restore (?:it|that|this|what|everything|the (?:old|previous|original))",
    r"(?:please\s+)?(?:don'?t|do not) (?:do|commit|push|delete|remove|merge|deploy|send|run|touch|change|go)",
    r"(?:that|this|it)(?:'?s| is| was)? (?:not|n'?t) (?:what|right|correct|ok|okay|how)",
    r"(?:that|this|it)(?:'?s| is| was) (?:wrong|a mistake|incorrect)",
    r"not what i|wrong[,.!]|why (?:did|are|would) you|who (?:told|asked|said)|what (?:are|did) you (?:do|think)",
    r"i (?:did\s?n[o']?t|never|didnt) (?:ask|say|want|tell|approve|agree|mean|type)",
    r"you (?:should\s?n[o']?t|shouldnt) have",
)
_OTHERS = (
    rf"(?:nein|ne|nee|stopp?|halt|warte|abbrechen){_END}"
    r"|(?:mach|nimm|setz) (?:das|es) (?:wieder )?(?:rückgängig|zurück)"
    r"|rückgängig|zurücknehmen|das (?:wollte|will|sollte|habe) ich nicht|nicht (?:committen|pushen|löschen)",
    rf"(?:no|para|detente|espera|cancela){_END}|deshaz|desh[aá]z|revierte|eso no\b|no (?:quería|hagas|era)",
    rf"(?:non|arrête|attends|stop){_END}|annule|défais|reviens en arrière|pas ça|ne fais pas|ce n'est pas ce que",
    rf"(?:não|nao|pare|para|espera){_END}|desfaz|desfaça|reverte|reverta|isso não|não era|não faça",
    rf"(?:no|ferma|fermati|aspetta){_END}|annulla|ripristina|non (?:era|volevo|farlo)",
    rf"(?:нет|стоп|стой|подожди|погоди){_END}|отмени|откати|верни|не надо|не это|я не (?:просил|хотел)",
    r"不要|不是|不对|别|停|等等|等一下|撤销|撤回|回滚|取消|恢复|还原|我没(?:有)?(?:让|说|要)|为什么(?:要|你)",
    r"いや|いいえ|違(?:う|い)|ちが(?:う|い)|止めて|やめて|待って|元に戻|取り消|戻して|キャンセル",
    r"아니|멈춰|중지|잠깐|취소|되돌려|원래대로",
)
_CONTENT = (
    r"(?!(?:no|nope|nah)\b\W*(?:that'?s |it'?s |all )?"
    r"(?:fine|good|great|perfect|thanks|thank you|problems?|worries|need|rush|issues?|errors?|more|further)\b)"
)
UNDO = re.compile(
    r"\W*(?:(?:oh|um|uh|hm+|ok|hey|oops)[,.!… ]+)?" + _CONTENT + "(?:" + "|".join((*_ENGLISH, *_OTHERS)) + ")",
    re.IGNORECASE,
)
"""Begins what takes back the last thing that was done. "No problem" and "stop the server" do not."""

NEGATION = re.compile(
    r"\b(?:no|nope|not|don'?t|do not|never|stop|wait|without|instead|nein|nicht|kein\w*|non|pas|ne|não|nao|нет|не)\b"
    r"|\bn't\b|不|别|没|ない|いいえ|아니|말고"
)
"""Turns a reply's meaning round, where it is found in lower case."""

_POLITE = (
    "please pls thanks thank you thx then now ok okay so and it that this do i me let s lets us the with for bitte"
)
GO_AHEAD = frozenset(
    (
        _POLITE + " yes yep yeah y yup sure go ahead proceed approved approve sounds good great perfect fine lgtm right"
        " correct absolutely definitely of course alright cool nice is agreed agree k aye ja klar gerne mach das si sí"
        " claro vale dale oui d'accord daccord sim да давай хорошо ок 好 的 可 以 是 对 行 吧 嗯 はい 네 응"
    ).split()
)
ON = frozenset(
    (
        _POLITE
        + " continue keep going go on resume carry next proceed ahead step work working weiter mach weitermachen"
        " sigue continúa continua suivant continuez продолжай дальше 继 续 下 一 步 続 けて 계 속"
    ).split()
)
"""Replies of nothing but such words agree, or have the agent go on."""

CLOSING = re.compile(
    r"(?:(?:ok|okay|yes|great|perfect|nice|cool|awesome|that'?s|thats|it'?s|all|looks?|works?|very|so|super)[,.!]?\s+)*"
    r"(?:thanks|thank you|thx|ty|perfect|great|looks good|lgtm|all good|all set|that'?s all|that'?s it|done|nice"
    r"|awesome|well done|good job|good work|good|works|cheers|bye|good ?night|no thanks|nothing else|we'?re done"
    r"|danke|super|prima|perfekt|passt|vielen|besten|merci|parfait|gracias|perfecto|obrigad[oa]|perfeito|grazie|perfetto"
    r"|спасибо|отлично|谢谢|谢了|完美|很好|辛苦了|ありがとう|完璧|고마워|감사합니다)"
    r"(?:[,.!]?\s*(?:so much|a lot|very much|you|again|man|mate|buddy|claude|thanks|thank you|for now|for today|all"
    r"|job|work|now|dir|dank|viel\w*|schön|beaucoup|muchas|mil|bye|that'?s (?:it|all)|you'?re the best)\b)*\W*$",
    re.IGNORECASE,
)
"""All of a prompt that says no more than that the person is content."""
