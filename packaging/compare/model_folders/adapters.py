"""LoRA adapters of peft. What training would have made of them is drawn at random: an untrained adapter changes nothing."""
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

import plain
from kinds import Kind, edit_json, source

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
PREFIX = "base_model.model."
MLP = ["gate_proj", "up_proj", "down_proj"]


def stir(model):
    """Random numbers for what starts at zero or at the base's own values."""
    draw = torch.Generator().manual_seed(14)
    for name, value in sorted(model.named_parameters()):
        noise = torch.randn(value.shape, generator=draw)
        if ".lora_B." in name:
            value.data = (0.02 * noise).to(value.dtype)
        elif "lora_magnitude_vector" in name:
            value.data = (value.data * (1 + 0.05 * noise)).to(value.dtype)
        elif ".modules_to_save." in name:
            value.data = (value.data + 0.01 * noise).to(value.dtype)


def writer(**options):
    def write(folder):
        torch.manual_seed(14)
        options.setdefault("target_modules", ATTENTION + MLP)
        model = get_peft_model(plain.base(), LoraConfig(**{"r": 8, "lora_alpha": 16, **options}))
        stir(model)
        model.save_pretrained(folder)

    return write


def load(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PeftModel.from_pretrained(plain.base(torch.float32), folder).float().eval()


def rename_tensors(folder, rename):
    path = folder / "adapter_model.safetensors"
    save_file({rename(name): value for name, value in load_file(path).items()}, path, metadata={"format": "pt"})


def old_names(folder):
    """Names of an adapter trained before transformers 4.52."""
    writer()(folder)
    rename_tensors(folder, plain.old_name)


def new_name(name):
    """The same tensor since then."""
    rest = name.removeprefix(PREFIX)
    if rest.startswith("model."):
        rest = "model.language_model." + rest.removeprefix("model.")
    return PREFIX + ("model." + rest if rest.startswith("visual.") else rest)


def load_old_names(folder):
    """peft 0.21.2 finds no module of these names, warns of missing keys and answers without the adapter."""
    with tempfile.TemporaryDirectory() as scratch:
        renamed = Path(scratch) / "renamed"
        shutil.copytree(folder, renamed)
        rename_tensors(renamed, new_name)
        return load(renamed)


def fan_in_fan_out(folder):
    """The flag is for GPT-2's transposed layers; peft takes it back for a Linear when it loads."""
    writer()(folder)
    edit_json(folder / "adapter_config.json", fan_in_fan_out=True)


def in_base_folder(folder):
    """A base and the adapter that belongs to it in one folder."""
    plain.save5(folder)
    writer()(folder)
    edit_json(folder / "adapter_config.json", base_model_name_or_path="someone/of-another-machine")


def with_optimizer(folder):
    """A checkpoint of a trainer: training_args.bin and the optimizer's state lie beside the adapter."""
    writer()(folder)
    shutil.copyfile(folder / "adapter_config.json", folder / "training_args.bin")
    torch.save({"state": {}}, folder / "optimizer.pt")


def processor(_folder):
    return plain.base_processor()


def beside(folder):
    return ["--model", str(source.folder), "--adapter", str(folder)]


def kinds():
    rows = [
        ("lora", "LoRA r 8", writer()),
        ("lora-rslora", "LoRA / sqrt r", writer(use_rslora=True, r=16)),
        ("lora-dora", "LoRA with magnitudes", writer(use_dora=True)),
        ("lora-patterns", "LoRA, ranks by pattern", writer(
            rank_pattern={"q_proj": 4, r"layers\.1\.mlp\.down_proj": 12}, alpha_pattern={"k_proj": 32, "q_proj": 2})),
        ("lora-modules_to_save", "LoRA, head and embedding whole", writer(modules_to_save=["lm_head", "embed_tokens"])),
        ("lora-all-linear", "LoRA, vision too", writer(target_modules="all-linear")),
        ("lora-fan_in_fan_out", "LoRA, flag without effect", fan_in_fan_out),
        ("lora-trainer", "LoRA beside training_args.bin", with_optimizer),
    ]
    found = [Kind(name, "peft", kept, write, load, processor, beside) for name, kept, write in rows]
    return found + [
        Kind("lora-old-names", "peft", "LoRA, names before 4.52", old_names, load_old_names, processor, beside),
        Kind("lora-as-model", "peft", "LoRA, base found by its path", writer(), load, processor),
        Kind("lora-in-base", "peft", "LoRA in the base's folder", in_base_folder, load),
    ]
