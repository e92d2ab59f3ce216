"""GGUF files: llama.cpp's own converter as auto-round carries it, blocks of auto-round's quantiser, random blocks; gguf reads them."""
import logging
import re
import tempfile
from pathlib import Path

import gguf
import numpy
import torch
from auto_round.export.export_to_gguf.conversion import qwen3vl
from auto_round.export.export_to_gguf.packing import ggml_quant
from gguf.quants import dequantize
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3VLProcessor
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

import plain
import weights
from kinds import Kind

Type = gguf.GGMLQuantizationType
logging.getLogger("gguf.gguf_writer").setLevel(logging.ERROR)
logging.getLogger("hf-to-gguf").setLevel(logging.ERROR)


class Text(qwen3vl.Qwen3VLTextModel):
    """The converter, told what it cannot know of a tokenizer that no published model has."""

    model_arch = gguf.MODEL_ARCH.QWEN3VL

    def set_vocab(self):
        self._set_vocab_gpt2()

    def get_vocab_base_pre(self, _tokenizer):
        return "qwen2"


def convert(folder, file_type):
    """model.gguf and mmproj-model.gguf of the bundled model."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "prunescope-tiny"
        plain.save5(source)
        Text(source, file_type, folder / "model.gguf").write()
        qwen3vl.Qwen3VLVisionModel(source, file_type, folder / "mmproj-model.gguf").write()


def converted(file_type):
    return lambda folder: convert(folder, file_type)


def rewrite(path, blocks):
    """Replaces tensors of a file: blocks(name, values float32) gives (bytes, type), or None to leave it."""
    old = gguf.GGUFReader(path)
    new = gguf.GGUFWriter(path.with_suffix(".new"), old.fields["general.architecture"].contents())
    for name, field in old.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            new.add_key_value(name, field.contents(), field.types[0], field.types[-1])
    for tensor in old.tensors:
        made = blocks(tensor.name, dequantize(tensor.data, tensor.tensor_type))
        data, kind = made or (tensor.data, tensor.tensor_type)
        new.add_tensor(tensor.name, numpy.ascontiguousarray(data), raw_dtype=kind)
    new.write_header_to_file()
    new.write_kv_data_to_file()
    new.write_tensors_to_file()
    new.close()
    path.with_suffix(".new").replace(path)


def mixed(matrices, others):
    """Matrices of layers as one type, the embedding and every second layer's values and last matrix as another."""

    def blocks(name, values):
        layer = re.match(r"blk\.(\d+)\.(\w+)\.weight$", name)
        if name != "token_embd.weight" and not (layer and values.ndim == 2):
            return None
        wide = not layer or (layer[2] in ("attn_v", "ffn_down") and int(layer[1]) % 2 == 0)
        kind = others if wide else matrices
        # Its Q6_K fails where it is to do just as llama.cpp does.
        return ggml_quant(torch.from_numpy(values.copy()), kind.name.lower(), device="cpu",
                          original=kind != Type.Q6_K), kind

    def write(folder):
        convert(folder, gguf.LlamaFileType.MOSTLY_F16)
        rewrite(folder / "model.gguf", blocks)

    return write


# Where float16 scales stand in a block, and the size that makes weights of 0.06 of it.
SCALES = {Type.Q8_0: [(0, 8e-4)], Type.Q4_K: [(0, 3e-4), (2, 2.2e-3)], Type.Q5_K: [(0, 1.5e-4), (2, 2.2e-3)],
          Type.Q6_K: [(208, 4.4e-5)]}


