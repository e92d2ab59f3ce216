#!/usr/bin/env bash
# A screenshot of a telephone reaches a model with other pixels since Pillow 13, though the settings are the same.
#
# Pillow resizes in two passes and rounds and clamps to 8 bits between them, so the order of the passes shows. Up to
# 12.3.0 rows came first. Since 13.0.0 columns come first when the height shrinks much more than the width
# (python-pillow/Pillow#9549, for speed); a screen more than twice as tall as wide that shrinks in proportion is such a
# case. transformers resizes by Pillow where torchvision is missing, here with the settings of LLaVA-1.5 (shortest edge
# 336, bicubic, crop in the middle).
#
# Expected: one release of transformers gives the same values with either Pillow, or values at most 1 level of 255 off,
# whether a screen stands or lies on its side.
# Seen (transformers 5.24.0, Pillow 12.3.0 against 13.0.0): 390x844 differs by up to 28 levels, 1080x2400 by up to 7;
# the same screens on their sides (844x390, 2400x1080) and 1920x1080 by none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
for pillow in 12.3.0 13.0.0; do
    "$folder/venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        transformers==5.24.0 "pillow==$pillow" numpy==2.3.5
    HF_HUB_OFFLINE=1 HF_HOME="$folder/cache" TRANSFORMERS_VERBOSITY=error \
        "$folder/venv/bin/python" - "$folder" "$pillow" <<'PYTHON'
import json
import pathlib
import sys

import numpy
import PIL
from PIL import Image
from transformers import AutoImageProcessor

folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
assert PIL.__version__ == version
mean, deviation = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
model = folder / "model"
model.mkdir(exist_ok=True)
(model / "preprocessor_config.json").write_text(json.dumps({
    "image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 336}, "resample": 3, "do_resize": True,
    "crop_size": {"height": 336, "width": 336}, "do_center_crop": True, "do_convert_rgb": True, "do_rescale": True,
    "do_normalize": True, "image_mean": mean, "image_std": deviation}))
processor = AutoImageProcessor.from_pretrained(model)


def screen(width, height):
    """Black marks of 2 to 4 by 3 pixels on white, set like small type."""
    y, x = numpy.mgrid[0:height, 0:width]
    column, row = x // 5 * 5, y // 6 * 6
    inked = (column * 7919 + row * 104729 + column * row) % 11 < 4
    marks = inked & (x - column < 2 + (column + row) % 3) & (y - row < 3)
    return numpy.where(marks, 0, 255).astype(numpy.uint8)[..., None].repeat(3, 2)


def levels(picture):
    values = processor(Image.fromarray(picture), return_tensors="np")["pixel_values"][0]
    back = values * numpy.reshape(deviation, (3, 1, 1)) + numpy.reshape(mean, (3, 1, 1))
    return numpy.rint(back * 255).astype(int)


screens = {"390x844": screen(390, 844), "1080x2400": screen(1080, 2400), "1920x1080": screen(1920, 1080)}
screens["844x390"] = screens["390x844"].swapaxes(0, 1).copy()
screens["2400x1080"] = screens["1080x2400"].swapaxes(0, 1).copy()
now = {name: levels(picture) for name, picture in screens.items()}
kept = folder / "levels.npz"
if not kept.exists():
    numpy.savez(kept, **now)
    sys.exit()
before = numpy.load(kept)
seen = {}
for name in now:
    off = abs(now[name] - before[name])
    seen[name] = int(off.max())
    shares = f"{(off > 0).mean():.1%} of the values, {(off > 3).mean():.1%} by more than 3"
    print(f"{name}: up to {seen[name]} levels, {shares}")
if seen != {"390x844": 28, "1080x2400": 7, "1920x1080": 0, "844x390": 0, "2400x1080": 0}:
    sys.exit("this has changed")
PYTHON
done
