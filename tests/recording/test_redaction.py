"""Secrets go, everything else stays. Secrets here are put together from parts, so that no scanner mistakes them."""

from __future__ import annotations

import base64
import json
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.recording.redaction import Redacted, redact, redact_payload


def _chance(length: int, alphabet: str = string.ascii_letters + string.digits, *, seed: int = 7) -> str:
    # The first characters are fixed so that a value always has a digit, a capital and a small letter.
    head = "".join(kind for kind in ("q7", "W") if set(kind) <= set(alphabet))
    return head + "".join(random.Random(seed).choices(alphabet, k=length - len(head)))


HEX = "0123456789abcdef"
CAPITALS = string.ascii_uppercase + string.digits
BASE64URL = string.ascii_letters + string.digits + "-_"

JWT = ".".join(("ey" + "J" + _chance(30), "ey" + "J" + _chance(60), _chance(43, BASE64URL)))

TOKENS = [
    ("anthropic-key", "sk-" + "ant-api03-" + _chance(95, BASE64URL)),
    ("openai-key", "sk-" + _chance(48)),
    ("openai-key", "sk-" + "proj-" + _chance(120, BASE64URL)),
    ("openai-key", "sk-" + "or-v1-" + _chance(64, HEX)),
    ("aws-access-key", "AK" + "IA" + _chance(16, CAPITALS)),
    ("aws-access-key", "AS" + "IA" + _chance(16, CAPITALS)),
    ("google-key", "AI" + "za" + _chance(35, BASE64URL)),
    ("google-oauth-token", "ya" + "29." + _chance(120, BASE64URL)),
    ("google-oauth-token", "GOC" + "SPX-" + _chance(28, BASE64URL)),
    ("github-token", "gh" + "p_" + "x" * 36),
    ("github-token", "gh" + "o_" + _chance(36)),
    ("github-token", "gh" + "s_" + _chance(36)),
    ("github-token", "gh" + "u_" + _chance(36)),
    ("github-token", "github" + "_pat_" + _chance(22) + "_" + _chance(59)),
    ("gitlab-token", "gl" + "pat-" + _chance(20, BASE64URL)),
    ("slack-token", "xo" + "xb-" + "123456789012-1234567890123-" + _chance(24)),
    ("slack-token", "xo" + "xp-" + "123456789012-1234567890123-" + _chance(32, HEX)),
    ("slack-token", "xa" + "pp-1-A0123456789-" + _chance(64, HEX)),
    ("stripe-key", "sk" + "_live_" + _chance(24)),
    ("stripe-key", "rk" + "_live_" + _chance(24)),
    ("stripe-key", "sk" + "_test_" + _chance(99)),
    ("webhook-secret", "wh" + "sec_" + _chance(32)),
    ("twilio-key", "S" + "K" + _chance(32, HEX)),
    ("sendgrid-key", "S" + "G." + _chance(22, BASE64URL) + "." + _chance(43, BASE64URL)),
    ("npm-token", "np" + "m_" + _chance(36)),
    ("pypi-token", "py" + "pi-AgEIcHlwaS5vcmc" + _chance(150, BASE64URL)),
    ("huggingface-token", "h" + "f_" + _chance(34)),
    ("discord-token", "MT" + "I" + _chance(23) + "." + _chance(6) + "." + _chance(38, BASE64URL)),
    ("digitalocean-token", "do" + "p_v1_" + _chance(64, HEX)),
    ("databricks-token", "da" + "pi" + "0123456789abcdef" * 2),
    ("linear-key", "lin" + "_api_" + _chance(40)),
    ("notion-token", "nt" + "n_" + _chance(46)),
    ("notion-token", "sec" + "ret_" + _chance(43)),
    ("clone-key", "clo" + "ne_" + _chance(43, BASE64URL)),
    ("shopify-token", "shp" + "at_" + "0123456789abcdef" * 2),
    ("vault-token", "hv" + "s." + _chance(90, BASE64URL)),
    ("groq-key", "gs" + "k_" + _chance(52)),
    ("docker-token", "dckr" + "_pat_" + _chance(27, BASE64URL)),
    ("age-key", "AGE-SEC" + "RET-KEY-1" + _chance(58, CAPITALS)),
    ("jwt", JWT),
]


