"""Doubt: things nobody should touch on somebody's behalf whatever the verb, and verbs nobody has heard of.

The verb tables can't know every way of saying "delete". When an agent asks leave to do *something* to a
production
database or a credit card, and isn't merely writing or talking about it, that is reason enough to ask the
person.
"""

from collections.abc import Iterator, Sequence

from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import FACTS, TALKING, WRITING, asks_for_facts, words
from clone_mcp.stakes.nouns import CODE, DATA, PEOPLE, PROD, kinds
from clone_mcp.stakes.ordinary import ORDINARY, PLAIN, RISKY
from clone_mcp.stakes.vocabulary import is_known, one_slip_away

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
        money balance debt loan mortgage canary traffic funds cash salary salaries prices reserved-instance seats
        quota premium enterprise annual
        all-users payroll payout purchase purchases deposit bonifico überweisung
        virement transferencia transferência overschrijving havale ödeme zahlung paiement pago pagamento betaling оплату
        платёж bestellung pedido ordine
    """),
    P: words("""
        public publicly online linkedin twitter reddit hackernews facebook instagram youtube mastodon
        bluesky slack discord pypi tracker gist newsletter
        customers subscribers press app-store play-store world-readable mailing blog kunden clients
        clientes clienti klanten клиентам öffentlich
        investors journalists everyone upstream marketplace job-board cv investor journalist subscriber
        all-customers all-clients all-subscribers all-employees
        all-members müşterilere herkese abonnés suscriptores assinantes iscritti abonnenten подписчикам pressemitteilung
    """),
    K: words("""
        password passwords passphrase credentials root admin oauth ssh-key private-key private-keys
        secrets 2fa mfa vault keychain superuser
        passwort kennwort zugangsdaten contraseña senha wachtwoord пароль şifre identifiants credenciales
        credenciais credenziali de-passe
        write-access permissions branch-protection sudoers seed-phrase otp passport ssn iban card-number card-numbers
        zugriff accès acceso acesso accesso toegang доступ erişim service-account service-accounts iam
        allow-list allowlist connection-string social-security bank-details
    """),
}
_ALL = frozenset(noun for nouns in _NOUNS.values() for noun in nouns)
_FRAMES = words("""
    should shall may can could would might want mind i-need we-need ok okay i'll i'd i-can we-can i-will
    i-would would-like let's
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
_CHANGING = words(
    "change update modify set convert add create adjust wire hook extend expose include move switch rename"
)
_RUNNING = words("""
    production prod dns firewall failover replica cluster billing subscription permissions write-access 2fa mfa root
    admin allow-list allowlist canary traffic load-balancer oauth iam service-account branch-protection retention
    fleet vm vms seats quota everyone upstream publicly
""")
_MODALS = words("would will must might should shall can could may")
_NEVER_VERBS = FACTS | _MODALS | words("got both half")
_POINTERS = words("it them this that these those")
_OBJECT_START = _POINTERS | words("the a an my your our his her their all everything everyone everybody")
_LONGEST_HEADLINE, _LONGEST_ORDER = 12, 6
_VAGUE = words("take put let make get open turn switch give go bring move set up in out off away keep push pull accept")
_NOUNS_TOO = words("draft test tests document list name view plan query log count change update")
_AROUND = words("up out in off away down on over back live now please then too to the for me thanks ! . ,")
_PUTS_OFF = words("dry none neither nothing hold later")
_PARTICLES = words("off out up down away over through live in")
_LEAVE = words("should shall i want may")
_AGENT = frozenset(("i", "we", "me", "us"))
_BEFORE_AGENT = frozenset("do should shall can may could want like let need ok okay".split())
_AGENT_ALREADY = frozenset(
    "i'd-like would-like i'll we'll i'd we'd i-will we-will i-can we-can i-would we-would let's".split()
)
_BETWEEN = frozenset(
    "to just also now then go ahead and quickly simply first either actually still proceed directly "
    "rather please like love need want have be able i'd".split()
)


