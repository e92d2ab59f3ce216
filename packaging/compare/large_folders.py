"""large_folders.py fp8|q6_k OUT: writes a model of the sizes of Qwen3-VL-4B with random weights in the way that is named:
transformers' fp8 (blocks of 128) in OUT, or GGUF (text in Q6_K, encoder in F16) in OUT. For measuring memory:
    /usr/bin/time -v build/bin/prunescope ask --model OUT --max-tokens 4 resources/samples/drawn-form.png "What is this?"
Needs numpy, and the package gguf (0.19.0) for GGUF."""
import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TEXT = {"vocab_size": 151936, "hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36,
        "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "max_position_embeddings": 262144,
        "rms_norm_eps": 1e-6, "hidden_act": "silu", "eos_token_id": 151645,
        "rope_parameters": {"rope_type": "default", "rope_theta": 5000000, "mrope_section": [24, 20, 20]}}
VISION = {"depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_heads": 16, "out_hidden_size": 2560,
          "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2, "in_channels": 3,
          "num_position_embeddings": 2304, "deepstack_visual_indexes": [5, 11, 17], "hidden_act": "gelu_pytorch_tanh"}
CONFIG = {"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"], "tie_word_embeddings": True,
          "image_token_id": 151655, "vision_start_token_id": 151652, "vision_end_token_id": 151653,
          "text_config": TEXT, "vision_config": VISION}


def shapes():
    width, inner, head = TEXT["hidden_size"], TEXT["intermediate_size"], TEXT["head_dim"]
    queries, keys = head * TEXT["num_attention_heads"], head * TEXT["num_key_value_heads"]
    text = "model.language_model."
    yield text + "embed_tokens.weight", (TEXT["vocab_size"], width)
    yield text + "norm.weight", (width,)
    for layer in range(TEXT["num_hidden_layers"]):
        at = f"{text}layers.{layer}."
        for name, shape in (("input_layernorm", (width,)), ("post_attention_layernorm", (width,)),
                            ("self_attn.q_norm", (head,)), ("self_attn.k_norm", (head,)),
                            ("self_attn.q_proj", (queries, width)), ("self_attn.k_proj", (keys, width)),
                            ("self_attn.v_proj", (keys, width)), ("self_attn.o_proj", (width, queries)),
                            ("mlp.gate_proj", (inner, width)), ("mlp.up_proj", (inner, width)),
                            ("mlp.down_proj", (width, inner))):
            yield f"{at}{name}.weight", shape
    wide, out, group = VISION["hidden_size"], VISION["out_hidden_size"], 4 * VISION["hidden_size"]
    vision = "model.visual."
    yield vision + "patch_embed.proj.weight", (wide, 3, 2, 16, 16)
    yield vision + "patch_embed.proj.bias", (wide,)
    yield vision + "pos_embed.weight", (VISION["num_position_embeddings"], wide)

    def linear(name, rows, cols):
        yield name + ".weight", (rows, cols)
        yield name + ".bias", (rows,)

    for block in range(VISION["depth"]):
        at = f"{vision}blocks.{block}."
        for norm in ("norm1", "norm2"):
            yield f"{at}{norm}.weight", (wide,)
            yield f"{at}{norm}.bias", (wide,)
        yield from linear(at + "attn.qkv", 3 * wide, wide)
        yield from linear(at + "attn.proj", wide, wide)
        yield from linear(at + "mlp.linear_fc1", VISION["intermediate_size"], wide)
        yield from linear(at + "mlp.linear_fc2", wide, VISION["intermediate_size"])
    mergers = [(vision + "merger.", wide)] + [(f"{vision}deepstack_merger_list.{i}.", group) for i in range(3)]
    for at, normed in mergers:
        yield at + "norm.weight", (normed,)
        yield at + "norm.bias", (normed,)
        yield from linear(at + "linear_fc1", group, group)
        yield from linear(at + "linear_fc2", out, group)


