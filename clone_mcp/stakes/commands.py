"""The acts of commands. They are read as commands, in a closed world: what is not listed is unread.

shell.py cuts text into commands; programs.py knows which row of language/lexicon/programs.tsv a command fits. Here
stands what the rows mean: acts with a weight, and commands that run other commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clone_mcp.language import lexicon
from clone_mcp.models.act import Act, Consequence, Weight, Where
from clone_mcp.stakes.command_lines import SETTING, asks_help, is_command, is_script, without_prompts
from clone_mcp.stakes.programs import (
    UNREAD,
    Call,
    Rule,
    call,
    fitting,
    is_every,
    is_some,
    program_of,
    task_form,
)
from clone_mcp.stakes.shell import UNKNOWN, Simple, Unreadable, simple_commands
from clone_mcp.stakes.sql import is_sql, statements
from clone_mcp.stakes.steering import steers

__all__ = ["command_acts", "is_command"]

ACTS = 100
"""At most so many of one text; what a longer one does besides is unread."""
NESTING = 6
"""Of commands in commands: sudo, sh -c, ssh."""
EVIDENCE = 120
SECRET_LENGTH = 15
"""A shorter word is a secret only behind a name that says so."""

_WEIGHTS: dict[str, tuple[Weight, Consequence | None]] = {
    **{weight.value: (weight, None) for weight in Weight if weight is not Weight.GRAVE},
    **{consequence.value: (Weight.GRAVE, consequence) for consequence in Consequence},
}
_FREE = (Weight.NONE, Weight.REVERSIBLE)
_SETTINGS = {word: row.form for row in lexicon.rows("programs", "setting") for word in row.word.split()}
_HINTS = lexicon.words("programs", "hint")
_SECRET = re.compile(lexicon.pattern("programs", "secret"), re.IGNORECASE)


def command_acts(text: str, where: Where = Where.COMMAND) -> tuple[Act, ...]:
    """The acts of a command line, or of a block of several. Never raises; what can't be read is an unread act."""
    text = without_prompts(text)
    text = text[2:] if text.startswith("# ") and is_command(text[2:]) else text
    found = _sql(text, text, 0) if is_sql(text) else _script(text, 0)
    if len(found) > ACTS:
        grave = [act for act in found if act.weight is Weight.GRAVE]
        found = [*grave[:ACTS], _act("", text, UNREAD)]
    return tuple(found if where is Where.COMMAND else [replace(act, where=where) for act in found])


def _script(text: str, depth: int) -> list[Act]:
    try:
        commands = simple_commands(text) if depth <= NESTING else None
    except Unreadable:
        commands = None
    if commands is None:
        return [_act("", text, UNREAD)]
    found: list[Act] = []
    away = False
    for command in commands[: ACTS + 1]:
        acts = _acts(command.words, command, depth)
        if steers(command.words):
            acts = [_unknown(act) if act.weight in (Weight.NONE, Weight.REVERSIBLE) else act for act in acts]
        found += [_unknown(act) if away and act.key == "remove build output" else act for act in acts]
        away |= command.words[:1] in (["cd"], ["pushd"]) and is_some("OUTSIDE", command.words[1:])
        found += [_written(command, sign, target) for sign, target in command.redirects if ">" in sign]
    return [act for act in found if act.verb != "> /dev/null"]


def _written(command: Simple, sign: str, target: str) -> Act:
    """The act of a redirect. Whether a file in the project exists already, and would be lost, can't be seen."""
    if target in ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "-") or target.isdigit():
        return _act("> /dev/null", command.source, "none")
    form = UNREAD
    if is_some("PROTECTED", [target]):
        form = "weakening"
    elif is_every("BUILT", [target]) or (">>" in sign and not is_some("SECRET", [target])):
        form = "reversible write file"
    if form != "weakening" and is_some("OUTSIDE", [target]):
        form = "destructive overwrite file"
    return _act(sign, command.source, form, [target])


def _acts(arguments: Sequence[str], command: Simple, depth: int) -> list[Act]:
    """Of one command, its settings before it included."""
    if depth > NESTING:
        return [_act("", command.source, UNREAD)]
    at = 0
    found: list[Act] = []
    while at < len(arguments) and (setting := SETTING.match(arguments[at])):
        form = _SETTINGS.get(setting[1], UNREAD)
        found += [] if form == "none" else [_act(f"{setting[1]}=", command.source, form)]
        at += 1
    if at == len(arguments):
        return found
    program = program_of(arguments[at])
    if not program:
        return [*found, _own_script(arguments[at:], command)]
    read = call(program, arguments[at + 1 :], command.piped)
    acts = _of_rule(read, fitting(read), command, depth)
    live = is_some("LIVE", arguments[:at])
    return found + [_unknown(act) if live and act.weight is Weight.REVERSIBLE else act for act in acts]


