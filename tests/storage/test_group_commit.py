"""Group commit by itself, where the database would only be in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from clone_mcp.errors import Unavailable
from clone_mcp.storage.group_commit import GroupCommit


class Commits:
    """A place to commit numbers to: doubles them, refuses negative ones, and can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.down = False

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await self.open.wait()
        if self.down:
            raise Unavailable("down")
        if any(item < 0 for item in items):
            raise ValueError("negative")
        return [item * 2 for item in items]


async def test_whoever_waits_shares_the_next_commit():
    commits = Commits()
    group = GroupCommit(commits)
    assert await asyncio.gather(*(group.add("key", n) for n in range(5))) == [0, 2, 4, 6, 8]
    assert commits.batches == [[0, 1, 2, 3, 4]]


async def test_lanes_do_not_wait_for_each_other():
    commits = Commits()
    group = GroupCommit(commits)
    assert await asyncio.gather(group.add("a", 1), group.add("b", 2), group.add("a", 3)) == [2, 4, 6]
    assert commits.batches == [[1, 3], [2]]


async def test_a_bad_item_is_found_by_committing_each_alone():
    commits = Commits()
    group = GroupCommit(commits)
    good, bad, fine = await asyncio.gather(*(group.add("key", n) for n in (1, -1, 2)), return_exceptions=True)
    assert (good, repr(bad), fine) == (2, "ValueError('negative')", 4)
    assert commits.batches == [[1, -1, 2], [1], [-1], [2]]


async def test_while_the_database_is_away_everybody_is_told_at_once_and_the_next_may_try():
    commits = Commits()
    group = GroupCommit(commits)
    commits.down = True
    results = await asyncio.gather(*(group.add("key", n) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 3
    assert commits.batches == [[0, 1, 2]]
    commits.down = False
    assert await group.add("key", 7) == 14


async def test_when_the_event_loop_is_shut_down_nobody_is_left_waiting():
    commits = Commits()
    commits.open.clear()
    group = GroupCommit(commits)
    ours = asyncio.all_tasks()
    first = asyncio.create_task(group.add("key", 1))
    await asyncio.sleep(0)  # it has begun
    second = asyncio.create_task(group.add("key", 2))
    await asyncio.sleep(0)  # it waits behind the first
    [worker] = asyncio.all_tasks() - ours - {first, second}
    worker.cancel()
    for task in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await task
    commits.open.set()
    assert await group.add("key", 3) == 6
