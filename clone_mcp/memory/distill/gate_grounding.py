"""Whether a text would authorise action on the person's behalf. Texts come folded and on one line."""

from __future__ import annotations

import re

_ACT = (
    r"(?:push|deploy|merge|commit|publish|release|send|e-?mail|reply|respond|answer|post|pay|buy|order|book|"
    r"purchase|spend|delete|remove|drop|overwrite|force[- ]push|approve|accept|confirm|sign|install|execute|"
    r"run|act|"
    r"proceed|continue|decide|tweet|message|schedule|cancel|transfer|invite|share|make (?:decisions|purchases|"
    r"payments|changes)|do (?:it|that|this|anything|everything|whatever)|go ahead|access|upload|submit)"
)

_REQUEST = (
    r"(?:requests?|tools?|edits?|changes|actions?|commands?|permissions?|prs?|pull|suggestions?|proposals?|"
    r"prompts?|purchases?|agents?|calls?|invitations?|invoices|payments|emails|questions|plans?|deployments?|"
    r"reviews|merges)\b"
)
_NOTHING_ASKED = (
    r"without (?:\w+ ){0,4}?(?:asking|my (?:\w+ )?(?:permission|approval|consent|confirmation|ok|okay|review|"
    r"input)|permission|approval|confirmation|consent|confirming|checking(?: with| in)|waiting for|prompting|"
    r"consulting|me\b|human|supervision|oversight|sign[- ]?off|them (?:approv|confirm)|telling me|"
    r"their (?:permission|approval|consent|ok))"
)
_PERMITS = re.compile(
    r"|".join(
        (
            r"\bauto[- ]?(?:approv|accept|repl|respon|answer|confirm|merg|deploy|publish|send|pay|sign|execut|"
            r"commit|push)\w*",
            r"\bautomatically (?:approve|accept|reply|respond|answer|confirm|merge|deploy|publish|send|pay|"
            r"push|proceed|agree)\w*",
            r"\b(?:always|just|simply|only) (?:say|says|saying|answer|answers|reply|replies|respond|responds|"
            r"click|press|choose|select|type|pick)(?: with| by saying)? ['\"“]?(?:yes|y\b|ok\b|okay|sure|"
            r"approve|allow|go ahead|proceed|accept)",
            r"\b(?:always|automatically|blindly|immediately|from now on,?)(?: \w+){0,2} (?:approve|allow|"
            r"accept|agree|consent|authori[sz]e|grant|permit|trust|confirm(?! (?:before|with|that|whether|if|"
            r"first)))\b",
            r"\b(?:approve|approves|allow|allows|accept|accepts|authori[sz]e|authori[sz]es|agree to|agrees to|"
            r"consent to|confirm|permit|trust|say yes to) (?:everything|anything|whatever)\b",
            r"\b(?:approve|approves|allow|allows|accept|accepts|authori[sz]es?|confirms?|permits?|say yes to|"
            r"says yes to|yes to) "
            rf"(?:all|any|every|each)(?: \w+){{0,2}} {_REQUEST}",
            # That nothing is asked, whatever the verb.
            r"\b(?:no|zero|any|never any|not any|without(?: any| further| a)?|minus) (?:further |prior |"
            r"manual |explicit |human |additional )?(?:confirmations?|approvals?|permissions?|consent|"
            r"sign[- ]?offs?|"
            r"human review|code review|review|oversight|supervision|questions) (?:is |are |"
            r"was )?(?:ever )?(?:needed|necessary|required|asked)",
            r"\b(?:confirmations?|approvals?|permissions?|consent|sign[- ]?off|asking|checking in) (?:is|"
            r"are) (?:not|never|no longer) (?:needed|necessary|required|wanted)",
            r"\b(?:need|needs|require|requires|want|wants|expect|expects) no (?:\w+ )?(?:confirmation|"
            r"approval|permission|consent|sign[- ]?off|review|questions)",
            r"\b(?:never|don't|do not|dont|not|no longer|hates|dislikes|doesn't) (?:want|wants|wish|like|need|"
            r"needs|bother|disturb|interrupt|ping|page|pester)(?: me| them| us)?(?: to be| being| to get|"
            r" getting)? "
            r"?(?:asked|with (?:questions|confirmations?|approvals?|prompts)|interrupted for|prompted|"
            r"questions|for (?:approval|permission|confirmation))",
            r"\b(?:merge|push|deploy|publish|release|ship|send|pay|buy|delete|"
            r"commit)\w*(?: \w+){0,4} without(?: a| any| my| human| code| further)* (?:reviews?|looking|"
            r"reading|checking|me\b)",
            # That leave is given, once and for all.
            r"\b(?:permission|approval|authori[sz]ation|consent|green ?light|blessing|go-ahead|full access|"
            r"free hand|blank che(?:ck|que)|power of attorney)s?(?: is| are| was| has been)? "
            r"(?:granted|given|for (?:all|any|every|everything|anything|each|the whole)|to (?:all|any|every|"
            r"everything|do|push|deploy|merge|send|delete|buy|pay|sign))",
            r"\b(?:give|gives|gave|grant|grants|granted|hand|let|have|has)(?: \w+){0,3} (?:full|unrestricted|"
            r"complete|unlimited|total|free) (?:access|control|authority|rights|permissions?|autonomy|reign)",
            r"\b(?:let|lets|letting) (?:you|agents?|the agents?|clone|claude|codex|cursor|it|them|"
            rf"the assistant) {_ACT}\b",
            r"\b(?:trust|trusts) (?:you|agents?|the agents?|clone|claude|codex|cursor|the assistant|any agent|"
            r"all agents)(?: \w+){0,2}(?: completely| fully| to| with| blindly)",
            r"\b(?:whatever|anything|everything|any|every|all)\b.{0,40}\b(?:the answer is|answer|reply|say|"
            r"respond(?: with)?|is|are) (?:always )?(?:yes|approved|allowed|permitted|fine by me|ok with me)\b",
            r"\b(?:assume|pretend|imagine|suppose|act as if|behave as if)(?: that)? (?:i|they|the person|"
            r"the user) (?:\w+ )?(?:said yes|say yes|says yes|agreed?|agrees|approved?|approves|confirmed?|"
            r"confirms|consent\w*|would (?:agree|approve|say yes))",
            r"\b(?:always|every time|by default|automatically) (?:choose|choosing|pick|picking|select|"
            r"selecting|click|press|take)(?: the)? (?:option|first|1|one|yes|allow|accept|approve|default|"
            r"recommended|suggested)",
            r"\b(?:pay|buy|order|send|answer|reply to|respond to|approve|accept|merge|deploy|publish|delete|"
            r"sign|book)(?: \w+){0,4} (?:for me|automatically|in my place|instead of me|whenever (?:you|"
            r"agents?|it|they|clone) (?:like|likes|want|wants|see|sees|think|thinks|need|needs))\b",
            r"\b(?:push|deploy|merge|publish|commit|release)(?: \w+){0,4} (?:whenever (?:you|it|they|"
            r"agents?) (?:like|want|see|think|feel)|any ?time|as you (?:like|please|wish))\b",
            r"\b(?:do|does|buy|send|delete|change|push) (?:whatever|anything) (?:you|it|they|agents?|clone)\b",
            r"\b(?:don't|do not|dont|no longer|needn't|never|not) (?:need|require|have) (?:to (?:ask|check|"
            r"confirm|wait|get)|(?:my |me |their |any |further )?(?:permission|approval|confirmation|consent|"
            r"ok\b|sign[- ]?off))",
            r"\bno need (?:to (?:ask|check|confirm|wait|prompt|consult|get)|for (?:my |their |any |"
            r"further )?(?:permission|approval|confirmation|consent))",
            r"\b(?:never|don't|do not|dont|stop|quit|no longer) (?:ever |again |bother )?(?:ask|asking|prompt|"
            r"prompting|wait|waiting|check with|checking with|hesitate|pause|pausing) ?(?:(?:me|us|them|him|"
            r"her|for (?:me|my|permission|approval|confirm\w*|consent|their)|before|if|whether|to|again|about|"
            r"permission|questions)\b|$)",
            r"\b(?:never|don't|do not|dont|stop|quit)(?: ever)? (?:requir|need|request|"
            r"seek)\w* (?:\w+ ){0,2}(?:permission|approval|confirmation|consent|sign[- ]?off)",
            r"\b(?:you|agents?|clone|claude|codex|cursor|the assistant|assistants) (?:may|can|could|"
            r"are (?:allowed|free|permitted|authori[sz]ed|welcome) to|is (?:allowed|free|permitted|"
            r"authori[sz]ed) to|(?:have|has) (?:my|their|full|the) (?:\w+ )?(?:permission|approval|authority|"
            rf"consent|ok|okay|blessing|right)(?: to)?)(?: always| also| just| safely| freely)? {_ACT}\b",
            r"\b(?:have|has|given|gives|give|grant|grants|granted)(?: you| agents| clone| them| it)? (?:my |"
            r"their |full |blanket |standing |permanent )+(?:permission|approval|authority|authori[sz]ation|"
            r"consent|access|carte blanche)\b",
            rf"\b(?:feel free|free|welcome) to {_ACT}\b",
            r"\b(?:is|are|i'm|am|it's|its|they're|totally|perfectly|always|would be) (?:ok|okay|fine|cool|"
            r"happy|good|alright|comfortable|all right) (?:with|for|to|if)(?: \w+){0,5}? (?:auto\w*|(?:push|"
            r"deploy|merg|commit|publish|releas|send|repl|respond|answer|post|pay|buy|order|book|purchas|"
            r"spend|delet|remov|sign|approv|act|decid|schedul|cancel|proceed)\w*)",
            r"\b(?:on|in) (?:my|their|the person's|the user's|his|her) (?:behalf|name)\b",
            r"\b(?:i|they|the person|the user) (?:hereby |fully |always )?(?:authori[sz]e|pre-?approve|"
            r"preapprove|allow|permit|trust|let|lets|allows|permits|trusts|authori[sz]es) (?:you|agents?|"
            r"clone|it|claude|codex|cursor|the agent|any agent|the assistant)\b",
            r"\b(?:pre-?approved|pre-?authori[sz]ed|carte blanche|blanket (?:approval|permission)|"
            r"standing (?:approval|permission|order)|full autonomy|fully autonomous|yolo|skip-permissions|"
            r"dangerously[- ]skip|bypass ?permissions|free rein|free hand)\b",
            r"\b(?:skip|skips|bypass|bypasses|ignore|disable|suppress|omit|answer yes to|say yes to)(?: all|"
            r" any| the| every| my| future)* (?:confirmations?|approvals?|permission (?:prompts?|checks?|"
            r"requests?|dialogs?)|permissions|confirmation (?:prompts?|dialogs?|steps?))\b",
            r"\b(?:consider|treat|take|assume)\b.{0,40}\b(?:approved|authori[sz]ed|confirmed|permission|"
            r"consent|granted|as (?:a )?yes|the answer is yes)\b",
            r"\b(?:act|decide|proceed|go ahead)(?: \w+){0,2} (?:autonomously|on your own|for me|"
            r"as you (?:see fit|like|wish)|independently|without)\b",
            r"\b(?:proceed|go ahead|continue)\b.{0,60}\b(?:always|every time|whenever|by default|from now on|"
            r"automatically)\b|\b(?:always|by default|from now on,?|automatically)(?: \w+){0,2} (?:proceed|"
            r"go ahead|continue)\b",
            r"\b(?:always|anytime|any time|whenever)\b.{0,30}\b(?:has|have) (?:my|their) (?:permission|"
            r"approval|ok|consent)",
            rf"\b{_NOTHING_ASKED}",
            r"\b(?:yes|approve|allow)\b.{0,20}\b(?:and )?(?:don't|do not) ask (?:me )?again|"
            r"\b(?:the )?answer is always yes\b|\byes to (?:all|everything)\b",
            r"\b(?:confirmation|approval|permission|consent|sign[- ]?off) (?:isn't|is n't|ain't|aren't|"
            r"no longer) (?:needed|necessary|required)",
            r"\bno more (?:confirmation|approval|permission|questions|prompts|asking)|\bgrant(?:s|ed)? (?:all|"
            r"any|every|full) ",
            r"\b(?:merge|push|deploy|publish|send|pay|delete|approve) (?:anything|everything|whatever|"
            r"all) (?:that|which|you)\b",
            r"\b(?:always|just) (?:hit|press|click|tap) (?:enter|return|ok|yes|allow|y\b)",
            r"\b(?:may|can|should|will|to) be (?:\w+ )?(?:sent|answered|approved|merged|deployed|paid|pushed|"
            r"published|accepted) automatically\b",
            r"\b(?:ok|okay|fine|cool|safe|allowed|free) to (?:force[- ]push|push|deploy|merge|publish|send|"
            r"pay|buy|delete|auto)",
            r"\b(?:entscheide|entscheidet|mach|handle) (?:\w+ ){0,3}?ohne mich\b|"
            r"\bnão (?:me )?peça (?:permissão|confirmação|aprovação)|(?:確認|許可|承認)せず",
            r"\bkeine (?:rückfragen?|nachfragen?|bestätigung(?:en)?|genehmigung(?:en)?) (?:mehr|nötig|"
            r"notwendig|erforderlich)|\b(?:freie hand|volle vollmacht|blankovollmacht|für mich (?:antworten|"
            r"entscheiden|bezahlen|unterschreiben))",
            r"\b(?:carta bianca|carta blanca|carte blanche|plein pouvoir|les pleins pouvoirs|"
            r"permiso para todo|vía libre|via libera|permissão (?:para tudo|total)|pode (?:fazer )?tudo|"
            r"permesso (?:per|di fare) tutto|puedes (?:hacer )?(?:todo|lo que quieras)|tu peux tout)\b",
            r"\b(?:полное разрешение|полную свободу|полный доступ|карт-бланш|делай что хочешь|делай всё сам)|"
            r"(?:全权|授权你|随便你|想怎么做就怎么做)|(?:質問|相談|許可|承認)(?:を)?(?:せず|しない|なし|抜き)",
            # German
            r"\bohne (?:\w+ ){0,3}?(?:nachzufragen|zu fragen|nachfrage|rückfrage|erlaubnis|bestätigung|"
            r"genehmigung|freigabe|zustimmung)|\b(?:darfst|dürfen|darf|kannst) (?:\w+ ){0,5}?(?:pushen|"
            r"deployen|mergen|committen|veröffentlichen|senden|schicken|antworten|löschen|bezahlen|kaufen|"
            r"bestellen|überweisen|entscheiden|ausführen)\b",
            r"\b(?:immer|alles|automatisch|stets) (?:\w+ ){0,3}?(?:genehmigen|freigeben|erlauben|zustimmen|"
            r"bestätigen|akzeptieren|mit ja antworten|ja sagen|beantworten)\b|\b(?:genehmige|bestätige|"
            r"akzeptiere|erlaube|antworte|sag|sage) (?:\w+ ){0,2}?(?:immer|alles|stets)(?: mit)?(?: \"?ja\b)?|"
            r"\bnicht (?:mehr )?(?:nachfragen|fragen|zu fragen)\b|\bfrag(?:e)? (?:mich )?(?:nie|"
            r"nicht)(?: mehr| wieder)?\b|\bin meinem namen\b|\b(?:brauchst|benötigst) (?:\w+ ){0,2}?(?:keine|"
            r"nicht) (?:\w+ ){0,2}?(?:erlaubnis|genehmigung|bestätigung|freigabe|zu fragen)\b",
            # French
            r"\bsans (?:\w+ ){0,2}?(?:demander|mon (?:accord|autorisation|avis)|ma (?:permission|confirmation|"
            r"validation)|autorisation|permission|confirmation|validation|attendre)|\btu (?:peux|"
            r"as le droit de) (?:\w+ ){0,3}?(?:pousser|déployer|fusionner|publier|envoyer|répondre|supprimer|"
            r"payer|acheter|commander|valider|décider)\b|\b(?:approuve|accepte|valide|autorise|confirme|"
            r"approuver|accepter|réponds|répondre)[rz]? (?:toujours|tout\b|automatiquement)|\b(?:pas|"
            r"plus) besoin de (?:demander|ma permission|mon accord|confirmation)|\bne (?:me )?(?:demande|"
            r"demandez) (?:plus|jamais|pas)\b|\b(?:en mon nom|à ma place)\b|\bdis toujours oui\b|"
            r"\btoujours (?:dire|répondre|approuver|accepter|valider)(?: oui)?",
            # Spanish and Portuguese
            r"\bsin (?:\w+ ){0,2}?(?:preguntar\w*|pedir\w*|mi (?:permiso|aprobación|confirmación)|permiso|"
            r"aprobación|confirmación|confirmar|consultar\w*)|\bpuedes (?:\w+ ){0,3}?(?:subir|desplegar|"
            r"fusionar|publicar|enviar|responder|borrar|eliminar|pagar|comprar|decidir|hacer push|aprobar)\b|"
            r"\b(?:aprueba|acepta|autoriza|confirma|permite|responde|di|aprobar|aceptar) (?:siempre|todo\b|"
            r"automáticamente)|\bsiempre (?:aprueba|acepta|di|responde|confirma|autoriza|aprobar|aceptar|"
            r"decir)\b(?: que)?(?: sí)?|\bno (?:me )?(?:preguntes|hace falta (?:preguntar|permiso|pedir)|"
            r"necesitas (?:mi |pedir )?permiso|pidas permiso)|\ben mi nombre\b",
            r"\bsem (?:\w+ ){0,2}?(?:perguntar|pedir|minha (?:permissão|aprovação|confirmação)|permissão|"
            r"aprovação|confirmação|confirmar|consultar)|\b(?:você )?pode (?:\w+ ){0,3}?(?:publicar|enviar|"
            r"responder|apagar|excluir|pagar|comprar|decidir|aprovar|fazer (?:push|deploy|merge))\b|"
            r"\b(?:aprove|aceite|autorize|confirme|permita|responda|diga) (?:sempre|tudo\b|automaticamente)|"
            r"\bsempre (?:aprove|aceite|diga|responda|confirme|autorize)\b|\bnão (?:me )?(?:pergunte|"
            r"precisa (?:perguntar|de permissão|pedir|da minha))|\bem meu nome\b",
            # Italian
            r"\bsenza (?:\w+ ){0,2}?(?:chiedere|chiedermi|il mio (?:permesso|consenso)|la mia (?:approvazione|"
            r"conferma)|permesso|approvazione|conferma|autorizzazione)|\bpuoi (?:\w+ ){0,3}?(?:pubblicare|"
            r"inviare|rispondere|cancellare|eliminare|pagare|comprare|decidere|approvare|fare (?:push|deploy|"
            r"merge))\b|\b(?:approva|accetta|autorizza|conferma|rispondi|di') (?:sempre|tutto\b|"
            r"automaticamente)|\bnon (?:chiedermi|chiedere|serve chiedere|serve il mio|hai bisogno del mio)|"
            r"\b(?:a mio nome|per conto mio)\b",
            # Russian
            r"без (?:\w+ ){0,2}?(?:спроса|вопросов|разрешения|подтверждения|согласования|одобрения)|"
            r"не спрашивая|\b(?:можешь|можете|разрешаю|разрешено) (?:\w+ ){0,3}?(?:пушить|деплоить|мержить|"
            r"публиковать|отправлять|отвечать|удалять|платить|покупать|решать|одобрять|коммитить)|(?:одобряй|"
            r"подтверждай|принимай|разрешай|соглашайся|отвечай|говори)(?:те)? (?:всегда|всё|все\b|"
            r"автоматически)|всегда (?:одобряй|подтверждай|принимай|соглашайся|разрешай|отвечай да|говори да)|"
            r"(?:не (?:надо|нужно) (?:спрашивать|моё разрешение|мое разрешение|разрешени)|"
            r"(?:больше )?не спрашивай)|от моего имени",
            # Chinese and Japanese
            r"(?:不用|无需|不需要|不必|别|不要)(?:再|先|每次都)?(?:来)?(?:问我|询问|征求|确认|经过我|我的?(?:同意|许可|批准|确认)|请示)|(?:总是|一律|永远|自动|"
            r"全部|都)(?:地)?(?:批准|同意|允许|接受|确认|回答是|说是|答应|回复)|(?:你)?可以(?:直接|自行|随意|自动)(?:推送|部署|合并|发布|发送|回复|删除|付款|购买|"
            r"提交|执行|决定)|(?:代表|代替|替)我",
            r"(?:確認|許可|承認|質問)(?:を)?(?:求め|得|取ら|取|し)?(?:ずに|なしで|なしに|ないで|不要|いらない|要らない|は不要)|聞かずに|聞かないで|(?:常に|すべて|"
            r"全て|全部|自動で|自動的に|いつも)(?:に)?(?:承認|許可|同意|返信|「?はい」?と|受け入れ)|勝手に.{0,12}(?:していい|してもいい|して構わない)|私の代わりに",
        )
    )
)

