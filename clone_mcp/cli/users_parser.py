"""The options of `clone-mcp users`."""

from __future__ import annotations

from typing import Any

from clone_mcp.cli import users


def add(actions: Any) -> None:
    """`users` and its verbs."""
    command = actions.add_parser("users", help="accounts for people who sign in over HTTP")
    verbs = command.add_subparsers(metavar="VERB", required=True)

    create = verbs.add_parser("create", help="make an account; its password is asked for, or read from standard input")
    create.add_argument("email", help="what its person signs in with")
    create.add_argument("--json", action="store_true", help="print as JSON")
    create.set_defaults(function=users.create)

    password = verbs.add_parser("password", help="replace a password and sign its person out; it is read as above")
    password.add_argument("email", help="whose")
    password.set_defaults(function=users.password)

    listing = verbs.add_parser("list", help="show accounts, newest first")
    listing.add_argument("--json", action="store_true", help="print as JSON")
    listing.set_defaults(function=users.listing)

    invite = verbs.add_parser("invite", help="make a code with which one person can sign up, where that needs one")
    invite.add_argument("--email", help="whom it is for; nobody else can use it then")
    invite.add_argument("--json", action="store_true", help="print as JSON")
    invite.set_defaults(function=users.invite)

    link = verbs.add_parser("link", help="say who a user is to the issuer that CLONE_OAUTH_ISSUER names")
    link.add_argument("email", help="the user")
    link.add_argument("subject", help="the `sub` of the issuer's tokens for them")
    link.set_defaults(function=users.link)

    waitlist = verbs.add_parser("waitlist", help="show who asked for an account, longest first")
    waitlist.add_argument("--json", action="store_true", help="print as JSON")
    waitlist.set_defaults(function=users.waitlist)
