"""Doubt: things nobody should touch on somebody's behalf whatever the verb, and verbs nobody has heard of.

The verb tables can't know every way of saying "delete". When an agent asks leave to do *something* to a
production
database or a credit card, and isn't merely writing or talking about it, that is reason enough to ask the
person.
"""

from collections.abc import Iterator, Sequence

from clone_mcp.prediction.consequence.findings import Consequence
from clone_mcp.prediction.consequence.grammar import FACTS, TALKING, WRITING, asks_for_facts, words
from clone_mcp.prediction.consequence.nouns import CODE, DATA, kinds
from clone_mcp.prediction.consequence.vocabulary import is_known

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_NOUNS = {
    D: words("""
        database databases production prod backups cluster bucket buckets snapshots worktree worktrees
        volumes disk disks fleet vm vms
        datenbank produktion produktionsdatenbank branch-protection base-de-données producción produção
        produzione productie прод базу
        retention tablespace scratch firewall dns failover replica load-balancer nameserver nameservers
        live branch-protections canlıya canlıda üretime prod'a live-system live-betrieb serveur-de-production боевой
    """),
    C: words("""
        billing invoice invoices payment payments subscription license licence licenses licences
        credit-card budget campaign gpu gpus bill cart
        checkout refund rechnung abo facture abonnement factura suscripción fatura assinatura fattura
        abbonamento factuur счёт подписку
        reserved-instance seats quota premium enterprise annual all-users payroll payout deposit bonifico überweisung
        virement transferencia transferência overschrijving havale ödeme zahlung paiement pago pagamento betaling оплату
        платёж bestellung pedido ordine
    """),
    P: words("""
        public publicly online linkedin twitter reddit hackernews facebook instagram youtube mastodon
        bluesky slack discord pypi tracker gist newsletter
        customers subscribers press app-store play-store world-readable mailing blog kunden clients
        clientes clienti klanten клиентам öffentlich
        investors journalists everyone upstream marketplace all-customers all-clients all-subscribers all-employees
        all-members müşterilere herkese abonnés suscriptores assinantes iscritti abonnenten подписчикам pressemitteilung
    """),
    K: words("""
        password passwords passphrase credentials root admin oauth ssh-key private-key private-keys
        secrets 2fa mfa vault keychain superuser
        passwort kennwort zugangsdaten contraseña senha wachtwoord пароль şifre identifiants credenciales
        credenciais credenziali de-passe
        write-access permissions branch-protection sudoers seed-phrase otp
    """),
}
_ALL = frozenset(noun for nouns in _NOUNS.values() for noun in nouns)
_FRAMES = words("""
    should shall may can could want mind i-need we-need ok okay i'll i'd i-can we-can i-will i-would would-like let's
    about ready gibst
    soll möchtest darf kann dois veux puis peux debo quieres puedo devo quer posso vuoi zal mag moet
    хочешь можно мне
""")
# Looking, waiting and keeping change nothing.
_HEADLINE = 6
_GENTLE = (
    WRITING
    | TALKING
    | words("""
        show list keep leave name call query count search wait back backup watch monitor see view plan
        read print-only measure skip avoid stop
        raise return throw simulate dry-run --dry-run estimate remind connect locally local test tests mocked
        staging-only
        proceed continue commit rename install
        have contain proofread spellcheck draft translate reword rephrase ask propose documented explained described
        mentioned tested mocked renamed logged typed validated
    """)
)


