"""MCP over HTTP for tokens: our own, and those of an issuer that the operator names."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from clone_mcp.clone import Clone
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import by_credential
from clone_mcp.transports.http.server import issuer_of
from tests.support.accounts import signed_up
from tests.support.clock import FixedClock
from tests.support.mcp import already, served, service, within
from tests.support.stdio import INITIALIZE
from tests.support.storage import storage_of

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
PUBLIC = "https://clone.example.com"
PRM = f"{PUBLIC}/.well-known/oauth-protected-resource/mcp"
RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 (that is the point)
CURVE = ec.generate_private_key(ec.SECP256R1())


def public(kid: str, key: Any, **more: Any) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


class Issuer:
    """An authorization server, as far as one that checks its tokens sees it."""

    def __init__(self) -> None:
        self.address = ""
        self.keys = [public("r", RSA, use="sig"), public("e", CURVE, alg="ES256"), public("weak", WEAK)]
        self.keys.append({"kty": "oct", "kid": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw"})
        self.keys.append(public("enc", RSA, use="enc"))
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.jwks: Response | None = None

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if request.url.path == "/jwks":
            return self.jwks or JSONResponse({"keys": self.keys})
        if request.url.path != "/.well-known/openid-configuration":
            return Response(status_code=404)
        return JSONResponse({"issuer": self.address, "jwks_uri": f"{self.address}/jwks", **self.metadata})

    def token(self, clock: FixedClock, key: Any = RSA, kid: str | None = "r", alg: str = "RS256", **claims: Any) -> str:
        now = clock.now().timestamp()
        said = {"iss": self.address, "sub": "ann", "aud": f"{PUBLIC}/mcp", "iat": now, "exp": now + 300}
        said |= {"scope": "openid clone:use", **claims}
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key, algorithm=alg, headers={"kid": kid} if kid else None)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"signup": "open"})


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    it = Issuer()
    async with served(Starlette(routes=[Route("/{path:path}", it.answer)])) as it.address:
        yield it


class Mcp:
    """A client of the endpoint, which says how it was answered."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def post(self, token: str | None = None, method: str = "tools/list", **params: Any) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"accept": "application/json, text/event-stream"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return await self.http.post("/mcp", json=body, headers=headers)

    async def refused(self, token: str | None) -> tuple[int, str]:
        response = await self.post(token)
        return response.status_code, response.headers.get("www-authenticate", "")


