"""Numbers as they are typed after an option. Argparse names the option before what is said here."""

from __future__ import annotations

import argparse

_DIGITS = 17
"""More than anything that is counted here has, and what a database's integer can hold."""


def count(text: str) -> int:
    """A number from 1 on."""
    return _whole(text, least=1)


def amount(text: str) -> int:
    """A number from 0 on."""
    return _whole(text, least=0)


def port(text: str) -> int:
    """A port of this machine."""
    return _whole(text, least=0, most=65535, what="a port between 0 and 65535")


def percent(text: str) -> float:
    """A percentage."""
    return _number(text, least=0.01, most=99.99, what="a percentage between 0 and 100")


def dollars(text: str) -> float:
    """A sum that is worth asking for."""
    return _number(text, least=0.0001, most=10**6, what="an amount of dollars above 0")


def _whole(text: str, *, least: int, most: int = 10**_DIGITS, what: str = "") -> int:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and least <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {what or f'a whole number from {least} on'}")


def _number(text: str, *, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:  # which is so of NaN, too
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return value