# Verbs that are writing when done to a file, but not when done to something that runs live.
_CHANGING = words("change update modify set convert add create adjust wire hook extend expose include move switch")
_RUNNING = words("""
    production prod dns firewall failover replica cluster billing subscription permissions write-access 2fa mfa root
    admin oauth branch-protection retention fleet vm vms seats quota everyone upstream publicly
""")
_MODALS = words("would will must might should shall can could may")
_NEVER_VERBS = FACTS | _MODALS | words("got both half")
_POINTERS = words("it them this that these those")
_OBJECT_START = _POINTERS | words("the a an my your our his her their all everything everyone everybody")
_LONGEST_HEADLINE, _LONGEST_ORDER = 12, 6
_VAGUE = words("take put let make get open turn switch give go bring move set up in out off away keep push pull accept")
_NOUNS_TOO = words("draft test tests document list name view plan query log count change update")
_LEAVE = words("should shall i want may")
_AGENT = frozenset(("i", "we", "me", "us"))
_BEFORE_AGENT = frozenset("should shall can may could want like let need ok okay".split())
_AGENT_ALREADY = frozenset("i'll we'll i'd we'd i-will we-will i-can we-can i-would we-would let's".split())
_BETWEEN = frozenset(
    "to just also now then go ahead and quickly simply first either actually still proceed directly "
    "rather please".split()
)
# Verbs of ordinary work, and words that aren't verbs: all that may follow "Shall I" without raising a doubt.
_ORDINARY = words("""
    try do recommend suggest lean move address get have let make put take bring give set turn go come see explore
    be examine elaborate focus break navigate work identify integrate follow incorporate complete recognize
    propose tackle finalize capture dig consider step correct assist track edit adapt sort pinpoint pick choose
    choosing decide dive troubleshoot transform calculate compute combine encrypt enhance improve remember
    coordinate render scan stay reconsider discover configure stage attempt perform slice revise prototype
    categorize brainstorm scaffold locate prioritize narrow target catch filter pin think highlight cycle
    deprecate stub gate match craft research base compile process evaluate lint fmt sketch iterate zoom experiment
    play answer ask fold swap raise return yield cast use reuse bump regenerate rerun re-run retry repeat
    restructure reorganize reorganise group nest flatten map reduce sum join split concatenate append prepend
    insert inject parse serialize serialise encode decode escape unescape trim pad truncate-text round shorten
    lengthen widen expand collapse toggle blur indent dedent center align scroll animate fade colour color theme
    paint draw plot chart graph visualize visualise sample shuffle seed memoize cache buffer batch queue-up stream
    paginate debounce throttle limit cap clamp loosen tighten relax strengthen harden guard protect secure
    sanitize hash compress zip unzip download fetch pull load import clone checkout check-out stash rebase squash
    amend commit cherry-pick branch diff blame bisect inspect profile time trace instrument monitor measure count
    estimate rank score rate grade judge compare contrast weigh summarize summarise paraphrase translate localize
    spell proofread reword rephrase reformulate outline structure number label title caption annotate mark comment
    footnote cite quote link reference credit attribute mention illustrate demonstrate demo present show display
    preview print view open close keep leave preserve retain save store hold maintain support backport port
    upstream-nothing vendor freeze unpin upgrade-types downgrade-types install add include bundle minify transpile
    build rebuild assemble generate bootstrap init initialize initialise setup set-up create define declare type
    name rename alias call invoke run execute exercise try-out test verify validate assert check double-check
    recheck confirm ensure spec mock fake simulate emulate fuzz benchmark stress watch observe listen
    subscribe-events poll wait pause sleep continue proceed resume finish start begin stop-here end conclude wrap
    wrap-up skip ignore omit exclude avoid prevent allow-list handle treat deal cope recover fall fallback default
    guess assume infer deduce derive search look find grep list enumerate collect gather aggregate read skim study
    learn understand know explain describe clarify document discuss talk chat say tell note report brief update
    refresh sync-docs adjust tweak tune polish refine fix repair patch debug diagnose investigate analyze analyse
    review critique audit assess refactor simplify extract inline abstract generalize generalise specialize
    parametrize parameterize modularize decouple isolate separate unify merge-code consolidate dedupe deduplicate
    normalize normalise standardize convert change modify alter replace substitute exchange switch reorder
    rearrange reverse invert negate shift increment decrement increase decrease double halve prefer favour favor
    stick like love need want mean plan design architect model draft write rewrite compose author help guide walk
    mentor pair collaborate restart-dev serve host-locally boot launch-dev style restyle format reformat prettify
    beautify hide enable disable activate deactivate select deselect hover click-through drag resize position
    place-inline truncate feel believe hope wish expect bet mind care agree disagree apologize apologise thank
    appreciate cover extend implement introduce optimize optimise cleanup tidy clean organize organise arrange fit
    squeeze shrink grow reset-state log count-up emphasize emphasise make-sure ship-tests run-tests lower cut
    minimize minimise maximize maximise speed slow accelerate delay defer postpone reschedule inherit subclass
    override overload also just then now either both only still maybe probably perhaps actually really better best
    rather sooner first next not the a an to it this that these those with for from in on at of or and but if so
    as by all any some more most one two no yes ok i you we they he she me us them my your our their its his her
    there here what which who how why when where whether able sure glad happy ready done fine good great free
    quick quickly simply directly manually carefully slowly gradually instead always never usually
""")


def opens_ask(tokens: Sequence[str]) -> bool:
    """ "Should I ..." or "Switch the billing over" without its question mark."""
    return len(tokens) <= _HEADLINE - 1 or not _FRAMES.isdisjoint(tokens[:3])


