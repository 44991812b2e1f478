"""`clone-mcp` and `python -m clone_mcp`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line. Garbage collection waits until everything is loaded: start-up makes next to none."""
    gc.disable()
    from clone_mcp.cli import run  # noqa: PLC0415 (after the line above)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
