"""All settings of one process: the person's own (own.py) and how a server serves them. Each has a default that suits
one person on one machine.

Where they are read from is environment.py's to say.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from clone_mcp.settings.own import OwnSettings, kept_secret


class Settings(OwnSettings):
    """The configuration of one process. Field `x` is the environment variable `CLONE_X`, unless it names another."""

    api_token: str = Field(
        default="",
        repr=False,
        description="Key used for HTTP requests that bring none. Honoured on a loopback address only.",
    )
    hosted_url: str = Field(
        default="",
        description="A Clone elsewhere for hooks, such as `https://clone.example.com/mcp`; key: CLONE_HOOK_TOKEN.",
    )
    hook_token: str = Field(
        default="",
        repr=False,
        description="Key of the scope `recorder` that hooks send to a Clone elsewhere. Default: CLONE_API_TOKEN.",
    )
    secret: str = Field(
        default="",
        repr=False,
        description="Secret that keys are hashed with. Default: a file in the home, made at first use. "
        "All servers of one Postgres need the same.",
    )
    transport: Literal["stdio", "http"] = Field(
        default="stdio", description="What `clone-mcp` without arguments serves.", alias="MCP_TRANSPORT"
    )
    host: str = Field(default="127.0.0.1", description="Address that `clone-mcp serve` binds.")
    port: int = Field(
        default=8787, ge=0, le=65535, description="Port that `clone-mcp serve` binds; 0 picks a free one."
    )
    allowed_hosts: str = Field(
        default="",
        description="Comma-separated Host headers to accept besides loopback, such as `clone.example.com`.",
    )
    allowed_origins: str = Field(
        default="",
        description="Comma-separated browser origins to accept besides loopback, such as `https://example.com`.",
    )
    public_url: str = Field(
        default="",
        description="The address under which clients reach this server, such as `https://clone.example.com`. "
        "Needed with CLONE_OAUTH_ISSUER.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Comma-separated addresses or networks of proxies whose `X-Forwarded-For` is believed. "
        "What is tried too often is counted by the address found so.",
    )
    signup: Literal["open", "invite", "closed"] = Field(
        default="closed",
        description="Who may make an account: `open` everybody, `invite` whoever has a code, `closed` nobody but "
        "`clone-mcp users create`.",
    )
    token_secrets: str = Field(
        default="",
        repr=False,
        description="Comma-separated secrets of 32 characters or more: the first signs access and refresh tokens, all "
        "of them verify. Default: the secret above.",
    )
    oauth_issuer: str = Field(
        default="",
        description="`https://…` of an OAuth 2.1 authorization server or OpenID provider whose access tokens are "
        "accepted too.",
    )
    oauth_audience: str = Field(
        default="",
        description="Comma-separated audiences, one of which the issuer's tokens must name. Default: the public URL "
        "with `/mcp`.",
    )
    oauth_jwks_url: str = Field(
        default="",
        description="Where the issuer's keys are, if that is on another host than the issuer. Default: where the "
        "issuer's metadata say.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="How much is logged to stderr. No level shows what people wrote."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="`json` logs an object a line, for machines."
    )
    with_worker: bool = Field(
        default=False, description="Work jobs off in `clone-mcp serve` on Postgres too, beside `clone-mcp worker`."
    )
    drain_seconds: float = Field(
        default=0, ge=0, le=600, description="How long a server that stops answers 503 before it closes its port."
    )
    metrics_address: str = Field(
        default="", description="Where `serve` and `worker` show Prometheus' `/metrics`, such as `127.0.0.1:9464`."
    )
    metrics_public: bool = Field(default=False, description="Whether `serve` shows `/metrics` on its own port as well.")
    traces: bool = Field(
        default=False, description="Send traces to OTEL_EXPORTER_OTLP_ENDPOINT. Needs the extra `otel`."
    )
    requests_per_minute: int = Field(
        default=0, ge=0, description="Most requests of each tenant in a minute over HTTP; 0 means any number."
    )
    tokens_per_day: int = Field(
        default=0, ge=0, description="Most tokens of models for each tenant in a day (UTC); 0 means any number."
    )
    stored_bytes: int = Field(
        default=0, ge=0, description="Most bytes that may be stored for each tenant; 0 means any number."
    )
    encryption_keys: str = Field(
        default="",
        repr=False,
        description="What tenants' own Anthropic keys are encrypted with, comma-separated, the newest first. "
        "`clone-mcp tenants new-encryption-key` makes one.",
    )

    @field_validator("public_url")
    @classmethod
    def _is_a_whole_host(cls, url: str) -> str:
        if urlsplit(url).path.strip("/"):
            raise ValueError("must be a host without a path, such as https://clone.example.com")
        return url

    @field_validator("oauth_issuer")
    @classmethod
    def _knows_what_tokens_are_for(cls, url: str, info: ValidationInfo) -> str:
        if url and not info.data.get("public_url"):
            raise ValueError("needs CLONE_PUBLIC_URL, since a token must be meant for this server")
        return url

    @field_validator("token_secrets")
    @classmethod
    def _are_long(cls, text: str) -> str:
        if any(len(secret) < 32 for secret in listed(text)):
            raise ValueError("must have 32 characters or more in each part")
        return text

    @field_validator("public_url", "oauth_issuer", "oauth_jwks_url")
    @classmethod
    def _are_safe(cls, url: str) -> str:
        """Tokens go there, and who issues them is told by what comes from there."""
        return kept_secret(url)

    @property
    def works_jobs_off(self) -> bool:
        """Whether a server on HTTP does the jobs too. A file has no other worker."""
        return self.with_worker or self.url.startswith("sqlite")


def listed(text: str) -> list[str]:
    """The parts of a setting that holds several."""
    return [part.strip() for part in text.split(",") if part.strip()]
