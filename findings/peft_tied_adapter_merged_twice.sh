#!/usr/bin/env bash
# An adapter on tied embeddings is merged twice by peft when it is told to keep them tied.
#
# LoraConfig(ensure_weight_tying=True) of peft 0.21.2 gives the tied lm_head the same adapter as the embedding that
# target_modules names, as its documentation says. Both layers share one matrix, and merge_and_unload() adds the adapter to it
# once for each of them.
#
# Expected: the merged matrix is the base matrix plus the adapter's product; the merged model gives the logits of the model with
# its adapter.
# Seen (peft 0.21.2, transformers 5.23.0, torch 2.11.0): it is the base matrix plus twice the product; the logits of both differ
# by half of their length. (The warning that is printed speaks of tied embeddings that may be untied by a merge; here they stay
# tied.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    torch==2.11.0 transformers==5.23.0 peft==0.21.2 numpy==2.4.6
HF_HUB_OFFLINE=1 HF_HOME="$folder/cache" PYTHONWARNINGS=ignore "$folder/venv/bin/python" - <<'PYTHON'
import sys

import torch
from peft import LoraConfig, get_peft_model
from transformers import Qwen3Config, Qwen3ForCausalLM

torch.manual_seed(0)
model = Qwen3ForCausalLM(Qwen3Config(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=1, num_attention_heads=2,
    num_key_value_heads=1, head_dim=16, tie_word_embeddings=True)).eval()
base = model.get_input_embeddings().weight.detach().clone()
adapted = get_peft_model(model, LoraConfig(
    r=4, target_modules=["embed_tokens"], ensure_weight_tying=True, init_lora_weights=False)).eval()
product = model.get_input_embeddings().get_delta_weight("default").detach().clone()
ids = torch.tensor([[1, 2, 3]])
with torch.no_grad():
    before = adapted(ids).logits
    merged = adapted.merge_and_unload()
    after = merged(ids).logits
added = merged.get_input_embeddings().weight.detach() - base
times = float((added * product).sum() / product.square().sum())
apart = float((before - after).norm() / after.norm())
tied = merged.lm_head.weight is merged.get_input_embeddings().weight
print(f"still tied: {tied}; added {times:.3f} times; logits differ by {apart:.3f} of their length")
if not tied or abs(times - 2) > 1e-3 or abs(apart - 0.5) > 0.05:
    sys.exit("this has changed")
PYTHON