def _of_rule(read: Call, rule: Rule | None, command: Simple, depth: int) -> list[Act]:
    if rule is None:
        return [_call_act(read, command, UNREAD)]
    if rule.form in _WEIGHTS and asks_help(read.rest):
        return [_call_act(read, command, "none")]
    match rule.form:
        case "task" | "tasks":
            return _tasks(read, rule, command, depth)
        case "script":
            if read.words and program_of(read.words[0]):
                return _inner(read, rule, command, depth)
            return [_own_script(read.words or [""], command)]
        case "runs":
            return _inner(read, rule, command, depth)
        case "text":
            return _text(read, rule, command, depth)
        case "sql":
            return _queries(read, command, depth)
        case "find":
            return _find(read, rule, command, depth)
        case _:
            return [_plain(read, rule, command)]


def _plain(read: Call, rule: Rule, command: Simple) -> Act:
    weight, _ = _WEIGHTS[rule.form]
    targets, anything = read.words[len(rule.steps) :], "*" in rule.known
    if weight in _FREE and not anything and any(flag not in rule.known for flag in read.flags):
        return _call_act(read, command, UNREAD)
    if (weight is Weight.REVERSIBLE or (weight is Weight.NONE and not anything)) and is_some("EXPANDED", targets):
        return _call_act(read, command, UNREAD)
    live = weight is Weight.REVERSIBLE and "LIVE" not in rule.known
    if live and (is_some("LIVE", targets) or is_some("LIVE", read.values)):
        return _call_act(read, command, UNREAD)
    return _call_act(read, command, f"{rule.form} {rule.detail}", len(rule.steps))


def _tasks(read: Call, rule: Rule, command: Simple, depth: int) -> list[Act]:
    """Of make and its like: targets are read by their names, or else as programs where those run, too."""
    words = read.words[len(rule.steps) :]
    names = [word for word in words if not SETTING.match(word)]
    names = names[:1] if rule.form == "task" else names
    forms = [task_form(name) for name in names] or [UNREAD]
    if rule.detail and forms == [UNREAD] and names and program_of(names[0]):
        return _inner(read, rule, command, depth)
    settings = [found[1] for word in words if (found := SETTING.match(word))]
    flags = rule.form == "tasks" and any(flag not in rule.known for flag in read.flags)
    if flags or any(_SETTINGS.get(name) != "none" for name in settings):
        forms.append(UNREAD)
    if is_some("OUTSIDE", read.values):
        forms.append(UNREAD)
    given = [task_form(argument) for argument in read.rest if argument[:1] == "-"]
    forms += [form for form in given if _WEIGHTS[form.partition(" ")[0]][0] is Weight.GRAVE]
    return [_call_act(read, command, form, len(rule.steps)) for form in dict.fromkeys(forms)]


def _own_script(arguments: Sequence[str], command: Simple) -> Act:
    """A script of the project's, by its name; any other unlisted program is unread."""
    path = arguments[0]
    if not is_script(path) or path[0] == "/" or is_some("OUTSIDE", [path]):
        return _act(path[:40], command.source, UNREAD, arguments[1:])
    name = path.rpartition("/")[2].rpartition(".")
    return _act(path, command.source, task_form(name[0] or name[2]), arguments[1:])


def _inner(read: Call, rule: Rule, command: Simple, depth: int) -> list[Act]:
    """What another command would run."""
    how = rule.detail.split()
    arguments = _wrapped_command(read, rule, sum(int(word) for word in how if word.isdigit()))
    if "settings" in how:
        return _acts(read.words, command, depth + 1) or [_call_act(read, command, "none")]
    if not arguments and "foreign" not in how:
        return [_call_act(read, command, UNREAD)]
    arguments = [*arguments, UNKNOWN] if "each" in how else arguments
    if "foreign" in how and not (arguments and program_of(arguments[0])):
        return [_call_act(read, command, "foreign run package")]
    acts = _acts(arguments, command, depth + 1) or [_call_act(read, command, UNREAD)]
    spared = (Weight.NONE,) if "root" in how else ()
    if "root" in how or "elsewhere" in how:
        return [act if act.weight not in _FREE or act.weight in spared else _unknown(act) for act in acts]
    return acts


