"""Whether an answer may be acted on, by what it would set in motion: why not, or what lets it happen.

Pure: acts, precedents and permissions come as values. What an answer sets in motion is read by `acts`; how sure Clone
is of it, and everything else that holds an answer back, is in prediction/decision.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clone_mcp.models.act import Act, Consequence, Ground, Leave, Precedent, Weight, Where
from clone_mcp.models.memory import Fact

APPROVALS, SESSIONS = 3, 2
"""How often, and in how many sessions, an act must have been approved before Clone acts on precedent."""
_GRAVEST_FIRST = (Weight.GRAVE, Weight.UNREAD, Weight.REVERSIBLE)
_WOULD = {
    Consequence.DESTRUCTIVE: "destroy something",
    Consequence.COSTLY: "cost money",
    Consequence.PUBLIC: "publish",
    Consequence.CREDENTIAL: "expose a secret",
    Consequence.WEAKENING: "weaken a protection",
    Consequence.FOREIGN: "run somebody else's code",
}
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an answer is not acted on."""

    reason: str


def hold(
    acts: Sequence[Act],
    *,
    sent: float,
    precedents: Mapping[str, Precedent],
    permitted: Sequence[Fact] = (),
    uncounted: Collection[str] = (),
) -> Hold | tuple[Leave, ...]:
    """Why these acts may not be set in motion without asking, or what lets each of them; empty where nothing has to.

    `sent` is the confidence that would go out, `permitted` the confirmed facts whose words cover all of it together.
    Of `uncounted` keys newer answers are there than `precedents` knows of.
    """
    moving = sorted(
        (act for act in acts if act.weight is not Weight.NONE), key=lambda act: _GRAVEST_FIRST.index(act.weight)
    )
    if not moving:
        return ()
    if permitted:
        return tuple(Leave(Ground.PERMISSION, f"You allowed this: {fact.text}", fact.id) for fact in permitted)
    found: list[Leave] = []
    for act in moving:
        known = precedents.get(act.key) if act.key else None
        if (reason := _reason(act, known, sent, behind=act.key in uncounted)) is not None:
            return Hold(reason)
        if known is not None:
            found.append(Leave(Ground.PRECEDENT, f"You approved *{named(act)}* {_times(known)}."))
    return tuple(dict.fromkeys(found))


def named(act: Act) -> str:
    """An act in a few words for the person: what could be read of one that can be undone, of others its excerpt."""
    read = act.weight is Weight.REVERSIBLE or (act.weight is Weight.GRAVE and bool(act.object or act.qualifiers))
    said = (
        " ".join(filter(None, (act.verb, act.object, *act.qualifiers)))
        if read and act.where is not Where.COMMAND
        else ""
    )
    said = " ".join((said or act.evidence).split()).strip(" .?!")
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"


def _reason(act: Act, known: Precedent | None, sent: float, *, behind: bool) -> str | None:
    match act.weight:
        case Weight.GRAVE:
            what = _WOULD[act.consequence] if act.consequence is not None else "do what can't be undone"
            return f"This would {what}: {named(act)}. You have not allowed this."
        case Weight.UNREAD:
            return f"Clone can't tell what this would do: {named(act)}."
        case _:
            return _lacking(named(act), known, sent, behind=behind)


def _lacking(what: str, known: Precedent | None, sent: float, *, behind: bool) -> str | None:
    """What a precedent lacks."""
    would = f"This would {what}." if what else "This would change something."
    if behind:
        return f"{would} Clone has not counted all of your latest answers yet."
    if known is None or not known.approved:
        return f"{would} You have not approved that before; Clone acts after {APPROVALS} times in {SESSIONS} sessions."
    if known.refused_since:
        return f"{would} You refused that when you were last asked."
    if known.approved < APPROVALS or known.sessions < SESSIONS:
        return f"{would} You approved that {_times(known)}; Clone acts after {APPROVALS} in {SESSIONS}."
    if known.approved < sent * known.asked:
        return f"{would} You approved that {known.approved} of {known.asked} times, which is too seldom."
    return None


def _times(known: Precedent) -> str:
    times, sessions = ("" if number == 1 else "s" for number in (known.approved, known.sessions))
    return f"{known.approved} time{times} in {known.sessions} session{sessions}"
