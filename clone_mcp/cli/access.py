"""`clone-mcp users` and `keys`: who may come in over HTTP. Accounts are for people, keys for programs.

What a whole server's operator does to the people it is run for is in tenants.py.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.terminal import as_json, command, show, show_json, shown, verbs
from clone_mcp.errors import Invalid
from clone_mcp.models.access import LOCAL_TENANT, ApiKey, Identity, Scope, User

_MOST = 1000
"""How many are listed: more than anybody reads."""
_LONGEST = 10_000
"""Characters of a password from standard input: more than anybody types, and far from filling memory."""
VOUCHES = "What this key records as typed by you counts as your own words. Do not give it to an agent."


def add_users(actions: Any) -> None:
    """`users` and its verbs."""
    users = verbs(actions, "users", "accounts for people who sign in over HTTP")
    what = "make an account; its password is asked for, or read from standard input"
    create = command(users, "create", what, _create_user)
    create.add_argument("email", help="what its person signs in with")
    as_json(create)
    what = "replace a password and sign its person out; it is read as above"
    command(users, "password", what, _replace_password).add_argument("email", help="whose")
    command(users, "list", "show accounts, newest first", _list_users, json=True)
    invite = command(users, "invite", "make a code with which one person can sign up, where that needs one", _invite)
    invite.add_argument("--email", help="whom it is for; nobody else can use it then")
    as_json(invite)
    link = command(users, "link", "say who a user is to the issuer that CLONE_OAUTH_ISSUER names", _link)
    link.add_argument("email", help="the user")
    link.add_argument("subject", help="the `sub` of the issuer's tokens for them")
    command(users, "waitlist", "show who asked for an account, longest first", _waitlist, json=True)


def _create_user(arguments: argparse.Namespace) -> None:
    """Make an account. The first one is that of this installation's own memory."""
    password = _password()
    user = with_clone(lambda clone: clone.access.operator.create(arguments.email, password))
    whose = "this installation's own memory" if user.tenant == LOCAL_TENANT else "a memory of its own"
    show(arguments, _user_as_json(user), [f"{user.email} may sign in, to {whose}. Id {user.id}."])


def _replace_password(arguments: argparse.Namespace) -> None:
    new = _password()
    user = with_clone(lambda clone: clone.access.operator.set_password(arguments.email, new))
    print(f"{user.email} has a new password, and is signed out everywhere.")


def _list_users(arguments: argparse.Namespace) -> None:
    users = with_clone(lambda clone: clone.access.operator.users(limit=_MOST))
    lines = [f"{user.id}  made {shown(user.created_at)}  {user.email or 'by the issuer alone'}" for user in users]
    nobody = "No accounts yet. Make one with `clone-mcp users create`."
    show(arguments, [_user_as_json(user) for user in users], lines or [nobody])


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


def _user_as_json(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "tenant": str(user.tenant),
        "issuer": user.identity.issuer if user.identity else None,
        "subject": user.identity.subject if user.identity else None,
        "created_at": user.created_at,
    }


def add_keys(actions: Any) -> None:
    """`keys` and its verbs."""
    keys = verbs(actions, "keys", "create, list and revoke API keys for HTTP")
    create = command(keys, "create", "make a key and show it, once", _create_key)
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument(
        "--scope",
        choices=["viewer", "agent", "recorder", "owner"],
        default="agent",
        help="viewer: read; agent: and predict and record, which is all that a client needs (default); recorder: and "
        "what it records as typed by you counts as your own words, so give it to hooks and to no agent; "
        "owner: everything",
    )
    as_json(create)
    command(keys, "list", "show keys, never the keys themselves", _list_keys, json=True)
    command(keys, "revoke", "make a key useless at once", _revoke_key).add_argument(
        "id", help="as `keys list` shows it"
    )


def _create_key(arguments: argparse.Namespace) -> None:
    """Make a key. Its text goes to stdout alone, so that it can be piped."""
    key, text = with_clone(
        lambda clone: clone.access.api_keys.create(LOCAL_TENANT, arguments.name, Scope(arguments.scope))
    )
    if arguments.json:
        show_json({"key": text, **_key_as_json(key)})
        return
    print(text)
    print(f"Scope {key.scope}, id {key.id}. This is the only time the key is shown.", file=sys.stderr)
    if key.scope in (Scope.RECORDER, Scope.OWNER):
        print(VOUCHES, file=sys.stderr)


def _list_keys(arguments: argparse.Namespace) -> None:
    keys = with_clone(lambda clone: clone.access.api_keys.list(LOCAL_TENANT))
    lines = map(_key_line, keys) if keys else ["No keys yet. Make one with `clone-mcp keys create`."]
    show(arguments, [_key_as_json(key) for key in keys], lines)


def _key_line(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else f"last used {shown(key.last_used_at)}"
    return f"{key.id}  {key.prefix}…  {key.scope:<8}  made {shown(key.created_at)}, {state}  {key.name}".rstrip()


def _revoke_key(arguments: argparse.Namespace) -> None:
    with_clone(lambda clone: clone.access.api_keys.revoke(LOCAL_TENANT, arguments.id))
    print("Revoked.")


def _key_as_json(key: ApiKey) -> dict[str, Any]:
    return {name: value for name, value in asdict(key).items() if name not in ("digest", "tenant")}
