"""The schema that procrastinate brings is the one that our migrations were written for."""

from __future__ import annotations

import hashlib

from procrastinate import schema

KNOWN = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def test_the_schema_that_procrastinate_brings_is_the_one_we_know():
    # When this fails after an update: the foundation gives new databases the new schema, older ones keep theirs.
    # Add a revision that runs procrastinate's own migrations where they are lacking, then put the new hash here.
    assert hashlib.sha256(schema.SchemaManager.get_schema().encode()).hexdigest() == KNOWN
