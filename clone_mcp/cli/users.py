"""`clone-mcp users`: accounts, as the operator of an installation sees to them."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.terminal import as_json, show_json, shown
from clone_mcp.errors import Invalid
from clone_mcp.models.access import LOCAL_TENANT, Identity, User

_MOST = 1000
"""How many are listed."""
_LONGEST = 10_000


def add(actions: Any) -> None:
    """`users` and its verbs."""
    command = actions.add_parser("users", help="accounts for people who sign in over HTTP")
    verbs = command.add_subparsers(metavar="VERB", required=True)

    create = verbs.add_parser("create", help="make an account; its password is asked for, or read from standard input")
    create.add_argument("email", help="what its person signs in with")
    as_json(create)
    create.set_defaults(function=_create)

    password = verbs.add_parser("password", help="replace a password and sign its person out; it is read as above")
    password.add_argument("email", help="whose")
    password.set_defaults(function=_replace_password)

    listing = verbs.add_parser("list", help="show accounts, newest first")
    as_json(listing)
    listing.set_defaults(function=_listing)

    invite = verbs.add_parser("invite", help="make a code with which one person can sign up, where that needs one")
    invite.add_argument("--email", help="whom it is for; nobody else can use it then")
    as_json(invite)
    invite.set_defaults(function=_invite)

    link = verbs.add_parser("link", help="say who a user is to the issuer that CLONE_OAUTH_ISSUER names")
    link.add_argument("email", help="the user")
    link.add_argument("subject", help="the `sub` of the issuer's tokens for them")
    link.set_defaults(function=_link)

    waitlist = verbs.add_parser("waitlist", help="show who asked for an account, longest first")
    as_json(waitlist)
    waitlist.set_defaults(function=_waitlist)


def _create(arguments: argparse.Namespace) -> int:
    """Make an account. The first one is that of this installation's own memory."""
    password = _password()
    user = with_clone(lambda clone: clone.access.operator.create(arguments.email, password))
    if arguments.json:
        show_json(_described(user))
        return 0
    whose = "this installation's own memory" if user.tenant == LOCAL_TENANT else "a memory of its own"
    print(f"{user.email} may sign in, to {whose}. Id {user.id}.")
    return 0


def _replace_password(arguments: argparse.Namespace) -> int:
    """Replace a password, and end every sign-in of that person."""
    new = _password()
    user = with_clone(lambda clone: clone.access.operator.set_password(arguments.email, new))
    print(f"{user.email} has a new password, and is signed out everywhere.")
    return 0


def _listing(arguments: argparse.Namespace) -> int:
    """Show everybody with an account."""
    users = with_clone(lambda clone: clone.access.operator.users(limit=_MOST))
    if arguments.json:
        show_json([_described(user) for user in users])
        return 0
    for user in users:
        print(f"{user.id}  made {shown(user.created_at)}  {user.email or 'by the issuer alone'}")
    if not users:
        print("No accounts yet. Make one with `clone-mcp users create`.")
    return 0


def _invite(arguments: argparse.Namespace) -> int:
    """Make a code with which one person can sign up. It goes to stdout alone, so that it can be piped."""
    made, code = with_clone(lambda clone: clone.access.operator.invite(arguments.email))
    if arguments.json:
        show_json({"code": code, "email": made.email, "expires_at": made.expires_at.isoformat()})
        return 0
    print(code)
    print(f"Good once, until {shown(made.expires_at)}. This is the only time it is shown.", file=sys.stderr)
    return 0


def _link(arguments: argparse.Namespace) -> int:
    """Let the external issuer speak for a user."""
    issuer = settings().oauth_issuer
    if not issuer:
        raise Invalid("No issuer is named.", hint="Set CLONE_OAUTH_ISSUER.")
    identity = Identity(issuer, arguments.subject)
    user = with_clone(lambda clone: clone.access.operator.link(arguments.email, identity))
    print(f"{user.email} is who {issuer} calls {arguments.subject}.")
    return 0


def _waitlist(arguments: argparse.Namespace) -> int:
    """Show who asked for an account, longest first."""
    waiting = with_clone(lambda clone: clone.access.operator.waiting(limit=_MOST))
    if arguments.json:
        show_json([{"email": email, "at": at.isoformat()} for email, at in waiting])
        return 0
    for email, at in waiting:
        print(f"{shown(at)}  {email}")
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


def _described(user: User) -> dict[str, str | None]:
    return {
        "id": user.id,
        "email": user.email,
        "tenant": str(user.tenant),
        "issuer": user.identity.issuer if user.identity else None,
        "subject": user.identity.subject if user.identity else None,
        "created_at": user.created_at.isoformat(),
    }
