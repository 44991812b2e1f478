"""`clone-mcp users`: accounts, as the operator of an installation sees to them."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.terminal import as_json, command, show, show_json, shown, verbs
from clone_mcp.errors import Invalid
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.accounts import Identity, User

_MOST = 1000
"""How many are listed: more than anybody reads."""
_LONGEST = 10_000
"""Characters of a password from standard input: more than anybody types, and far from filling memory."""


def add(actions: Any) -> None:
    """`users` and its verbs."""
    users = verbs(actions, "users", "accounts for people who sign in over HTTP")
    what = "make an account; its password is asked for, or read from standard input"
    command(users, "create", what, _create, json=True).add_argument("email", help="what its person signs in with")
    what = "replace a password and sign its person out; it is read as above"
    command(users, "password", what, _replace_password).add_argument("email", help="whose")
    command(users, "list", "show accounts, newest first", _list, json=True)
    invite = command(users, "invite", "make a code with which one person can sign up, where that needs one", _invite)
    invite.add_argument("--email", help="whom it is for; nobody else can use it then")
    as_json(invite)
    link = command(users, "link", "say who a user is to the issuer that CLONE_OAUTH_ISSUER names", _link)
    link.add_argument("email", help="the user")
    link.add_argument("subject", help="the `sub` of the issuer's tokens for them")
    command(users, "waitlist", "show who asked for an account, longest first", _waitlist, json=True)


def _create(arguments: argparse.Namespace) -> None:
    """Make an account. The first one is that of this installation's own memory."""
    password = _password()
    user = with_clone(lambda clone: clone.access.operator.create(arguments.email, password))
    whose = "this installation's own memory" if user.tenant == LOCAL_TENANT else "a memory of its own"
    show(arguments, _described(user), [f"{user.email} may sign in, to {whose}. Id {user.id}."])


def _replace_password(arguments: argparse.Namespace) -> None:
    new = _password()
    user = with_clone(lambda clone: clone.access.operator.set_password(arguments.email, new))
    print(f"{user.email} has a new password, and is signed out everywhere.")


def _list(arguments: argparse.Namespace) -> None:
    users = with_clone(lambda clone: clone.access.operator.users(limit=_MOST))
    lines = [f"{user.id}  made {shown(user.created_at)}  {user.email or 'by the issuer alone'}" for user in users]
    nobody = "No accounts yet. Make one with `clone-mcp users create`."
    show(arguments, [_described(user) for user in users], lines or [nobody])


def _invite(arguments: argparse.Namespace) -> None:
    """Make a code with which one person can sign up. It goes to stdout alone, so that it can be piped."""
    made, code = with_clone(lambda clone: clone.access.operator.invite(arguments.email))
    if arguments.json:
        show_json({"code": code, "email": made.email, "expires_at": made.expires_at})
        return
    print(code)
    print(f"Good once, until {shown(made.expires_at)}. This is the only time it is shown.", file=sys.stderr)


def _link(arguments: argparse.Namespace) -> None:
    issuer = settings().oauth_issuer
    if not issuer:
        raise Invalid("No issuer is named.", hint="Set CLONE_OAUTH_ISSUER.")
    identity = Identity(issuer, arguments.subject)
    user = with_clone(lambda clone: clone.access.operator.link(arguments.email, identity))
    print(f"{user.email} is who {issuer} calls {arguments.subject}.")


def _waitlist(arguments: argparse.Namespace) -> None:
    waiting = with_clone(lambda clone: clone.access.operator.waiting(limit=_MOST))
    lines = [f"{shown(at)}  {email}" for email, at in waiting]
    show(arguments, [{"email": email, "at": at} for email, at in waiting], lines or ["Nobody waits."])


def _password() -> str:
    """From the terminal, or else the first line of standard input: never from an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(_LONGEST).rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Invalid("The two are not the same.")
    return first


def _described(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "tenant": str(user.tenant),
        "issuer": user.identity.issuer if user.identity else None,
        "subject": user.identity.subject if user.identity else None,
        "created_at": user.created_at,
    }