GITHUB, SLACK = "gh" + "p_" + _chance(36), "xo" + "xb-" + _chance(40)


@pytest.mark.parametrize(("name", "secret"), TOKENS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("use ", " for now"),
        ("请使用", "，谢谢。"),
        ("ключ: «", "» 🔑"),
        ('{"text": "line one\\n', '\\nline two"}'),
        ("```\n", "\n```"),
        ("(", ")."),
    ],
)
def test_a_token_with_its_own_prefix_is_replaced_by_its_kind(name, secret, before, after):
    assert redact(before + secret + after) == Redacted(f"{before}[redacted:{name}]{after}", 1)


PASSWORD = "hun" + "ter2"
VALUE = _chance(32)
BASIC = base64.b64encode(b"admin:" + PASSWORD.encode()).decode()
AWS_SECRET = _chance(38) + "/+"
WEBHOOK = "T0123ABCD/B0123ABCD/" + _chance(24)
TELEGRAM = "A" + "A" + _chance(33)

# Each row: text with {} where the secret stands, the secret, the kind that is put in its place.
LABELLED = [
    ("PASSWORD={}", PASSWORD, "password"),
    ("PASSWORD={}\nPORT=80", "p@ss;(word)x", "password"),
    ("export TOKEN={}", VALUE, "token"),
    ("  POSTGRES_PASSWORD: {}\n", "postgres", "password"),
    ("Password: {}\n", "Tr0ub4dor&3", "password"),
    ("user=kim&password={}&next=1", "abc123", "password"),
    ("my api key is {}", VALUE, "api-key"),
    ("API key: {}", VALUE, "api-key"),
    ("DB_PASSWORD='{}' make", "letmein", "password"),
    ("DJANGO_SECRET_KEY={}", "a-long-phrase-typed-by-hand", "secret"),
    ('{{"api_key": "{}"}}', VALUE, "api-key"),
    ('{{\\"api_key\\": \\"{}\\"}}', VALUE, "api-key"),
    ('{{"password":"{}","user":"kim"}}', 'corr\\"ect7', "password"),
    ("secret: '{}'", VALUE, "secret"),
    ("password: {}", PASSWORD, "password"),
    ("  auth_token: {}  # rotate", VALUE, "token"),
    ("api_key: >-\n  {}\nport: 80", VALUE, "api-key"),
    ("- name: DB_PASSWORD\n  value: {}\n", "s3cr3t-99", "password"),
    ("mysql --password {}", "xyz", "password"),
    ("mysql --password={} -h db", PASSWORD, "password"),
    ("deploy --token {} --force", VALUE, "token"),
    ("https://api.example.com/v1?token={}&page=2", "abc123def", "token"),
    ("https://api.example.com/v1?page=2&access_token={}#top", VALUE, "token"),
    ("const apiKey = '{}';", VALUE, "api-key"),
    ("apiKey: `{}`,", VALUE, "api-key"),
    ('password: str = "{}"', PASSWORD, "password"),
    ('os.environ["API_KEY"] = "{}"', VALUE, "api-key"),
    ("define('DB_PASSWORD', '{}');", "s3cr3t-99", "password"),
    (":password => '{}'", PASSWORD, "password"),
    ("<password>{}</password>", PASSWORD, "password"),
    ("auth: {{ user: 'kim', pass: '{}' }}", PASSWORD, "password"),
    ("my password is {}, please log in", PASSWORD, "password"),
    ("**Password:** {}", PASSWORD, "password"),
    ("密码password：{}，不要外传", PASSWORD, "password"),
    ("aws_secret_access_key = {}", AWS_SECRET, "aws-secret-key"),
    ("TWILIO_AUTH_TOKEN={}", _chance(32, HEX), "token"),
    ("CLOUDFLARE_API_TOKEN={}", _chance(40, BASE64URL), "token"),
    ("CF_API_KEY={}", _chance(37, HEX), "api-key"),
    ("AccountName=a;AccountKey={};EndpointSuffix=core", _chance(86) + "==", "azure-account-key"),
    ("//registry.npmjs.org/:_authToken={}", VALUE, "token"),
    ("passphrase: '{}'", "correct horse battery staple", "passphrase"),
    ("postgres://kim:{}@db.example.com:5432/app", PASSWORD, "url-password"),
    ("redis://:{}@localhost:6379", "pw", "url-password"),
    ("mongodb+srv://kim:{}@cluster0.example.net/?w=1", "p%40ss", "url-password"),
    ("https://x-access-token:{}@github.com/a/b.git", VALUE, "url-password"),
    ("Authorization: Bearer {}", VALUE, "authorization"),
    ("authorization: Bearer {}\r\nHost: a", "abc1-23", "authorization"),
    ("-H 'Authorization: Basic {}'", BASIC, "authorization"),
    ('{{"Authorization": "token {}"}}', VALUE, "authorization"),
    ("send Bearer {} with it", VALUE, "authorization"),
    ("X-Api-Key: {}", VALUE, "api-key"),
    ("curl -u admin:{} https://example.com", PASSWORD, "password"),
    ("Cookie: theme=dark; sessionid={}; lang=de", "abcd1234", "cookie"),
    ("Set-Cookie: sid={}; Path=/; HttpOnly", VALUE, "cookie"),
    ("https://hooks.slack.com/services/{}", WEBHOOK, "slack-webhook"),
    ("https://discord.com/api/webhooks/123456789012345678/{}", _chance(68, BASE64URL), "discord-webhook"),
    ("https://api.telegram.org/bot123456789:{}/getMe", TELEGRAM, "telegram-token"),
    ("https://a.blob.core.windows.net/c?sv=2024&sig={}", _chance(41) + "%2B%3D", "signature"),
]


