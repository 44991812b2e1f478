"""Writes plugins/ and .claude-plugin/ from what clone_mcp/install says. `--check` only compares."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

from clone_mcp.install import claude_code, claude_desktop, cursor, gemini_cli, vscode
from clone_mcp.install.publishing import AUTHOR, DESCRIPTION, EXECUTABLE, HERE, NAME, as_json

ROOT = Path(__file__).parents[1]
SIDE = 512


def published() -> dict[str, bytes]:
    """Every file, by its path in the repository."""
    license_ = (ROOT / "LICENSE").read_text(encoding="utf-8")
    plugins = {
        "claude-code": {**claude_code.plugin(HERE), "LICENSE": license_},
        "cursor": {**cursor.plugin(), "LICENSE": license_},
        "gemini-cli": {**gemini_cli.plugin(HERE), "LICENSE": license_},
        "vscode": {**vscode.plugin(), "README.md": _vscode()},
        "claude-desktop": {**claude_desktop.bundle(), "LICENSE": license_},
    }
    entry = {"name": NAME, "source": "./plugins/claude-code", "description": DESCRIPTION}
    marketplace = {
        "name": NAME,
        "owner": {"name": AUTHOR},
        "metadata": {"description": DESCRIPTION},
        "plugins": [entry],
    }
    texts = {f"plugins/{plugin}/{path}": text for plugin, files in plugins.items() for path, text in files.items()}
    texts[".claude-plugin/marketplace.json"] = as_json(marketplace)
    return {
        "plugins/claude-code/.claude-plugin/icon.png": icon(),
        **{path: text.encode() for path, text in texts.items()},
    }


def icon() -> bytes:
    """Two discs, one of them behind the other: the person and their Clone."""
    rows = b"".join(b"\0" + bytes(_shade(x, y) for x in range(SIDE)) for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )


def _shade(x: int, y: int) -> int:
    front = (x - 200) ** 2 + (y - 290) ** 2 < 130**2
    back = (x - 310) ** 2 + (y - 220) ** 2 < 130**2
    return 20 if front else 150 if back else 255


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _vscode() -> str:
    return (
        "# Clone for VS Code\n\nCopy `mcp.json` to `.vscode/mcp.json`, or open one of these links:\n\n"
        f"- VS Code: `{vscode.link(HERE)}`\n- Cursor: `{cursor.link(HERE)}`\n\n"
        "Both need `clone-mcp` on PATH: `uv tool install clone-mcp`.\n"
    )


def main() -> int:
    files = published()
    stale = [path for path, data in files.items() if not (ROOT / path).is_file() or (ROOT / path).read_bytes() != data]
    there = [path.relative_to(ROOT).as_posix() for path in (ROOT / "plugins").rglob("*") if path.is_file()]
    stale += [path for path in there if path not in files]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path} is not what the code says. Run: python scripts/plugins.py", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path not in files:
            (ROOT / path).unlink()
            continue
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_bytes(files[path])
    for path in files:
        if path.endswith(EXECUTABLE):
            (ROOT / path).chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit(main())
