# ruff: noqa: E501 - one line is one pattern
"""The same wishes in German, French, Spanish, Portuguese, Italian, Russian, Chinese and Japanese.

Fewer patterns than English, and the person's own words are quoted rather than turned into the third person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language.wishes.wish import Wish
from clone_mcp.models.memory import FactKind


@dataclass(frozen=True, slots=True)
class _Wording:
    """One language's ways. Every pattern has `what`; comparisons have `other`, too."""

    always: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    prefers: tuple[re.Pattern[str], ...]
    dislikes: tuple[re.Pattern[str], ...]


def _wording(always: str, never: str, prefers: str, dislikes: str) -> _Wording:
    return _Wording(_patterns(always), _patterns(never), _patterns(prefers), _patterns(dislikes))


def _patterns(lines: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_spelt_out(line.strip()), re.IGNORECASE) for line in lines.strip().splitlines())


def _spelt_out(line: str) -> str:
    return (
        line.replace("WHAT", "(?P<what>.{2,150})")
        .replace("ONE", r"(?P<what>[^,.]{2,40}?)")
        .replace("OTHER", r"(?P<other>[^,.]{2,40})")
    )


_GERMAN = _wording(
    """
    (?:ab jetzt|ab sofort|von nun an|in zukunft|künftig|zukünftig)(?! nicht| kein| nie)[,:]?(?: bitte)?(?: immer)? WHAT
    (?:immer|stets|grundsätzlich) (?!wieder\\b|noch\\b|der\\b|die\\b|das\\b|wenn\\b|mehr\\b)WHAT(?:en|ern|eln)
    (?:benutze?|verwende?|nutze?|schreibe?|antworte?|teste?|führe?|frage?|mache?|mach) (?:bitte )?(?:immer|stets|grundsätzlich) WHAT
    """,
    """
    (?:ab jetzt|ab sofort|von nun an|in zukunft|künftig)[,:]?(?: bitte)? (?:nie|niemals|nicht mehr|keine?n?) WHAT
    (?:nie|niemals) (?:wieder )?(?!der\\b|die\\b|das\\b|mehr\\b)WHAT(?:en|ern|eln)
    (?:benutze?|verwende?|nutze?|schreibe?|committe?|pushe?|lösche?|mache?|mach) (?:bitte )?(?:nie|niemals)(?: wieder)? WHAT
    hör(?:e)? (?:bitte )?auf[, ]+WHAT zu \\w+
    """,
    """
    ich (?:bevorzuge|ziehe) ONE (?:gegenüber|statt|anstatt|anstelle von|vor|lieber als) OTHER
    ich ziehe ONE OTHER vor
    ich (?:mag|nutze|benutze|verwende) lieber ONE als OTHER
    (?:benutze?|verwende?|nutze?|nimm) ONE (?:statt|anstatt|anstelle von|,? nicht|und nicht) OTHER
    ich bevorzuge (?!das\\b|die\\b|den\\b|dies|es\\b|option)WHAT
    """,
    """
    ich (?:hasse|mag keine?n?) (?!das\\b|die\\b|den\\b|dies|es\\b)WHAT
    (?:bitte )?keine (?P<what>emojis|kommentare im code|semikolons|floskeln|zusammenfassungen)
    """,
)
_FRENCH = _wording(
    """
    (?:à partir de maintenant|désormais|dorénavant|à l'avenir)(?! ne\\b| n'| plus| jamais)[,:]? WHAT
    (?:utilise|utilisez|écris|écrivez|réponds|répondez|lance|lancez|teste|testez|demande|demandez|fais|faites|mets|mettez) (?:toujours|systématiquement) WHAT
    toujours (?:utiliser|écrire|répondre|lancer|tester|demander|vérifier|faire|mettre) WHAT
    """,
    """
    (?:n'|ne )(?:\\w+(?:-moi)?) (?:jamais|plus jamais) WHAT
    (?:à partir de maintenant|désormais|dorénavant)[,:]? (?:n'|ne )\\w+ (?:plus|jamais) WHAT
    ne (?:jamais|plus jamais) WHAT
    (?:arrête|arrêtez|cesse|cessez) (?:de |d')(?P<what>(?:ajouter|utiliser|écrire|demander|mettre|créer|commenter|répéter|expliquer) .+)
    """,
    """
    je préfère ONE (?:plutôt que|à|aux|au|que) (?:les |des |le |la |l')?OTHER
    (?:utilise|utilisez|prends|emploie) (?:des |les |du |de la )?ONE (?:plutôt que|au lieu de|et non|,? pas) (?:des |les |du |de la |d')?OTHER
    je préfère (?!ça|cela|ce\\b|cette|ces\\b|l'option|celui|celle|que\\b)WHAT
    """,
    """
    je (?:déteste|hais|n'aime pas) (?!ça|cela|ce\\b|cette|ces\\b|que\\b|quand\\b)WHAT
    pas d[e'] ?(?P<what>emojis?|émojis?|point-virgules?|résumés?|bavardages?)
    """,
)
_SPANISH = _wording(
    """
    (?:a partir de ahora|de ahora en adelante|en el futuro|en adelante)(?! no\\b| nunca)[,:]? WHAT
    (?:usa|utiliza|escribe|responde|contesta|ejecuta|pregunta|prueba|haz|pon|verifica) siempre WHAT
    siempre (?P<what>(?:usa|usar|utiliza|utilizar|escribe|escribir|responde|responder|ejecuta|ejecutar|pregunta|preguntar|haz|hacer|verifica|verificar|pon) .{2,150})
    """,
    """
    (?:nunca|jamás) (?P<what>(?:uses|usar|utilices|utilizar|escribas|escribir|hagas|hacer|borres|borrar|añadas|añadir|pongas|poner|cambies|cambiar|subas|subir|toques|tocar|commitees|pushees) .{2,150})
    (?:a partir de ahora|de ahora en adelante)[,:]? (?:no|nunca) (?:vuelvas a )?WHAT
    (?:deja|dejad) de (?P<what>(?:añadir|usar|escribir|preguntar|poner|crear|repetir|explicar) .+)
    """,
    """
    prefiero ONE (?:a|antes que|en lugar de|en vez de|sobre|más que) (?:los |las |el |la )?OTHER
    (?:usa|utiliza) ONE (?:en lugar de|en vez de|y no|,? no) OTHER
    prefiero (?!est[aeo]|es[aeo]\\b|la opción|el de|que\\b|no\\b|lo\\b)WHAT
    """,
    """
    (?:odio|detesto|no me gustan?) (?!est[aeo]|es[aeo]\\b|que\\b|cuando\\b|cómo|como\\b)(?:los |las |el |la )?WHAT
    (?:sin|nada de|no uses) (?P<what>emojis|punto y coma|resúmenes|relleno)
    """,
)
_PORTUGUESE = _wording(
    """
    (?:a partir de agora|de agora em diante|daqui (?:em|pra|para) (?:diante|frente)|no futuro)(?! não\\b| nunca)[,:]? WHAT
    (?:use|usa|utilize|escreva|responda|rode|execute|pergunte|teste|faça|verifique) sempre WHAT
    sempre (?P<what>(?:use|usa|usar|utilize|escreva|escrever|responda|responder|rode|rodar|execute|executar|pergunte|perguntar|faça|fazer|verifique|teste) .{2,150})
    """,
    """
    (?:nunca|jamais) (?P<what>(?:use|usar|utilize|escreva|faça|fazer|apague|apagar|adicione|adicionar|mude|mudar|commite|suba|altere|delete|mexa|coloque) .{2,150})
    (?:a partir de agora|de agora em diante)[,:]? (?:não|nunca) (?:mais )?WHAT
    (?:pare|para) de (?P<what>(?:adicionar|usar|escrever|perguntar|colocar|criar|repetir|explicar) .+)
    """,
    """
    (?:eu )?prefiro ONE (?:a|ao|aos|às|em vez de|ao invés de|do que) (?:os |as |o )?OTHER
    (?:use|usa|utilize) ONE (?:em vez de|ao invés de|e não|,? não) OTHER
    eu prefiro (?!est[ae]|iss?[to]o?\\b|ess[ae]|a opção|que\\b|não\\b)WHAT
    """,
    """
    (?:eu )?(?:odeio|detesto|não gosto de) (?!est[ae]|isso|ess[ae]|que\\b|quando\\b)WHAT
    (?:sem|nada de|não use) (?P<what>emojis|ponto e vírgula|resumos|enrolação)
    """,
)
_ITALIAN = _wording(
    """
    (?:d'ora in poi|da ora in poi|da adesso in poi|in futuro|d'ora in avanti)(?! non\\b| mai)[,:]? WHAT
    (?:usa|utilizza|scrivi|rispondi|esegui|chiedi|testa|fai|verifica|metti) sempre WHAT
    """,
    """
    non (?P<what>(?:usare|utilizzare|scrivere|fare|cancellare|aggiungere|modificare|mettere|toccare|pushare|committare|chiedere) mai .{2,150})
    (?:d'ora in poi|da ora in poi|d'ora in avanti)[,:]? (?:non|mai) WHAT
    mai (?P<what>(?:usare|scrivere|fare|cancellare|aggiungere|modificare|pushare|committare) .{2,150})
    smetti(?:la)? di (?P<what>(?:aggiungere|usare|scrivere|chiedere|mettere|creare|ripetere|spiegare) .+)
    """,
    """
    (?:io )?preferisco (?:gli |i |le |il |la |lo )?ONE (?:a|al|ai|agli|alle|piuttosto che|rispetto a|invece di|invece che) (?:gli |i |le |il )?OTHER
    (?:usa|utilizza) (?:gli |i |le )?ONE (?:invece di|al posto di|anziché|e non|,? non) (?:gli |i |le )?OTHER
    (?:io )?preferisco (?!quest|quell|l'opzione|che\\b|non\\b)WHAT
    """,
    """
    (?:odio|detesto|non mi piacciono) (?!quest|quell|che\\b|quando\\b)(?:gli |i |le |il |la )?WHAT
    (?:niente|senza|basta) (?P<what>emoji|punti e virgola|riassunti)
    """,
)
_RUSSIAN = _wording(
    """
    (?:отныне|впредь|с этого момента|с этого дня|на будущее)(?! не\\b| никогда)[,:]?(?: всегда)? WHAT
    всегда (?P<what>(?:используй|используйте|пиши|пишите|отвечай|отвечайте|запускай|запускайте|спрашивай|спрашивайте|проверяй|проверяйте|делай|делайте|добавляй|тестируй)(?:\\s.{2,150})?)
    (?P<what>(?:пиши|пишите|отвечай|отвечайте|используй|запускай|спрашивай|проверяй) всегда .{2,150})
    """,
    """
    никогда (?:больше )?не (?P<what>\\w+(?:й|йте|ь|ьте)(?:\\s.{2,150})?)
    (?:отныне|впредь|с этого момента)[,:]? (?:больше )?(?:никогда )?не WHAT
    (?:хватит|перестань|прекрати) (?P<what>(?:добавлять|использовать|писать|спрашивать|создавать|повторять|объяснять).*)
    """,
    """
    я (?:всегда )?предпочитаю ONE,? (?:а не|вместо|чем) OTHER
    (?:используй|используйте) ONE(?:,? а не| вместо) OTHER
    мне больше нравятся ONE,? чем OTHER
    я предпочитаю (?!этот|эту|это\\b|эти|вариант|тот\\b|чтобы)WHAT
    """,
    """
    я (?:ненавижу|не люблю|терпеть не могу) (?!этот|эту|это\\b|эти|когда|что)WHAT
    (?:без|никаких) (?P<what>эмодзи|смайлов|смайликов|точек с запятой)
    """,
)
_CHINESE = _wording(
    """
    (?:从现在开始|从现在起|今后|以后)(?:请)?(?:都|要|总是|始终|一律|必须)*(?!不|别|禁)WHAT
    (?:请)?(?:总是|始终|一律|永远)(?!不|别)(?:要)?(?P<what>(?:使用|用|写|添加|运行|先|回答|检查|问|提交|保持|测试|遵循).{1,100})
    """,
    """
    (?:从现在开始|从现在起|今后|以后)(?:请)?(?:都|再也)*(?:不要|别|不准|禁止)(?:再)?WHAT
    (?:请)?(?:永远|绝对|千万|再也)(?:都)?(?:不要|别|不准|不能|不许)(?:再)?WHAT
    """,
    """
    我(?:更|比较)?(?:喜欢|偏好|倾向于)(?:使?用)?(?P<what>[^，。这那]{1,20}?)(?:，)?(?:而不是|胜过|不喜欢|多过)(?:使?用)?(?P<other>[^，。这那]{1,20})
    (?:请)?(?:使用|用)(?P<what>[^，。这那]{1,20}?)(?:，)?(?:而不是|不要用|别用|代替)(?P<other>[^，。这那]{1,20})
    我更(?:喜欢|偏好)(?:使?用)?(?P<what>[^，。这那第]{1,20})
    """,
    """
    我(?:讨厌|不喜欢)(?P<what>[^，。这那你他她]{1,20})
    (?:请)?(?:不要|别)(?:使?用|加|写)(?P<what>表情符号|表情|分号|emoji)
    """,
)
_JAPANESE = _wording(
    """
    (?:今後は|これからは|以後は|次回から)(?:、)?(?:必ず|常に|いつも)?(?P<what>.{2,100}?(?:して(?:ください|下さい)?|使って(?:ください|下さい)?|書いて(?:ください|下さい)?|答えて(?:ください|下さい)?|お願いします|すること))
    (?:常に|必ず|毎回|いつも)(?P<what>.{2,100}?(?:してください|して下さい|使って(?:ください)?|書いて(?:ください)?|答えて(?:ください)?|すること))
    """,
    """
    (?:今後は|これからは|絶対に|決して|二度と)(?:、)?(?P<what>.{2,100}?(?:しないで|使わないで|書かないで|追加しないで|変えないで|聞かないで|触らないで)(?:ください|下さい)?)
    """,
    """
    (?:私は|僕は|俺は)?(?P<other>[^、。はこそ]{1,20})より(?:も)?(?P<what>[^、。こそ]{1,20}?)(?:の方|のほう|が)(?:が)?(?:好き|いい|良い)(?:です|だ)?
    (?P<other>[^、。こそ]{1,20})(?:ではなく|じゃなく|の代わりに)て?(?:、)?(?P<what>[^、。こそ]{1,20})を使って(?:ください|下さい)?
    """,
    """
    (?P<what>絵文字|セミコロン)(?:は|を)?(?:使わないで|なしで|不要)(?:ください|お願いします)?
    """,
)
_ALL = (_GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _RUSSIAN, _CHINESE, _JAPANESE)


def other_language(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes, or None."""
    for wording in _ALL:
        if said := _in(wording, statement):
            return said
    return None


def _in(wording: _Wording, statement: str) -> Wish | None:
    quoted = f"“{statement}”"
    for against, patterns in ((True, wording.never), (False, wording.always)):
        if found := _first(patterns, statement):
            return Wish(FactKind.RULE, f"Tells agents: {quoted}.", found["what"], against=against, explicit=True)
    for against, patterns in ((False, wording.prefers), (True, wording.dislikes)):
        if found := _first(patterns, statement):
            return _preference(found, quoted, against=against)
    return None


def _first(patterns: tuple[re.Pattern[str], ...], statement: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.fullmatch(statement))), None)


def _preference(found: re.Match[str], quoted: str, *, against: bool) -> Wish:
    other = found.groupdict().get("other")
    if other:
        meaning = f"{found['what']} over {other}"
        return Wish(FactKind.PREFERENCE, f"Prefers {meaning} ({quoted}).", meaning)
    return Wish(FactKind.PREFERENCE, f"Says of their preferences: {quoted}.", found["what"], against=against)