@pytest.mark.parametrize(("template", "secret", "name"), LABELLED)
def test_only_the_value_behind_a_label_is_replaced(template, secret, name):
    assert redact(template.format(secret)) == Redacted(template.format(f"[redacted:{name}]"), 1)


BODY = "\n".join(_chance(64, seed=line) for line in range(6)) + "\n" + "Qm9i" * 5 + "=="


def _block(kind: str, body: str = BODY, *, end: bool = True) -> str:
    dashes = "-" * 5
    return f"{dashes}BEGIN {kind}{dashes}\n{body}" + (f"\n{dashes}END {kind}{dashes}" if end else "")


@pytest.mark.parametrize(
    "block",
    [
        _block("RSA PRIVATE KEY"),
        _block("PRIVATE KEY"),
        _block("OPENSSH PRIVATE KEY"),
        _block("EC PRIVATE KEY"),
        _block("ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n" + BODY),
        _block("PGP PRIVATE KEY BLOCK", "Version: GnuPG v2\n\n" + BODY + "\n=njUN"),
        _block("PRIVATE KEY", end=False),
        _block("PRIVATE KEY").replace("\n", "\\n"),
        _block("PRIVATE KEY").replace("\n", "\\\\n"),
        _block("PRIVATE KEY").replace("\n", "\r\n    "),
        _block("PRIVATE KEY", end=False).replace("\n", "\\n"),
    ],
)
def test_a_private_key_block_goes_as_a_whole_even_when_it_was_cut_off(block):
    assert redact(f'key = "{block}"\nand so on') == Redacted('key = "[redacted:private-key]"\nand so on', 1)


