"""`clone-mcp standing …`: the replies that the person has settled once and for all, and within which limits.

`clone-mcp review` asks about those that wait; how it asks stands here, too. What matches: see stakes/standing.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import (
    amount,
    as_json,
    command,
    confirmed,
    count,
    counted,
    owner_at_the_terminal,
    show,
    show_json,
    shown,
    verbs,
)
from clone_mcp.clients.turns import printable
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden, Invalid, NotFound
from clone_mcp.models.standing import (
    UNUSED_DAYS,
    LimitEdits,
    StandingAnswer,
    StandingDetails,
    StandingDraft,
    StandingMatch,
    StandingStatus,
    StandingWarning,
)

_CONFIRMS = "Clone answers so without asking you from now on."


def add(actions: Any) -> None:
    """`standing` and its verbs."""
    standing = verbs(actions, "standing", "replies that you have settled once and for all, within limits")
    _add_reading(standing)
    _add_deciding(standing)


def _add_reading(standing: Any) -> None:
    listed = command(standing, "list", "all of them: offered, confirmed, suspended, declined and expired", _list)
    statuses = [each.value for each in StandingStatus if each is not StandingStatus.REMOVED]
    listed.add_argument("--status", choices=statuses, help="only those in this state")
    as_json(listed)
    one = command(standing, "show", "one of them, with what it rests on and what it was used for", _show)
    _id(one)
    as_json(one)
    test = command(standing, "test", "what standing answers would do with a question, and why", _test)
    test.add_argument("question", help="what the agent asks, as it asks it")
    test.add_argument("--option", action="append", default=[], help="what can be chosen; may be given several times")
    test.add_argument("--project", help="the project that it would be asked in")
    as_json(test)


def _add_deciding(standing: Any) -> None:
    confirm = command(standing, "confirm", "let one answer from now on", _confirm)
    _id(confirm)
    _limits(confirm)
    write = command(standing, "write", "write one yourself", _write)
    write.add_argument("question", help="what the agent asks")
    write.add_argument("reply", help="what you answer, always")
    write.add_argument("--option", action="append", default=[], help="what can be chosen; may be given several times")
    write.add_argument("--acknowledge", action="append", default=[], metavar="ACT", help="an act you were warned of")
    write.add_argument("--project", help="only in this project")
    write.add_argument("--per-day", type=count, help="at most so many times within 24 hours")
    write.add_argument("--unused-days", type=count, default=UNUSED_DAYS, help="it expires after so many unused days")
    _changes(write)
    edit = command(standing, "edit", "change its limits or its reply", _edit)
    _id(edit)
    edit.add_argument("--reply", help="other words for it")
    _limits(edit)
    for name, what in (
        ("suspend", "stop answering by it, until you resume it"),
        ("resume", "answer by it again"),
        ("decline", "do not offer it again, unless the evidence doubles"),
        ("remove", "erase it"),
    ):
        made = command(standing, name, what, _move)
        made.set_defaults(verb=name)
        _id(made)
        _changes(made)


def _id(made: Any) -> None:
    made.add_argument("id", help="the beginning of its id")


def _limits(made: Any) -> None:
    made.add_argument("--project", help='only in this project ("": in every one)')
    made.add_argument("--kind", action="append", help="only for this kind of question; may be given several times")
    made.add_argument("--act", action="append", help="keep only this act; may be given several times")
    made.add_argument("--per-day", type=amount, help="at most so many times within 24 hours (0: any number)")
    made.add_argument("--unused-days", type=count, help="it expires after so many unused days")
    _changes(made)


def _changes(made: Any) -> None:
    confirmed(made)
    as_json(made)


def _edits(arguments: argparse.Namespace) -> LimitEdits:
    return LimitEdits(
        arguments.project,
        tuple(arguments.kind) if arguments.kind is not None else None,
        tuple(arguments.act) if arguments.act is not None else None,
        arguments.per_day,
        arguments.unused_days,
    )


async def _whole_id(clone: Clone, beginning: str) -> str:
    found = [each.id for each in await clone.memory.standing.list(OWNER.tenant) if each.id.startswith(beginning)]
    if len(found) > 1 and beginning not in found:
        many = counted(len(found), "standing answer")
        raise Invalid(f"{many} begin with {beginning!r}.", hint="Write more of the id.")
    if not found:
        raise NotFound("There is no such standing answer.", hint="`clone-mcp standing list` shows them.")
    return beginning if beginning in found else found[0]


def _list(arguments: argparse.Namespace) -> None:
    statuses = [StandingStatus(arguments.status)] if arguments.status else []
    found = with_clone(lambda clone: clone.memory.standing.list(OWNER.tenant, statuses=statuses))
    lines = [line(each) for each in found] or ["There are no standing answers yet."]
    show(arguments, [as_value(each) for each in found], lines)


def line(settled: StandingAnswer) -> str:
    """One standing answer on one line."""
    used = f", used {counted(settled.uses, 'time')}, kept {settled.kept}" if settled.uses else ""
    question, reply = printable(settled.question.wording), printable(settled.reply)
    return f"{settled.id[:8]}  {settled.status.value:<9}  “{question}”: {reply}{used}"


def as_value(settled: StandingAnswer) -> dict[str, Any]:
    """One standing answer as JSON shows it."""
    return {**asdict(settled), "sent": settled.sent, "expires_at": settled.expires_at}


def _show(arguments: argparse.Namespace) -> None:
    async def read(clone: Clone) -> StandingDetails:
        return await clone.memory.standing.show(OWNER.tenant, await _whole_id(clone, arguments.id))

    found = with_clone(read)
    examples, uses = [asdict(each) for each in found.examples], [asdict(each) for each in found.uses]
    show(arguments, {**as_value(found.answer), "examples": examples, "used": uses}, _described(found))


def _described(found: StandingDetails) -> Iterator[str]:
    settled, limits = found.answer, found.answer.limits
    yield line(settled)
    if settled.reason:
        yield f"  {settled.reason}"
    yield f"  Project: {limits.project or 'every one'}. Kinds of question: {', '.join(limits.kinds) or 'any'}."
    acts = ", ".join(f"{act.named or act.key} ({act.weight.value})" for act in limits.acts)
    yield f"  It may set in motion: {printable(acts) or 'nothing'}."
    often = counted(limits.per_day, "time") if limits.per_day else "any number of times"
    yield f"  It answers {often} a day and expires after {counted(limits.unused_days, 'unused day')}."
    if settled.expires_at is not None:
        yield f"  It is sent with a confidence of {settled.sent:.3f}. It would expire on {shown(settled.expires_at)}."
    for example in found.examples:
        yield f"  {shown(example.at)}  “{printable(example.wording)}”: {printable(example.reply)}"
    for use in found.uses:
        what = "overridden" if use.overridden else "kept"
        yield f"  used {shown(use.at)}, {what}: prediction {use.prediction_id}"


def _test(arguments: argparse.Namespace) -> None:
    found = with_clone(
        lambda clone: clone.memory.standing.test(
            OWNER.tenant, arguments.question, options=arguments.option, project=arguments.project
        )
    )
    lines = [
        part
        for each in found.matches
        for part in (f"{line(each.answer)}", f"  {printable(each.because)} {printable(each.not_if)}")
    ]
    about = {"answered": found.answered is not None, "question": asdict(found.question)}
    show(arguments, {**about, "matches": _matches(found.matches)}, lines or ["No standing answer is about this."])


def _matches(found: Sequence[StandingMatch]) -> list[dict[str, Any]]:
    told = ("verdict", "reply", "because", "not_if")
    return [{"id": each.answer.id, **{name: getattr(each, name) for name in told}} for each in found]


def _confirm(arguments: argparse.Namespace) -> None:
    edits = _edits(arguments)
    owner_at_the_terminal(arguments, _CONFIRMS)

    async def confirm(clone: Clone) -> StandingAnswer:
        return await clone.memory.standing.confirm(OWNER, await _whole_id(clone, arguments.id), edits)

    _tell(arguments, with_clone(confirm))


def _write(arguments: argparse.Namespace) -> None:
    draft = StandingDraft(
        arguments.question,
        arguments.reply,
        tuple(arguments.option),
        arguments.project,
        arguments.per_day,
        arguments.unused_days,
        tuple(arguments.acknowledge),
    )
    owner_at_the_terminal(arguments, _CONFIRMS)
    done = with_clone(lambda clone: clone.memory.standing.write(OWNER, draft))
    if isinstance(done, StandingWarning) and sys.stdin.isatty() and not arguments.yes:
        print(printable(done.text))
        if input("Answer so without asking? [y/N] ").strip().lower() not in ("y", "yes"):
            raise Invalid("Nothing was stored.")
        accepted = replace(draft, acknowledged=tuple(act.named for act in done.acts))
        done = with_clone(lambda clone: clone.memory.standing.write(OWNER, accepted))
    if isinstance(done, StandingWarning):
        names = " ".join(f"--acknowledge {act.named!r}" for act in done.acts)
        raise Forbidden(done.text, hint=f"Add {names}.")
    _tell(arguments, done)


def _edit(arguments: argparse.Namespace) -> None:
    edits = _edits(arguments)
    owner_at_the_terminal(arguments, "This changes what Clone answers for you.")

    async def edit(clone: Clone) -> StandingAnswer:
        whole = await _whole_id(clone, arguments.id)
        return await clone.memory.standing.edit(OWNER, whole, edits, reply=arguments.reply)

    _tell(arguments, with_clone(edit))


def _move(arguments: argparse.Namespace) -> None:
    if arguments.verb != "suspend":
        owner_at_the_terminal(arguments, "This changes what Clone answers for you.")

    async def move(clone: Clone) -> StandingAnswer | None:
        return await getattr(clone.memory.standing, arguments.verb)(OWNER, await _whole_id(clone, arguments.id))

    done = with_clone(move)
    if done is not None:
        _tell(arguments, done)
    elif arguments.json:
        show_json({"removed": True})
    else:
        print("Removed.")


def _tell(arguments: argparse.Namespace, settled: StandingAnswer) -> None:
    said = [line(settled), *([settled.reason] if settled.reason else [])]
    show(arguments, as_value(settled), said)


def settle(waiting: Sequence[tuple[StandingDetails, str]]) -> None:
    """Ask about what waits, one by one, in these words. Return alone leaves it for later."""
    for each, question in waiting:
        for example in each.examples[:3]:
            print(f"  {shown(example.at)}  “{printable(example.wording)}”: {printable(example.reply)}")
        answer, id_ = input(f"{printable(question)}\n[y]es, [n]o, [l]ater? ").strip().lower(), each.answer.id
        if answer in ("y", "yes"):
            with_clone(partial(_confirm_one, standing_id=id_))
        elif answer in ("n", "no"):
            with_clone(partial(_decline_one, standing_id=id_))


async def _confirm_one(clone: Clone, *, standing_id: str) -> None:
    await clone.memory.standing.confirm(OWNER, standing_id)


async def _decline_one(clone: Clone, *, standing_id: str) -> None:
    await clone.memory.standing.decline(OWNER, standing_id)
