"""How often somebody may try what is worth guessing at. Counted in the database, since servers share nothing else.

What is counted is a keyed digest of who tried: the table holds neither e-mails nor addresses.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from clone_mcp.errors import RateLimited
from clone_mcp.ports import Clock, Directory


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries, within a time, of all that have these in common."""

    of: tuple[str, ...]
    tries: int
    within: timedelta


_HOUR, _QUARTER = timedelta(hours=1), timedelta(minutes=15)

ALLOWANCES: dict[str, tuple[Allowance, ...]] = {
    # From one address few, so that guessing is slow; in all many, so that guessers can't easily lock somebody out.
    "login": (
        Allowance(("account", "address"), 10, _QUARTER),
        Allowance(("account",), 100, _HOUR),
        Allowance(("address",), 60, _QUARTER),
    ),
    "signup": (Allowance(("address",), 20, _HOUR),),
    "refresh": (Allowance(("address",), 300, _QUARTER),),
    "invite": (Allowance(("address",), 30, _QUARTER),),
    "waitlist": (Allowance(("address",), 10, _HOUR),),
    "keys": (Allowance(("account",), 60, _HOUR), Allowance(("address",), 120, _HOUR)),
    "members": (Allowance(("account",), 60, _HOUR),),
}


class Throttle:
    """Counts a try, and refuses it when there were too many."""

    def __init__(self, directory: Directory, clock: Clock, secret: bytes) -> None:
        self._directory = directory
        self._clock = clock
        self._secret = secret

    async def __call__(self, what: str, *, account: str = "", address: str = "") -> None:
        """Raises RateLimited, with the time after which it may be tried again."""
        now = self._clock.now()
        who = {"account": account, "address": network_of(address)}
        allowances = ALLOWANCES[what]
        buckets = [self._bucket(what, allowance, who, now) for allowance in allowances]
        counts = await self._directory.attempts.count(buckets, now)
        over = [
            ends
            for (_, ends), count, allowance in zip(buckets, counts, allowances, strict=True)
            if count > allowance.tries
        ]
        if over:
            wait = (max(over) - now).total_seconds()
            raise RateLimited(
                "That was tried too often.", hint=f"Try again in {max(1, round(wait / 60))} minutes.", retry_after=wait
            )

    def _bucket(self, what: str, allowance: Allowance, who: dict[str, str], now: datetime) -> tuple[str, datetime]:
        began = now.timestamp() // allowance.within.total_seconds()
        text = "\0".join([what, str(began), *(f"{name}={who[name]}" for name in allowance.of)])
        digest = hmac.digest(self._secret, text.encode(errors="replace"), hashlib.sha256)
        ends = datetime.fromtimestamp((began + 1) * allowance.within.total_seconds(), tz=now.tzinfo)
        return digest.hex()[:40], ends


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or 64 bits of an IPv6 address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped) if ip.ipv4_mapped else ip.exploded[:19]
