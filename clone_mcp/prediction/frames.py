"""The words around an act: what asks for it, what allows it, and what merely agrees. Data for `coverage`, no rules.

Patterns match folded words with one blank between them. A frame that is missing here costs a question to the person;
one that swallows a limit would let an agent go too far. So nothing here may name a thing, a place, an amount or a time
other than now.
"""

from __future__ import annotations

import re

from clone_mcp.language.reactions import GO_AHEAD

_AGENTS = r"(?:you|agents?|the agents?|any agent|all agents|clone|claude|codex|cursor|the assistant|assistants)"
_ADVERBS = r"(?: always| just| also| safely| freely| automatically)*"
_NOW = r"(?: now| next| just| please| go ahead and| proceed to)*"


def _start(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)})(?: |$)")


def _end(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^| )(?:{'|'.join(patterns)})$")


ALLOWS_FIRST = _start(
    r"from now on|going forward|in general|generally|always|please|automatically",
    r"wants agents(?: always)? to|tells agents",
    rf"{_AGENTS} (?:may|can){_ADVERBS}",
    rf"{_AGENTS} (?:are|is)(?: always)? (?:allowed|free|permitted|authori[sz]ed|welcome) to",
    rf"{_AGENTS} (?:have|has) (?:my |the |full |standing |blanket )*(?:permission|approval|consent|ok|okay) to",
    r"(?:feel|you're) free to",
    rf"i (?:hereby |always )*(?:authori[sz]e|pre-?approve|allow|permit|trust) {_AGENTS} to",
    r"(?:it's |it is )?(?:always )?(?:ok|okay|fine|alright) to",
    r"(?:never|don't|do not|no need to|you don't (?:need|have) to) (?:ask|check|confirm)(?: with)?(?: me)?(?: first)? "
    r"(?:before|to)(?: you)?",
    r"(?:du|ihr) (?:darfst|dürft|kannst|könnt)(?: immer| jederzeit| einfach)*|agenten dürfen(?: immer)?",
    r"tu peux(?: toujours)?|vous pouvez(?: toujours)?|les agents peuvent(?: toujours)?",
    r"puedes(?: siempre)?|los agentes pueden(?: siempre)?",
    r"(?:você )?pode(?: sempre)?|os agentes podem(?: sempre)?",
    r"puoi(?: sempre)?|gli agenti possono(?: sempre)?",
    r"(?:ты )?(?:всегда )?(?:можешь|можете)(?: всегда)?|агенты могут|разрешаю",
)
ALLOWS_LAST = _end(
    r"without (?:ever |even )?(?:asking|checking|confirming|prompting|consulting)(?: with)?(?: me| them| us)?"
    r"(?: again| first| before| beforehand)?(?: for (?:my |their )?(?:permission|approval|confirmation))?",
    r"without (?:my |their |any |further |prior )*(?:permission|approval|confirmation|consent)",
    r"(?:don't|do not|never|no need to) ask(?: me)?(?: again| first)?|no (?:confirmation|approval) (?:is )?needed",
    r"automatically|by default|from now on|any ?time|whenever you (?:like|want)|as you (?:like|please|wish)",
    r"ohne (?:mich )?(?:zu fragen|nachzufragen|rückfrage|nachfrage|bestätigung)",
    r"sans (?:me |rien )?demander|sans (?:mon |ma )?(?:accord|autorisation|permission|confirmation)",
    r"sin (?:preguntar(?:me)?|pedir permiso|permiso|confirmación)",
    r"sem (?:me )?perguntar|sem (?:pedir )?permissão|sem confirmação",
    r"senza (?:chiedere|chiedermi|chiedermelo|permesso|conferma)",
    r"без (?:спроса|вопросов|разрешения|подтверждения)|не спрашивая",
)
ASKS_FIRST = _start(
    rf"(?:shall|should|may|can|could) (?:i|we){_NOW}",
    r"do you want me to|want me to|would you like me to|do you mind if i|let me|let's|about to|going to|ready to",
    r"(?:is it |are you )?(?:ok|okay|fine|alright) (?:to|if i|if we|with me)|next step(?: is)?(?: to)?|go ahead and",
    r"so|ok|okay|great|now|next|then|please|alright|done|ready|yes|sure|yep",
    r"(?:i|we)(?:'ll| will|'m going to| am going to|'re going to|'d like to| would like to| want to|'m about to|'m| am)"
    + _NOW,
    r"(?:soll(?:en)? (?:ich|wir)|darf ich|kann ich|ich werde)(?: jetzt| nun| bitte)*|jetzt",
    r"dois-je(?: maintenant)?|puis-je(?: maintenant)?|je vais(?: maintenant)?|je peux|maintenant",
    r"debo(?: ahora)?|puedo(?: ahora)?|voy a|ahora",
    r"devo(?: agora| ora| adesso)?|posso(?: agora| ora| adesso)?|vou|agora|ora|adesso",
    r"мне(?: сейчас)?|можно(?: сейчас)?|могу ли я|сейчас",
)
ASKS_LAST = _end(
    r"ok|okay|right|yes|please|now|next|then|alright|go ahead",
    r"(?:shall|should|may|can) (?:i|we)(?: go ahead| proceed| continue| go on)?",
    r"is (?:that|it) (?:ok|okay|fine|alright)",
    r"jetzt|einverstanden|maintenant|d'accord|ahora|vale|agora|ora|adesso|va bene|сейчас|хорошо",
)
ASKS_NOTHING = frozenset(
    (
        "",
        "go ahead",
        "go on",
        "proceed",
        "continue",
        "keep going",
        "confirm",
        "is that ok",
        "is that okay",
        "what",
        "what should i do",
        "weitermachen",
        "fortfahren",
        "continuer",
        "continuar",
        "continuare",
        "продолжать",
    )
)
"""Sentences of which nothing but this is left ask for what stands in the others."""