def random_blocks(kind, rows, columns, draw):
    per_block, size = gguf.GGML_QUANT_SIZES[kind]
    data = draw.integers(0, 256, (rows * columns // per_block, size), numpy.uint8)
    for place, scale in SCALES[kind]:
        drawn = (scale * draw.uniform(0.5, 1.5, len(data))).astype(numpy.float16)
        data[:, place:place + 2] = drawn.view(numpy.uint8).reshape(-1, 2)
    return data.reshape(rows, -1)


def random_writer(kind):
    def write(folder):
        draw = numpy.random.default_rng(14)
        convert(folder, gguf.LlamaFileType.MOSTLY_F16)
        rewrite(folder / "model.gguf", lambda name, values: (random_blocks(kind, *values.shape, draw), kind)
                if name.startswith("blk.") and values.ndim == 2 else None)

    return write


# --- what the files hold, under released names

TEXT_NAMES = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
              "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
              "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
              "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
VISION_NAMES = {"attn_qkv": "attn.qkv", "attn_out": "attn.proj", "ffn_up": "mlp.linear_fc1", "ffn_down": "mlp.linear_fc2",
                "ln1": "norm1", "ln2": "norm2"}
OTHERS = {"token_embd": "language_model.embed_tokens", "output_norm": "language_model.norm",
          "mm.0": "visual.merger.linear_fc1", "mm.2": "visual.merger.linear_fc2", "v.post_ln": "visual.merger.norm",
          "v.patch_embd": "visual.patch_embed.proj", "v.position_embd": "visual.pos_embed"}
DEEPSTACK = {"fc1": "linear_fc1", "fc2": "linear_fc2", "norm": "norm"}


def released_name(name, deepstack):
    stem, _, end = name.rpartition(".")
    if found := re.match(r"blk\.(\d+)\.(\w+)$", stem):
        stem = f"language_model.layers.{found[1]}.{TEXT_NAMES[found[2]]}"
    elif found := re.match(r"v\.blk\.(\d+)\.(\w+)$", stem):
        stem = f"visual.blocks.{found[1]}.{VISION_NAMES[found[2]]}"
    elif found := re.match(r"v\.deepstack\.(\d+)\.(\w+)$", stem):
        stem = f"visual.deepstack_merger_list.{deepstack.index(int(found[1]))}.{DEEPSTACK[found[2]]}"
    else:
        stem = OTHERS[stem]
    return f"model.{stem}.{end}"


def load(folder):
    values = {}
    for path in (folder / "model.gguf", folder / "mmproj-model.gguf"):
        file = gguf.GGUFReader(path)
        flags = file.fields.get("clip.vision.is_deepstack_layers")
        deepstack = [layer for layer, here in enumerate(flags.contents()) if here] if flags else []
        patches = {}
        for tensor in file.tensors:
            value = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
            if tensor.name.startswith("v.patch_embd.weight"):
                patches[tensor.name] = value
            else:
                values[released_name(tensor.name, deepstack)] = value
        if patches:  # one convolution for each of the two pictures of a patch
            values["model.visual.patch_embed.proj.weight"] = torch.stack([patches[name] for name in sorted(patches)], 2)
    return weights.model_of(values)


def tokenizer_of(file):
    """The tokenizer that a header describes; `qwen2` names the pattern that cuts words."""
    tokens = file.fields["tokenizer.ggml.tokens"].contents()
    kinds_of = file.fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(merge.split(" ")) for merge in file.fields["tokenizer.ggml.merges"].contents()]
    built = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    built.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    built.decoder = decoders.ByteLevel()
    special = (gguf.TokenType.CONTROL, gguf.TokenType.USER_DEFINED)
    built.add_special_tokens([AddedToken(token, normalized=False, special=True)
                              for token, kind in zip(tokens, kinds_of, strict=True) if kind in special])
    return PreTrainedTokenizerFast(tokenizer_object=built,
                                   eos_token=tokens[file.fields["tokenizer.ggml.eos_token_id"].contents()])


def processor(folder):
    file, released = gguf.GGUFReader(folder / "model.gguf"), plain.base_processor()
    tokenizer = tokenizer_of(file)
    return Qwen3VLProcessor(image_processor=released.image_processor, tokenizer=tokenizer,
                            video_processor=released.video_processor,
                            chat_template=file.fields["tokenizer.chat_template"].contents())


def kinds():
    file, converter = gguf.LlamaFileType, "llama.cpp's converter"
    quantiser, drawn = "auto-round's quantiser", "random bytes"
    rows = [
        ("gguf-f16", converter, "GGUF F16", converted(file.MOSTLY_F16)),
        ("gguf-bf16", converter, "GGUF BF16", converted(file.MOSTLY_BF16)),
        ("gguf-f32", converter, "GGUF F32", converted(file.ALL_F32)),
        ("gguf-q8_0", converter, "GGUF Q8_0, vision too", converted(file.MOSTLY_Q8_0)),
        ("gguf-q4_k_m", quantiser, "GGUF Q4_K and Q6_K", mixed(Type.Q4_K, Type.Q6_K)),
        ("gguf-q5_k_m", quantiser, "GGUF Q5_K and Q6_K", mixed(Type.Q5_K, Type.Q6_K)),
        ("gguf-q6_k", quantiser, "GGUF Q6_K", mixed(Type.Q6_K, Type.Q6_K)),
        ("gguf-random-q8_0", drawn, "GGUF Q8_0", random_writer(Type.Q8_0)),
        ("gguf-random-q4_k", drawn, "GGUF Q4_K", random_writer(Type.Q4_K)),
        ("gguf-random-q5_k", drawn, "GGUF Q5_K", random_writer(Type.Q5_K)),
        ("gguf-random-q6_k", drawn, "GGUF Q6_K", random_writer(Type.Q6_K)),
    ]
    return [Kind(name, by, kept, write, load, processor) for name, by, kept, write in rows]
