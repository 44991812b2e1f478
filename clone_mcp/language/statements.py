"""A text taken apart into what its author states, without what they ask, imagine, report or want only this once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clone_mcp.language.pasted import BREAK, own_words
from clone_mcp.language.sentence import ELLIPSIS, own_part

_LONGEST = 240
"""Nobody states a standing wish in a longer sentence; specifications do."""

_END = re.compile(r"(?<=[.!?;…])\)?\s+|(?<=[。！？；])")
_TURN = re.compile(
    r"\s*[,;:–—-]?\s+(?=(?:but|and|so|also|und|aber|et|mais|y|pero|e|mas|ma|и|но) (?:please )?(?:from now on|"
    r"always|never|don'?t ever|i (?:really )?(?:prefer|hate|love)"
    r"|ab jetzt|immer|nie|toujours|jamais|siempre|nunca|sempre|mai|всегда|никогда|отныне)\b)"
    r"|[,;–—-]+\s+(?=(?:please )?(?:from now on|going forward|i(?: \w+ly)? prefer|don'?t ever)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:no|non|não|нет|да|si|sì|sí)(?=\s*[,.!:;–—])[\s,.!:;–—]*|no (?=(?:please |i want you to |"
    r"you (?:should|must) )?(?:always|never|don't|do not|from now on|i prefer)\b)|"
    r"(?:and|but|so|also|ok|okay|yes|yeah|yep|yup|nope|nah|well|hey|hi|hello|btw|oh|ah|please|pls|plz|just|"
    r"actually|note|important|reminder|fyi|again|then|ps|nb|"
    r"lastly|finally|additionally|generally|cool|great|nice|good|thanks|perfect|claude|codex|cursor|guys|dude|"
    r"bro|man|honestly|personally|"
    r"remember to|remember that|remember|note that|in general|as a (?:general )?rule|rule|make sure (?:to|you|"
    r"that you)|be sure to|please make sure to|you (?:should|must|need to|have to|gotta)|"
    r"i(?: (?:would|'d))?(?: really)? (?:want|need|like) you to|i'd like you to|let's|lets|can you|could you|"
    r"will you|"
    r"bitte|und|aber|ja|nein|achtung|s'il te plaît|s'il vous plaît|stp|et|mais|oui|por favor|pero|y|mas|sim|"
    r"per favore|ma|пожалуйста|но|请|請)(?![\w'’])[\s,:;.!-]*"
    r"|\d{1,2}[.)]\s+|[-*•]\s+|[请請]\s*)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:what|why|how|who|which|where|when do|when should|should|shall|do|does|did|is|are|was|were|has|have|"
    r"may i|would|isn't|aren't|doesn't|don't you|am i|"
    r"soll|sollte|warum|wieso|wie|was|ob|est-ce|pourquoi|comment|dois-je|por qué|debería|debo|devo|perché|"
    r"почему|стоит ли|как)(?![\w'’])(?! not\b)(?! your\b| you really\b)(?!n't (?!you))",
    re.IGNORECASE,
)
_IMAGINES = re.compile(
    r"^(?:\W*(?:and|but|so|also|ok|no|yes|like|e\.g\.|for example|even)\W+)?if\b|\b(?:as|even|only|wonder|see|"
    r"know|sure) if\b|\bwhat if\b|\bsuppose\b|\bimagine\b|\bassuming\b|\bmaybe\b|\bperhaps\b|\bmight\b|"
    r"\bi (?:would|'d|could)\b(?! (?:like|want|prefer) you to)|\bhad (?:i|we)\b|\bas if\b|\bi wish\b|"
    r"\bi wonder\b|\bnot sure\b.{0,40}\bif\b|\bwhether\b|"
    r"\b(?:falls|vielleicht|angenommen)\b|^wenn\b|\bpeut-être\b|^si\b|\bquizás\b|\btal vez\b|\btalvez\b|^se\b|"
    r"\bforse\b|\bможет быть\b|\bесли\b|如果|要是|假如|也许|もし|かもしれ",
    re.IGNORECASE,
)
_SAYS = (
    r"(?:says|said|tells|told|suggests|suggested|recommends|recommended|claims|claimed|states|stated|writes|"
    r"wrote|thinks|believes|wants|wanted|prefers|preferred|"
    r"likes|loves|hates|insists|insisted|mentions|mentioned|asks|asked|keeps saying|reads|complains|"
    r"complained|requires|required|answered|replied|responded)"
)
_SAY = (
    rf"(?:{_SAYS}|say|tell|suggest|recommend|claim|think|believe|want|prefer|like|love|hate|insist|mention|ask|"
    r"complain|require)"
)
_OFTEN = r"(?:(?:also|always|usually|often|just|never|really|all) )?"
_REPORTS = re.compile(
    r"(?i:\b(?:he|she|it|someone|everyone|everybody|that|which|(?:my|our|the|your|some|a|"
    rf"an) [\w-]+(?: \w+)?) {_OFTEN}{_SAYS}\b)|"
    rf"(?i:\b(?:they|people|who|docs|users|(?:my|our|the|some|most|many) \w+s) {_OFTEN}{_SAY}\b)|"
    rf"\b[A-Z][\w]+ {_OFTEN}{_SAYS}\b|"
    r"(?i:\b(?:i|you|we)(?:'ve| have)? (?:was |were |been )?(?:told|said|saying|read|heard|wrote|asked)\b|"
    r"\baccording to\b|\bas per\b|\bsupposed to\b|\bquote\b|\bit (?:always|never|should|must|will)\b|"
    r"\b(?:er|sie|man|doku|dokumentation|chef|chefin|kollege|kollegin|kunde) (?:sagte?|meinte?|schreibt|"
    r"empfiehlt|will|bevorzugt)\b|\blaut\b|"
    r"\b(?:il|elle|on|doc|documentation|chef|client) (?:dit|disait|a dit|préfère|recommande|veut)\b|\bselon\b|"
    r"\b(?:él|ella|documentación|jefe|equipo|cliente) (?:dice|dijo|prefiere|recomienda|quiere)\b|\bsegún\b|"
    r"\b(?:ele|ela|documentação|chefe|equipe|cliente) (?:diz|disse|prefere|recomenda|quer)\b|\bsegundo\b|"
    r"\b(?:lui|lei|documentazione|capo|cliente) (?:dice|ha detto|preferisce|consiglia|vuole)\b|\bsecondo\b|"
    r"\b(?:он|она|документация|документации|начальник|клиент) (?:говорит|сказал|сказала|пишет|предпочитает|"
    r"советует)\b|\bпо словам\b)|"
    r"(?:他|她|文档|老板|同事|客户|有人)(?:们)?(?:总是|都)?(?:说|表示|喜欢|建议|要求|更)|(?:と言|って言|によると|彼は|彼女は|ドキュメント)",
)
_ONCE = re.compile(
    r"\b(?:here|this (?:time|once|one|week|sprint|session|task)|for now|(?<!from )now|right away|today|"
    r"tonight|tomorrow|in this case|for (?:this|the moment|the time being)|temporarily|at the moment|"
    r"currently|once|next time|"
    r"until (?:we|i|the|it)|(?:in|on|to|of|from|with) (?:this|that|these|those) (?!project|repo|codebase)\w+|"
    r"hier|diesmal|dieses mal|jetzt gerade|vorerst|erstmal|heute|ici|cette fois|pour l'instant|pour le moment|"
    r"aujourd'hui|aquí|esta vez|por ahora|hoy|aqui|desta vez|por enquanto|hoje|questa volta|per ora|oggi|"
    r"здесь|в этот раз|на этот раз|пока что|сейчас|сегодня)\b(?! on\b)|"
    r"这次|这里|暂时|今天|这一次|今回|ここで|とりあえず|今日",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[\"“”„«»'‘「『]")


def statements(text: str) -> Iterator[str]:
    """Each statement in a person's text, without its opening courtesies and without its full stop."""
    # A row is one line, read when it was recorded. Only what the person writes into memory has several.
    own = own_words(text) if "\n" in text else own_part(text)
    for segment in own.split(BREAK):
        for line in own_words(segment).splitlines():
            for sentence in _END.split(line):
                yield from _stated(sentence)


def _stated(sentence: str) -> Iterator[str]:
    # A sentence that was cut may have gone on to say the opposite.
    if not 4 <= len(sentence) <= _LONGEST or sentence.endswith((ELLIPSIS, "?", "？", "?)")):
        return
    if _IMAGINES.search(sentence) or _REPORTS.search(sentence) or _ONCE.search(sentence):
        return
    for clause in _TURN.split(sentence):
        if not (_QUOTED.match(clause) or _ASKS.match(clause)):
            yield _bare(clause)


def _bare(clause: str) -> str:
    clause = clause.strip()
    for _ in range(6):
        lead = _LEAD.match(clause)
        if lead is None or lead.end() == len(clause):
            break
        clause = clause[lead.end() :]
    return clause.rstrip(" .!;:,。！；~)").replace("’", "'")