@asynccontextmanager
async def calling(settings: Settings, clone: Clone) -> AsyncIterator[Mcp]:
    keys = by_credential(already(clone), fallback="", issuer=issuer_of(settings))
    async with (
        within(service(settings, clone, keys)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        yield Mcp(http)


@pytest.fixture
async def mcp(settings: Settings, clone: Clone, issuer: Issuer) -> AsyncIterator[Mcp]:
    named = settings.model_copy(update={"oauth_issuer": issuer.address, "public_url": PUBLIC})
    async with calling(named, clone) as it:
        yield it


async def test_an_access_token_of_ours_is_taken_where_a_key_is(settings, clone) -> None:
    ann = await signed_up(clone, "ann@example.com")
    async with calling(settings, clone) as mcp:
        assert (await mcp.post(ann.tokens.access, "initialize", **INITIALIZE)).status_code == 200
        assert (await mcp.post(ann.tokens.access)).status_code == 200
        assert await mcp.refused(ann.tokens.access[:-4] + "AAAA") == (401, 'Bearer realm="clone"')
        assert await mcp.refused(ann.tokens.refresh) == (401, 'Bearer realm="clone"')
        for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
            assert (await mcp.http.get(path)).status_code == 404


async def test_a_token_of_the_issuer_speaks_for_its_subject(mcp, clone, issuer, clock) -> None:
    for token in (issuer.token(clock), issuer.token(clock, CURVE, "e", "ES256"), issuer.token(clock, alg="PS256")):
        assert (await mcp.post(token)).status_code == 200
    assert issuer.asked.count("/jwks") == 1
    recorded = await mcp.post(
        issuer.token(clock, scope="clone:record"),
        "tools/call",
        name="record_agent_prompt",
        arguments={"session_id": "s", "agent": "a", "prompt": "Go on.", "source": "user"},
    )
    assert recorded.status_code == 200
    me = await mcp.http.get("/api/auth/me/", headers={"x-clone-api-key": issuer.token(clock)})
    assert me.json()["scope"] == "agent"
    async with storage_of(clone).begin(_tenant(me), readonly=True) as uow:
        [event] = await uow.events.of_session("s")
        assert (event.author, event.channel) == ("person", "attested")
    other = await mcp.http.get("/api/auth/me/", headers={"x-clone-api-key": issuer.token(clock, sub="bob")})
    assert _tenant(other) != _tenant(me)


def _tenant(me: httpx2.Response) -> Any:
    from uuid import UUID

    return UUID(me.json()["tenant"])


@ON_SQLITE
async def test_both_places_tell_who_the_issuer_is_and_the_challenge_leads_there(mcp, issuer) -> None:
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
        told = await mcp.http.get(path)
        assert told.status_code == 200
        assert told.json() == {
            "resource": f"{PUBLIC}/mcp",
            "authorization_servers": [issuer.address],
            "scopes_supported": ["clone:read", "clone:use", "clone:record", "clone:owner"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Clone",
        }
    assert await mcp.refused(None) == (401, f'Bearer realm="clone", resource_metadata="{PRM}"')
    bad = (401, f'Bearer realm="clone", error="invalid_token", resource_metadata="{PRM}"')
    assert await mcp.refused("clone_unknown") == bad
    assert await mcp.refused("a.b.c") == bad
    assert issuer.asked == []


@ON_SQLITE
async def test_a_token_that_grants_nothing_here_is_told_what_to_ask_for(mcp, issuer, clock) -> None:
    told = f'Bearer realm="clone", error="insufficient_scope", scope="clone:use", resource_metadata="{PRM}"'
    for scope in ("openid", "", None, "clone:everything", 7, ["openid"], {"clone:use": 1}):
        assert await mcp.refused(issuer.token(clock, scope=scope)) == (403, told)
    assert (await mcp.post(issuer.token(clock, scope=None, scp=["clone:use"]))).status_code == 200


def by_hand(token: str, key: bytes) -> str:
    """What the token says, signed with a public key as if that were a secret: libraries refuse to."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "r"}).encode()).rstrip(b"=").decode()
    signed = f"{head}.{token.split('.')[1]}"
    return f"{signed}.{base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), 'sha256')).rstrip(b'=').decode()}"


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # of what makes the token
@ON_SQLITE
async def test_a_token_not_made_by_the_issuer_for_us_and_for_now_is_refused(mcp, issuer, clock) -> None:
    now = clock.now().timestamp()
    good = issuer.token(clock)
    known_to_all = issuer.keys[0]["n"].encode()
    as_written = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for bad in (
        issuer.token(clock, OTHER),
        issuer.token(clock, kid="unknown"),
        issuer.token(clock, kid=None),
        issuer.token(clock, kid="enc"),
        issuer.token(clock, kid="e"),
        issuer.token(clock, b"secret-secret-secret-secret-1234", "oct", "HS256"),
        issuer.token(clock, known_to_all, "r", "HS256"),
        by_hand(good, as_written),
        issuer.token(clock, WEAK, "weak"),
        issuer.token(clock, "", "r", "none"),
        issuer.token(clock, ec.generate_private_key(ec.SECP256R1()), "e", "ES256"),
        issuer.token(clock, aud="https://another.example.com/mcp"),
        issuer.token(clock, aud=PUBLIC),
        issuer.token(clock, aud=None),
        issuer.token(clock, aud=[]),
        issuer.token(clock, sub=None),
        issuer.token(clock, sub=""),
        issuer.token(clock, sub="x" * 300),
        issuer.token(clock, exp=None),
        issuer.token(clock, exp=now - 61),
        issuer.token(clock, exp="never"),
        issuer.token(clock, nbf=now + 61),
        issuer.token(clock, iss="https://another.example.com"),
        good[:-4] + "AAAA",
    ):
        status, challenge = await mcp.refused(bad)
        assert (status, 'error="invalid_token"' in challenge) == (401, True), jwt.get_unverified_header(bad)
    assert (await mcp.post(issuer.token(clock, exp=now - 59))).status_code == 200
    assert (await mcp.post(issuer.token(clock, aud=["https://another", f"{PUBLIC}/mcp"]))).status_code == 200


@ON_SQLITE
async def test_keys_are_fetched_seldom_and_those_withdrawn_are_forgotten(mcp, issuer, clock) -> None:
    assert (await mcp.post(issuer.token(clock))).status_code == 200
    for number in range(5):
        assert (await mcp.refused(issuer.token(clock, kid=f"made up {number}")))[0] == 401
    assert issuer.asked.count("/jwks") == 1
    clock.advance(seconds=31)
    issuer.keys = [public("new", OTHER)]
    assert (await mcp.post(issuer.token(clock, OTHER, "new"))).status_code == 200
    assert (await mcp.refused(issuer.token(clock)))[0] == 401
    assert issuer.asked.count("/jwks") == 2

    issuer.jwks = Response(status_code=500)
    clock.advance(seconds=601)
    assert (await mcp.post(issuer.token(clock, OTHER, "new"))).status_code == 200
    clock.advance(seconds=3600)
    assert (await mcp.post(issuer.token(clock, OTHER, "new"))).status_code == 503


@ON_SQLITE
@pytest.mark.parametrize("case", ["elsewhere", "redirect", "long", "not JSON", "deep", "another issuer", "no object"])
async def test_nothing_but_the_issuers_own_host_is_asked_and_no_more_is_read_than_keys(
    mcp, issuer, clock, case: str
) -> None:
    elsewhere = Issuer()
    async with served(Starlette(routes=[Route("/{path:path}", elsewhere.answer)])) as address:
        match case:
            case "elsewhere":
                issuer.metadata = {"jwks_uri": f"{address}/jwks"}
            case "another issuer":
                issuer.metadata = {"issuer": address}
            case "redirect":
                issuer.jwks = RedirectResponse(f"{address}/jwks")
            case "long":
                issuer.jwks = Response(b" " * (256 * 1024 + 1) + b"{}")
            case "deep":
                issuer.jwks = Response(b"[" * 100_000)
            case "no object":
                issuer.jwks = Response(b"[]")
            case _:
                issuer.jwks = Response(b"keys?")
        response = await mcp.post(issuer.token(clock))
    assert (response.status_code, elsewhere.asked) == (503, [])
    assert issuer.asked
    assert response.json() == {"error": "The issuer of this token can't be reached. Try again in a minute."}


@ON_SQLITE
async def test_no_address_and_no_key_in_a_token_is_heeded(mcp, issuer, clock) -> None:
    elsewhere = Issuer()
    async with served(Starlette(routes=[Route("/{path:path}", elsewhere.answer)])) as address:
        theirs = public("r", OTHER)
        said = jwt.decode(issuer.token(clock), options={"verify_signature": False})
        for more in (
            {"jku": f"{address}/jwks"},
            {"x5u": f"{address}/cert"},
            {"jwk": theirs},
            {"kid": f"{address}/jwks"},
        ):
            token = jwt.encode(said, OTHER, algorithm="RS256", headers={"kid": "r", **more})
            assert (await mcp.refused(token))[0] == 401
    assert elsewhere.asked == []


@ON_SQLITE
async def test_what_clients_are_told_of_the_issuer_follows_no_header_of_theirs(mcp, issuer) -> None:
    path, evil = "/.well-known/oauth-protected-resource/mcp", "evil.example"
    told = (await mcp.http.get(path)).json()
    proxied = {
        "x-forwarded-host": evil,
        "x-forwarded-proto": "http",
        "forwarded": f"host={evil}",
        "x-original-host": evil,
    }
    assert (await mcp.http.get(path, headers=proxied)).json() == told
    challenged = await mcp.http.post("/mcp", json={}, headers=proxied)
    assert challenged.headers["www-authenticate"] == f'Bearer realm="clone", resource_metadata="{PRM}"'
    for method, where in (("GET", path), ("POST", "/mcp")):
        misled = await mcp.http.request(method, where, headers={"host": evil})
        assert (misled.status_code, evil in misled.text + str(misled.headers)) == (421, False)


@ON_SQLITE
async def test_where_the_keys_are_and_what_tokens_name_may_be_set(settings, clone, issuer, clock) -> None:
    update = {
        "oauth_issuer": "https://id.example.com/tenant",
        "oauth_jwks_url": f"{issuer.address}/jwks",
        "oauth_audience": "clone, api://clone",
        "public_url": PUBLIC,
    }
    async with calling(settings.model_copy(update=update), clone) as mcp:
        mine = {"iss": "https://id.example.com/tenant", "aud": "api://clone"}
        assert (await mcp.post(issuer.token(clock, **mine))).status_code == 200
        assert (await mcp.post(issuer.token(clock, **{**mine, "aud": f"{PUBLIC}/mcp"}))).status_code == 401
    assert issuer.asked == ["/jwks"]
