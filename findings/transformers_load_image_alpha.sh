#!/usr/bin/env bash
# A drawing in black on a clear ground reaches a model as black on black when transformers opens the file itself.
#
# transformers 5.24.0 puts transparency on white in its image processors (image_transforms.convert_to_rgb). Its
# image_utils.load_image, which chat templates and processors call for a path or an address, converts to RGB before that,
# and the alpha channel is gone by then. So the same picture is white with black lines when the caller opens it, and all
# black when the library does.
#
# Expected: load_image(path) followed by convert_to_rgb shows what convert_to_rgb shows of the opened file: a white ground.
# Seen (transformers 5.24.0, Pillow 13.0.0): load_image gives (0, 0, 0) on the clear ground, convert_to_rgb (255, 255, 255).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    transformers==5.24.0 pillow==13.0.0 numpy==2.3.5
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - "$folder/drawing.png" <<'PYTHON'
import sys
import warnings

from PIL import Image, ImageDraw

warnings.simplefilter("ignore")
from transformers.image_transforms import convert_to_rgb
from transformers.image_utils import load_image

path = sys.argv[1]
drawing = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
ImageDraw.Draw(drawing).line((0, 0, 63, 63), fill=(0, 0, 0, 255))
drawing.save(path)
by_caller = convert_to_rgb(Image.open(path)).getpixel((10, 40))
by_library = convert_to_rgb(load_image(path)).getpixel((10, 40))
print(f"opened by the caller: {by_caller}, opened by load_image: {by_library}")
if by_caller != (255, 255, 255) or by_library != (0, 0, 0):
    sys.exit("this has changed")
PYTHON
