"""Memory as clients attach it, read over the MCP client."""

from __future__ import annotations

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import ResourceTemplateReference

from clone_mcp.models.access import Caller, Scope
from tests.conftest import new_tenant
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, Person

TEXT = "Wants agents always to answer in English."
WAITS = "Prefers working with their therapist in the morning."


@pytest.fixture
def person(clone, me, clock) -> Person:
    return Person(clone, me, Caller(me.tenant, Scope.OWNER), clock)


@pytest.fixture
async def known(person) -> None:
    await person.says(RULE, "I prefer working with my therapist in the morning")
    await person.promote()


async def text(client, uri: str) -> str:
    [content] = (await client.read_resource(uri)).contents
    assert (str(content.uri), content.mime_type) == (uri, "text/markdown")
    return content.text


async def test_they_are_listed(connect):
    async with connect() as client:
        listed = {str(each.uri): each.name for each in (await client.list_resources()).resources}
        templates = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
    assert listed == {
        "clone://profile": "profile",
        "clone://soul-card": "soul-card",
        "clone://facts": "facts",
        "clone://review": "review",
    }
    assert templates == ["clone://facts/{id}", "clone://episodes/{id}"]


@on_sqlite
async def test_an_empty_memory_says_so(connect):
    async with connect() as client:
        assert await text(client, "clone://profile") == "Nothing is known yet.\n"
        assert await text(client, "clone://soul-card") == "Nothing is known yet.\n"
        assert await text(client, "clone://facts") == "No facts yet.\n"
        assert await text(client, "clone://review") == "Nothing waits for you.\n"


async def test_each_of_them_can_be_read(clone, connect, person, known):
    fact, waits = await person.fact(TEXT), await person.fact(WAITS)
    [episode] = await person.episodes()
    async with connect() as client:
        assert await text(client, "clone://profile") == (await person.profile()).body
        assert await text(client, "clone://soul-card") == await person.card()
        assert await text(client, "clone://facts") == (
            f"# Facts\n\n- {TEXT} (tentative, 0.50, clone://facts/{fact.id})\n"
            f"- {WAITS} (waits: sensitive, 0.20, clone://facts/{waits.id})\n"
        )
        assert await text(client, "clone://review") == (
            f"# Waiting for you\n\n- May Clone keep and use this? It is about something personal: {WAITS}\n"
        )
        markdown = clone.memory.markdown
        assert await text(client, f"clone://facts/{fact.id}") == await markdown.fact(person.owner, fact.id)
        assert await text(client, f"clone://episodes/{episode.id}") == await markdown.episode(person.owner, episode.id)


@on_sqlite
async def test_ids_are_completed(connect, person, known):
    fact = await person.fact(TEXT)
    [episode] = await person.episodes()

    async def completed(uri: str, typed: str) -> list[str]:
        reference = ResourceTemplateReference(uri=uri)
        return (await client.complete(reference, {"name": "id", "value": typed})).completion.values

    async with connect() as client:
        assert len(await completed("clone://facts/{id}", "")) == 2
        assert await completed("clone://facts/{id}", fact.id[:6]) == [fact.id]
        assert await completed("clone://facts/{id}", "nothing") == []
        assert await completed("clone://episodes/{id}", "") == [episode.id]
        assert await completed("clone://mood/{id}", "") == []


async def test_foreign_and_unknown_ids_are_told_alike(clone, connect, storage, clock, person, known):
    other = await new_tenant(storage, clock)
    stranger = Person(clone, Caller(other, Scope.RECORDER), Caller(other, Scope.OWNER), clock)
    await stranger.says(RULE)
    await stranger.promote()
    [foreign] = [fact.id for fact in (await stranger.facts()).values()]
    [episode] = await stranger.episodes()
    async with connect() as client:
        for layer, id_ in (("facts", foreign), ("episodes", episode.id)):
            told = []
            for each in (id_, "nothing", "../profile"):
                with pytest.raises(MCPError) as refused:
                    await client.read_resource(f"clone://{layer}/{each}")
                told.append(refused.value.error.message)
            assert len(set(told)) == 1
        with pytest.raises(MCPError, match="There is no such resource"):
            await client.read_resource("clone://mood")
        assert foreign not in await text(client, "clone://facts")
