"""A BERT-like sentence model, run the way sentence-transformers runs all-MiniLM-L6-v2.

That is the reading of its weights and the forward pass. How texts are cut into pieces is in word_piece.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clone_mcp.semantic.word_piece import WordPiece

Floats: TypeAlias = NDArray[np.float32]

_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "F64": np.dtype("<f8")}
_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000


def read_tensors(path: Path) -> dict[str, Floats]:
    """Every tensor of floats, by name. Raises OSError, and ValueError when the file is not what its name says."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 0 < length < _LONGEST_HEADER:
            raise ValueError("the header has no sensible length")
        header: dict[str, Any] = json.loads(file.read(length))
    content = np.memmap(path, np.uint8, "r", offset=_LENGTH_BYTES + length)
    return {name: _tensor(content, told) for name, told in header.items() if told.get("dtype") in _TYPES}


def _tensor(content: Any, told: dict[str, Any]) -> Floats:
    begin, end = told["data_offsets"]
    found = content[begin:end].view(_TYPES[told["dtype"]]).reshape(told["shape"])
    return found if found.dtype == np.float32 else found.astype(np.float32)


_LONGEST = 256
"""Pieces of a text that are read, as the model was trained."""
_REMEMBERED = 256
"""Questions whose vectors are kept: one is asked for several times while it is answered."""
_FULL = 127
"""The largest number in a signed byte."""


class MiniLm:
    """A model directory: config.json, model.safetensors and vocab.txt."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, ValueError or KeyError when the directory does not hold such a model."""
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type", "bert") != "bert" or config.get("hidden_act", "gelu") != "gelu":
            raise ValueError("only models of BERT's layout with gelu are understood")
        self._words = WordPiece.load(folder / "vocab.txt", lower=_lower(folder))
        self._tensors = read_tensors(folder / "model.safetensors")
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))
        self._longest = min(_LONGEST, int(config["max_position_embeddings"]))
        self.name = _fingerprint(folder / "model.safetensors")
        self.question = lru_cache(_REMEMBERED)(self._question)
        self._pass([self._words.numbers("", most=self._longest)])  # a tensor that is missing is missed now

    def embed(self, texts: Sequence[str]) -> Sequence[bytes]:
        # Texts of like length together: the others of a batch need no filling up then.
        rows = [self._words.numbers(text, most=self._longest) for text in texts]
        embedded = [b""] * len(texts)
        for length in {len(row) for row in rows}:
            places = [place for place, row in enumerate(rows) if len(row) == length]
            for place, vector in zip(places, self._pass([rows[place] for place in places]), strict=True):
                embedded[place] = _packed(vector)
        return embedded

    def likeness(self, question: bytes, others: Sequence[bytes]) -> Sequence[float]:
        asked = np.frombuffer(question, np.int8).astype(np.float32)
        known = np.frombuffer(b"".join(others), np.int8).reshape(len(others), -1).astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", known, known)) * np.linalg.norm(asked)
        return (known @ asked / np.maximum(lengths, 1e-9)).tolist()

    def _question(self, text: str) -> bytes:
        return self.embed([text])[0]

    def _pass(self, rows: list[list[int]]) -> Floats:
        """Unit vectors of texts that have the same length."""
        hidden = self._embedded(np.array(rows))
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            hidden = self._normed(hidden + self._attended(hidden, layer), f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._dense(hidden, f"{layer}.intermediate.dense"))
            hidden = self._normed(hidden + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        mean = hidden.mean(axis=1)
        return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)

    def _embedded(self, numbers: Any) -> Floats:
        of = self._tensors
        words = of["embeddings.word_embeddings.weight"][numbers]
        places = of["embeddings.position_embeddings.weight"][: numbers.shape[1]]
        kind = of["embeddings.token_type_embeddings.weight"][0]
        return self._normed(words + places + kind, "embeddings.LayerNorm")

    def _attended(self, hidden: Floats, layer: str) -> Floats:
        query, key, value = (
            self._by_head(self._dense(hidden, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(-1, -2) / np.float32(math.sqrt(query.shape[-1]))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ value).transpose(0, 2, 1, 3).reshape(hidden.shape)
        return self._dense(seen, f"{layer}.attention.output.dense")

    def _by_head(self, hidden: Floats) -> Floats:
        texts, length, size = hidden.shape
        return hidden.reshape(texts, length, self._heads, size // self._heads).transpose(0, 2, 1, 3)

    def _dense(self, hidden: Floats, name: str) -> Floats:
        return hidden @ self._tensors[f"{name}.weight"].T + self._tensors[f"{name}.bias"]

    def _normed(self, hidden: Floats, name: str) -> Floats:
        apart = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(apart).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        return apart / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]


def _gelu(x: Floats) -> Floats:
    """The exact one, with Abramowitz and Stegun's 7.1.26 for erf: right to seven digits."""
    z: Any = np.abs(x) * np.float32(math.sqrt(0.5))
    t: Any = 1 / (1 + np.float32(0.3275911) * z)
    tail: Any = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail = t * (np.float32(factor) + tail)
    erf: Any = np.sign(x) * (1 - tail * np.exp(-z * z))
    return x * (1 + erf) / 2


def _packed(vector: Floats) -> bytes:
    """A byte a dimension. Only the direction counts, so each vector may use all of it."""
    largest = float(np.abs(vector).max()) or 1.0
    return np.rint(vector * (_FULL / largest)).astype(np.int8).tobytes()


def _lower(folder: Path) -> bool:
    path = folder / "tokenizer_config.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return bool(told.get("do_lower_case", True))


def _fingerprint(path: Path) -> str:
    """Of the size and a stretch in the middle, which is numbers: all of it would take a while at every start."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(size // 2)
        return sha256(size.to_bytes(8, "big") + file.read(65536)).hexdigest()[:16]
