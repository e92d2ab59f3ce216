"""gguf_files.py MODEL OUT [--type NAME] [--ollama]: writes a Qwen3-VL folder of Hugging Face as GGUF files, with the Python
package gguf (0.19.0): names by its tensor_mapping.py and constants.py, keys and splits as llama.cpp's converter has them.
OUT/NAME.gguf and OUT/mmproj-NAME.gguf; with --ollama a single file with both parts, as Ollama's library has them."""
import argparse
import json
import struct
from pathlib import Path

import gguf
import numpy as np

ARCH = gguf.MODEL_ARCH.QWEN3VL


def tensors_of(path):
    """All tensors as float32: the files of the tests are BF16, F16 or F32."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        raw = data[8 + length + begin : 8 + length + end]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
        else:
            values = np.frombuffer(raw, {"F16": "<f2", "F32": "<f4"}[entry["dtype"]]).astype("<f4")
        yield name, values.reshape(entry["shape"])


def add(writer, name, values, kind):
    """Norms, biases and the table of positions stay F32, as converters leave them; so do rows too short for blocks."""
    block, _ = gguf.GGML_QUANT_SIZES[kind]
    if values.ndim < 2 or "position_embd" in name or "pos_embed" in name or values.shape[-1] % block:
        kind = gguf.GGMLQuantizationType.F32
    values = np.ascontiguousarray(values, dtype=np.float32)
    writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)


def add_text_keys(writer, config):
    text = config["text_config"]
    rope = text.get("rope_parameters") or text.get("rope_scaling") or {}
    writer.add_name("tiny qwen3vl")
    writer.add_block_count(text["num_hidden_layers"])
    writer.add_context_length(text["max_position_embeddings"])
    writer.add_embedding_length(text["hidden_size"])
    writer.add_feed_forward_length(text["intermediate_size"])
    writer.add_head_count(text["num_attention_heads"])
    writer.add_head_count_kv(text["num_key_value_heads"])
    writer.add_key_length(text["head_dim"])
    writer.add_value_length(text["head_dim"])
    writer.add_rope_dimension_sections(rope["mrope_section"] + [0])
    writer.add_rope_freq_base(rope.get("rope_theta", text.get("rope_theta")))
    writer.add_layer_norm_rms_eps(text["rms_norm_eps"])
    writer.add_num_deepstack_layers(len(config["vision_config"]["deepstack_visual_indexes"]))


def add_tokenizer(writer, folder, vocab_size, end):
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    by_id = {number: token for token, number in tokenizer["model"]["vocab"].items()}
    added = {entry["id"]: entry for entry in tokenizer["added_tokens"]}
    tokens, kinds = [], []
    for number in range(max(vocab_size, max(by_id) + 1, max(added) + 1)):
        if number in added:
            text = added[number]["content"]
            looks_special = text.startswith("<|") and text.endswith("|>")
            special = added[number]["special"] or looks_special
            tokens.append(text)
            kinds.append(gguf.TokenType.CONTROL if special else gguf.TokenType.USER_DEFINED)
        elif number in by_id:
            tokens.append(by_id[number])
            kinds.append(gguf.TokenType.NORMAL)
        else:
            tokens.append(f"[PAD{number}]")
            kinds.append(gguf.TokenType.UNUSED)
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(end)
    writer.add_add_bos_token(False)


def add_templates(writer):
    writer.add_chat_template([{"name": "default", "template": "{{ messages[0].content }}"},
                              {"name": "tool_use", "template": "{{ tools }}"}])


def add_vision_keys(writer, config, images):
    vision = config["vision_config"]
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_name("tiny qwen3vl")
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_projection_dim(config["text_config"]["hidden_size"])
    writer.add_vision_image_size(int(vision["num_position_embeddings"] ** 0.5 * vision["patch_size"]))
    writer.add_vision_patch_size(vision["patch_size"])
    writer.add_vision_embedding_length(vision["hidden_size"])
    writer.add_vision_feed_forward_length(vision["intermediate_size"])
    writer.add_vision_block_count(vision["depth"])
    writer.add_vision_head_count(vision["num_heads"])
    writer.add_vision_image_mean(images["image_mean"])
    writer.add_vision_image_std(images["image_std"])
    writer.add_clip_projector_type(gguf.VisionProjectorType.QWEN3VL)
    writer.add_vision_use_gelu(True)
    writer.add_vision_spatial_merge_size(vision["spatial_merge_size"])
    writer.add_vision_attention_layernorm_eps(config["text_config"]["rms_norm_eps"])
    layers = vision["deepstack_visual_indexes"]
    writer.add_vision_is_deepstack_layers([i in layers for i in range(vision["depth"])])


def text_name(name, layers):
    mapping = gguf.get_tensor_name_map(ARCH, layers)
    name = name.replace("model.language_model.", "model.")
    return mapping.get_name(name, try_suffixes=(".weight", ".bias"))


def vision_tensors(name, values, layers, deepstack):
    """(name, values) of what the converter makes of a tensor."""
    name = name.removeprefix("model.")
    kind = name.rsplit(".", 1)[-1]
    if name == "visual.patch_embed.proj.weight":
        yield "v.patch_embd.weight", values[:, :, 0]
        yield "v.patch_embd.weight.1", values[:, :, 1]
    elif name == "visual.patch_embed.proj.bias":
        yield "v.patch_embd.bias", values
    elif name.startswith("visual.merger."):
        part = name.split(".")[2]
        yield {"norm": "v.post_ln", "linear_fc1": "mm.0", "linear_fc2": "mm.2"}[part] + "." + kind, values
    elif name.startswith("visual.deepstack_merger_list."):
        number, part = name.split(".")[2:4]
        part = {"norm": "norm", "linear_fc1": "fc1", "linear_fc2": "fc2"}[part]
        yield f"v.deepstack.{deepstack[int(number)]}.{part}.{kind}", values
    else:
        mapping = gguf.get_tensor_name_map(gguf.MODEL_ARCH.MMPROJ, layers)
        yield mapping.get_name(name, try_suffixes=(".weight", ".bias")), values


def ollama_tensors(name, values):
    """The same in a single file of Ollama: queries, keys and values apart, patches with merged sides."""
    name = name.removeprefix("model.").replace("visual.", "v.", 1)
    for released, stored in (("patch_embed.proj", "patch_embed"), ("blocks.", "blk."), ("attn.proj", "attn_out"),
                             ("deepstack_merger_list", "deepstack_merger")):
        name = name.replace(released, stored)
    if name == "v.patch_embed.weight":
        yield name, values.reshape(-1, *values.shape[2:])
    elif ".attn.qkv." in name:
        for part, third in zip("qkv", np.split(values, 3)):
            yield name.replace("attn.qkv", "attn_" + part), third
    else:
        yield name, values


def write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def end_token(folder):
    ends = json.loads((folder / "generation_config.json").read_text())["eos_token_id"]
    return ends[0] if isinstance(ends, list) else ends


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default="tiny")
    parser.add_argument("--type", default="F16", help="of the matrices of the text")
    parser.add_argument("--vision-type", default="F16", help="of those of the encoder")
    parser.add_argument("--ollama", action="store_true", help="one file with both parts")
    options = parser.parse_args()
    config = json.loads((options.model / "config.json").read_text())
    images = json.loads((options.model / "preprocessor_config.json").read_text())
    kind = gguf.GGMLQuantizationType[options.type]
    vision_kind = gguf.GGMLQuantizationType[options.vision_type]
    vision = config["vision_config"]
    options.out.mkdir(parents=True, exist_ok=True)

    text = gguf.GGUFWriter(options.out / f"{options.name}.gguf", gguf.MODEL_ARCH_NAMES[ARCH])
    add_text_keys(text, config)
    add_tokenizer(text, options.model, config["text_config"]["vocab_size"], end_token(options.model))
    add_templates(text)
    if options.ollama:
        encoder = text
        add_ollama_keys(text, vision, images)
    else:
        encoder = gguf.GGUFWriter(options.out / f"mmproj-{options.name}.gguf", "clip")
        add_vision_keys(encoder, config, images)

    tied = config.get("tie_word_embeddings", False)
    for name, values in tensors_of(options.model / "model.safetensors"):
        if "visual." in name and options.ollama:
            for stored, part in ollama_tensors(name, values):
                exact = stored.endswith("attn_v.weight")  # Ollama's converter stores these finer than queries and keys
                add(encoder, stored, part, gguf.GGMLQuantizationType.Q8_0 if exact else vision_kind)
        elif "visual." in name:
            for stored, part in vision_tensors(name, values, vision["depth"], vision["deepstack_visual_indexes"]):
                add(encoder, stored, part, vision_kind)
        elif not (tied and name == "lm_head.weight"):
            add(text, text_name(name, config["text_config"]["num_hidden_layers"]), values, kind)
    write(text)
    if encoder is not text:
        write(encoder)


def add_ollama_keys(writer, vision, images):
    key = "qwen3vl.vision."
    writer.add_uint32(key + "block_count", vision["depth"])
    writer.add_uint32(key + "embedding_length", vision["hidden_size"])
    writer.add_uint32(key + "attention.head_count", vision["num_heads"])
    writer.add_uint32(key + "num_channels", vision["in_channels"])
    writer.add_uint32(key + "patch_size", vision["patch_size"])
    writer.add_uint32(key + "spatial_merge_size", vision["spatial_merge_size"])
    writer.add_float32(key + "attention.layer_norm_epsilon", 1e-6)
    writer.add_float32(key + "rope.freq_base", 1e4)
    writer.add_uint32(key + "temporal_patch_size", vision["temporal_patch_size"])
    writer.add_array(key + "deepstack_visual_indexes", vision["deepstack_visual_indexes"])
    writer.add_uint32(key + "shortest_edge", images["size"]["shortest_edge"])
    writer.add_uint32(key + "longest_edge", images["size"]["longest_edge"])
    writer.add_array(key + "image_mean", images["image_mean"])
    writer.add_array(key + "image_std", images["image_std"])


if __name__ == "__main__":
    main()
