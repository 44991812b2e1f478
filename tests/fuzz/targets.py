"""Readers of text that strangers write: any text goes in, and either something comes out or a refusal in prose.

A reader to be tried needs one line in TARGETS. The suite searches with hypothesis, `make fuzz` with atheris too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache

from clone_mcp.errors import Invalid, TooLarge
from clone_mcp.language.choices import spelled
from clone_mcp.language.pasted import agents_lines, own_lines, own_words
from clone_mcp.language.question_trace import answered, question_in, unpacked
from clone_mcp.language.wording import sketch
from clone_mcp.memory.markdown.documents import document, front_matter, raw_lines, tags
from clone_mcp.memory.markdown.folder import digest
from clone_mcp.memory.markdown.plan import plan
from clone_mcp.memory.markdown.render import Cited, Snapshot, render
from clone_mcp.memory.markdown.values import episode_of, fact_of, profile_of
from clone_mcp.models.memory import Episode, Layer, Profile, Ref
from clone_mcp.recording.redaction import redact
from clone_mcp.stakes import acts
from clone_mcp.stakes.commands import command_acts, is_command
from clone_mcp.stakes.coverage import covered, read_permission
from tests.fuzz import histories
from tests.memory.distill.rows import START, fact, raw

REFUSALS = (Invalid, TooLarge)


def _facts(text: str) -> None:
    fact_of(document("facts/x.md", text))


def _episodes(text: str) -> None:
    episode_of(document("episodes/x.md", text))


def _front_matter(text: str) -> None:
    fields, _ = front_matter(text, "facts/x.md")
    tags(fields.get("tags"))


def _raw(text: str) -> None:
    raw_lines("raw/2026-11-20.md", text)


def _profile(text: str) -> None:
    profile_of({"profile.md": text, "soul-card.md": text})


def _plan(text: str) -> None:
    """One file of an export changed: its name on the first line, then what it holds now."""
    path, _, body = text.partition("\n")
    ours = export()
    plan({name: digest(held) for name, held in ours.items()}, {**ours, path: body}, ours)


def _redact(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


def _acts(text: str) -> None:
    acts(text, "yes")
    acts("Shall I go on?", text)
    acts("Which one?", "2", (text, text))


def _command(text: str) -> None:
    command_acts(text)
    is_command(text)


def _coverage(text: str) -> None:
    said = read_permission(text)
    covered([said] if said else [], text, text)


def _reading(text: str) -> None:
    question_in(text)
    options = (text, text[::-1], text[: len(text) // 2])
    asked = spelled(text, options)
    assert spelled(asked, options) == asked
    unpacked(answered(question_in(asked), text[-200:]))
    sketch(text)


def _pasted(text: str) -> None:
    own = own_words(text)
    assert own_words(own) in own
    own_lines(text)
    agents_lines(text)


TARGETS: dict[str, Callable[[str], None]] = {
    "facts": _facts,
    "episodes": _episodes,
    "front matter": _front_matter,
    "raw rows": _raw,
    "profile": _profile,
    "plan": _plan,
    "redaction": _redact,
    "acts": _acts,
    "commands": _command,
    "coverage": _coverage,
    "reading": _reading,
    "pasted": _pasted,
    **histories.TARGETS,
}


@cache
def export() -> dict[str, str]:
    """A small memory as files."""
    row, id_ = raw("I prefer tabs over spaces", id="r"), "0a1b2c3d-0000-4000-8000-000000000000"
    episode = Episode(id_, row.session_id, START, START, "They spoke of tabs.", (), "rules/1", "web", ("a", "b"))
    claimed = replace(fact("Prefers tabs.", id=id_, project="web"), tags=("x", "y"))
    cited = {Ref(Layer.FACT, id_): Cited(("r",), (id_,)), Ref(Layer.EPISODE, id_): Cited(("r",))}
    return render(Snapshot([claimed], [episode], [row], cited, {}, Profile("# Me", "card", "person", START)))


def seeds() -> dict[str, str]:
    """A text that each of these readers takes as it is, to begin from."""
    found = {path.split("/")[0].removesuffix(".md"): (path, text) for path, text in export().items()}
    return {
        "facts": found["facts"][1],
        "front matter": found["facts"][1],
        "episodes": found["episodes"][1],
        "raw rows": found["raw"][1],
        "profile": found["profile"][1],
        "plan": "\n".join(found["facts"]).replace("Prefers tabs.", "Prefers spaces."),
        **histories.SEEDS,
    }


def tried(name: str, text: str) -> None:
    """Raises what is neither an answer nor a refusal."""
    with suppress(*REFUSALS):
        TARGETS[name](text)