_FORBIDS = re.compile(
    r"\b(?:never|don't|do not|dont|must not|mustn't|may not|cannot|can't|should not|shouldn't|not allowed to|"
    r"won't|nicht|nie|niemals|kein\w*|darfst nicht|ne|jamais|no|nunca|não|non|mai|не|никогда|нельзя|forbid\w*|"
    r"refuse|avoid)\b|不要|不能|不得|不可|禁止|しないで|るな|てはいけない",
)
_WAITS_NOT = re.compile(r"\b(?:hesitate|wait|worry|bother|stop|ask|need|pause|require|think twice|fear|afraid)\w*\b")
_CODE = re.compile(
    r"\b(?:auto[- ]?(?:approv\w+|repl\w+|respon\w+|answer\w*|merg\w+|deploy\w*|commit\w*|push\w*|execut\w+|"
    r"confirm\w*|accept\w*|send\w*|sign\w*|publish\w*) (?:\w+ )?(?:component|module|class|button|dialog|"
    r"endpoint|handler|function|method|test|tests|page|table|column|field|flag|banner|queue|widget|modal|api|"
    r"script)"
    r"|the (?:auto[- ]?(?:merge|deploy|commit|reply|response|push)\w*|user may|user can|users may|users can)"
    r"|(?:the |an? |all |logged[- ]in |admin )?(?:users?|admins?|editors?|customers?|players?|visitors?|"
    r"members?|clients?) (?:may|can|could|should|is|are|has|have)(?: be)?(?: allowed| able|"
    r" permission)?(?: to)? \w+"
    r"|free to (?:air|play|use))\b"
)
_CLAUSE = re.compile(r"[.;:!?。；！？]+\s*|,\s+|\s+(?:and|but|then|und|aber|et|mais|y|pero|e|mas|ma|и|но)\s+|[，、]")
_REACH = 60


def authorises(said: str) -> bool:
    """Whether any clause lets somebody act. A clause that forbids acting unasked does the opposite."""
    said = _CODE.sub(" ", said)
    return any(not _forbidden(said, found) for found in _PERMITS.finditer(said))


def _forbidden(said: str, found: re.Match[str]) -> bool:
    """Never push without asking: the permission stands under a prohibition in its own clause."""
    if not re.match(
        r"(?:without|ohne|sans|sin|sem|senza|без|не спрашивая|auto|automatic|on (?:my|their)|in (?:my|their)|"
        r"act|decide|proceed|approve|allow|accept)",
        found[0],
    ):
        return False
    before = _CLAUSE.split(said[max(0, found.start() - _REACH) : found.start()])[-1]
    # Don't hesitate to push unasked is no prohibition.
    forbids = list(_FORBIDS.finditer(before))
    return bool(forbids) and not _WAITS_NOT.search(before[forbids[-1].end() :])