def small_files(out):
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests/data/qwen3-tokenizer/tokenizer.json", out)
    (out / "generation_config.json").write_text(json.dumps({"eos_token_id": [151645, 151643]}))
    images = {"size": {"shortest_edge": 65536, "longest_edge": 16777216}, "patch_size": 16, "temporal_patch_size": 2,
              "merge_size": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    (out / "preprocessor_config.json").write_text(json.dumps(images))


def is_packed(name, shape):
    return len(shape) == 2 and "language_model.layers" in name


def bf16(values):
    return (np.ascontiguousarray(values, dtype="<f4").view("<u4") >> 16).astype("<u2")


def plain(name, shape, random):
    """Float32 numbers: a block that repeats, since drawing four billion would take long."""
    count = int(np.prod(shape))
    if name.endswith("norm.weight") or "norm1.weight" in name or "norm2.weight" in name:
        return np.ones(shape, "f4")
    block = random.standard_normal(min(count, 1 << 20), dtype="f4") * 0.02
    return np.resize(block, count).reshape(shape)


def write_fp8(out):
    small_files(out)
    config = dict(CONFIG, quantization_config={"quant_method": "fp8", "weight_block_size": [128, 128]})
    (out / "config.json").write_text(json.dumps(config))
    header, offset, random = {}, 0, np.random.default_rng(1)
    entries = []
    for name, shape in shapes():
        if is_packed(name, shape):
            blocks = tuple((side + 127) // 128 for side in shape)
            entries += [(name, "F8_E4M3", shape, 1), (name + "_scale_inv", "BF16", blocks, 2)]
        else:
            entries.append((name, "BF16", shape, 2))
    for name, kind, shape, size in entries:
        length = int(np.prod(shape)) * size
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [offset, offset + length]}
        offset += length
    text = json.dumps(header).encode()
    codes = random.integers(0, 256, (1 << 20) + 7, dtype="u1")
    codes[(codes & 127) == 127] = 3  # NaN
    with (out / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, kind, shape, _ in entries:
            if kind == "F8_E4M3":
                file.write(np.resize(codes, int(np.prod(shape))).tobytes())
            elif name.endswith("_scale_inv"):
                file.write(bf16(np.full(shape, 2e-4)).tobytes())
            else:
                file.write(bf16(plain(name, shape, random)).tobytes())


def q6_k(shape, random):
    """Blocks of random bytes with small scales."""
    blocks = random.integers(0, 256, (4096, 210), dtype="u1")
    blocks[:, 208:] = np.frombuffer(np.float16(1e-4).tobytes(), "u1")
    count = int(np.prod(shape)) // 256
    return np.resize(blocks, (count, 210)).reshape(shape[0], shape[1] // 256 * 210)


def write_gguf(out):
    import gguf
    import gguf_files

    small_files(out / "source")
    random = np.random.default_rng(1)
    text = gguf.GGUFWriter(out / "large.gguf", "qwen3vl", use_temp_file=False)
    gguf_files.add_text_keys(text, CONFIG)
    gguf_files.add_tokenizer(text, out / "source", TEXT["vocab_size"], 151645)
    encoder = gguf.GGUFWriter(out / "mmproj-large.gguf", "clip")
    gguf_files.add_vision_keys(encoder, CONFIG, json.loads((out / "source/preprocessor_config.json").read_text()))
    for name, shape in shapes():
        if "visual." in name:
            for stored, part in gguf_files.vision_tensors(name, plain(name, shape, random), VISION["depth"],
                                                          VISION["deepstack_visual_indexes"]):
                gguf_files.add(encoder, stored, part, gguf.GGMLQuantizationType.F16)
        elif len(shape) == 2:
            text.add_tensor(gguf_files.text_name(name, 36), q6_k(shape, random), raw_dtype=gguf.GGMLQuantizationType.Q6_K)
        else:
            gguf_files.add(text, gguf_files.text_name(name, 36), plain(name, shape, random),
                           gguf.GGMLQuantizationType.F32)
    gguf_files.write(text)
    gguf_files.write(encoder)
    shutil.rmtree(out / "source")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["fp8", "q6_k"])
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    write_fp8(options.out) if options.kind == "fp8" else write_gguf(options.out)


if __name__ == "__main__":
    main()
