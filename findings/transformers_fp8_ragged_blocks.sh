#!/usr/bin/env bash
# An FP8 matrix whose height is no multiple of its blocks is dequantised by transformers 5 with blocks of another height.
#
# The fp8 checkpoints of transformers and DeepSeek hold a scale for each block of 128 x 128, the last one cut off: 192
# rows have 2 rows of scales, 576 have 5. Fp8Dequantize of transformers 5.23.0, which FineGrainedFP8Config(dequantize=True)
# uses, takes the height of a block from the number of scales instead of weight_block_size.
#
# Expected: of codes that all stand for 1, with the scales 1 and 2, rows 0 to 127 become 1 and rows 128 to 191 become 2;
# 576 rows with 5 scales become five blocks.
# Seen (transformers 5.23.0, torch 2.11.0): rows 96 to 127 become 2 as well, without a word; 576 rows are refused with
# "Weight shape (576, 128) not divisible by scale grid (5, 1)."
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    torch==2.11.0 transformers==5.23.0 numpy==2.4.6
HF_HUB_OFFLINE=1 HF_HOME="$folder/cache" TRANSFORMERS_VERBOSITY=error "$folder/venv/bin/python" - <<'PYTHON'
import sys
import types

import torch
from transformers import FineGrainedFP8Config
from transformers.integrations.finegrained_fp8 import Fp8Dequantize


def dequantised(rows):
    """The first column of a matrix of ones; its scales are 1, 2, 3, ..."""
    config = FineGrainedFP8Config(dequantize=True, weight_block_size=(128, 128))
    operation = Fp8Dequantize(types.SimpleNamespace(quantization_config=config))
    codes = torch.ones(rows, 128).to(torch.float8_e4m3fn)
    scales = torch.arange(1, -(-rows // 128) + 1, dtype=torch.float32).view(-1, 1)
    weight = {"layer.weight": [codes], "layer.weight_scale_inv": [scales]}
    found = operation.convert(weight, full_layer_name="layer.weight")["layer.weight"]
    found = found[0] if isinstance(found, list) else found
    return [int(value) for value in found[:, 0].tolist()]


whole, cut = dequantised(256), dequantised(192)
print("256 rows: scale 2 from row", whole.index(2), "on; 192 rows: from row", cut.index(2), "on")
try:
    dequantised(576)
    refused = ""
except ValueError as error:
    refused = str(error)
print("576 rows:", refused)
if whole.index(2) != 128 or cut.index(2) != 96 or "not divisible by scale grid (5, 1)" not in refused:
    sys.exit("this has changed")
PYTHON
