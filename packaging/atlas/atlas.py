"""Rasterises the printable ASCII of some fonts into the glyph atlas of drawn screens.

usage: atlas.py FONT_FOLDER OUTPUT

The file; numbers are unsigned bytes unless stated:
    8 bytes  "PSGLYPH1"
    3        number of faces, smallest size in px, largest size
    each face, each size: ascent, descent (of a line), height of the small letters
        each character 32..126: advance, left (signed, pen to ink), top (signed, baseline to ink, down), width, height,
            then ceil(width * height / 2) bytes of coverage 0..15, rows from the top, the first pixel in the low bits
"""

import struct
import sys
from pathlib import Path

from PIL import ImageFont

FACES = [  # the first ones are what a model learns first
    "dejavu/DejaVuSans.ttf",
    "liberation2/LiberationSans-Regular.ttf",
    "open-sans/OpenSans-Regular.ttf",
    "noto/NotoSans-Regular.ttf",
    "roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
    "lato/Lato-Regular.ttf",
    "dejavu/DejaVuSans-Bold.ttf",
    "liberation2/LiberationSans-Bold.ttf",
    "liberation2/LiberationSerif-Regular.ttf",
    "dejavu/DejaVuSansMono.ttf",
]
SMALLEST, LARGEST = 11, 32


def packed(pixels):
    """8-bit coverage as 4-bit coverage, two pixels a byte."""
    levels = [(value * 15 + 127) // 255 for value in pixels] + [0] * (len(pixels) % 2)
    return bytes(low | high << 4 for low, high in zip(levels[::2], levels[1::2]))


def glyph(font, character):
    mask, (left, top) = font.getmask2(character, mode="L", anchor="ls")
    width, height = mask.size
    if width * height == 0:
        left = top = width = height = 0
    advance = max(1, round(font.getlength(character)))
    return struct.pack("<BbbBB", advance, left, top, width, height) + packed(list(bytes(mask)))


def glyphs_of(path, size):
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    ascent, descent = font.getmetrics()
    small_letters = -font.getbbox("x", anchor="ls")[1]
    return struct.pack("<BBB", ascent, descent, small_letters) + b"".join(glyph(font, chr(code)) for code in range(32, 127))


def main():
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    sizes = range(SMALLEST, LARGEST + 1)
    body = b"".join(glyphs_of(str(folder / path), size) for path in FACES for size in sizes)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(b"PSGLYPH1" + struct.pack("<BBB", len(FACES), SMALLEST, LARGEST) + body)
    print(f"{output}: {len(FACES)} faces, {SMALLEST} to {LARGEST} px, {output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
