from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path

import pytest

from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid
from clone_mcp.install.installing import CLIENTS, apply, to_install, to_remove
from clone_mcp.install.json_text import parsed, with_item, with_member, without
from clone_mcp.install.publishing import Server
from tests.support.person import clone as command

LOCAL = Server("/opt/clone/bin/clone-mcp")
HOSTED = Server(LOCAL.command, "https://clone.example.com/mcp")
CURSOR = """{
  // mine
  "mcpServers": {
    "other": { "command": "x", "env": { "KEY": "sk-secret" } }, // keep
  },
}
"""
CODEX = 'model = "m" # mine\n\n[mcp_servers.other]\ncommand = "x"'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Somebody with every client, and with things of their own in some of them."""
    for folder in (".claude", ".codex", ".cursor", ".gemini", ".config/Code/User", ".config/Claude", "dotfiles"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dotfiles" / "mcp.json").write_text(CURSOR)
    (tmp_path / ".cursor" / "mcp.json").symlink_to(tmp_path / "dotfiles" / "mcp.json")
    (tmp_path / ".codex" / "config.toml").write_text(CODEX)
    (tmp_path / ".config/Claude/claude_desktop_config.json").write_text('{"theme": "dark", "token": "sk-secret"}')
    return Machine("linux", tmp_path)


def install(machine: Machine, server: Server = LOCAL, *names: str) -> list[str]:
    shown: list[str] = []
    for name in names or CLIENTS:
        changes = to_install(name, machine, server)
        shown += [change.shown() for change in changes]
        apply(name, changes, machine.home / "clone", installing=True)
    return shown


def uninstall(machine: Machine, *names: str) -> None:
    for name in names or CLIENTS:
        apply(name, to_remove(name, machine, LOCAL, machine.home / "clone"), machine.home / "clone", installing=False)


def files(machine: Machine) -> dict[str, str]:
    found = [
        path for path in machine.home.rglob("*") if path.is_file() and (machine.home / "clone") not in path.parents
    ]
    return {path.relative_to(machine.home).as_posix(): path.read_text() for path in found}


def test_it_is_put_in_once_and_taken_out_without_a_trace(machine: Machine) -> None:
    before = files(machine)
    assert install(machine)
    after = files(machine)
    assert install(machine) == []
    assert files(machine) == after
    uninstall(machine)
    assert files(machine) == before
    assert (machine.home / ".cursor" / "mcp.json").is_symlink()


def test_every_clients_file_says_what_that_client_reads(machine: Machine) -> None:
    install(machine)
    entry = {"command": LOCAL.command, "args": []}
    assert parsed((machine.home / ".cursor/mcp.json").read_text())["mcpServers"]["clone"] == entry
    assert (
        parsed((machine.home / ".config/Claude/claude_desktop_config.json").read_text())["mcpServers"]["clone"] == entry
    )
    code = parsed((machine.home / ".config/Code/User/mcp.json").read_text())
    assert code == {"servers": {"clone": {"type": "stdio", **entry}}}
    codex = tomllib.loads((machine.home / ".codex/config.toml").read_text())
    assert codex == {"model": "m", "mcp_servers": {"other": {"command": "x"}, "clone": {"command": LOCAL.command}}}
    for name, events in ((".codex", {"Stop", "UserPromptSubmit"}), (".cursor", {"stop", "beforeSubmitPrompt"})):
        assert events <= set(parsed((machine.home / name / "hooks.json").read_text())["hooks"])
    launcher = machine.home / ".claude/skills/clone/bin/clone-mcp"
    assert stat.S_IMODE(launcher.stat().st_mode) == 0o755


def test_what_others_wrote_stays_and_is_never_shown(machine: Machine) -> None:
    shown = install(machine)
    cursor = (machine.home / ".cursor/mcp.json").read_text()
    assert '{ "command": "x", "env": { "KEY": "sk-secret" } }' in cursor
    assert "// mine" in cursor
    assert "sk-secret" not in "".join(shown)
    assert any(LOCAL.command in each for each in shown)


def test_what_they_changed_since_stays_when_it_is_taken_out(machine: Machine) -> None:
    install(machine)
    path = machine.home / ".cursor" / "mcp.json"
    path.write_text(with_member(path.read_text(), ["mcpServers", "mine"], {"command": "y"}))
    hooks = machine.home / ".cursor" / "hooks.json"
    hooks.write_text(with_item(hooks.read_text(), ["hooks", "stop"], {"command": "z"}))
    uninstall(machine)
    assert list(parsed(path.read_text())["mcpServers"]) == ["other", "mine"]
    assert parsed(hooks.read_text()) == {"version": 1, "hooks": {"stop": [{"command": "z"}]}}
    assert list(path.resolve().parent.glob("*before-clone*")) != []  # theirs to look at


def test_a_hosted_clone_is_named_and_its_key_is_not(machine: Machine) -> None:
    install(machine, HOSTED, *(name for name in CLIENTS if name != "claude-desktop"))
    texts = files(machine)
    assert parsed(texts["dotfiles/mcp.json"])["mcpServers"]["clone"]["url"] == HOSTED.url
    assert json.loads(texts[".claude/skills/clone/.mcp.json"])["mcpServers"]["clone"]["url"] == HOSTED.url
    assert (
        tomllib.loads(texts[".codex/config.toml"])["mcp_servers"]["clone"]["bearer_token_env_var"] == "CLONE_API_TOKEN"
    )
    with pytest.raises(Invalid, match="Connectors"):
        to_install("claude-desktop", machine, HOSTED)
    uninstall(machine)
    assert "clone" not in parsed(files(machine)["dotfiles/mcp.json"])["mcpServers"]


@pytest.mark.parametrize(
    ("client", "file", "text"),
    [
        ("cursor", ".cursor/mcp.json", '{"mcpServers": '),
        ("cursor", ".cursor/mcp.json", '{"mcpServers": []}'),
        ("cursor", ".cursor/hooks.json", '{"hooks": {"stop": 3}}'),
        ("codex", ".codex/config.toml", "model = "),
        ("codex", ".codex/config.toml", '[mcp_servers.clone]\ncommand = "mine"\n'),
        ("vscode", ".config/Code/User/mcp.json", "[" * 10_000),
    ],
)
def test_what_can_not_be_understood_is_left_as_it_is(machine: Machine, client: str, file: str, text: str) -> None:
    path = machine.home / file
    path.write_text(text)
    with pytest.raises(Invalid, match=path.resolve().name):
        to_install(client, machine, LOCAL)
    assert path.read_text() == text


def test_the_command_shows_first_and_asks_no_terminal_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / ".cursor").mkdir()
    assert "Nothing was changed" in command(tmp_path, "install", "--dry-run")
    assert list((tmp_path / ".cursor").iterdir()) == []
    assert "Cursor: Start Cursor anew" in command(tmp_path, "install")
    hosted = command(tmp_path, "install", "cursor", "--hosted", "https://c.example/mcp", CLONE_API_TOKEN="clone_hush")
    assert "clone_hush" not in hosted
    assert json.loads((tmp_path / "hosted.json").read_text()) == {"url": "https://c.example/mcp", "key": "clone_hush"}
    assert stat.S_IMODE((tmp_path / "hosted.json").stat().st_mode) == 0o600
    assert (
        "The hooks of Cursor need a key of the scope recorder, in CLONE_HOOK_TOKEN. What it records as typed" in hosted
    )
    assert "the hooks use the key in CLONE_API_TOKEN, which the agents hold, too." in hosted
    apart = {"CLONE_API_TOKEN": "clone_hush", "CLONE_HOOK_TOKEN": "clone_hooks"}
    assert "agents hold" not in command(tmp_path, "install", "cursor", "--hosted", "https://c.example/mcp", **apart)
    assert json.loads((tmp_path / "hosted.json").read_text())["key"] == "clone_hooks"
    assert "Taken out" in command(tmp_path, "uninstall")
    assert list((tmp_path / ".cursor").iterdir()) == []
    assert not (tmp_path / "hosted.json").exists()


def test_a_client_without_hooks_is_told_to_have_an_agents_key_alone(tmp_path: Path) -> None:
    told = command(tmp_path, "install", "vscode", "--hosted", "https://c.example/mcp", CLONE_API_TOKEN="clone_hush")
    assert "Clients need a key of the scope agent" in told
    assert "recorder" not in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"a": {"b": 1}}),
        ("{}", {"a": {"b": 1}}),
        ('{"a": {}}', {"a": {"b": 1}}),
        ('{"a": {"b": 0}, "c": [1, {"d": "}"}]}', {"a": {"b": 1}, "c": [1, {"d": "}"}]}),
        ('\ufeff{ /* , */ "a": {"x": "\\"", /* } */ }, // {\n}', {"a": {"x": '"', "b": 1}}),
        ('{"c": 1 // last\n}', {"c": 1, "a": {"b": 1}}),
    ],
)
def test_json_is_changed_as_text(text: str, expected: object) -> None:
    changed = with_member(text, ["a", "b"], 1)
    assert parsed(changed) == expected
    assert with_member(changed, ["a", "b"], 1) == changed
    assert "b" not in parsed(without(changed, ["a", "b"]))["a"]
