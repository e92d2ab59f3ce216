"""Small folders of each kind for tests/data/folders: a tiny random model, what each kind changes of it, and expected logits."""
import math
import re
import shutil
import tempfile
from pathlib import Path

import gguf
import numpy
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import AutoProcessor, Qwen3VLConfig, Qwen3VLForConditionalGeneration

import adapters
import compressed
import gguf_files
import packed
import plain
import weights
from kinds import BUNDLED, ROOT, Kind, copy_files, source, write_json

TINY = ROOT / "tests" / "data" / "qwen3vl"
TOKENIZER = TINY / "model" / "tokenizer.json"
IMAGE = "exact.png"
QUESTION = "What is written here?"
ROWS = 2  # of logits after a prompt
MARGIN = 1e-3  # between the two largest logits

TEXT = dict(vocab_size=512, hidden_size=256, intermediate_size=128, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, head_dim=32, rope_theta=5000000.0, rms_norm_eps=1e-6, max_position_embeddings=4096,
            rope_scaling=dict(rope_type="default", mrope_interleaved=True, mrope_section=[6, 5, 5]),
            tie_word_embeddings=True, bos_token_id=504, eos_token_id=506)
VISION = dict(depth=2, hidden_size=16, intermediate_size=32, num_heads=1, out_hidden_size=256, num_position_embeddings=49,
              deepstack_visual_indexes=[0])
IDS = dict(image_token_id=500, video_token_id=501, vision_start_token_id=502, vision_end_token_id=503)


def drawn(name, shape, draw):
    """Numbers with which no part of the network goes unnoticed: norms are not one, biases not zero."""
    noise = torch.randn(shape, generator=draw)
    if re.search(r"[qk]_norm", name):
        return 1.7 + 0.3 * noise
    if "norm" in name and name.endswith("weight"):
        return 1.0 + 0.25 * noise
    if name.endswith("bias"):
        return 0.15 * noise
    if "embed_tokens" in name:
        return 0.12 * noise
    return 0.5 * noise if "pos_embed" in name else noise * (1.1 / math.sqrt(math.prod(shape[1:])))


def write_base(folder):
    """The tiny model in BF16, as save_pretrained of transformers 5 writes it."""
    torch.manual_seed(14)
    model = Qwen3VLForConditionalGeneration(Qwen3VLConfig(text_config=TEXT, vision_config=VISION,
                                                          tie_word_embeddings=True, **IDS))
    draw = torch.Generator().manual_seed(14)
    for name, value in sorted(model.named_parameters()):
        value.data = drawn(name, value.shape, draw)
    model.bfloat16().save_pretrained(folder)
    copy_files(BUNDLED, folder, ["preprocessor_config.json", "tokenizer_config.json"])
    shutil.copyfile(TOKENIZER, folder / "tokenizer.json")
    processor = AutoProcessor.from_pretrained(folder)
    processor.image_processor.size = {"shortest_edge": 4096, "longest_edge": 25600}
    (folder / "preprocessor_config.json").unlink()
    processor.save_pretrained(folder)


def mixed_gguf(folder):
    """Every block type that people's files have, in one file."""
    types = {"token_embd": "Q6_K", "attn_q": "Q4_K", "attn_k": "F16", "attn_v": "Q6_K", "attn_output": "Q8_0",
             "ffn_gate": "Q5_K", "ffn_up": "Q4_K", "ffn_down": "Q8_0"}
    draw = numpy.random.default_rng(14)

    def blocks(name, values):
        kind = gguf.GGMLQuantizationType[types.get(name.removesuffix(".weight").rpartition(".")[2], "F32")]
        if kind in gguf_files.SCALES and values.ndim == 2:
            return gguf_files.random_blocks(kind, *values.shape, draw), kind
        return None

    gguf_files.convert(folder, gguf.LlamaFileType.MOSTLY_F16)
    gguf_files.rewrite(folder / "model.gguf", blocks)


