"""What a reply does to the question: agree, refuse, choose, or say something of its own."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from clone_mcp.stakes.grammar import ENGLISH_WRITING, NEGATORS, RUNS, WRITING, words
from clone_mcp.stakes.sentences import Sentence


class Stance(Enum):
    AGREES = auto()
    REFUSES = auto()
    UNCLEAR = auto()
    """A short answer that may well be one: "the users one"."""
    OWN_WORDS = auto()
    """An instruction or question of its own that leaves the agent's question unanswered."""


YES = words("""
    yes yeah yea yep yup yass ya y ye yess ok okay okey okie k kk sure sounds fine good great perfect cool
    right correct exactly agreed agree approved approve approving
    absolutely definitely certainly indeed affirmative aye yessir please proceed continue continued go
    going confirm confirmed confirming granted allowed lgtm
    doit shipit gogogo nice excellent awesome alright allright course totally obviously accept accepted
    permission true roger acknowledged
    ja jo jep jawohl klar gerne gern bitte mach machen passt einverstanden weiter genau natürlich sicher
    stimmt freigegeben los leg bestätigt unbedingt selbstverständlich logisch super
    oui ouais d'accord daccord vas-y vas allez allons-y continue parfait bien entendu confirmé fais faites
    volontiers évidemment
    sí si claro vale dale adelante hazlo procede continúa sigue perfecto bueno por-supuesto correcto
    confirmado confirmo hágalo venga
    sim claro pode podes isso manda faça faz prossiga continua beleza certo confirmo perfeito vá
    sì certo va vai procedi continua perfetto fallo d'accordo esatto confermo volentieri procedere
    jawel graag doe prima goed akkoord zeker natuurlijk ga door mooi
    да ага угу давай давайте конечно хорошо ладно ок окей продолжай делай согласен верно подтверждаю валяй
    поехали точно
    evet tamam olur tabii tabi elbette devam yap onaylıyorum peki hadi
    हाँ हां जी ठीक ज़रूर जरूर कर करो कीजिए
    tak dobrze jasne śmiało pewnie proszę zgoda zgadza oczywiście działaj rób zrób dawaj
    det går bra kör javisst absolut gärna visst japp kjør gjerne selvfølgelig gerne endelig kyllä joo juu toki selvä
    ano jo jasně jistě určitě souhlasím áno hej igen persze rendben mehet nyugodtan ναι βεβαια φυσικα εντάξει σύμφωνοι
    ya iya boleh silakan oke tentu lanjutkan có vâng ừ được làm_đi đồng_ý da sigur bineînțeles așa гаразд звісно добре
    авжеж може разбира naravno može sí és clar d'acord opo oo sige ndiyo
    はい うん ええ 好 好的 是 是的 行 可以 네 예 응 좋아 좋아요 그래 좋습니다
""")
_NO = words("""
    no nope nah naw nay n stop don't dont do-not cancel abort wait hold never negative halt later skip
    nevermind refuse deny denied reject rejected not keep neither
    nein ne nö nee nicht stopp abbrechen warte halt niemals lass bloß kein keinesfalls
    non pas arrête arrêtez annule attends jamais stop surtout
    cancela para espera detente nunca alto
    não nao pare cancele espere nunca
    annulla ferma fermati aspetta mai fermo
    neen niet wacht annuleer laat nooit
    нет неа не стоп отмена отмени подожди никогда стой
    hayır yok dur iptal bekle sakın yapma olmaz
    नहीं मत रुको ना
    nie nej nei ei älä ne nechci nem nu nisam nemoj όχι οχι μη δεν ні jangan tidak nggak không khong đừng chưa huwag
    hindi
""")
# What a person may also agree to.
ACTS_OF_REFUSAL = words("""
    stop cancel abort halt skip deny reject denied rejected lass stopp abbrechen annule cancela annulla annuleer отмени
    стоп iptal dur block blocks prevent forbid
""")
UNSPACED_ACTS_OF_REFUSAL = ("取消", "停", "中止", "キャンセル", "취소", "रद्द", "रोक")
_NO_UNSPACED = re.compile(
    r"^(?:不(?!错|如|客气|好意思|介意)|别|否|先别|停|取消|等|算了|没必要|いいえ|いや|だめ|ダメ|やめ|"
    r"待っ|ちょっと待|キャンセル|中止|しない|结构です|結構です|아니|안 ?돼|하지 ?마|멈춰|취소|잠깐|"
    r"그만|नहीं|मत|रुक|لا|לא|אל |ไม่|อย่า|না|نه\b|نہیں|خیر)|(?:しないで|しなくて|ないでください|하지 ?마|하지 ?말|मत करो|"
    r"不要|不行|"
    r"不可以)"
)
_YES_UNSPACED = re.compile(
    r"^(?:好|是|对|行|可以|嗯|没问题|同意|确认|继续|请|当然|执行|就这|はい|うん|ええ|お願い|おねがい|"
    r"いいです|いいよ|オーケー|了解|続け|どうぞ|もちろん|네|예|응|좋|그래|진행|계속|부탁|해 ?주|해줘|"
    r"물론|हाँ|हां|जी|ठीक|कर|ज़रूर|जरूर|نعم|حسن|موافق|تمام|أجل|أكيد|طبع|بالتأكيد|بله|ہاں|כן|בטח|קדימה|ใช่|ได้|ตกลง|হ্যাঁ)|(?:してください|して下さい|やって|"
    r"해 ?주세요|하세요|कर दो|करो|कीजिए)"
)
# Agreement that begins like a refusal, or hides in the middle of a sentence.
_AGREES_ANYWAY = re.compile(
    r"not at all|no (?:problem|worries|prob|objections?|need to (?:ask|wait|confirm)|issues?|doubt|"
    r"concerns?|complaints|reason not)|why not|why the hell not|not a problem|"
    r"(?:don't|do not|dont) (?:care|mind|ask|wait|hesitate|bother asking|stop|worry)|nothing against|"
    r"can'?t see why not|stop asking|no more questions|never ?mind the|can't wait|couldn't agree more|"
    r"\bgo (?:ahead|for it|on)\b|\bdo (?:it|that|so|this|them|both|all|as you)\b|\bas you (?:suggest|"
    r"propos|said|like|wish|see fit)|\byour (?:plan|suggestion|proposal|call|choice)|"
    r"\bi'?m (?:in|game|fine|ok|okay|good)\b|sounds (?:good|great|fine|right)|\blgtm\b|\bship it\b|"
    r"make it (?:so|happen)|be my guest|"
    r"\bcheck ?out\b(?! (?:the|this|how|what|his|her|their|a)\b)|"
    r"feel free|let'?s (?:go|do)|\bi (?:approve|agree|confirm|trust|authorize|authorise)|"
    r"\b(?:you (?:may|can|have my)|whatever you)\b|\bhit it\b|\bknock yourself|\bgo nuts|\bof course\b|"
    r"\bthumbs up|\bgreen ?light|\bby all means\b|kein(?:e)? (?:problem|einwände|einwande)|"
    r"nichts dagegen|"
    r"warum nicht|pourquoi pas|pas de (?:probleme|souci)|sin problema|por que no|no hay problema|"
    r"sem problemas?|porque nao|por que nao|perche no|nessun problema|nessuna obiezione|"
    r"geen (?:probleem|bezwaar)|waarom niet|"
    r"почему бы и нет|без проблем|не против|не возражаю|neden olmasin|sorun degil|👍|✅|👌|🚀|💯|🆗|☑|✔|🙆|\+1"
)
_REFUSES_ANYWAY = re.compile(
    r"👎|❌|🚫|✋|🛑|⛔|🙅|^-1$|\bnot (?:yet|now|today|ok|okay|sure|approved|allowed)\b|\bleave (?:it|"
    r"them|that|this|everything|as|alone|the)\b|\brather not\b|\bhands off\b|\bforget (?:it|that)\b|"
    r"\bno way\b|\bunder no\b|\blet me (?:think|check|see|look|sleep|ask|review|read|have|get back)|\bsleep on it|"
    r"\bthink about it|\bmaybe later|\bgive me (?:a|some|one) |\bkeep (?:it|them|both|everything|all|that)\b|"
    r"\bneed (?:more|some) time|\bhold (?:on|off|that|your)\b|"
    r"\bnot (?:for now|without|until|before)\b|^later\b|^tomorrow\b"
)
# "Any objections?" - "no": here a refusal agrees.
_TURNED = re.compile(
    r"\b(?:objections?|mind if|do you mind|would you mind|object to|against (?:it|that|this)|"
    r"anything against|should i (?:not|stop|wait|hold)|shouldn't i|any concerns|stop me|dagegen|"
    r"einwand|einwande|objeciones|objecoes|obiezioni|bezwaar|derange|возраж|против)\b"
)
_OWN_START = words("""
    why what whats what's how where who which when whose is are was were does did has have explain show
    tell describe list summarize summarise elaborate clarify rerun
    warum was wie wo wer welche wann pourquoi quoi comment qui quand que cómo quién perché cosa
    come waarom wat hoe почему что как где кто neden ne nasıl nerede
    thanks thank thx danke merci gracias obrigado grazie спасибо now still hmm hm oh wow commit run let me
    add fix test write use look check review update read try find change refactor rename improve implement
    investigate debug instead first actually
""") - words("let me use is")
_CLAUSE = re.compile(r"[,;:!?\n()]+|\.+(?=\s|$)|\s-+\s|\b(?:but|and|und|aber|et|mais|y|pero|e|mas|ma|en|maar|и|но|а)\b")
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")
_ASKS_BACK = re.compile(r"(?:are|is|was|were|do|does|did|has|have|what|why|how|where|who|which|when|whats|what's)\b")
_SHORT = 14
_QUESTION_END = 600
# A long reply agrees at its start or its end; in between stands what it talks about.
_OPENING, _FIRST = 300, 4
_POINTERS = frozenset(
    "it that this them these those now please then both all everything thanks thank you pls ty".split()
)


