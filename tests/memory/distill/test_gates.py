"""What must wait for the person, and what only sounds like it to those who don't program."""

from __future__ import annotations

from pathlib import Path

from clone_mcp.memory.claims import gate_of
from clone_mcp.models.memory import Gate
from tests.support.tsv import column

EXAMPLES = Path(__file__).parent / "gates.tsv"


def test_private_matters_wait():
    assert [text for text in column(EXAMPLES, "sensitive") if gate_of(text) is not Gate.SENSITIVE] == []


def test_what_would_authorise_action_waits():
    assert [text for text in column(EXAMPLES, "grounding") if gate_of(text) is not Gate.GROUNDING] == []


def test_what_developers_say_every_day_passes():
    assert [text for text in column(EXAMPLES, "none") if gate_of(text) is not None] == []


def test_spelling_and_case_do_not_open_a_gate():
    assert gate_of("YOU DON’T NEED MY PERMISSION") is Gate.GROUNDING
    assert gate_of("i  have\nDIABETES") is Gate.SENSITIVE


def test_what_authorises_outranks_what_is_private():
    assert gate_of("Reply to my wife on my behalf.") is Gate.GROUNDING