UNSPACED = (
    re.compile(
        r"^(?:你|您)?可以(?:直接|自行|随时|自动|总是)*|^(?:请问|现在|是否|要不要|需要)*(?:我)?(?:现在|要|可以|能)*"
    ),
    re.compile(
        r"[，,、]?(?:不用|无需|不需要|不必)(?:再|先)?(?:问我|询问我?|确认)$|(?:可以吗|好吗|行吗|吗)$"
        r"|(?:してもいい|していい|して構わない|しますか|しましょうか|していいですか|してもいいですか)$"
        r"|[、，]?(?:確認不要|確認はいらない)$"
    ),
)
"""What begins and ends an act in languages that write without blanks."""

CONDITION = re.compile(r" (after|once|when|whenever|if|as soon as|as long as|provided that|provided) (?=.)")
CONDITION_FIRST = re.compile(
    r"\s*((?:after|once|when|whenever|if|as soon as|as long as|provided that|provided)\b[^,]+),\s*(.+)", re.IGNORECASE
)

_CHECKS = r"(?:tests?|suite|builds?|ci|pipeline|checks|lint|linter|types)"
ASSURANCE = re.compile(
    rf"(?:(?:all|the|our|unit|integration|e2e|full|test) )*(?:{_CHECKS}|everything)(?: and (?:the )?{_CHECKS})*"
    r"(?: (?:all|now|is|are|have|has|been))*"
    r" (?:pass|passes|passed|passing|green|clean|succeeded|done|finished)(?: now)?"
)
"""A statement that promises no act and speaks against none. Every other one that is not asked for refuses."""

SPELT_EITHER_WAY = frozenset("a i ok okay ci".split())
"""Words that are no name, however many capitals they have."""

POINTERS = frozenset(
    "it this that these those them there here same such anything everything whatever something one ones rest".split()
)
"""What points elsewhere names nothing, so no permission can rest on it."""

AGREES = GO_AHEAD | {"continue", "on"}
"""A reply of nothing else adds nothing to the question."""
