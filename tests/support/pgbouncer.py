"""pgbouncer in transaction mode before the tests' Postgres, where the program is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import APP, Postgres

SERVER_CONNECTIONS = 4


class Pooler:
    """A running pgbouncer."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self._owner = server.owner
        self._folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The server's own login, through the pooler."""
        return f"postgresql://{APP}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Return once it listens. A bounded poll of an outside process, which tells nobody when it is ready."""
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self._process = subprocess.Popen(
            [program, "-q", *self._not_as_root(), str(self._configured())],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < until, "pgbouncer never listened"
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """As if the machine had lost power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)

    @property
    def _host(self) -> str:
        return str(self._owner.query.get("host") or self._owner.host or "127.0.0.1")

    def _not_as_root(self) -> list[str]:
        """pgbouncer refuses to run as root. Whoever owns the server's socket can reach it."""
        if os.geteuid() != 0:
            return []
        socket_folder = Path(self._host)
        owner = socket_folder.stat().st_uid if socket_folder.is_dir() else 0
        return ["-u", pwd.getpwuid(owner).pw_name if owner else "nobody"]

    def _configured(self) -> Path:
        where, host = self._owner, self._host
        (self._folder / "users").write_text(f'"{APP}" ""\n')
        (self._folder / "ini").write_text(
            f"[databases]\n* = host={host} port={where.port or 5432}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {self.port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {self._folder}/users\n"
            f"pool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\nmax_client_conn = 200\n"
            f"logfile = {self._folder}/log\nignore_startup_parameters = extra_float_digits\n"
        )
        (self._folder / "log").touch()
        for path in self._folder.iterdir():
            path.chmod(0o666)
        self._folder.chmod(0o755)
        return self._folder / "ini"


@contextmanager
def pooled(server: Postgres) -> Iterator[Pooler]:
    """A pgbouncer for as long as the block lasts. Where there is none the test is skipped."""
    if not (shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists()):
        pytest.skip("NOT TESTED: pgbouncer is not installed (Debian: apt-get install pgbouncer)")
    with tempfile.TemporaryDirectory(prefix="clone-pgbouncer-") as folder:
        pooler = Pooler(server, Path(folder))
        pooler.start()
        try:
            yield pooler
        finally:
            pooler.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
