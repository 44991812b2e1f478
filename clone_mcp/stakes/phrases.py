"""Dangers said without a dangerous verb: a price, a warning, a live system, a secret in clear."""

import re
from collections.abc import Iterator

from clone_mcp.stakes.findings import Consequence

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_PRODUCTION = (
    r"\b(?:in|on|to|against|into|onto|over|at)\s+(?:the\s+|our\s+|your\s+|live\s+)?(?:prod|production|live)\b"
    r"(?!\s*-?(?:build|bundle|mode|ready|config|code|dependenc|setting|env|grade|quality|check|reload|preview|demo))"
)
_RISKS = (
    "unrecoverable irrevocable irrevocably destructive nonreversible unreversible downtime outage unrecoverably lossy"
).split()
_ROWS: tuple[tuple[str, Consequence, str], ...] = (
    ("prod", D, _PRODUCTION),
    ("production", D, _PRODUCTION),
    ("live", D, _PRODUCTION),
    ("undone", D, r"\b(?:cannot|can't|can not|not)\s+be\s+undone"),
    ("irreversible", D, r"irreversible"),
    ("irreversibly", D, r"irreversibly"),
    ("permanently", D, r"permanently"),
    ("loss", D, r"\bdata\s+loss"),
    ("lost", D, r"\b(?:be|get|gets|is|are|all)\s+lost\b|\beverything\b.{0,40}\blost\b"),
    (
        "migration",
        D,
        r"\b(?:run|apply|execute|start)\s+(?:the\s+|this\s+|"
        r"all\s+)?(?:\w+\s+){0,2}migrations?\b(?!\s+(?:test|locally|on (?:dev|test|staging)|"
        r"against (?:a |the )?(?:local|test|dev)))",
    ),
    (
        "migrations",
        D,
        r"\b(?:run|apply|execute|start)\s+(?:the\s+|this\s+|"
        r"all\s+)?(?:\w+\s+){0,2}migrations?\b(?!\s+(?:test|locally|on (?:dev|test|staging)|"
        r"against (?:a |the )?(?:local|test|dev)))",
    ),
    ("$", C, r"\$\s?\d[\d.,]*"),
    ("€", C, r"€\s?\d|\d\s?€"),
    ("£", C, r"£\s?\d"),
    ("¥", C, r"¥\s?\d|\d\s?¥"),
    ("₹", C, r"₹\s?\d"),
    ("usd", C, r"\d\s?usd"),
    ("eur", C, r"\d\s?eur"),
    ("euro", C, r"\d\s?euro"),
    ("euros", C, r"\d\s?euros"),
    ("dollars", C, r"\d\s?dollars"),
    ("losing", D, r"\bmeans? losing"),
    ("lose", D, r"\b(?:will|would|'ll|'d|could|might) lose\b"),
    ("over", D, r"\bstart over\b"),
    ("run", D, r"\breal run\b"),
    (
        "who",
        K,
        r"\bwho (?:should|shall|may|can|gets?|else)\b.{0,40}\b(?:keys?|passwords?|access|tokens?|"
        r"credentials|admin|owner)\b",
    ),
    *(
        (word, D, r"\bno (?:backups?|copy|copies|undo|rollback)\b|\bsafe to lose\b")
        for word in ("backup", "backups", "copy", "undo", "rollback", "lose")
    ),
    ("destroy", D, r"\b[1-9]\d* to destroy\b"),
    ("go", D, r"\bcan (?:they|it|these|those|this|that|all of (?:it|them)) (?:all )?go\b"),
    *((word, P, r"\brecipients?:?\s.{0,80}\S@\S") for word in ("recipients", "recipient")),
    (
        "without",
        K,
        r"\bwithout (?:a |any |further |the )?(?:login|logging in|auth\w*|passwords?|review|approval|"
        r"asking|confirm\w*|"
        r"permission|backup|backups|checking|verification|encryption)\b",
    ),
    *(
        (
            word,
            K,
            r"\b(?:read|access|see|use|scan) (?:your|my|his|her|their) (?:contacts|e?-?mails?|messages|calendar|files|"
            r"location|photos|"
            r"account|accounts|bank|inbox|drive|data)\b",
        )
        for word in ("your", "my", "his", "her", "their")
    ),
    *(
        (word, D, r"\b(?:log|sign) (?:everyone|everybody|all\b.{0,20}|users?|them|him|her) out\b")
        for word in ("log", "sign")
    ),
    ("order", C, r"\border \d"),
    *(
        (word, C, r"\b(?:paid|premium|enterprise|pro) (?:plan|version|tier|one|edition|subscription|option)\b")
        for word in ("paid", "premium", "enterprise", "pro")
    ),
    *((word, D, r"\b(?:in|up|out|off|down|away|live) with (?:it|them|that)\b") for word in ("with",)),
    *((word, P, r"\b(?:off|out|up|live) (?:it|they|she) goes?\b") for word in ("goes", "go")),
    *(
        (word, D, r"\bno (?:way|going|turning) back|point of no return|\btakes?\s.{0,30}\bdown\b")
        for word in ("back", "return", "down")
    ),
    *((word, D, rf"\b{word}\b") for word in _RISKS),
    (
        "live",
        D,
        r"\blive (?:records|data|users|customers|traffic|site|system|systems|database|db|server|servers|environment|"
        r"table|tables|orders|accounts|index|cluster)\b",
    ),
    (
        "removes",
        D,
        r"\b(?:removes|deletes|erases|drops|wipes|overwrites|destroys|clears)\s+(?:every|all|"
        r"the (?:existing|current|old))\b",
    ),
    *(
        (
            word,
            K,
            r"\b(?:elevated|admin|administrator|root|sudo|owner|full|broader)\s+(?:rights|privileges|permissions|access)\b",
        )
        for word in ("rights", "privileges", "permissions", "access")
    ),
    *(
        (word, P, r"\b(?:goes|go|going|sent|send|out|mail|email|forward)\s+(?:out\s+)?to\s+\S+@\S+\.\w")
        for word in ("goes", "go", "going", "sent")
    ),
    *((word, P, r"\bvisible to (?:all|every|any|the (?:public|world|team|whole)|other)") for word in ("visible",)),
    *((word, C, r"\b(?:be|gets?) (?:charged|billed|debited)\b") for word in ("charged", "billed", "debited")),
    *((word, K, r"\bon (?:your|my|his|her|their) behalf\b") for word in ("behalf",)),
    ("comment", P, r"\bcomments?\s(?:on|to|under|in)\s.{0,20}\b(?:pr|pull|issue|ticket|thread|merge)\b"),
    *(
        (press, kind, rf"(?<!the )(?<!a )(?<!our )(?<!this )\b{press}\s+(?:on\s+)?(?:the\s+)?[\"']?(?:{verbs})\b")
        for press in ("hit", "press", "click", "clicking", "pressing", "hitting")
        for kind, verbs in (
            (P, "merge|publish|send|submit|release|post|share"),
            (C, "deploy|buy|pay|order|place order|checkout|confirm"),
            (D, "delete|reset|remove"),
        )
    ),
    ("dev/null", D, r"dev/null"),
    ("bill", C, r"\b(?:doubles?|triples?|increases?|raises?|adds? to)\s.{0,12}\bbill\b"),
    ("costs", C, r"\bcosts\s.{0,20}\d"),
    ("cost", C, r"\bcost\s.{0,20}\d"),
    (
        "out",
        P,
        r"\b(?:mails?|emails?|messages?|newsletters?|invitations?|letters?|invoices?|"
        r"announcements?)\s.{0,20}\b(?:go|goes|going)\s+out\b",
    ),
    ("dns", D, r"\b(?:switch|point|change|update|move)\s.{0,30}\bdns\b"),
)


