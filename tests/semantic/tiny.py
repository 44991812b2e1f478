"""A model directory in MiniLM's layout with a handful of made-up numbers in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

PIECES = "[PAD] [UNK] [CLS] [SEP] run runs the test ##s ##ing deploy zan ##zi ##bar ledger ? , 你 a ##b b".split()
SIZE, HEADS, INNER, PLACES = 8, 2, 16, 32


def shapes(layers: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), SIZE),
        "embeddings.position_embeddings.weight": (PLACES, SIZE),
        "embeddings.token_type_embeddings.weight": (2, SIZE),
        "embeddings.LayerNorm": (SIZE,),
    }
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            found[f"{layer}.attention.{part}"] = (SIZE, SIZE)
        found[f"{layer}.attention.output.LayerNorm"] = found[f"{layer}.output.LayerNorm"] = (SIZE,)
        found[f"{layer}.intermediate.dense"] = (INNER, SIZE)
        found[f"{layer}.output.dense"] = (SIZE, INNER)
    whole: dict[str, tuple[int, ...]] = {}
    for name, shape in found.items():
        if name.endswith(".weight"):
            whole[name] = shape
        else:
            whole |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return whole


def model(folder: Path, *, seed: int = 1, layers: int = 2, dtype: str = "<f4") -> Path:
    """Make the directory and say where it is."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(seed)
    header: dict[str, dict] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, shape in shapes(layers).items():
        numbers = chance.normal(size=shape).astype(dtype).tobytes()
        where = [len(content), len(content) + len(numbers)]
        header[name] = {"dtype": {"<f4": "F32", "<f2": "F16"}[dtype], "shape": shape, "data_offsets": where}
        content += numbers
    told = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(told).to_bytes(8, "little") + told + content)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "num_hidden_layers": layers,
        "num_attention_heads": HEADS,
        "max_position_embeddings": PLACES,
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
