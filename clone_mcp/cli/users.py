"""`clone-mcp users`: accounts, as the operator of an installation sees to them."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

from clone_mcp.cli import settings
from clone_mcp.cli.commands import with_clone
from clone_mcp.cli.showing import show_json
from clone_mcp.errors import Invalid
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.accounts import Identity, User

_MOST = 1000
"""How many are listed."""
_LONGEST = 10_000


def create(arguments: argparse.Namespace) -> int:
    """Make an account. The first one is that of this installation's own memory."""
    password = _password()
    user = with_clone(lambda clone: clone.access.operator.create(arguments.email, password))
    if arguments.json:
        show_json(_described(user))
        return 0
    whose = "this installation's own memory" if user.tenant == LOCAL_TENANT else "a memory of its own"
    print(f"{user.email} may sign in, to {whose}. Id {user.id}.")
    return 0


def password(arguments: argparse.Namespace) -> int:
    """Replace a password, and end every sign-in of that person."""
    new = _password()
    user = with_clone(lambda clone: clone.access.operator.set_password(arguments.email, new))
    print(f"{user.email} has a new password, and is signed out everywhere.")
    return 0


def listing(arguments: argparse.Namespace) -> int:
    """Show everybody with an account."""
    users = with_clone(lambda clone: clone.access.operator.users(limit=_MOST))
    if arguments.json:
        show_json([_described(user) for user in users])
        return 0
    for user in users:
        print(f"{user.id}  made {_shown(user.created_at)}  {user.email or 'by the issuer alone'}")
    if not users:
        print("No accounts yet. Make one with `clone-mcp users create`.")
    return 0


def invite(arguments: argparse.Namespace) -> int:
    """Make a code with which one person can sign up. It goes to stdout alone, so that it can be piped."""
    made, code = with_clone(lambda clone: clone.access.operator.invite(arguments.email))
    if arguments.json:
        show_json({"code": code, "email": made.email, "expires_at": made.expires_at.isoformat()})
        return 0
    print(code)
    print(f"Good once, until {_shown(made.expires_at)}. This is the only time it is shown.", file=sys.stderr)
    return 0


def link(arguments: argparse.Namespace) -> int:
    """Let the external issuer speak for a user."""
    issuer = settings().oauth_issuer
    if not issuer:
        raise Invalid("No issuer is named.", hint="Set CLONE_OAUTH_ISSUER.")
    identity = Identity(issuer, arguments.subject)
    user = with_clone(lambda clone: clone.access.operator.link(arguments.email, identity))
    print(f"{user.email} is who {issuer} calls {arguments.subject}.")
    return 0


def waitlist(arguments: argparse.Namespace) -> int:
    """Show who asked for an account, longest first."""
    waiting = with_clone(lambda clone: clone.access.operator.waiting(limit=_MOST))
    if arguments.json:
        show_json([{"email": email, "at": at.isoformat()} for email, at in waiting])
        return 0
    for email, at in waiting:
        print(f"{_shown(at)}  {email}")
    if not waiting:
        print("Nobody waits.")
    return 0


def _password() -> str:
    """From the terminal, or else the first line of standard input: never from an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(_LONGEST).rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Invalid("The two are not the same.")
    return first


def _shown(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _described(user: User) -> dict[str, str | None]:
    return {
        "id": user.id,
        "email": user.email,
        "tenant": str(user.tenant),
        "issuer": user.identity.issuer if user.identity else None,
        "subject": user.identity.subject if user.identity else None,
        "created_at": user.created_at.isoformat(),
    }
