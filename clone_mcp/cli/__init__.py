"""The command line. Without arguments it is the stdio server, so nothing else is loaded for that.

Here is its door, and how a failure reads. How a command runs stands in running.py; the commands are in parser.py.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from clone_mcp.cli.running import OUTPUTS, give_up, make_usable, settings
from clone_mcp.cli.serving import serve_as_configured
from clone_mcp.errors import CloneError


def run(arguments: Sequence[str]) -> int:
    """Run a command; the exit code says whether it worked. What can be foreseen is told in a line, without a trace."""
    make_usable()
    try:
        code = _run(arguments)
        print(end="", flush=True)
    except SystemExit as exc:  # argparse's way out, and uvicorn's
        code = exc.code if isinstance(exc.code, int) else 0
    except CloneError as exc:
        code = _failed(str(exc))
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever read this has seen enough, as in `clone-mcp memory show | head`
        give_up(*OUTPUTS)
        return 141
    except EOFError:
        code = _failed("The input ended before the question was answered. Run the command again in a terminal.")
    except UnicodeDecodeError as exc:
        code = _failed(f"The input is not text in {exc.encoding}. Send it in UTF-8.")
    except OSError as exc:
        code = _failed(_reason(exc))
    return _flushed(code)


def _failed(text: str) -> int:
    """A line on standard error, if anybody listens; the exit code that goes with it."""
    try:
        print(f"clone-mcp: {text}", file=sys.stderr, flush=True)
    except OSError:
        give_up("stderr")
    return 2


def _flushed(code: int) -> int:
    """The code, once everything is out: what fails only on leaving would be told by Python, with a trace."""
    try:
        print(end="", flush=True)
    except BrokenPipeError:
        give_up(*OUTPUTS)
        return 141
    except OSError as exc:
        give_up("stdout")
        return code or _failed(_reason(exc))
    return code


def _reason(exc: OSError) -> str:
    """A file that can't be opened has a name. What is written to and fails has none."""
    said = exc.strerror or type(exc).__name__
    if exc.filename is not None:
        name = os.fsdecode(exc.filename)
        return f"{name} can't be used: {said}. Check it with `ls -ld '{name}'`, then run the same command again."
    if exc.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return f"The output can't be written: {said}. Free some space, then run the same command again."
    return f"Reading or writing failed: {said}. Check where the input comes from and where the output goes."


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        return serve_as_configured(settings())
    from clone_mcp.cli.parser import parse  # every command, which the stdio server needs none of

    command = parse(arguments)
    return command.function(command) or 0