def _wrapped_command(read: Call, rule: Rule, skip: int) -> Sequence[str]:
    """The arguments behind a command's own. Empty if a flag among these is not known."""
    skip += len(rule.steps)
    pending = False
    for at, argument in enumerate(read.rest):
        if pending:
            pending = False
        elif argument == "--":
            return read.rest[at + 1 :] if not skip else ()
        elif argument[:1] == "-":
            name = argument.partition("=")[0]
            names = [name] if name[:2] == "--" or name in read.rules.flags else [f"-{each}" for each in name[1:]]
            if "*" not in rule.known and any(each not in rule.known for each in names if not each[1:].isdigit()):
                return ()
            pending = "=" not in argument and names[-1] in read.rules.valued
        elif skip:
            skip -= 1
        else:
            return read.rest[at:]
    return ()


def _text(read: Call, rule: Rule, command: Simple, depth: int) -> list[Act]:
    """What a shell gets as text: an argument, or its input."""
    if rule.detail == "input":
        text = command.stdin or ""
    else:
        behind = _wrapped_command(read, rule, 1 if rule.detail == "elsewhere" else 0)
        text = behind[0] if rule.detail == "first" and behind else " ".join(behind)
    if not text.strip():
        return [_call_act(read, command, UNREAD)]
    acts = _script(text, depth + 1)
    return [_unknown(act) if rule.detail == "elsewhere" and act.weight in _FREE else act for act in acts]


def _queries(read: Call, command: Simple, depth: int) -> list[Act]:
    given = [text for text in (*read.words, *read.values) if " " in text or is_sql(text) or text[:1] in ".\\"]
    acts = [act for text in (*given, *filter(None, [command.stdin])) for act in _sql(text, command.source, depth)]
    return acts or [_call_act(read, command, UNREAD)]


def _sql(text: str, source: str, depth: int) -> list[Act]:
    """The acts of SQL; what begins with no word of SQL is read as a command, because a text may go on as one."""
    acts: list[Act] = []
    for statement in statements(text)[: ACTS + 1]:
        if statement.form:
            acts.append(_act(statement.verb, source, statement.form, [statement.object]))
        else:
            acts += _script(statement.text, depth + 1)
    return acts


def _find(read: Call, rule: Rule, command: Simple, depth: int) -> list[Act]:
    """Looking for files is free; what is done to those found counts as if it were done to their pattern."""
    arguments, at = list(read.rest), 0
    names = [arguments[i + 1] for i, argument in enumerate(arguments[:-1]) if argument in ("-name", "-iname")]
    vague = {"-o", "-or", "-not", "!"} & set(arguments) or is_some("OUTSIDE", read.words[:1]) or len(names) != 1
    stand_in = UNKNOWN if vague else names[0]
    acts = [_act("find", command.source, "none", read.words[:1])]
    while at < len(arguments):
        argument = arguments[at]
        if argument == "-delete":
            acts += _acts(["rm", stand_in], command, depth + 1)
        elif argument in ("-exec", "-execdir", "-ok", "-okdir"):
            end = next((i for i in range(at, len(arguments)) if arguments[i] in (";", "+")), len(arguments))
            acts += _acts([stand_in if each == "{}" else each for each in arguments[at + 1 : end]], command, depth + 1)
            at = end
        elif argument[:1] == "-" and argument not in rule.known and not argument[1:].isdigit():
            acts.append(_call_act(read, command, UNREAD))
        at += 1
    return acts


def _call_act(read: Call, command: Simple, form: str, steps: int = 0) -> Act:
    verb = " ".join([read.program, *read.words[:steps]])
    flags = [argument for argument in read.rest if argument[:1] == "-"]
    flags += [value for value in read.values if len(value) <= 40 and " " not in value and value not in flags]
    return _act(verb, command.source, form.strip(), read.words[steps:], flags)


def _act(verb: str, source: str, form: str, targets: Sequence[str] = (), flags: Sequence[str] = ()) -> Act:
    name, _, key = form.partition(" ")
    weight, consequence = _WEIGHTS[name]
    key = "" if weight is Weight.UNREAD else key or verb
    done_to = " ".join(targets)
    if (evidence := _masked(source)) != source:
        verb, done_to = _masked(verb), _masked(done_to)
        flags = [flag if flag in evidence else "•••" for flag in flags]
    return Act(verb, done_to, tuple(flags), Where.COMMAND, weight, consequence, evidence, key)


def _unknown(act: Act) -> Act:
    return replace(act, weight=Weight.UNREAD, consequence=None, key="")


def _masked(text: str) -> str:
    """Short, and without what looks like a secret."""
    text = text[: 4 * EVIDENCE]
    small = text.lower()
    if any(word in small for word in _HINTS) or max(map(len, text.split()), default=0) >= SECRET_LENGTH:
        text = _SECRET.sub(lambda found: f"{found[1] or ''}•••", text)
    return text if len(text) <= EVIDENCE else text[: EVIDENCE - 1] + "…"
