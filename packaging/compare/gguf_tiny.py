"""gguf_tiny.py OUT: writes tests/data/gguf, the GGUF files of the tests, with gguf_files.py beside it: a model too small to
answer anything, whose numbers a test can tell from a tensor's name. OUT/tiny.gguf (Q8_0), OUT/mmproj-tiny.gguf (F16) and
OUT/both.gguf, a single file as Ollama's library has them; OUT/config.json is what they were made of."""
import json
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "tests/data/qwen3vl/model"
TEXT = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2, "num_key_value_heads": 1,
        "num_hidden_layers": 2}
VISION = {"hidden_size": 16, "intermediate_size": 24, "num_heads": 1, "depth": 3, "deepstack_visual_indexes": [0, 2],
          "num_position_embeddings": 16, "out_hidden_size": 32}


def fnv1a(text):
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def values(name, shape):
    """Numbers that F16, BF16 and F32 hold exactly."""
    count = int(np.prod(shape))
    numbers = (fnv1a(name) + 37 * np.arange(count, dtype=np.uint64)) % 256
    return ((numbers.astype(np.float32) - 128) / 256).reshape(shape)


def shapes(text, vision):
    width, heads, kv, head = (text[k] for k in ("hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim"))
    yield "model.language_model.embed_tokens.weight", [text["vocab_size"], width]
    yield "model.language_model.norm.weight", [width]
    for layer in range(text["num_hidden_layers"]):
        at = f"model.language_model.layers.{layer}."
        yield at + "input_layernorm.weight", [width]
        yield at + "post_attention_layernorm.weight", [width]
        yield at + "self_attn.q_proj.weight", [heads * head, width]
        yield at + "self_attn.k_proj.weight", [kv * head, width]
        yield at + "self_attn.v_proj.weight", [kv * head, width]
        yield at + "self_attn.o_proj.weight", [width, heads * head]
        yield at + "self_attn.q_norm.weight", [head]
        yield at + "self_attn.k_norm.weight", [head]
        yield at + "mlp.gate_proj.weight", [text["intermediate_size"], width]
        yield at + "mlp.up_proj.weight", [text["intermediate_size"], width]
        yield at + "mlp.down_proj.weight", [width, text["intermediate_size"]]
    yield from vision_shapes(vision)


def pair(name, shape):
    yield name + ".weight", shape
    yield name + ".bias", shape[:1]


def vision_shapes(vision):
    width, inner, out = vision["hidden_size"], vision["intermediate_size"], vision["out_hidden_size"]
    block = width * vision["spatial_merge_size"] ** 2
    patch = vision["patch_size"]
    yield from pair("model.visual.patch_embed.proj", [width, 3, vision["temporal_patch_size"], patch, patch])
    yield "model.visual.pos_embed.weight", [vision["num_position_embeddings"], width]
    for layer in range(vision["depth"]):
        at = f"model.visual.blocks.{layer}."
        for part, shape in (("norm1", [width]), ("norm2", [width]), ("attn.qkv", [3 * width, width]),
                            ("attn.proj", [width, width]), ("mlp.linear_fc1", [inner, width]),
                            ("mlp.linear_fc2", [width, inner])):
            yield from pair(at + part, shape)
    mergers = [("model.visual.merger.", width)]
    mergers += [(f"model.visual.deepstack_merger_list.{i}.", block)
                for i in range(len(vision["deepstack_visual_indexes"]))]
    for at, norm in mergers:
        yield from pair(at + "norm", [norm])
        yield from pair(at + "linear_fc1", [block, block])
        yield from pair(at + "linear_fc2", [out, block])


def write_folder(folder):
    config = json.loads((MODEL / "config.json").read_text())
    config["text_config"].update(TEXT)
    config["vision_config"].update(VISION)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    for name in ("tokenizer.json", "generation_config.json", "preprocessor_config.json"):
        shutil.copy(MODEL / name, folder / name)
    header, data = {}, b""
    for name, shape in shapes(config["text_config"], config["vision_config"]):
        raw = values(name, shape).astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    out = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_folder(folder)
        script = [sys.executable, str(Path(__file__).with_name("gguf_files.py")), str(folder), str(out)]
        subprocess.run(script + ["--type", "Q8_0"], check=True)
        subprocess.run(script + ["--name", "both", "--ollama"], check=True)
        shutil.copy(folder / "config.json", out / "config.json")


if __name__ == "__main__":
    main()