UNCHANGED = """
the password: reset flow is broken
I forgot my password, can you add a password reset page?
Reset your password: click the link in the mail
The token: string argument is unused
secret: the thing nobody tells you about async
password = os.environ["X"]
password = os.environ.get("DB_PASSWORD", "")
token = process.env.GITHUB_TOKEN
const token = process.env.KEY ?? "";
api_key=None
api_key: str | None = None
password: ****
password: ********
Authorization: Bearer <your-api-key>
Authorization: Bearer $TOKEN
headers = {"Authorization": f"Bearer {token}"}
Authorization: `Bearer ${token}`,
PASSWORD=${DB_PASSWORD}
PASSWORD=$1
TOKEN=$(cat token.txt)
{"text": "DEEPGRAM_API_KEY=\\\\nCARTESIA_API_KEY=\\\\n"}
API_KEY=<your-api-key>
API_KEY=your_api_key_here
OPENAI_API_KEY=sk-...
export ANTHROPIC_API_KEY=...
secret = get_secret()
token = tokens[i2]
token=token,
password=password2,
def login(user: str, password: str) -> Token:
interface Env { API_KEY: string; DB_TOKEN: KVNamespace }
max_tokens=4096
"max_tokens": 200000, "token_count": 1234
if token == "comma": return None
password: z.string().min(8),
token: Option<String>,
CHALLENGE_PASSWORD: "challengePassword",
printf(&quot;Password is correct.&quot;);
secret: Vec<u8>
password: varchar(255)
<input type="password" name="password" id="password1">
"forgot_password": "Forgot your password?"
"password": "Password"
"password": "Passwort"
"password": "パスワード"
password: "errors.password.invalid"
"token_endpoint": "https://example.com/oauth2/token"
--password flag is required
pass --token to the command, or --password with a file
use --password-file instead of --password
--- PASS: TestE2E_AutoCommitStrategy (13.48s)
bypass: true, compass: 12north
clone_mcp and clone_loop_iteration are names, clone_session_id too
clone_loop_iteration_counter_that_is_really_quite_long_for_a_name
git clone_or_pull --depth 1
task-0001 and disk-usage-report-for-the-whole-week-2024
class="sk-folding-cube sk-circle-fade-dot-animation"
high_level_hf_transformers_pipeline_wrapper_for_everything
pypi-publish-action-release-workflow-for-tags
550e8400-e29b-41d4-a716-446655440000
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
https://example.com:8080/path?next=/home&page=2
http://localhost:3000/@scope/package
postgres://user:${PGPASSWORD}@localhost/app
postgres://<user>:<password>@host/db
git@github.com:someone/project.git
ssh://git@example.com:22/repo.git
The JWT has three parts: header.payload.signature
Bearer authentication is described in RFC 6750
Basic authentication over plain HTTP
Cookie: theme=dark; lang=de
the cookie banner = annoying
-----BEGIN PUBLIC KEY-----
It starts with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.
import { SomeVeryLongComponentName } from "./some-very-long-component-name.js"
secretKeyRef: {name: db-credentials, key: password}
secretName: my-app-tls-secret
SECRETS_DIR=/run/secrets/app
PWD=/home/kim/project
private_key: /etc/ssl/private/server.pem
api_key: op://vault/item/field
primary_key=True, foreign_key="user.id", cache_key="user:42:profile"
publicKeyToken="31bf3856ad364e35"
nextPageToken: "CAUQAA8f7b2c1d"
eos_token="</s>", pad_token="[PAD]"
token: 0x6B175474E89094C44Da98b954EedeAC495271d0F
hashed_password = bcrypt.hashpw(password, salt)
password_hash: "$2b$12$EixZaYVK1fsbw1ZfbX3OXe"
docker run --user 1000:1000 image
const { token, secret } = await getSecrets(client, { region: "eu-west-1" });
密码：请输入您的密码
""".strip().splitlines()


@pytest.mark.parametrize("line", UNCHANGED)
def test_ordinary_sentences_and_code_are_left_alone(line):
    assert redact(line) == Redacted(line, 0)


def test_several_secrets_in_one_line_are_each_counted():
    assert redact(f"{GITHUB} {SLACK} {GITHUB} PASSWORD={PASSWORD}") == Redacted(
        "[redacted:github-token] [redacted:slack-token] [redacted:github-token] PASSWORD=[redacted:password]", 4
    )


def test_a_token_behind_a_label_counts_once_and_keeps_its_own_name():
    text = f"export GITHUB_TOKEN={GITHUB}"
    assert redact(text) == Redacted("export GITHUB_TOKEN=[redacted:github-token]", 1)


