"""Settings of one person's Clone, however it is served: where its data are, what predicts, what that may cost.

Addresses, keys and limits of a server are in server.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DATABASE = re.compile(r"sqlite(\+\w+)?:///(?!:memory:).|postgres(ql)?(\+\w+)?://.")


class OwnSettings(BaseModel):
    """The part of the configuration that does not depend on who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("clone", appauthor=False)),
        description="Folder for the database and the server's own secret. Created with owner-only permissions.",
    )
    database_url: str = Field(
        default="",
        description="`sqlite:///path` or `postgresql://user@host/name`. Default: `clone.db` in the home.",
    )
    db_direct_url: str = Field(
        default="",
        description="Owner's Postgres URL for `clone-mcp db upgrade`, past any pooler. Default: the database URL.",
    )
    db_pooler: bool = Field(
        default=False, description="Set it when the Postgres URL leads through pgbouncer in transaction mode."
    )
    db_worker_url: str = Field(
        default="",
        description="Postgres URL for working jobs off, past any pooler, with the servers' own login. "
        "Default: the database URL.",
    )
    db_connections: int = Field(
        default=12, ge=1, le=1000, description="Most connections to Postgres that one server process opens."
    )
    synchronous: Literal["normal", "full"] = Field(
        default="normal",
        description="SQLite durability: `normal` survives a crash of process or system, `full` also a power cut.",
    )
    redact: bool = Field(default=True, description="Remove secrets from everything before it is stored.")
    predictor: Literal["local", "model", "cascade"] = Field(
        default="local",
        description="What predicts: `local` keeps everything on the machine, `model` asks a language model each time, "
        "`cascade` asks it when the local predictor is unsure. Default: `cascade` once CLONE_ANTHROPIC_API_KEY is set.",
    )
    anthropic_api_key: str = Field(
        default="",
        repr=False,
        description="Key for Anthropic's models. Setting it allows Clone to send them what is recorded, unless the "
        "predictor is `local`. ANTHROPIC_API_KEY is used instead only where CLONE_PREDICTOR says `model` or `cascade`, "
        "or where `clone-mcp init` was told so.",
    )
    model: str = Field(default="claude-sonnet-4-6", description="The model to ask.")
    model_base_url: str = Field(
        default="", description="Where the model is asked: `https://…`, or a loopback address. Default: Anthropic."
    )
    daily_cap: str = Field(
        default="1.00",
        description="Most that models may cost each person in a day (UTC): dollars such as `2.50`, or tokens such as "
        "`200000 tokens`. `0` means never.",
    )
    shadow: bool = Field(
        default=False,
        description="Shadow mode: everything is predicted, stored and scored, and nothing is ever `auto`.",
    )
    promise: float | None = Field(
        default=None,
        gt=0,
        lt=100,
        description="Percent of automatic answers that may be wrong, unless `clone-mcp stats --promise` says it.",
    )
    threshold: str = Field(
        default="0.8",
        description="Threshold for questions that bring none: a number from 0 to 1, or `promise` for the lowest that "
        "keeps the promise.",
    )
    embedder: Path | None = Field(
        default=None,
        description="Folder of a sentence model in MiniLM's layout, to find what means the same in other words.",
    )

    @model_validator(mode="before")
    @classmethod
    def _key_is_consent(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Who sets Clone's own key for a model wants it asked, unless they say otherwise."""
        if given.get("anthropic_api_key") and not given.get("predictor"):
            return {**given, "predictor": "cascade"}
        return given

    @field_validator("model_base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        """The key and the person's words go there."""
        return kept_secret(url)

    @field_validator("home")
    @classmethod
    def _expanded(cls, home: Path) -> Path:
        """Client configurations are read by no shell, and yet people write ~ in them."""
        return home.expanduser()

    @field_validator("database_url", "db_direct_url", "db_worker_url")
    @classmethod
    def _names_a_database(cls, url: str) -> str:
        if url and not _DATABASE.match(url):
            raise ValueError("must be sqlite:///path/to/a/file or postgresql://user@host/name")
        try:
            _ = urlsplit(url).port  # drivers fail on a bad one only when they connect, each in its own way
        except ValueError as exc:
            raise ValueError("must have a port from 1 to 65535, or none") from exc
        return url

    @field_validator("threshold")
    @classmethod
    def _can_be_reached(cls, threshold: str) -> str:
        try:
            possible = threshold == "promise" or 0 <= float(threshold) <= 1
        except ValueError:
            possible = False
        if not possible:
            raise ValueError("must be a number from 0 to 1, or `promise`")
        return threshold

    @property
    def usual_threshold(self) -> float | None:
        """The threshold of questions that bring none; None where the promise is to supply it."""
        return None if self.threshold == "promise" else float(self.threshold)

    @property
    def promised(self) -> float | None:
        """The share of automatic answers that may be wrong."""
        return None if self.promise is None else self.promise / 100

    @property
    def asks_a_model(self) -> bool:
        """Whether anything may be sent to a language model."""
        return self.predictor != "local"

    @property
    def url(self) -> str:
        """The database in use."""
        return self.database_url or f"sqlite:///{self.home / 'clone.db'}"


def kept_secret(url: str) -> str:
    """An address that secrets may be sent to. Raises ValueError for any other."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if url and not (safe and parts.hostname):
        raise ValueError("must begin with https://, or name a loopback address")
    return url
