#!/usr/bin/env bash
# An adapter that was saved for Qwen2.5-VL before transformers 4.52 is applied by transformers and left out by peft.
#
# transformers 4.52 moved the language layers from model.layers to model.language_model.layers. Adapters that were trained
# before lie on people's disks with the older names. Both libraries read the same folder.
#
# Expected: PeftModel.from_pretrained and load_adapter give the adapted model, or both refuse.
# Seen (peft 0.21.2, transformers 5.23.0, torch 2.11.0): load_adapter gives the adapted model's logits to the bit.
# PeftModel.from_pretrained warns of missing adapter keys, goes on, and gives the logits of the base model to the bit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    torch==2.11.0 transformers==5.23.0 peft==0.21.2 numpy==2.4.6
HF_HUB_OFFLINE=1 HF_HOME="$folder/cache" PYTHONWARNINGS=ignore "$folder/venv/bin/python" - "$folder/adapter" <<'PYTHON'
import pathlib
import sys
import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

folder = pathlib.Path(sys.argv[1])
ids = torch.tensor([[1, 2, 3]])


def base():
    torch.manual_seed(0)
    return Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(
        text_config=dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
                         num_attention_heads=2, num_key_value_heads=1,
                         rope_scaling={"rope_type": "default", "type": "default", "mrope_section": [4, 2, 2]}),
        vision_config=dict(depth=1, hidden_size=32, intermediate_size=48, num_heads=2, out_hidden_size=32))).eval()


def logits(model):
    with torch.no_grad():
        return model.eval()(ids).logits


adapted = get_peft_model(base(), LoraConfig(r=4, target_modules=["q_proj", "v_proj"]))
for name, parameter in adapted.named_parameters():
    if "lora_B" in name:
        torch.nn.init.normal_(parameter)
adapted.save_pretrained(folder)
file = folder / "adapter_model.safetensors"
save_file({name.replace(".model.language_model.", ".model."): tensor for name, tensor in load_file(file).items()}, file)

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    by_peft = PeftModel.from_pretrained(base(), folder)
warned = any("missing adapter keys" in str(one.message) for one in said)
by_transformers = base()
by_transformers.load_adapter(str(folder))

expected = logits(adapted)
seen = {"load_adapter": logits(by_transformers), "PeftModel.from_pretrained": logits(by_peft)}
for name, found in seen.items():
    print(f"{name}: adapted {torch.equal(found, expected)}, base {torch.equal(found, logits(base()))}")
as_stated = (torch.equal(seen["load_adapter"], expected) and warned and
             torch.equal(seen["PeftModel.from_pretrained"], logits(base())) and
             not torch.equal(expected, logits(base())))
sys.exit(0 if as_stated else "changed: not what this script states")
PYTHON