def test_a_payload_keeps_its_shape_and_a_key_is_a_label_for_its_value():
    payload = {
        "text": f"use {GITHUB}",
        "args": {"password": PASSWORD, "API_KEY": VALUE, "token": "string", "n": [1, None, True, 2.5]},
        "env": [f"TOKEN={VALUE}", "plain"],
        "headers": {"Authorization": f"Bearer {VALUE}", "cookie": "theme=dark; sid=abcd1234"},
        GITHUB: "",
    }
    assert redact_payload(payload) == (
        {
            "text": "use [redacted:github-token]",
            "args": {
                "password": "[redacted:password]",
                "API_KEY": "[redacted:api-key]",
                "token": "string",
                "n": [1, None, True, 2.5],
            },
            "env": ["TOKEN=[redacted:token]", "plain"],
            "headers": {
                "Authorization": "Bearer [redacted:authorization]",
                "cookie": "theme=dark; sid=[redacted:cookie]",
            },
            GITHUB: "",
        },
        6,
    )


def test_json_inside_json_is_still_the_same_json():
    inner = {"password": PASSWORD, "note": 'say "hi"', "key": GITHUB}
    outer = json.dumps({"body": json.dumps({"body": json.dumps(inner)})})
    done = redact(outer)
    read = json.loads(json.loads(json.loads(done.text)["body"])["body"])
    assert done.count == 2
    assert read == {"password": "[redacted:password]", "note": 'say "hi"', "key": "[redacted:github-token]"}


# Pieces that the rules look for, so that chance builds texts near their edges.
PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from([secret for _, secret in TOKENS]),
    st.sampled_from([template.format(secret) for template, secret, _ in LABELLED]),
    st.sampled_from(
        ["password", " = ", ":", '"', "'", "\\", '\\"', "\\n", "\n", " ", "token=", "secret: ", "[redacted:token]"]
    ),
    st.sampled_from(["[", "]", "Bearer ", "Cookie: a=", "://", "@", "-----BEGIN ", "eyJ", ".", "--", "&", "Basic "]),
    st.sampled_from([_block("PRIVATE KEY"), _block("PRIVATE KEY", end=False), "x" * 24, "AK" + "IA" * 30]),
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_redacting_twice_changes_nothing_more(text):
    once = redact(text)
    assert redact(once.text) == Redacted(once.text, 0)


@given(st.lists(PIECES, max_size=4).map("".join), st.sampled_from(TOKENS), st.lists(PIECES, max_size=4).map("".join))
def test_whatever_stands_around_a_token_it_never_comes_through(before, token, after):
    # Glued behind a letter, a prefix as short as "sk-" is the end of a word such as task-, and meant to stay.
    if token[1] not in before + after:
        done = redact(f"{before} {token[1]} {after}")
        assert token[1] not in done.text
        assert done.count >= 1


@given(st.text(), st.sampled_from(LABELLED), st.text())
def test_whatever_lines_stand_around_a_labelled_secret_it_never_comes_through(before, row, after):
    template, secret, _ = row
    if secret not in before + after:
        assert secret not in redact(f"{before}\n{template.format(secret)}\n{after}").text


MEBIBYTE = 1 << 20
HOSTILE = [
    "a", "=", '"', "\\", " ", "\n", "-----BEGIN ", "eyJ", "eyJ" + "a" * 12 + ".", "password=", "password: ", 'token="',
    "secret='x", "token:\n  ", "--password ", "password is ", "sk-", "AKIA", "clone_", "://", "://a:", "cookie: ",
    'cookie="a=b;', "bearer ", "curl -u ", "authorization: bearer ", "basic aaaa", "sig=", "key", "SG." + "a" * 20,
    'password\\\\\\"', "M" * 26 + ".", _block("PRIVATE KEY", "", end=False), _block("PRIVATE KEY", "A" * 64, end=False),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_mebibyte_written_to_be_slow_is_bounded_work(unit):
    """Each takes under a second. Quadratic work on this size would take hours, so finishing is the assertion."""
    text = (unit * (MEBIBYTE // len(unit) + 1))[:MEBIBYTE]
    assert len(redact(text).text) <= 2 * MEBIBYTE


def test_long_base64_is_left_alone():
    data = base64.b64encode(random.Random(3).randbytes(MEBIBYTE * 3 // 4)).decode()
    assert redact(data).count == 0