def stance(folded: str, said: Sequence[Sentence]) -> Stance:
    if _ASKS_BACK.match(folded) and folded.endswith("?") and not _AGREES_ANYWAY.search(folded):
        return Stance.OWN_WORDS
    if _REFUSES_ANYWAY.search(folded):
        return Stance.AGREES if _AGREES_ANYWAY.search(folded) and len(said) > 1 else Stance.REFUSES
    if (found := _AGREES_ANYWAY.search(folded[:_OPENING])) and not _is_denied(folded, found.start()):
        return Stance.AGREES
    clauses = [clause for clause in _CLAUSE.split(folded) if clause.strip()] or [folded]
    verdicts = [_verdict(clause) for clause in (*clauses[:_FIRST], *clauses[-1:])]
    if Stance.AGREES in verdicts:
        return Stance.AGREES
    if Stance.REFUSES in verdicts:
        return Stance.REFUSES
    return _unclear(folded)


def _is_denied(folded: str, start: int) -> bool:
    before = _WORD.findall(folded[max(start - 20, 0) : start])
    return any(word in NEGATORS and word != "no" for word in before[-3:])


def _verdict(clause: str) -> Stance | None:
    clause = clause.strip()
    if _NO_UNSPACED.search(clause):
        return Stance.REFUSES
    if _YES_UNSPACED.search(clause):
        return Stance.AGREES
    spoken = _WORD.findall(clause)
    if not spoken:
        return None
    if any(word in _NO or word in NEGATORS for word in spoken[:3]):
        # "Yes, cancel", but not "yes but don't".
        is_act = spoken[0] in YES and not any(
            word in NEGATORS or (word not in ACTS_OF_REFUSAL and word in _NO) for word in spoken
        )
        return Stance.AGREES if is_act else Stance.REFUSES
    return Stance.AGREES if spoken[0] in YES or (any(word in YES for word in spoken[:3]) and len(spoken) <= 4) else None


