"""The calls that are measured: what an agent and the person say in turns."""

from __future__ import annotations

import random
from itertools import count

from benchmarks.history import answer, question
from benchmarks.stdio import Call

RESPONSE, PREDICT, PROMPT = "record_agent_response", "predict_next_prompt", "record_agent_prompt"
_AGENT = {"agent": "claude-code"}
_TURNS = 10
"""In a session."""


class Turns:
    """Endless turns of one client, in sessions that no other client has."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seed = seed
        self._numbers = count()

    def echoes(self, calls: int) -> list[Call]:
        """Text like an agent's, for the floor."""
        return [("echo", {"text": question(self._chance)}) for _ in range(calls)]

    def turns(self, turns: int) -> list[Call]:
        """As it goes: the agent's words are recorded, then it asks what the person would type, then they type.

        So nothing that was read for one prediction is still true for the next.
        """
        calls: list[Call] = []
        for _ in range(turns):
            own, said = self._session(), question(self._chance)
            calls.append((RESPONSE, {**own, "response": said}))
            calls.append((PREDICT, {**own, "agent_input": said, "k": 3}))
            calls.append((PROMPT, {**own, "source": "user", "prompt": answer(self._chance)}))
        return calls

    def prompts(self, calls: int) -> list[Call]:
        """What the person types, one after the other."""
        return [(PROMPT, {**self._session(), "source": "user", "prompt": answer(self._chance)}) for _ in range(calls)]

    def predictions(self, calls: int) -> list[Call]:
        """What an agent would ask, one after the other."""
        return [(PREDICT, {**self._session(), "agent_input": question(self._chance), "k": 3}) for _ in range(calls)]

    def _session(self) -> dict[str, str | int]:
        return {**_AGENT, "session_id": f"bench-{self._seed}-{next(self._numbers) // _TURNS}"}