def sensitive(tokens: Sequence[str], spoken: frozenset[str], before: Sequence[str] = ()) -> Iterator[Consequence]:
    """The consequences that the words of a question suggest by what they name, itself or by an "it" for `before`."""
    if not tokens or asks_for_facts(tokens):
        return
    if len(spoken) > _HEADLINE and _FRAMES.isdisjoint(spoken) and _verb_place(tokens) is None:
        return
    if _ALL.isdisjoint(spoken):
        if before and not _POINTERS.isdisjoint(spoken) and _GENTLE.isdisjoint(spoken) and not _is_ordinary_work(tokens):
            yield from _named(frozenset(before))
        return
    noun_at = next(place for place, token in enumerate(tokens) if token in _ALL)
    if not _is_gentle(tokens, noun_at, spoken):
        yield from _named(spoken)


def _named(spoken: frozenset[str]) -> Iterator[Consequence]:
    for consequence, nouns in _NOUNS.items():
        if not nouns.isdisjoint(spoken):
            yield consequence


def _is_gentle(tokens: Sequence[str], noun_at: int, spoken: frozenset[str]) -> bool:
    """Looking at it, or writing about it; changing what runs live isn't writing, unless code is named."""
    asks_leave = noun_at > 0 and (tokens[0] not in _MODALS or not _AGENT.isdisjoint(tokens[1:3]))
    gentle = _GENTLE.intersection(tokens[:noun_at] if asks_leave else tokens)
    if gentle - _CHANGING:
        return True
    return bool(gentle) and (_RUNNING.isdisjoint(spoken) or any(CODE in kinds(token) for token in tokens))


def _is_ordinary_work(tokens: Sequence[str]) -> bool:
    verb = _verb_place(tokens)
    return verb is None or tokens[verb] in _ORDINARY


def _verb_place(tokens: Sequence[str]) -> int | None:
    """Where the act stands that leave is asked for: "Shall I <verb> ...", "<verb> the ...?"."""
    for at, token in enumerate(tokens[:-1]):
        if token in _AGENT_ALREADY or (token in _AGENT and at > 0 and tokens[at - 1] in _BEFORE_AGENT):
            return next((i for i in range(at + 1, len(tokens)) if tokens[i] not in _BETWEEN), at)
    if 1 < len(tokens) <= _LONGEST_HEADLINE and tokens[0] not in _NEVER_VERBS and tokens[1] in _OBJECT_START:
        return 0
    return None


def unfamiliar_verb(tokens: Sequence[str]) -> int | None:
    """Where the agent asks to do something that no table knows, done to something that isn't code."""
    verb = _verb_place(tokens)
    return verb if verb is not None and _is_unfamiliar(tokens, verb) else None


def doubtful_order(tokens: Sequence[str], about: frozenset[str]) -> Iterator[Consequence]:
    """ "Grab it" to "The domain is free": an order with an unknown or vague verb, about something sensitive."""
    if not 2 <= len(tokens) <= _LONGEST_ORDER or _POINTERS.isdisjoint(tokens[1:4]):
        return
    verb = tokens[0]
    if (verb in _ORDINARY and verb not in _VAGUE) or verb in _GENTLE or not verb.isalpha():
        return
    if not any(CODE in kinds(word) for word in about):
        yield from _named(about)
    if _is_unfamiliar(tokens, 0) and _names_data(about):
        yield D


def doubtful_answer(tokens: Sequence[str], asked: Sequence[str]) -> Iterator[Consequence]:
    """ "Who should get the draft?" - "all investors": what is still open in the question is filled with a risk."""
    if not asked or asked[0] not in FACTS or _LEAVE.isdisjoint(asked) or not _GENTLE.difference(_NOUNS_TOO).isdisjoint(asked):
        return
    if len(tokens) <= _HEADLINE:
        yield from _named(frozenset(tokens))


def _names_data(about: frozenset[str]) -> bool:
    named = [kinds(word) for word in about]
    return any(DATA in found and CODE not in found for found in named) and not any(CODE in found for found in named)


def _is_unfamiliar(tokens: Sequence[str], at: int) -> bool:
    verb = tokens[at]
    if (
        not (verb.isascii() and verb.isalpha() and len(verb) > 1)
        or verb in _ORDINARY
        or verb in _GENTLE
        or is_known(verb)
    ):
        return False
    return not any(CODE in kinds(token) for token in tokens[at + 1 :])