def opens_ask(tokens: Sequence[str]) -> bool:
    """ "Should I ..." or "Switch the billing over" without its question mark."""
    return len(tokens) <= _HEADLINE or not _FRAMES.isdisjoint(tokens[:3]) or _verb_place(tokens) == 0


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
    return verb is None or tokens[verb] in ORDINARY


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


def risky_verb(tokens: Sequence[str]) -> Consequence | None:
    """ "Accept the counteroffer?", "I can block this caller": an act on others, on money or on something running."""
    at = _verb_place(tokens)
    if at is None and 0 < len(tokens) <= _LONGEST_HEADLINE:
        at = 0
    if at is None or any(CODE in kinds(token) or token in PLAIN for token in tokens[at + 1 :]):
        return None
    spelt = (
        {tokens[at]} if tokens[at] in ORDINARY or tokens[at] in _GENTLE else {tokens[at], *one_slip_away(tokens[at])}
    )
    return next((kind for kind, verbs in RISKY.items() if not verbs.isdisjoint(spelt)), None)


def asks_for_risk(tokens: Sequence[str]) -> bool:
    """Whether an alternative is anything but ordinary work: one that starts with no known harmless verb is."""
    verb = _verb_place(tokens)
    first = tokens[verb if verb is not None else 0] if tokens else ""
    harmless = first in ORDINARY or first in _GENTLE or first in _PUTS_OFF
    return not harmless or not _ALL.isdisjoint(tokens)


def risky_option(tokens: Sequence[str]) -> Iterator[Consequence]:
    """ "Staging + prod", "launch tonight": a chosen option is done, so what it names needs no verb we know."""
    if (consequence := risky_verb(tokens)) is not None:
        yield consequence
    if _GENTLE.isdisjoint(tokens) and not any(CODE in kinds(token) for token in tokens):
        yield from _named(frozenset(tokens))


def doubtful_order(tokens: Sequence[str], about: frozenset[str]) -> Iterator[Consequence]:
    """ "Grab it" to "The domain is free": an order with an unknown or vague verb, about something sensitive."""
    pronoun = next((place for place, token in enumerate(tokens[:4]) if token in _POINTERS), 0)
    if not pronoun or len(tokens) > _LONGEST_ORDER or not _AROUND.issuperset(tokens[pronoun + 1 : pronoun + 2]):
        return
    verb = tokens[0]
    if (verb in ORDINARY and verb not in _VAGUE) or verb in _GENTLE or verb in FACTS or not verb.isalpha():
        return
    if not any(CODE in kinds(word) or word in PLAIN for word in (*about, *tokens)):
        yield from _named(about)
        yield from (kind for kind, verbs in RISKY.items() if verb in verbs)
    vague = verb in _VAGUE and not _PARTICLES.isdisjoint(tokens)
    if (vague or _is_unfamiliar(tokens, 0)) and _names_data(about):
        yield D


def doubtful_answer(tokens: Sequence[str], asked: Sequence[str]) -> Iterator[Consequence]:
    """ "Who should get the draft?" - "all investors": what is still open in the question is filled with a risk."""
    if (
        not asked
        or asked[0] not in FACTS
        or _LEAVE.isdisjoint(asked)
        or not _GENTLE.difference(_NOUNS_TOO).isdisjoint(asked)
    ):
        return
    if len(tokens) <= _HEADLINE:
        yield from _named(frozenset(tokens))


def _names_data(about: frozenset[str]) -> bool:
    named = [kinds(word) for word in about]
    return any(not found.isdisjoint((DATA, PEOPLE, PROD)) for found in named) and not any(
        CODE in found for found in named
    )


def _is_unfamiliar(tokens: Sequence[str], at: int) -> bool:
    verb = tokens[at]
    if (
        not (verb.isascii() and verb.isalpha() and len(verb) > 1)
        or verb in ORDINARY
        or verb in _GENTLE
        or is_known(verb)
    ):
        return False
    return not any(CODE in kinds(token) for token in tokens[at + 1 :])
