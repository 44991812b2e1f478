"""What a secret looks like: the tables, and the judgement whether a labelled value is one or only looks like it.

It reads no whole texts: redaction.py finds the places and replaces them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clone_mcp.language import lexicon

Setting = Literal["environment", "quoted", "bare", "flag", "query"]


@dataclass(frozen=True, slots=True)
class TokenRule:
    """A secret recognised by its own prefix.

    It lies inside one unbroken run of letters, digits, `_`, `-` and `.`, at least `SHORTEST_RUN` long, so the
    text outside such runs is never looked at. `or_words` marks prefixes that ordinary names start with too.
    """

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    or_words: bool = False


@dataclass(frozen=True, slots=True)
class AnchorRule:
    """A secret recognised by what stands before it: `pattern` is matched where `anchor` (lower case) occurs."""

    name: str
    anchor: bytes
    pattern: re.Pattern[str]
    accept: Callable[[str], bool]


SHORTEST_RUN = 20

# In JSON inside JSON a line break is the two characters \n, and that n must not count as part of a word.
_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"

_AWS = "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"  # inside base64 the same letters come up by chance


def _token(name: str, hints: str, pattern: str, *, or_words: bool = False) -> TokenRule:
    return TokenRule(name, tuple(hints.split()), re.compile(pattern, re.ASCII), or_words)


# Where a hint is a rare enough string no start is asked for: a key glued to other text is still a key. Whatever
# follows a quantifier without upper bound is optional, and what must be followed by more is bounded, so the
# work per hint is bounded and a whole text costs linear time.
TOKENS = (
    _token("anthropic-key", "sk-ant-", r"sk-ant-[\w-]{16,}"),
    _token(
        "openai-key",
        "sk-",
        rf"sk-(?:proj|svcacct|admin|None|or-v1|lf)-[\w-]{{20,}}|{_START}sk-[A-Za-z0-9]{{20,}}",
    ),
    _token("aws-access-key", "AKIA ASIA ABIA ACCA", rf"{_START}{_AWS}[A-Za-z0-9]*|{_AWS}(?![A-Za-z0-9[])"),
    _token("google-key", "AIza", r"AIza[\w-]{30,}"),
    _token("google-oauth-token", "ya29. GOCSPX-", r"(?:ya29\.|GOCSPX-)[\w-]{20,}"),
    _token("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    _token("github-token", "github_pat_", r"github_pat_\w{20,}"),
    _token(
        "gitlab-token",
        "glpat- glptt- gldt- glrt- glrtr- glcbt- glsoat- glft- glimt- glagent- gloas-",
        r"gl(?:pat|ptt|dt|rtr?|cbt|soat|ft|imt|agent|oas)-[\w-]{20,}",
        or_words=True,
    ),
    _token("slack-token", "xox xapp-", r"(?:xox[abcdeoprs]|xapp)-[A-Za-z0-9-]{14,}"),
    _token("stripe-key", "_live_ _test_", rf"{_START}[sr]k_(?:live|test)_[A-Za-z0-9]{{16,}}"),
    _token("webhook-secret", "whsec_", r"whsec_[A-Za-z0-9]{20,}"),
    _token("twilio-key", "SK AC", rf"{_START}(?:SK|AC)[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    _token("sendgrid-key", "SG.", r"SG\.[\w-]{16,64}\.[\w-]{16,}"),
    _token("npm-token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    _token("pypi-token", "pypi-", r"pypi-[\w-]{30,}", or_words=True),
    _token("huggingface-token", "hf_", rf"{_START}hf_[A-Za-z0-9]{{30,}}"),
    _token("telegram-token", "AA", r"(?<=\d{8}:)AA[\w-]{33}"),
    _token("discord-token", "M N O", r"[MNO][A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,}"),
    _token("digitalocean-token", "doo_v1_ dop_v1_ dor_v1_", r"do[opr]_v1_[A-Za-z0-9]{32,}"),
    _token("databricks-token", "dapi", rf"{_START}dapi[0-9a-f]{{32}}(?:-\d)?"),
    _token("linear-key", "lin_api_ lin_oauth_", r"lin_(?:api|oauth)_[A-Za-z0-9]{20,}"),
    _token("notion-token", "ntn_ secret_", rf"{_START}(?:ntn_[A-Za-z0-9]{{30,}}|secret_[A-Za-z0-9]{{40,}})"),
    _token("clone-key", "clone_", r"clone_[\w-]{43,}", or_words=True),
    _token("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}"),
    _token("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,}", or_words=True),
    _token("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{30,}"),
    _token("xai-key", "xai-", r"xai-[A-Za-z0-9]{30,}"),
    _token("perplexity-key", "pplx-", r"pplx-[A-Za-z0-9]{30,}"),
    _token("nvidia-key", "nvapi-", r"nvapi-[\w-]{40,}"),
    _token("replicate-token", "r8_", rf"{_START}r8_[A-Za-z0-9]{{30,}}"),
    _token("tavily-key", "tvly-", r"tvly-[\w-]{20,}", or_words=True),
    _token("langsmith-key", "lsv2_", r"lsv2_(?:pt|sk)_\w{30,}"),
    _token("grafana-token", "glsa_ glc_", r"(?:glsa|glc)_\w{30,}", or_words=True),
    _token("docker-token", "dckr_pat_ dckr_oat_", r"dckr_[po]at_[\w-]{20,}"),
    _token("figma-token", "figd_", r"figd_[\w-]{30,}"),
    _token("tailscale-key", "tskey-", r"tskey-[a-z]{2,12}-[\w-]{16,}", or_words=True),
    _token("supabase-key", "sbp_ sb_secret_", r"sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,}", or_words=True),
    _token("atlassian-token", "ATATT3 ATCTT3", r"AT[AC]TT3[\w-]{50,}"),
    _token("sentry-token", "sntrys_ sntryu_", r"sntry[su]_\w{40,}"),
    _token("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[\w-]{30,}"),
    _token("rubygems-key", "rubygems_", r"rubygems_[0-9a-f]{40,}"),
    _token("doppler-token", "dp.", rf"{_START}dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{{40,}}"),
    _token("pulumi-token", "pul-", rf"{_START}pul-[0-9a-f]{{40}}"),
    _token("postman-key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _token("newrelic-key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    _token("mailgun-key", "key-", rf"{_START}key-[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    _token("mailchimp-key", "-us", rf"{_START}[0-9a-f]{{32}}-us\d{{1,2}}(?![A-Za-z0-9])"),
    _token("square-token", "sq0", r"sq0(?:atp|csp|idp)-[\w-]{20,}"),
    _token("netlify-token", "nfp_", r"nfp_[A-Za-z0-9]{30,}"),
    _token("circleci-token", "CCIPAT_", r"CCIPAT_\w{30,}"),
    _token("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    _token("jwt", "eyJ", r"eyJ[\w-]{10,1024}+\.[\w-]{8,8192}+\.[\w-]*"),
)

_TYPE_WORDS = re.compile(
    rf"(?<![A-Za-z0-9])(?:{lexicon.pattern('secrets', 'type')})[-_]?\d+(?![A-Za-z])", re.IGNORECASE
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONGEST_WORD = 20
_LOCATION = re.compile(r"(?:~|\.{1,2})?/[\w.~-]+/|[a-z][a-z0-9+.-]{1,15}://|arn:|[~.]{1,2}/|[A-Za-z]:\\", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{1,40}")  # a public account on a chain; a private key there has 64 digits
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
_PLACEHOLDER = re.compile(
    r"""<[^>]*>?|\$\{.*|\$[A-Za-z_(].*|\{.*|%[A-Za-z_(].*|\[.*|\#.*|@[A-Za-z_]\w*
    |(.)\1*                            # ****, xxxx, ----
    |.*(?:\.\.\.|\*\*\*|…|x{6}|X{6}|\{\{|\$\{|\#\{|\[redacted:).*
    |(?i:.*(?:"""
    + lexicon.pattern("secrets", "placeholder")
    + ").*)",
    re.VERBOSE | re.DOTALL,
)
_COMMON = lexicon.words("secrets", "no secret")
# A capitalised word, or one in another script, is a caption in a translation file.
_CAPTION = re.compile(r"[A-Z][a-z]+|[A-Z]{2,8}|v?\d+(?:\.\d+)+|.*[^\x00-\x7f].*")
_LABEL_WORDS = re.compile(lexicon.pattern("secrets", "label"), re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    return _PLACEHOLDER.fullmatch(value) is not None or value.lower() in _COMMON


def wordy(value: str) -> bool:
    """Whether this reads as words or a name in code rather than as chance."""
    plain = _TYPE_WORDS.sub("", value)
    words = _WORD.findall(plain)
    if not words:
        return plain != value
    digits = sum(char.isdigit() for char in plain)
    return digits <= 2 and max(map(len, words)) <= _LONGEST_WORD and sum(map(len, words)) >= 3 * len(words)


def looks_random(value: str) -> bool:
    if len(value) < 8 or not value.isascii() or " " in value:
        return False
    if is_placeholder(value) or _LOCATION.match(value) or _ADDRESS.fullmatch(value):
        return False
    has_letter = any(char.isalpha() for char in value)
    has_digit = any(char.isdigit() for char in value)
    return has_letter and (has_digit or len(value) >= SHORTEST_RUN) and not wordy(value)


def is_secret(label: str, setting: Setting, value: str) -> bool:
    """Whether the value of something called a password, token and so on is the thing itself.

    Not so for placeholders, names of variables, types, and what prose says after the word.
    """
    if label == "aws-secret-key" and re.fullmatch(r"[A-Za-z0-9+/]{40}", value):
        return True  # before the question whether it is a path: base64 may start like one
    if is_placeholder(value) or _LOCATION.match(value):
        return False
    if label == "password":
        return _is_password(setting, value)
    if label == "passphrase" and " " in value:
        return setting == "quoted" and value.islower() and value.count(" ") >= 3 and not _LABEL_WORDS.search(value)
    if setting == "environment":
        return len(value) >= 8 and not (wordy(value) and ("." in value or "_" in value))
    if _DOTTED.fullmatch(value) and _LABEL_WORDS.search(value):
        return False
    return looks_random(value) or (setting in ("query", "flag") and _mixed(value))


def _is_password(setting: Setting, value: str) -> bool:
    if " " in value or len(value) < 4:
        return False
    if setting == "environment":
        return not (wordy(value) and "." in value)
    names_itself = wordy(value) and _LABEL_WORDS.search(value) is not None
    if setting == "quoted":
        return not (names_itself or _CAPTION.fullmatch(value) or (wordy(value) and re.search(r"[.:/]", value)))
    if names_itself or _TYPE_WORDS.search(value):
        return False
    return _mixed(value) or (len(value) >= 6 and value.isdigit())


def _mixed(value: str) -> bool:
    """Letters with digits or signs among them, as in a password somebody made up."""
    if len(value) < 6 or not any(char.isalpha() for char in value):
        return False
    return any(char.isdigit() for char in value) or any(char in "@!#$%^&*+" for char in value[1:-1])


def _is_basic(value: str) -> bool:
    """Basic credentials are `user:password` in base64."""
    try:
        return b":" in base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False


def _is_credential(value: str) -> bool:
    if is_placeholder(value) or _LOCATION.match(value):
        return False
    return looks_random(value) or _is_basic(value) or (_mixed(value) and not wordy(value))


def _is_key_block(value: str) -> bool:
    return re.search(r"[A-Za-z0-9+/]{24}", value) is not None


def _is_url_password(value: str) -> bool:
    return not re.fullmatch(r"<.*>|\$\{?\w.*|\{.*|%[sv]|\*+|\.+|x+|X+|\[.*", value)


def _anchor(name: str, anchor: bytes, pattern: str, accept: Callable[[str], bool]) -> AnchorRule:
    return AnchorRule(name, anchor, re.compile(pattern, re.ASCII | re.IGNORECASE | re.VERBOSE), accept)


ANCHORED = (
    _anchor(
        "private-key",
        b"-----begin ",
        # Up to the end mark; or, where the block was cut off, the lines that still look like its body.
        r"""(?P<secret>-----BEGIN\ (?:[A-Z0-9]{1,16}\ ){0,4}PRIVATE\ KEY(?:\ BLOCK)?-----
        (?: [^-]*+(?:-(?!----)[^-]*+)*+ -----END\ [A-Z0-9 ]{0,64}-----
          | (?:(?:[\s">|'+,]|\\+[nrt"])*+(?:[A-Z][A-Za-z-]{2,16}:\ [^\r\n\\]{0,128}|[A-Za-z0-9+/=]{16,}+))++
            (?:(?:\r?\n|\\+n)[A-Za-z0-9+/=]{1,15}(?![^\s"'\\]))? ))""",
        _is_key_block,
    ),
    _anchor(
        "url-password",
        b"://",
        r"://[!#-&(-.0-9;=A-\[\]-_a-~]{0,128}?:(?P<secret>[!#-&(-.0-;=A-\[\]-_a-~]{1,256})@(?=[\w\[])",
        _is_url_password,
    ),
    _anchor(
        "slack-webhook",
        b"hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/-]{20,})",
        _is_url_password,
    ),
    _anchor(
        "discord-webhook",
        b"/api/webhooks/",
        r"/api/webhooks/\d{5,25}/(?P<secret>[\w-]{30,})",
        _is_url_password,
    ),
    _anchor(
        "authorization",
        b"authorization",
        r"""authorization \\{0,3}["'`]?\]? [ \t]{0,4}[:=,][ \t]{0,4} \\{0,3}["'`]?
        (?:(?:"""
        + lexicon.pattern("secrets", "scheme")
        + r""")[ \t]{1,4})? (?P<secret>[\w.~+/=:-]{6,8192}+)""",
        _is_credential,
    ),
    _anchor(
        "authorization",
        b"bearer",
        r"""bearer \\{0,3}["']?[ \t:=]{1,4}\\{0,3}["']? (?P<secret>[\w.~+/=-]{8,8192}+)""",
        looks_random,
    ),
    _anchor("authorization", b"basic ", r"basic[ ](?P<secret>[A-Za-z0-9+/]{8,1024}+={0,2})", _is_basic),
    _anchor(
        "password",
        b"curl ",
        r"""curl(?=\ )[^\r\n]{0,400}?\ (?:-u|--user)[ =]?["']?[\w.@+-]{1,128}:(?P<secret>[^\s"'`:<>$]{3,256})""",
        lambda value: not is_placeholder(value),
    ),
    _anchor("signature", b"sig", r"sig(?:nature)?=(?P<secret>[A-Za-z0-9%+/=_-]{32,1024})", looks_random),
)
