"""A folder that memory was written to, as the person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clone_mcp.clone import Clone
from tests.memory.person import Person


@dataclass
class Export:
    clone: Clone
    person: Person
    folder: Path

    async def write(self) -> dict[str, bytes]:
        await self.clone.memory.markdown.export(self.person.owner, self.folder)
        return self.bytes()

    def bytes(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def file(self, words: str) -> Path:
        """The only file of a fact or an episode that holds these words in its own text."""
        [path] = [
            path
            for path in [*self.folder.glob("facts/*.md"), *self.folder.glob("episodes/*.md")]
            if words in path.read_text().split("\n---\n", 1)[1].split("\n## ")[0]
        ]
        return path

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    async def plan(self) -> list[tuple[str, str | None]]:
        asked = await self.clone.memory.markdown.plan(self.person.owner, self.folder)
        assert asked.conflicts == ()
        return [(change.act.value, change.text) for change in asked.changes]

    async def apply(self) -> list[str]:
        return [change.act.value for change in await self.clone.memory.markdown.apply(self.person.owner, self.folder)]
