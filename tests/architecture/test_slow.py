"""`make quick` leaves out what starts something. These are the ways in which a test may come to do so."""

from __future__ import annotations

import pytest

from tests.hosted.test_faults import OwnServer
from tests.hosted.test_several_servers import eventually, worker
from tests.jobs.test_worker import process, working
from tests.support.mcp import served, within
from tests.support.slow import starts
from tests.support.stdio import Process, running
from tests.transports.test_serving import serving


@pytest.mark.parametrize(
    "something", [running, serving, worker, process, served, OwnServer], ids=lambda it: it.__name__
)
def test_what_starts_a_process_or_a_server_is_found_however_far_away(something: object) -> None:
    assert starts(something)


@pytest.mark.parametrize("something", [within, working, eventually, Process], ids=lambda it: it.__name__)
def test_what_stays_in_the_tests_own_process_is_not(something: object) -> None:
    assert not starts(something)
