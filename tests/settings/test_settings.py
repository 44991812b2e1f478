"""Settings as the environment gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clone_mcp.errors import Invalid
from clone_mcp.settings import Settings, from_env, unknown, variables
from clone_mcp.spelling import closest

GIVEN = {
    "CLONE_HOME": ("/somewhere", Path("/somewhere")),
    "CLONE_DATABASE_URL": ("postgresql://me@host/name", "postgresql://me@host/name"),
    "CLONE_DB_DIRECT_URL": ("postgresql://owner@host/name", "postgresql://owner@host/name"),
    "CLONE_DB_POOLER": ("true", True),
    "CLONE_DB_WORKER_URL": ("postgresql://me@worker/name", "postgresql://me@worker/name"),
    "CLONE_DB_CONNECTIONS": ("5", 5),
    "CLONE_SYNCHRONOUS": ("full", "full"),
    "CLONE_REDACT": ("0", False),
    "CLONE_EMBEDDER": ("/models/minilm", Path("/models/minilm")),
    "CLONE_PREDICTOR": ("cascade", "cascade"),
    "CLONE_ANTHROPIC_API_KEY": ("sk-ant-x", "sk-ant-x"),
    "CLONE_MODEL": ("claude-haiku-4-5", "claude-haiku-4-5"),
    "CLONE_MODEL_BASE_URL": ("https://a.example", "https://a.example"),
    "CLONE_DAILY_CAP": ("2.50", "2.50"),
    "CLONE_SHADOW": ("1", True),
    "CLONE_PROMISE": ("10", 10.0),
    "CLONE_THRESHOLD": ("promise", "promise"),
    "CLONE_API_TOKEN": ("clone_x", "clone_x"),
    "CLONE_HOSTED_URL": ("https://c.example/mcp", "https://c.example/mcp"),
    "CLONE_HOOK_TOKEN": ("clone_y", "clone_y"),
    "CLONE_SECRET": ("hush", "hush"),
    "MCP_TRANSPORT": ("http", "http"),
    "CLONE_HOST": ("0.0.0.0", "0.0.0.0"),  # noqa: S104
    "CLONE_PORT": ("80", 80),
    "CLONE_ALLOWED_HOSTS": ("a.example,b.example", "a.example,b.example"),
    "CLONE_ALLOWED_ORIGINS": ("https://a.example", "https://a.example"),
    "CLONE_PUBLIC_URL": ("https://a.example", "https://a.example"),
    "CLONE_TRUSTED_PROXIES": ("10.0.0.0/8", "10.0.0.0/8"),
    "CLONE_SIGNUP": ("open", "open"),
    "CLONE_TOKEN_SECRETS": ("t" * 32, "t" * 32),
    "CLONE_OAUTH_ISSUER": ("https://id.example", "https://id.example"),
    "CLONE_OAUTH_AUDIENCE": ("clone", "clone"),
    "CLONE_OAUTH_JWKS_URL": ("https://keys.example/jwks", "https://keys.example/jwks"),
    "CLONE_LOG_LEVEL": ("debug", "debug"),
    "CLONE_LOG_FORMAT": ("json", "json"),
    "CLONE_WITH_WORKER": ("true", True),
    "CLONE_DRAIN_SECONDS": ("5", 5.0),
    "CLONE_METRICS_ADDRESS": ("127.0.0.1:9464", "127.0.0.1:9464"),
    "CLONE_METRICS_PUBLIC": ("1", True),
    "CLONE_TRACES": ("1", True),
    "CLONE_REQUESTS_PER_MINUTE": ("600", 600),
    "CLONE_TOKENS_PER_DAY": ("100000", 100_000),
    "CLONE_STORED_BYTES": ("1000000", 1_000_000),
    "CLONE_ENCRYPTION_KEYS": ("a,b", "a,b"),
}


def refusal(**environ: str) -> str:
    with pytest.raises(Invalid) as raised:
        from_env(environ)
    return str(raised.value)


def test_every_setting_is_read_from_its_variable() -> None:
    read = from_env({variable: text for variable, (text, _) in GIVEN.items()})
    assert {variable: getattr(read, name) for variable, name in variables().items()} == {
        variable: value for variable, (_, value) in GIVEN.items()
    }


def test_an_empty_variable_means_absent() -> None:
    assert from_env(dict.fromkeys(GIVEN, "")) == from_env({}) == Settings()


def test_the_database_lies_in_the_home_unless_it_is_named(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).url == f"sqlite:///{tmp_path}/clone.db"
    assert Settings(home=tmp_path, database_url="sqlite:///x.db").url == "sqlite:///x.db"


def test_a_tilde_is_the_persons_folder_though_no_shell_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert from_env({"CLONE_HOME": "~/clone"}).home == Path("/home/me/clone")


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        ("CLONE_HOM", "CLONE_HOME"),
        ("CLONE_DATABASE_UR", "CLONE_DATABASE_URL"),
        ("CLONE_API_TOKENS", "CLONE_API_TOKEN"),
        ("CLONE_LOGLEVEL", "CLONE_LOG_LEVEL"),
    ],
)
def test_a_near_miss_is_refused_with_the_right_name(misspelt: str, right: str) -> None:
    assert refusal(**{misspelt: "x"}) == f"{misspelt} is not a setting of Clone. Did you mean {right}?"


def test_variables_of_other_clone_programs_are_no_strangers() -> None:
    foreign = ("CLONE_API_URL", "CLONE_MCP_URL", "CLONE_DASHBOARD_URL", "CLONE_LOOP_DISABLE_SESSION", "CLONE_LOOP_X")
    environ = {**dict.fromkeys(foreign, "x"), "PATH": "/bin", "TEST_POSTGRES_URL": "x"}
    assert from_env(environ) == Settings()
    assert unknown(environ) == []


def test_strangers_are_told_in_order() -> None:
    environ = {"CLONE_ZEBRA": "1", "CLONE_API_KEY": "1", "CLONE_HOME": "/x"}
    assert unknown(environ) == ["CLONE_API_KEY", "CLONE_ZEBRA"]
    assert from_env(environ).home == Path("/x")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CLONE_PORT", "secret", "must be a whole number"),
        ("CLONE_PORT", "65536", "must be at most 65,535"),
        ("CLONE_PORT", "-1", "must be at least 0"),
        ("CLONE_REDACT", "secret", "must be true or false"),
        ("CLONE_DATABASE_URL", "postgresql://me@host:99999/secret", "must have a port from 1 to 65535, or none"),
        ("CLONE_DB_DIRECT_URL", "postgresql://me@host:secret/name", "must have a port from 1 to 65535, or none"),
        ("CLONE_SYNCHRONOUS", "secret", "must be 'normal' or 'full'"),
        ("MCP_TRANSPORT", "secret", "must be 'stdio' or 'http'"),
        ("CLONE_SIGNUP", "secret", "must be 'open', 'invite' or 'closed'"),
        ("CLONE_TOKEN_SECRETS", "secret," + "t" * 32, "must have 32 characters or more in each part"),
        (
            "CLONE_PUBLIC_URL",
            "https://a.example/secret",
            "must be a host without a path, such as https://clone.example.com",
        ),
        ("CLONE_PUBLIC_URL", "http://secret.example", "must begin with https://, or name a loopback address"),
        ("CLONE_OAUTH_JWKS_URL", "http://secret.example", "must begin with https://, or name a loopback address"),
        (
            "CLONE_OAUTH_ISSUER",
            "https://a.example",
            "needs CLONE_PUBLIC_URL, since a token must be meant for this server",
        ),
        ("CLONE_LOG_LEVEL", "secret", "must be 'debug', 'info', 'warning' or 'error'"),
        *(
            (variable, url, "must be sqlite:///path/to/a/file or postgresql://user@host/name")
            for variable in ("CLONE_DATABASE_URL", "CLONE_DB_DIRECT_URL")
            for url in ("mysql://me:secret@host/name", "sqlite://", "sqlite:///", "sqlite:///:memory:", "secret.db")
        ),
    ],
)
def test_a_bad_value_is_refused_by_name_and_not_repeated(variable: str, value: str, said: str) -> None:
    text = refusal(**{variable: value})
    assert text.startswith(f"Bad settings: {variable} {said}. Correct them, or run `unset {variable}`")
    assert "secret" not in text


def test_all_bad_values_are_told_at_once() -> None:
    text = refusal(CLONE_PORT="x", CLONE_REDACT="x")
    assert "CLONE_PORT must be " in text
    assert "CLONE_REDACT must be " in text


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(Settings(secret="hush", api_token="clone_hush", hook_token="clone_hush", token_secrets="hush" * 8))
    assert "hush" not in shown


@pytest.mark.parametrize(
    ("name", "near"),
    [("agnet", "agent"), ("agent", "agent"), ("sesion_id", "session_id"), ("k1", None), ("", None), ("colour", None)],
)
def test_a_name_is_near_when_it_is_most_likely_misspelt(name: str, near: str | None) -> None:
    assert closest(name, ["agent", "session_id", "k"]) == near


def test_nothing_is_near_when_nothing_is_known() -> None:
    assert closest("agent", []) is None


def test_nothing_is_sent_to_a_model_until_the_person_says_so() -> None:
    assert not Settings().asks_a_model
    assert not from_env({"ANTHROPIC_API_KEY": "sk-theirs"}).asks_a_model
    assert from_env({"ANTHROPIC_API_KEY": "sk-theirs"}).anthropic_api_key == ""
    assert not from_env({"ANTHROPIC_API_KEY": "sk-theirs", "CLONE_PREDICTOR": "local"}).asks_a_model


@pytest.mark.parametrize("predictor", ["model", "cascade"])
def test_the_key_that_other_programs_use_is_taken_only_where_a_model_is_asked_for(predictor: str) -> None:
    both = {"ANTHROPIC_API_KEY": "sk-theirs", "CLONE_PREDICTOR": predictor}
    assert (from_env(both).predictor, from_env(both).anthropic_api_key) == (predictor, "sk-theirs")
    assert from_env({**both, "CLONE_ANTHROPIC_API_KEY": "sk-ours"}).anthropic_api_key == "sk-ours"


def test_clones_own_key_is_consent_unless_the_predictor_is_to_stay_local() -> None:
    ours = {"CLONE_ANTHROPIC_API_KEY": "sk-ours"}
    assert from_env(ours).predictor == Settings(anthropic_api_key="sk-ours").predictor == "cascade"
    assert not from_env({**ours, "CLONE_PREDICTOR": "local"}).asks_a_model
    assert "sk-ours" not in repr(from_env(ours))


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://example.com", "https://", "example.com", "http://127.0.0.1.example.com"]
)
def test_the_key_goes_nowhere_in_the_clear(url: str) -> None:
    assert refusal(CLONE_MODEL_BASE_URL=url) == (
        "Bad settings: CLONE_MODEL_BASE_URL must begin with https://, or name a loopback address. "
        "Correct them, or run `unset CLONE_MODEL_BASE_URL` to use the default."
    )


@pytest.mark.parametrize(
    "url", ["https://example.com/v1", "http://127.0.0.1:8080", "http://[::1]:1", "http://localhost:80"]
)
def test_a_model_may_be_asked_elsewhere(url: str) -> None:
    assert from_env({"CLONE_MODEL_BASE_URL": url}).model_base_url == url
