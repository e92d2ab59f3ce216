#!/usr/bin/env python3
"""Measures how many pages a second come from PNG files to kept blocks and duplicate ratio at tau = 0: PruneScope, and
Pillow with the image processor of Hugging Face transformers and the selector of pixelprune spec 2.3 in PyTorch.

usage: page_stats.py PROGRAM PAGES [FOLDER]
Draws PAGES pages of 1284 x 1405 pixels into FOLDER (a temporary one) unless they are there. Both are run three times in
turn, on all processors each, and the best time of each counts. Ends with 1 where they do not agree on every page.
"""
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

SIZE = (1284, 1405)
ROUNDS = 3
BLOCK = 32
WORDS = ("the of and to in a is that for it as was with be by on not he his but at are this have from or had an they "
         "which one you were all her she there would their we him been has when who will no more if out so up said").split()
processor = None


def draw_page(path, seed):
    """Headings, paragraphs, a table and a tinted box: most of a page is paper."""
    rng = random.Random(seed)
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    y = 80
    while y < SIZE[1] - 120:
        kind = rng.random()
        if kind < 0.15:
            y += paragraph(draw, rng, y, 34, 1)
        elif kind < 0.75:
            y += paragraph(draw, rng, y, rng.choice((17, 19)), rng.randint(3, 9))
        elif kind < 0.9:
            y += table(draw, rng, y)
        else:
            draw.rectangle((90, y, SIZE[0] - 90, y + 120), fill=(rng.randint(200, 245),) * 2 + (245,))
            y += 150
    page.save(path)


def paragraph(draw, rng, y, size, lines):
    font = ImageFont.load_default(size)
    for line in range(lines):
        text = " ".join(rng.choices(WORDS, k=int((SIZE[0] - 220) / size / 2.4)))
        draw.text((100, y + line * size * 1.5), text, "black", font)
    return int(lines * size * 1.5) + 30


def table(draw, rng, y):
    font, rows, cols = ImageFont.load_default(17), rng.randint(3, 6), rng.randint(3, 5)
    width = (SIZE[0] - 200) // cols
    for row in range(rows):
        for col in range(cols):
            left, top = 100 + col * width, y + row * 32
            draw.rectangle((left, top, left + width, top + 32), outline=(150, 150, 150))
            draw.text((left + 8, top + 7), str(rng.randint(0, 99999)), "black", font)
    return rows * 32 + 30


def start_worker():
    global processor
    from transformers.models.qwen2_vl.image_processing_qwen2_vl_fast import Qwen2VLImageProcessorFast
    torch.set_num_threads(1)
    processor = Qwen2VLImageProcessorFast(patch_size=16, merge_size=2, temporal_patch_size=2, image_mean=[.5] * 3,
                                          image_std=[.5] * 3, size={"shortest_edge": 65536, "longest_edge": 16777216})


def blocks_of(image):
    """[rows, cols, samples] of a picture as the model sees it, in [0, 1]."""
    out = processor(images=[image], return_tensors="pt")
    _, height, width = out["image_grid_thw"][0].tolist()
    frame = out["pixel_values"].view(-1, 3, 2, 16, 16)[:, :, 0] * 0.5 + 0.5
    return frame.reshape(height // 2, width // 2, 4 * 3 * 16 * 16)


def kept_blocks(x):
    """Pred-2D at tau = 0, where every decision stands for itself."""
    def same(a, b):
        return (a - b).abs().amax(-1) <= 0

    left = same(x[:, 1:], x[:, :-1])
    up = same(x[1:], x[:-1])
    keep = torch.ones(x.shape[:2], dtype=torch.bool)
    keep[0, 1:] = ~left[0]
    keep[1:, 0] = ~up[:, 0]
    # C and A stand one below the other in the column before a block, C and B side by side in the row above it.
    corner_is_left, corner_is_up = up[:, :-1], left[:-1]
    from_up = corner_is_left & ~corner_is_up
    keep[1:, 1:] = ~torch.where(from_up, up[:, 1:], left[1:])
    return int(keep.sum())


def unique_blocks(x):
    rows = np.ascontiguousarray((x.reshape(-1, x.shape[-1]).numpy() * 255).round().astype(np.uint8))
    counts = np.unique(rows.view(np.dtype((np.void, rows.shape[1]))).ravel(), return_counts=True)[1]
    return int((counts == 1).sum())


def measure(path):
    with Image.open(path) as image:
        x = blocks_of(image.convert("RGB"))
    return x.shape[0] * x.shape[1], kept_blocks(x), unique_blocks(x)


def reference(pool, files):
    start = time.perf_counter()
    found = pool.map(measure, files, chunksize=4)
    return time.perf_counter() - start, found


def ours(program, folder):
    start = time.perf_counter()
    done = subprocess.run([program, "mask", "--stats", folder, "--json"], stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{program} failed with {done.returncode}")
    images = json.loads(done.stdout)["images"]
    return seconds, [(image["blocks"], image["kept"], image["unique"]) for image in images]


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="pages"))
    folder.mkdir(exist_ok=True)
    files = [str(folder / f"page{i:05}.png") for i in range(count)]
    processors = len(os.sched_getaffinity(0))
    with multiprocessing.get_context("spawn").Pool(processors, start_worker) as pool:
        pool.starmap(draw_page, [(path, i) for i, path in enumerate(files) if not os.path.exists(path)])
        pool.map(measure, files[:2 * processors], chunksize=1)  # warms up, and brings the files into memory
        rounds = [(reference(pool, files), ours(program, str(folder))) for _ in range(ROUNDS)]
    (theirs, their_pages), (mine, my_pages) = (min(one[i] for one in rounds) for i in (0, 1))
    blocks, kept, unique = (sum(page[i] for page in my_pages) for i in range(3))
    print(f"{count} pages of {SIZE[0]} x {SIZE[1]} px, {processors} processors: {kept / blocks:.1%} kept, "
          f"{1 - unique / blocks:.1%} duplicate blocks")
    print(f"reference   {count / theirs:8.1f} pages a second")
    print(f"PruneScope  {count / mine:8.1f} pages a second, {theirs / mine:.1f} x as many")
    different = [path for path, a, b in zip(files, their_pages, my_pages) if a != b]
    if different:
        sys.exit(f"{len(different)} pages differ, {different[0]} first")


if __name__ == "__main__":
    main()
