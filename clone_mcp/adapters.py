"""Adapters that a setting chooses, opened. Each is loaded when it is chosen, and not before."""

from __future__ import annotations

from pathlib import Path

from clone_mcp.errors import Invalid
from clone_mcp.llm.deferred import DeferredModel
from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.llm.spend import parse_cap
from clone_mcp.ports.embedder import Embedder
from clone_mcp.ports.hosting import Sealing
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.settings import Settings


def open_embedder(folder: Path) -> Embedder:
    """The sentence model in a folder. Raises Invalid when there is none."""
    from clone_mcp.semantic.minilm import MiniLm  # noqa: PLC0415 (loaded when it is chosen)

    try:
        return MiniLm(folder)
    except (OSError, ValueError, KeyError) as exc:
        raise Invalid(
            f"CLONE_EMBEDDER names no model that can be read: {exc}.",
            hint="It needs config.json, model.safetensors and vocab.txt as all-MiniLM-L6-v2 has them.",
        ) from exc


def open_sealing(settings: Settings) -> Sealing | None:
    """What tenants' secrets are encrypted with, if the settings say so. Raises Invalid for keys that are none."""
    if not settings.encryption_keys:
        return None
    from clone_mcp.access.sealing import AesGcm  # noqa: PLC0415 (50 ms that few need)

    return AesGcm.of(settings.encryption_keys)


def open_model(settings: Settings) -> LanguageModel | None:
    """The model that the settings allow, if they allow one. Raises Invalid for a name or a cap that can't be meant."""
    if settings.model not in SUPPORTED_MODELS:
        raise Invalid(
            f"CLONE_MODEL names {settings.model!r}, which Clone does not ask.",
            hint=f"Use {', '.join(SUPPORTED_MODELS)}.",
        )
    try:
        parse_cap(settings.daily_cap)
    except Invalid as exc:
        raise Invalid(f"CLONE_DAILY_CAP can't be read: {exc.message}", hint=exc.hint) from exc
    if not settings.asks_a_model:
        return None
    return DeferredModel(settings.anthropic_api_key, base_url=settings.model_base_url)


async def upgrade_postgres(settings: Settings) -> str:
    """Bring a Postgres schema up to date as its owner, and say which revision it is at."""
    from clone_mcp.storage import migrate  # noqa: PLC0415 (Alembic)

    return await migrate.upgrade_postgres(settings.db_direct_url or settings.url)


def back_up(database: Path, copy: Path) -> None:
    """Write a copy of a SQLite database."""
    from clone_mcp.storage import backup  # noqa: PLC0415

    backup.back_up(database, copy)


def restore(copy: Path, database: Path) -> None:
    """Put a copy in the place of a SQLite database."""
    from clone_mcp.storage import backup  # noqa: PLC0415

    backup.restore(copy, database)
