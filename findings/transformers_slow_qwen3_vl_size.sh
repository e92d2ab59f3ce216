#!/usr/bin/env bash
# A screen loses more than half of its tokens when Qwen3-VL's pictures pass the slow image processor of transformers 4.
#
# The folder of Qwen3-VL allows pictures of 65536 to 16777216 pixels (`size` of preprocessor_config.json). The slow
# Qwen2VLImageProcessor of transformers 4.57.6 checks that `size` has both limits and then takes its own, 3136 to
# 1003520, so a screen of 1920x1080 or more is shrunk to about one megapixel without a word. AutoImageProcessor takes
# the slow class for use_fast=False. Where torchvision is missing it takes it always, though this folder names the fast
# class.
#
# Expected: `size` of the loaded processor is that of the folder; 1920x1080 gives 68 x 120 patches (2040 tokens),
# 3840x2160 gives 136 x 240 (8160 tokens), as they do when the folder's size is passed with the call.
# Seen (transformers 4.57.6, without torchvision): `size` is 3136 and 1003520; both give 46 x 82 patches (943 tokens).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    transformers==4.57.6 pillow==12.3.0 numpy==2.3.5
HF_HUB_OFFLINE=1 HF_HOME="$folder/cache" TRANSFORMERS_VERBOSITY=error "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import pathlib
import sys

from PIL import Image
from transformers import AutoImageProcessor

folder = pathlib.Path(sys.argv[1])
size = {"longest_edge": 16777216, "shortest_edge": 65536}
(folder / "preprocessor_config.json").write_text(json.dumps({
    "size": size, "patch_size": 16, "temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5], "processor_class": "Qwen3VLProcessor",
    "image_processor_type": "Qwen2VLImageProcessorFast"}))


def patches(processor, width, height, **options):
    grid = processor(Image.new("RGB", (width, height)), return_tensors="np", **options)["image_grid_thw"][0]
    print(f"{width}x{height} {options}: {grid[1]} x {grid[2]} patches, {grid[1] * grid[2] // 4} tokens")
    return [int(grid[1]), int(grid[2])]


for choice in ({}, {"use_fast": True}, {"use_fast": False}):
    processor = AutoImageProcessor.from_pretrained(folder, **choice)
    print(f"{choice}: {type(processor).__name__}, size {processor.size}")
    own = [patches(processor, 1920, 1080), patches(processor, 3840, 2160)]
    asked = [patches(processor, 1920, 1080, size=size), patches(processor, 3840, 2160, size=size)]
    if (type(processor).__name__ != "Qwen2VLImageProcessor"
            or processor.size != {"shortest_edge": 3136, "longest_edge": 1003520}
            or own != [[46, 82], [46, 82]] or asked != [[68, 120], [136, 240]]):
        sys.exit("this has changed")
PYTHON
