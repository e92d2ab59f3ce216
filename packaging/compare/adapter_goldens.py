"""Writes tests/data/adapters: small LoRA adapters of the test model as peft saves them, and what its layers calculate with them.

    python packaging/compare/adapter_goldens.py tests/data/qwen3vl/model tests/data/adapters

Needs torch, transformers 5.23.0, peft 0.21.2, safetensors. Each folder has peft's two files and expected.safetensors: for
every weight that the adapter changes, by its released name, the layer's own output for the rows of `probe`, without its
bias; for a bias, the output for zeros; for a norm, its weight. Nothing is merged: layers run as peft runs them.
"""
import json
import pathlib
import sys
import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import Qwen3VLForConditionalGeneration

LAYER = "model.language_model.layers.0."
ATTENTION = LAYER + "self_attn."
EMBEDDING = "model.language_model.embed_tokens"
BLOCK = "model.visual.blocks.1."


def probe(width):
    """Three rows of numbers that float32 holds exactly: tests make them anew."""
    rows = [[((31 * i + 7 * j) % 17 - 8) / 8 for j in range(width)] for i in range(3)]
    return torch.tensor(rows)


CASES = {
    "plain": (dict(target_modules=["q_proj", "down_proj"], layers_to_transform=[0], layers_pattern="layers", r=2,
                   lora_alpha=8),
              [ATTENTION + "q_proj", LAYER + "mlp.down_proj"]),
    "patterns": (dict(target_modules=["q_proj", "k_proj", "v_proj"], layers_to_transform=[0], layers_pattern="layers",
                      r=2, lora_alpha=3, use_rslora=True, rank_pattern={"k_proj": 3, "layers.0.self_attn.v_proj": 1},
                      alpha_pattern={r"^model\.language_model\.layers\.\d+\.self_attn\.(k|v)_proj": 7, "v_proj": 99}),
                 [ATTENTION + "q_proj", ATTENTION + "k_proj", ATTENTION + "v_proj"]),
    "dora": (dict(target_modules=".*layers.0.self_attn.q_proj|.*blocks.1.attn.proj|.*embed_tokens", r=2, lora_alpha=4,
                  use_dora=True),
             [ATTENTION + "q_proj", BLOCK + "attn.proj", EMBEDDING]),
    "table": (dict(target_modules=".*embed_tokens", r=2, lora_alpha=4), [EMBEDDING, "lm_head"]),
    "head": (dict(target_modules="lm_head", r=2, lora_alpha=4), [EMBEDDING, "lm_head"]),
    "tied": (dict(target_modules=["embed_tokens"], r=2, lora_alpha=4, ensure_weight_tying=True), [EMBEDDING, "lm_head"]),
    "tokens": (dict(target_modules=".*layers.0.self_attn.q_proj", r=2, lora_alpha=4,
                    trainable_token_indices=[3, 500, 77]),
               [ATTENTION + "q_proj", EMBEDDING, "lm_head"]),
    "biases": (dict(target_modules=".*blocks.1.attn.(qkv|proj)", r=2, lora_alpha=4, lora_bias=True, bias="lora_only"),
               [BLOCK + "attn.qkv", BLOCK + "attn.proj"]),
    "patches": (dict(target_modules=".*patch_embed.proj", r=1, lora_alpha=4), ["model.visual.patch_embed.proj"]),
    "saved": (dict(target_modules=".*layers.0.self_attn.q_proj", r=2, lora_alpha=4,
                   modules_to_save=["language_model.norm", "blocks.1.attn.proj"]),
              [ATTENTION + "q_proj", BLOCK + "attn.proj", "model.language_model.norm"]),
}


def base(folder):
    return Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()


def stir(model):
    """Numbers as if it had been trained: an adapter starts as one that changes nothing."""
    draw = torch.Generator().manual_seed(14)
    for name, value in sorted(model.named_parameters()):
        if value.requires_grad:
            scale = 0.1 if "trainable_tokens" not in name else 0.3
            noise = scale * torch.randn(value.shape, generator=draw)
            value.data.copy_((value.data + noise).to(torch.bfloat16).float())  # in place: tied ones stay so


def output(model, name):
    """Output for the rows of a probe without the bias, and the bias; of a norm its weight."""
    module = model.get_submodule("base_model.model." + name)
    weight = model_weight(module)
    if weight.ndim == 1:
        return weight, None
    if name.endswith("embed_tokens"):
        return probe(weight.shape[0]) @ module(torch.arange(weight.shape[0])), None
    width = weight[0].numel()
    shape = (-1,) + tuple(weight.shape[1:])
    bias = module(torch.zeros(1, width).view(shape)).flatten()
    rows = module(probe(width).view(shape)).view(3, -1)
    return rows - bias, bias


def model_weight(module):
    for attribute in ("base_layer", "token_adapter", "original_module"):
        while getattr(module, attribute, None) is not None and hasattr(module, attribute):
            saved = getattr(module, "modules_to_save", None)
            module = saved["default"] if saved is not None else getattr(module, attribute)
    return module.weight


def halve(path):
    """Stores as bfloat16 what it holds exactly."""
    tensors = {name: value.bfloat16() if torch.equal(value.bfloat16().float(), value) else value
               for name, value in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})


@torch.no_grad()
def write(folder, base_folder, options, names):
    torch.manual_seed(14)
    stirred = get_peft_model(base(base_folder), LoraConfig(**options))
    stir(stirred)
    stirred.save_pretrained(folder, save_embedding_layers=False)
    halve(folder / "adapter_model.safetensors")
    (folder / "README.md").unlink(missing_ok=True)
    model = PeftModel.from_pretrained(base(base_folder), folder).eval()
    expected = {}
    for name in names:
        value, bias = output(model, name)
        expected[name + ".weight"] = value.contiguous()
        if bias is not None and bias.abs().max() > 0:
            expected[name + ".bias"] = bias.contiguous()
    save_file(expected, folder / "expected.safetensors")
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text())
    config["base_model_name_or_path"] = "someone/qwen3vl-test"
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def main():
    base_folder, out = map(pathlib.Path, sys.argv[1:3])
    warnings.simplefilter("ignore")
    for name, (options, modules) in CASES.items():
        (out / name).mkdir(parents=True, exist_ok=True)
        write(out / name, base_folder, options, modules)
        print(name, sum(file.stat().st_size for file in (out / name).iterdir()))


if __name__ == "__main__":
    main()
