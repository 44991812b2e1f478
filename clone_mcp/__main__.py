"""`clone-mcp` and `python -m clone_mcp`.

The commands are in cli/. `clone-mcp hook` skips them and loads hooks/command.py alone.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line. Garbage collection waits until everything is loaded: start-up makes next to none."""
    gc.disable()
    if sys.argv[1:2] == ["hook"]:  # a client waits, at every turn: nothing else is loaded
        from clone_mcp.hooks.command import run as run_hook  # noqa: PLC0415

        sys.exit(run_hook(sys.argv[2:]))
    from clone_mcp.cli import run  # noqa: PLC0415 (after the line above)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