def small_kinds():
    adapter = dict(r=2, lora_alpha=4)
    rows = [kind for kind in compressed.kinds() if kind.name in
            ("fp8-dynamic", "fp8-block", "w8a8", "w4a16", "w4a16-asym", "nvfp4a16")]
    rows += [kind for kind in packed.kinds() if kind.name in ("qwen-fp8", "awq", "gptq")]
    rows += [Kind(name, "peft", kept, adapters.writer(**{**adapter, **options}), adapters.load)
             for name, kept, options in [
                 ("lora", "LoRA", {}), ("lora-dora", "LoRA with magnitudes", {"use_dora": True}),
                 ("lora-patterns", "LoRA / sqrt r, ranks by pattern, vision too",
                  {"use_rslora": True, "target_modules": "all-linear", "rank_pattern": {"q_proj": 3},
                   "alpha_pattern": {"k_proj": 8}})]]
    return rows + [Kind("gguf", "llama.cpp's converter, random bytes", "GGUF F16, Q8_0, Q4_K, Q5_K, Q6_K", mixed_gguf,
                        gguf_files.load)]


def changed(folder, base):
    """Leaves of the folder's weights what the base does not hold just so."""
    path = folder / "model.safetensors"
    values = {name: value for name, value in load_file(path).items() if name not in base or
              value.dtype != base[name].dtype or not torch.equal(value.float(), base[name].float())}
    save_file(values, path, metadata={"format": "pt"})


def keep_small(made, target, base):
    """What a test needs besides the base: config.json and changed tensors, an adapter's files, or GGUF files."""
    target.mkdir(parents=True)
    if (made / "model.safetensors").exists():
        changed(made, base)
        copy_files(made, target, ["config.json", "model.safetensors"])
    copy_files(made, target, ["adapter_config.json", "adapter_model.safetensors", "model.gguf", "mmproj-model.gguf"])


def prompts(processor):
    """Inputs of the network by the name of the prompt."""
    parts = {"text": [], "picture": [{"type": "image"}]}
    images = {"text": None, "picture": [Image.open(TINY / "images" / IMAGE).convert("RGB")]}
    holder = processor if processor.chat_template else processor.tokenizer
    found = {}
    for name, part in parts.items():
        messages = [{"role": "user", "content": [*part, {"type": "text", "text": QUESTION}]}]
        text = holder.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        found[name] = processor(text=[text], images=images[name], return_tensors="pt")
    return found


@torch.inference_mode()
def logits_of(model, inputs):
    """Greedy ids [rows] and logits [rows, vocab]; end tokens end nothing."""
    out = model.generate(**inputs, max_new_tokens=ROWS, min_new_tokens=ROWS, do_sample=False, eos_token_id=None,
                         pad_token_id=504, return_dict_in_generate=True, output_logits=True)
    logits = torch.cat(out.logits).float()
    top = logits.topk(2).values
    if float((top[:, 0] - top[:, 1]).min()) < MARGIN:
        raise ValueError("two tokens are as likely; draw other numbers")
    return out.sequences[0, -ROWS:], logits


def write_small(target):
    """Fills tests/data/folders anew."""
    shutil.rmtree(target, ignore_errors=True)
    write_base(target / "base")
    source.folder = target / "base"
    base = weights.tensors(source.folder)
    asked = prompts(plain.base_processor())
    golden = {f"{name}.ids": inputs["input_ids"][0] for name, inputs in asked.items()}
    manifest = {}
    kinds = [Kind("base", "transformers 5", "BF16", lambda folder: None, lambda folder: plain.base(torch.float32))]
    for kind in kinds + small_kinds():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / kind.name
            folder.mkdir()
            # llm-compressor wants queries, keys and values of one NVFP4 scale.
            source.modules = "down_proj" if kind.name == "nvfp4a16" else "(q|down)_proj"
            kind.write(folder)
            model = kind.load(folder)
            for name, inputs in asked.items():
                ids, logits = logits_of(model, inputs)
                golden[f"{kind.name}/{name}.chosen"], golden[f"{kind.name}/{name}.logits"] = ids, logits
            if kind.name != "base":
                keep_small(folder, target / kind.name, base)
        manifest[kind.name] = {"written by": kind.by, "weights": kind.kept}
        print(kind.name, flush=True)
    save_file(golden, target / "golden.safetensors")
    write_json(target / "manifest.json", {
        "generator": "packaging/compare/folders --small", "transformers": transformers.__version__,
        "image": f"qwen3vl/images/{IMAGE}", "question": QUESTION, "kinds": manifest})
    for path in target.rglob("adapter_config.json"):
        path.write_text(path.read_text().replace(str(source.folder), "../base"), encoding="utf-8")
    (target / "base" / "tokenizer.json").unlink()  # that of tests/data/qwen3vl/model