def _unclear(folded: str) -> Stance:
    """A short answer that is neither: "the users one", "as usual", a thumbs-up we don't know. It may well authorise."""
    spoken = _WORD.findall(folded)
    if folded.startswith(("/", "@", "!")):
        return Stance.OWN_WORDS
    if len(spoken) == 1 and spoken[0] in RUNS:
        return Stance.AGREES
    if not spoken:
        return Stance.AGREES if folded.strip(" .?!-_\n") else Stance.OWN_WORDS
    if spoken[0] in {"can", "could", "would", "will", "please"}:
        return Stance.AGREES if len(spoken) <= 5 else Stance.OWN_WORDS
    if len(spoken) <= 4 and not set(spoken[1:]) - _POINTERS and len(spoken) > 1:
        return Stance.AGREES
    if len(spoken) > _SHORT or "?" in folded or spoken[0] in _OWN_START or _writes(spoken):
        return Stance.OWN_WORDS
    return Stance.UNCLEAR


def _writes(spoken: Sequence[str]) -> bool:
    """ "Add a test": work of another kind than what was asked. "Maak over" and the like only look it."""
    return spoken[0] in WRITING and (len(spoken) > 2 or (spoken[0].isascii() and spoken[0] in ENGLISH_WRITING))


def turns_refusals_round(question: str) -> bool:
    """Whether a folded question is put so that "no" means "go ahead"."""
    return _TURNED.search(question[-_QUESTION_END:]) is not None