_WANTED = re.compile(
    r"\b(?:what|what's|which|asks?|wants?|requires?|paste|send|give|provide|need|tell|enter|share|type|have)\b[^.?!\n]{0,40}\b"
    r"(?:pass(?:word|phrase|code)|pin|otp|(?:2fa|mfa|verification|security|sms|auth\w*)\s+code|log-?in|(?:api|access|secret|private|"
    r"license|ssh|recovery) key|token|credentials?|seed phrase|cvv|card number|iban|ssn)\b"
    r"(?!\s+(?:length|hash\w*|polic\w+|format|type|limit|field|count|name|expir\w*|validat\w*|rotation|strength|budget|"
    r"library|algorithm|window|bucket|generator|class|column|parser|method|provider|header|manager|size|prefix|store))"
)
_VALUE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])\S{5,}|(?<![\w#])\d{4,}|\b\d{3}[ -]\d{3}\b")
_LONGEST_SECRET = 200


def _by_word() -> dict[str, list[tuple[Consequence, re.Pattern[str]]]]:
    table: dict[str, list[tuple[Consequence, re.Pattern[str]]]] = {}
    for word, consequence, pattern in _ROWS:
        table.setdefault(word, []).append((consequence, re.compile(pattern)))
    return table


_BY_WORD = _by_word()
_WORDS = frozenset(_BY_WORD)
_METHOD = re.compile(
    r"\.(?:delete_?(?:many|one|all)|drop_?(?:database|collection|table|index(?:es)?)?|remove_?(?:all|many)|flush_?(?:all|db)|"
    r"destroy_?all|truncate)\("
)
_BROAD_ACCESS = re.compile(r"fullaccess|administratoraccess|poweruseraccess")
_MONEY_TOKEN = re.compile(r"\$\d")
_SECRET_VALUE = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:ant|live|test|proj)[-_]\w{6,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|"
    r"\bakia[0-9a-z]{12,}|\bxox[abprs]-[\w-]{8,}|\beyj[\w-]{10,}\.[\w-]{6,}"
    r"|\bglpat-[\w-]{10,}|\bnpm_\w{20,}|\baiza[\w-]{20,}|-----begin [a-z ]*private key"
    r"|\b(?:password|passwort|passphrase|pwd|pw|pin|api[- _]?key|token|secret|otp|senha|contrasena|"
    r"mot de passe|wachtwoord|пароль|密码|パスワード|비밀번호|sifre)\s*(?:is|:|=|ist|es|est|e|-|是|"
    r"は)+\s*[\"']?[^\s\"']*[\d!@#$%^&*_-][^\s]*"
)


def phrases(folded: str, words: frozenset[str]) -> Iterator[tuple[Consequence, int]]:
    for word in words & _WORDS:
        for consequence, pattern in _BY_WORD[word]:
            if found := pattern.search(folded):
                yield consequence, found.start()
    if "(" in folded and (found := _METHOD.search(folded)):
        yield D, found.start()
    if "access" in folded and (found := _BROAD_ACCESS.search(folded)):
        yield K, found.start()
    if "$" in folded and (found := _MONEY_TOKEN.search(folded)):
        yield C, found.start()


def carries_secret(folded: str) -> bool:
    """A reply that itself hands a password or key over."""
    return _SECRET_VALUE.search(folded) is not None


def names_value(reply: str) -> bool:
    """Whether a folded reply holds what could be a password or code."""
    return len(reply) < _LONGEST_SECRET and _VALUE.search(reply) is not None


def wants_secret(question: str) -> bool:
    return _WANTED.search(question) is not None
