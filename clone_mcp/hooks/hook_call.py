"""One call of a hook, and what it may use: the notes, the questions and the state of its client's session.

How a question reaches Clone is in asking.py. How notes lie on disk is in spool.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from clone_mcp.hooks.asking import POST_SECONDS, ask, hosted, post, post_all
from clone_mcp.hooks.spool import Spool
from clone_mcp.hooks.state import HookState, home, hook_state

SPOOL = "spool"
LONGEST_TEXT = 256 * 1024
"""Characters of one text that a hook notes. An importer reads all of it."""


class HookCall:
    """What a client's hooks note and ask with."""

    def __init__(self, client: str, environ: Mapping[str, str]) -> None:
        self.client = client
        self.environ = environ
        self.home = home(environ)
        self.spool = Spool(f"{self.home}/{SPOOL}")

    def note(self, kind: str, session: str, *, turn: str = "", text: str = "", label: str = "", **more: Any) -> None:
        """Leave a note for the next server. `turn` is the client's own name for it, if it has one."""
        self.spool.add(
            {
                "v": 1,
                "id": os.urandom(16).hex(),
                "at": time.time(),
                "client": self.client,
                "kind": kind,
                "session": session,
                "turn": turn,
                "text": text[:LONGEST_TEXT],
                "label": label,
                **more,
            }
        )

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any] | None:
        """Ask a running Clone. None when there is none, or when it takes too long."""
        if self.is_hosted:
            self.post()  # what was said before the question; a server on this machine takes that in by itself
        return self._ask(tool, arguments)

    def post(self) -> None:
        """Send what waits to the hosted Clone, as far as that goes quickly."""
        post(self.spool, self._ask, until=time.monotonic() + POST_SECONDS)

    def post_all(self) -> None:
        """Send all of it, in a process that nobody waits for."""
        post_all(self.spool, self._ask)

    def state(self, session: str) -> AbstractContextManager[HookState]:
        """What hooks remember of the session."""
        return hook_state(self.home, self.client, session)

    def _ask(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
        return ask(self.home, self.environ, tool, arguments)

    @property
    def is_hosted(self) -> bool:
        """Whether notes go over HTTP, because no server runs on this machine."""
        return hosted(self.home, self.environ) is not None
