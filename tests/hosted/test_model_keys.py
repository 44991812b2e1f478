"""A tenant's own key for a model: encrypted, used for their calls alone, and told to nobody."""

from __future__ import annotations

import io
import logging

import pytest

from clone_mcp.access.sealing import Sealing, new_key
from clone_mcp.access.spending import PaidModel
from clone_mcp.app import wire
from clone_mcp.errors import Forbidden, Invalid, Unavailable
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.llm.deferred import DeferredModel
from clone_mcp.llm.spend import DailyCap, Dollars
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.usage import Purpose
from clone_mcp.ports.language_model import Ask
from tests.conftest import new_tenant
from tests.support.anthropic_server import KEY, answers, anthropic_server
from tests.support.sql import rows

OWN = "sk-ant-api03-of-one-person"
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}
ASK = Ask("Predict.", "What now?", SCHEMA, "prediction", "claude-sonnet-4-6", max_tokens=100)


def keyed(settings, storage, clock, *keys: str):
    return wire(settings.model_copy(update={"encryption_keys": ",".join(keys)}), storage, clock, b"test")


@pytest.mark.parametrize("adapter", [AnthropicModel, DeferredModel])
async def test_their_calls_and_no_others_go_to_their_account(settings, storage, clock, me, adapter, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    encryption = new_key()
    clone = keyed(settings, storage, clock, encryption)
    await clone.access.model_keys.put(Caller(me.tenant, Scope.OWNER), f" {OWN}\n")
    other = await new_tenant(storage, clock)
    async with anthropic_server() as server:
        server.will(answers({}), answers({}))
        model = adapter(KEY, base_url=server.url)
        cap = DailyCap(Dollars(1))
        paid = PaidModel(storage, clock, model, cap, sealing=Sealing.of(encryption))
        with pytest.raises(Unavailable):  # the test's service knows its own key alone
            await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
        await paid.of(other, Purpose.PREDICT).answer(ASK)
        assert [request.key for request in server.requests] == [OWN, KEY]
        await clone.access.model_keys.remove(Caller(me.tenant, Scope.OWNER))
        await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
        assert server.requests[-1].key == KEY
        await model.close()


async def test_without_the_encryption_key_the_shared_one_does_not_stand_in(settings, storage, clock, me):
    clone = keyed(settings, storage, clock, new_key())
    await clone.access.model_keys.put(Caller(me.tenant, Scope.OWNER), OWN)
    for sealing in (None, Sealing.of(new_key())):
        paid = PaidModel(storage, clock, DeferredModel(KEY), DailyCap(Dollars(1)), sealing=sealing)
        with pytest.raises(Unavailable, match="can't be read here"):
            await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
    async with storage.begin(me.tenant) as uow:
        assert await uow.usage.since(clock.now()) == []


async def test_it_is_nowhere_to_be_read(settings, storage, clock, me, caplog):
    caplog.set_level(logging.DEBUG)
    encryption = new_key()
    clone = keyed(settings, storage, clock, encryption)
    await clone.access.model_keys.put(Caller(me.tenant, Scope.OWNER), OWN)
    [(sealed,)] = await rows(settings, "SELECT model_key FROM tenant_settings")
    assert OWN.encode() not in sealed
    assert OWN not in caplog.text
    assert OWN not in str(await clone.access.usage(me.tenant))
    with pytest.raises(Invalid) as refused:
        await clone.access.model_keys.put(Caller(me.tenant, Scope.OWNER), f"{OWN} and more")
    assert OWN not in str(refused.value)
    with pytest.raises(Forbidden):
        await clone.access.model_keys.put(me, OWN)


@on_sqlite
async def test_what_a_webhook_is_signed_with_and_its_address_are_nowhere_to_be_read(
    settings, storage, clock, me, tmp_path
):
    clone, owner = keyed(settings, storage, clock, new_key()), Caller(me.tenant, Scope.OWNER)
    made = await clone.sources.webhooks.create(owner, "slack", name="team", signing_secret=OWN)
    ours = await clone.sources.webhooks.create(owner, "github", name="code", signing_secret=None)
    await clone.memory.archive(me.tenant, tmp_path / "archive")
    archived = [path.read_text() for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    told = str([archived, await clone.sources.webhooks.list(owner), await rows(settings, "SELECT * FROM webhooks")])
    assert "team" in told
    assert [each for each in (OWN, ours.secret, made.address, ours.address) if each in told] == []
    kept = b"".join(path.read_bytes() for path in settings.home.glob("clone.db*"))
    assert [each for each in (OWN, ours.secret, made.address, ours.address) if each.encode() in kept] == []


@on_sqlite
async def test_a_sealed_key_moved_to_another_tenants_row_opens_for_nobody(settings, storage, clock, me):
    sealing = Sealing.of(new_key())
    sealed = sealing.seal(me.tenant, OWN)
    other = await new_tenant(storage, clock)
    for tenant, moved in ((other, sealed), (me.tenant, sealed[:-1] + b"x"), (me.tenant, b""), (me.tenant, sealed[:9])):
        with pytest.raises(Unavailable):
            sealing.open(tenant, moved)
    assert sealing.open(me.tenant, sealed) == OWN


async def test_keys_rotate_and_so_do_webhooks_secrets(settings, storage, clock, me):
    old, new = new_key(), new_key()
    owner = Caller(me.tenant, Scope.OWNER)
    before = keyed(settings, storage, clock, old)
    await before.access.model_keys.put(owner, OWN)
    await before.sources.webhooks.create(owner, "slack", name="team", signing_secret="signed with this")
    both = keyed(settings, storage, clock, new, old)
    assert [await both.access.model_keys.reseal() for _ in range(2)] == [1, 0]
    assert [await both.sources.webhooks.reseal() for _ in range(2)] == [1, 0]
    async with storage.begin(me.tenant) as uow:
        sealed, [webhook] = await uow.settings.model_key(), await uow.webhooks.all()
    assert Sealing.of(new).open(me.tenant, sealed) == OWN
    assert Sealing.of(new).open(me.tenant, webhook.secret) == "signed with this"


@on_sqlite
@pytest.mark.parametrize("keys", ["x", "YWJj", f"{'A' * 43}=,short", ","])
async def test_encryption_keys_that_are_none_are_refused_without_being_repeated(settings, storage, clock, keys):
    with pytest.raises(Invalid, match="CLONE_ENCRYPTION_KEYS can't be read") as refused:
        keyed(settings, storage, clock, keys)
    assert keys == "," or keys not in str(refused.value)


def test_the_command_line_takes_it_from_standard_input_alone(command, monkeypatch):
    monkeypatch.setenv("CLONE_ENCRYPTION_KEYS", command("tenants", "new-encryption-key").out.strip())
    local = "00000000-0000-4000-8000-000000000001"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OWN}\n"))
    done = command("tenants", "model-key", local)
    assert (done.code, done.out, done.err) == (0, "Set.\n", "")
    assert command("tenants", "rotate-encryption").out == "Encrypted anew: 0.\n"
    assert command("tenants", "model-key", local, "--remove").out == "Removed.\n"
