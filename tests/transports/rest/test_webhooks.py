"""What GitHub and Slack send: taken when it is signed and new, as context and never as evidence."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os

import pytest

from clone_mcp.app import wire
from clone_mcp.models.access import Caller, Scope
from clone_mcp.sources.webhooks.intake import DeliveryResult
from tests.conftest import new_tenant
from tests.support.sql import seen

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

COMMENT = {
    "action": "created",
    "repository": {"full_name": "octo/repo"},
    "sender": {"login": "alice"},
    "issue": {"number": 7, "title": "It leaks"},
    "comment": {"body": "Use ghp_0123456789abcdefghijklmnopqrstuvwxyz to try \x00 it"},
}
MESSAGE = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {"type": "message", "user": "U1", "channel": "C1", "text": "ship it", "ts": "1.2"},
}
REFUSED = {"error": "No webhook here takes this. Check its address and what the service signs with."}


class Github:
    """Sends as GitHub does."""

    def __init__(self, http, made) -> None:
        self._http, self.path, self._secret = http, made["path"], made["secret"]

    async def send(self, payload, event="issue_comment", delivery="d-1", **headers):
        body = json.dumps(payload).encode()
        signature = hmac.digest(self._secret.encode(), body, hashlib.sha256).hex()
        sent = {"x-github-event": event, "x-github-delivery": delivery, "x-hub-signature-256": f"sha256={signature}"}
        return await self._http.post(self.path, content=body, headers={**sent, **headers})


class Slack:
    """Sends as Slack does."""

    secret = "slack-signing-secret"

    def __init__(self, http, made, clock) -> None:
        self._http, self._path, self._clock = http, made["path"], clock

    async def send(self, payload, *, seconds_ago=0, **headers):
        body, stamp = json.dumps(payload), str(int(self._clock.now().timestamp()) - seconds_ago)
        signature = hmac.digest(self.secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hex()
        sent = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signature}"}
        return await self._http.post(self._path, content=body, headers={**sent, **headers})


async def made(http, connector: str, **more) -> dict:
    response = await http.post("/api/sources/webhooks/", json={"connector": connector, **more})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
async def github(http) -> Github:
    return Github(http, await made(http, "github", name="all repositories"))


@pytest.fixture
async def slack(http, clock) -> Slack:
    return Slack(http, await made(http, "slack", signing_secret=Slack.secret), clock)


async def recorded(http, session: str) -> list[dict]:
    from urllib.parse import quote

    response = await http.get(f"/api/recording/sessions/{quote(session, safe='')}/events/")
    return response.json()["results"] if response.status_code == 200 else []


async def test_a_comment_on_github_becomes_context_once(http, github):
    for delivery in ("d-1", "d-1", "made up by whoever replays it"):
        answer = await github.send(COMMENT, delivery=delivery)
        assert answer.status_code == 200
    assert answer.json() == {"accepted": 0, "duplicates": 1, "challenge": None}
    [event] = await recorded(http, "github:octo/repo#7")
    assert event["payload"]["prompt"].startswith("alice created a comment on issue #7 in octo/repo: It leaks\n\nUse ")
    assert "ghp_" not in event["payload"]["prompt"]
    assert (event["source"], event["source_detail"], event["author"], event["channel"]) == (
        "integration",
        "github",
        "unattributed",
        "claimed",
    )


EVENTS = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "discussion",
    "discussion_comment",
    "push",
    "ping",
    "",
)
OF_REPOSITORY = {"repository": {"full_name": "octo/repo"}, "sender": {"login": "alice"}, "action": "created"}
ABOUT = {"number": 7, "title": "It leaks", "body": "Look"}
DELIVERIES = {
    "issues": {"issue": ABOUT},
    "issue_comment": {"issue": ABOUT, "comment": {"body": "Yes"}},
    "pull_request": {"pull_request": ABOUT, "number": 7},
    "pull_request_review": {"pull_request": ABOUT, "review": {"body": "Yes"}},
    "pull_request_review_comment": {"pull_request": ABOUT, "comment": {"body": "Yes"}},
    "discussion": {"discussion": ABOUT},
    "discussion_comment": {"discussion": ABOUT, "comment": {"body": "Yes"}},
    "push": {"ref": "refs/heads/main", "commits": [{"message": "Fix it"}]},
    "pull_request_review_thread": {"pull_request": ABOUT, "thread": {"comments": []}},
}


async def everything(http) -> list[str]:
    """The ids of all events there are."""
    return [each["id"] for each in (await http.get("/api/memory/raw/")).json()["results"]]


@pytest.mark.parametrize("event", DELIVERIES)
async def test_a_delivery_from_github_counts_once_whatever_its_unsigned_headers_say(http, github, event):
    """Its signature covers the body alone. What the headers claim before and after changes nothing."""
    payload = {**OF_REPOSITORY, **DELIVERIES[event]}
    claims = [name for name in EVENTS if name != event]
    for number, name in enumerate(claims):
        assert (await github.send(payload, name, delivery=f"before {number}")).json()["accepted"] == 0
    expected = 0 if event == "pull_request_review_thread" else 1
    assert (await github.send(payload, event)).json()["accepted"] == expected
    recorded = await everything(http)
    assert len(recorded) == expected
    for number, name in enumerate((event, *claims)):
        assert (await github.send(payload, name, delivery=f"after {number}")).json()["accepted"] == 0
    assert await everything(http) == recorded


async def test_a_delivery_counts_once_years_later_too_though_what_it_said_was_forgotten(http, github, clock):
    await github.send(COMMENT)
    [own] = await everything(http)
    clock.advance(days=1000)
    assert (await github.send(COMMENT, delivery="another")).json()["duplicates"] == 1
    assert (await http.delete(f"/api/memory/raw/{own}/")).status_code == 204
    clock.advance(days=1000)
    assert (await github.send(COMMENT, delivery="yet another")).json()["duplicates"] == 1
    assert await everything(http) == []


async def test_of_servers_that_are_sent_one_delivery_at_once_one_takes_it(http, github, settings, second, clock):
    other = wire(settings, second, clock, b"test")
    body = json.dumps(COMMENT).encode()
    signature = hmac.digest(github._secret.encode(), body, hashlib.sha256).hex()
    headers = {"x-github-event": "issue_comment", "x-hub-signature-256": f"sha256={signature}"}
    address = github.path.split("/")[-2]
    takings = await asyncio.gather(
        *(github.send(COMMENT, delivery=str(number)) for number in range(4)),
        *(other.sources.webhooks.receive(address, headers, body) for _ in range(4)),
    )
    accepted = [each.accepted if isinstance(each, DeliveryResult) else each.json()["accepted"] for each in takings]
    assert (sum(accepted), len(await everything(http))) == (1, 1)


@on_sqlite
@pytest.mark.parametrize(
    ("event", "payload", "session", "text"),
    [
        ("issues", {"action": "opened", "issue": {"number": 8, "title": "T", "body": "B"}}, "#8", "a opened issue"),
        (
            "pull_request_review",
            {"action": "submitted", "pull_request": {"number": 9, "title": "T"}, "review": {"body": None}},
            "#9",
            "a submitted a review on pull request #9 in o/r: T",
        ),
        ("push", {"ref": "refs/heads/main", "commits": [{"message": "Fix it\n\nwhy"}]}, "", "a pushed 1 commits to"),
        ("push", {"commits": "none"}, "", None),
        ("ping", {"zen": "x"}, "", None),
        ("issues", {"action": [], "issue": "?"}, "#", "a  issue # in o/r:"),
    ],
)
async def test_github_is_told_in_words(http, github, event, payload, session, text):
    whole = {"repository": {"full_name": "o/r"}, "sender": {"login": "a"}, **payload}
    answer = await github.send(whole, event)
    assert answer.json()["accepted"] == (1 if text else 0)
    if text:
        [kept] = await recorded(http, f"github:o/r{session}")
        assert kept["payload"]["prompt"].startswith(text)


async def test_a_message_on_slack_becomes_context_once_and_a_challenge_is_answered(http, slack, clock):
    challenge = await slack.send({"type": "url_verification", "challenge": "abc"})
    assert (challenge.status_code, challenge.json()["challenge"]) == (200, "abc")
    assert (await slack.send(MESSAGE)).json()["accepted"] == 1
    clock.advance(minutes=2)
    assert (await slack.send(MESSAGE)).json()["duplicates"] == 1
    mention = {**MESSAGE, "event_id": "Ev2", "event": {**MESSAGE["event"], "type": "app_mention"}}
    assert (await slack.send(mention)).json()["duplicates"] == 1
    for nobody in ({"bot_id": "B1"}, {"subtype": "message_changed"}, {"text": ""}, {"type": "reaction_added"}):
        ignored = {**MESSAGE, "event": {**MESSAGE["event"], "ts": "9.9", **nobody}}
        assert (await slack.send(ignored)).json() == {"accepted": 0, "duplicates": 0, "challenge": None}
    [event] = await recorded(http, "slack:T1:C1")
    assert (event["payload"]["prompt"], event["author"]) == ("U1 wrote in C1: ship it", "unattributed")


async def test_a_delivery_from_slack_that_somebody_replays_counts_once_and_after_five_minutes_is_refused(
    http, slack, clock
):
    assert (await slack.send(MESSAGE)).json()["accepted"] == 1
    clock.advance(minutes=4)
    assert (await slack.send(MESSAGE, seconds_ago=4 * 60)).json()["duplicates"] == 1
    clock.advance(minutes=2)
    stamped_anew = {"x-slack-request-timestamp": str(int(clock.now().timestamp()))}
    for headers in ({}, stamped_anew):
        assert (await slack.send(MESSAGE, seconds_ago=6 * 60, **headers)).status_code == 401
    assert len(await everything(http)) == 1


@on_sqlite
async def test_what_is_not_signed_is_refused_like_what_has_no_address(http, github, slack):
    told = base64.urlsafe_b64decode(github.path.split("/")[-2] + "==")
    elsewhere = base64.urlsafe_b64encode(told[:-1] + bytes([told[-1] ^ 1])).rstrip(b"=").decode()
    refusals = [
        await github.send(COMMENT, **{"x-hub-signature-256": ""}),
        await github.send(COMMENT, **{"x-hub-signature-256": "sha256=é".encode()}),
        await github.send(COMMENT, **{"x-hub-signature-256": "sha1=" + "0" * 40}),
        await slack.send(MESSAGE, seconds_ago=301),
        await slack.send(MESSAGE, seconds_ago=-301),
        await slack.send(MESSAGE, **{"x-slack-request-timestamp": "soon"}),
        await slack.send(MESSAGE, **{"x-slack-signature": "v0=0"}),
        *[
            await http.post(f"/api/sources/hooks/{address}/", json=COMMENT)
            for address in ("x", "ä", "A" * 86, elsewhere, "-" * 86)
        ],
    ]
    assert [(each.status_code, each.json()) for each in refusals] == [(401, REFUSED)] * len(refusals)
    assert await recorded(http, "github:octo/repo#7") == await recorded(http, "slack:T1:C1") == []
    for content in (b"", b"[]", b"{", b"[" * 10_000):
        signature = hmac.digest(github._secret.encode(), content, hashlib.sha256).hex()
        answer = await http.post(github.path, content=content, headers={"x-hub-signature-256": f"sha256={signature}"})
        assert answer.status_code == 400


@on_sqlite
async def test_an_address_that_is_nearly_right_takes_the_same_statements_as_one_that_never_was(http):
    """Of a webhook in use, of one that was revoked, of none of that person's, and of nobody's."""
    used, revoked = [(await made(http, "github"))["path"] for _ in range(2)]
    listed = (await http.get("/api/sources/webhooks/")).json()["results"]
    await http.delete(f"/api/sources/webhooks/{listed[0]['id']}/")

    def varied(path: str, first: int, last: int) -> str:
        told = bytearray(base64.urlsafe_b64decode(path.split("/")[-2] + "=="))
        told[first:last] = os.urandom(last - first)
        return f"/api/sources/hooks/{base64.urlsafe_b64encode(told).rstrip(b'=').decode()}/"

    took = []
    for path in (varied(used, 32, 64), varied(revoked, 32, 64), varied(used, 16, 64), varied(used, 0, 64)):
        with seen() as watch:
            assert (await http.post(path, json=COMMENT)).status_code == 401
        took.append((watch.transactions, watch.statements))
    assert took[1:] == took[:1] * 3
    assert len(took[0][1]) == 1


async def test_a_webhook_is_listed_without_its_address_and_useless_once_revoked(
    http, http_as, github, clone, storage, clock
):
    await github.send(COMMENT)
    [listed] = (await http.get("/api/sources/webhooks/")).json()["results"]
    assert (listed["connector"], listed["name"], listed["used_at"]) == (
        "github",
        "all repositories",
        "2026-11-20T09:00:00Z",
    )
    assert not {"path", "secret", "digest"} & set(listed)
    stranger = Caller(await new_tenant(storage, clock), Scope.OWNER)
    async with http_as(stranger) as other:
        assert (await other.delete(f"/api/sources/webhooks/{listed['id']}/")).status_code == 404
        assert (await other.get("/api/sources/webhooks/")).json()["results"] == []
    assert (await http.delete(f"/api/sources/webhooks/{listed['id']}/")).status_code == 204
    assert (await github.send({**COMMENT, "action": "edited"})).status_code == 401
    assert [source["name"] for source in (await http.get("/api/sources/")).json()["results"]] == ["github", "slack"]


@on_sqlite
async def test_a_secret_is_the_services_or_ours_and_the_number_of_webhooks_has_an_end(http):
    for body, error in (
        ({"connector": "slack"}, "Slack signs with a secret of its own."),
        ({"connector": "github", "signing_secret": "x"}, "GitHub signs with a secret that Clone makes."),
        ({"connector": "gitlab"}, "connector must be 'github' or 'slack'."),
    ):
        response = await http.post("/api/sources/webhooks/", json=body)
        assert (response.status_code, response.json()["error"].startswith(error)) == (400, True)
    for _ in range(50):
        await made(http, "github")
    assert (await http.post("/api/sources/webhooks/", json={"connector": "github"})).status_code == 409
