"""blocks.py FOLDER: writes rows in the number formats that stay as stored, and what they stand for, for the tests of
model/kernels (tests/data/blocks). GGUF blocks are read by the package gguf, codes of 8 and 4 bits by ml_dtypes, products
with scales are numpy's in float32.

    python3 -m venv VENV && VENV/bin/pip install gguf==0.19.0 numpy==2.4.6 ml_dtypes==0.5.4
    VENV/bin/python packaging/compare/blocks.py tests/data/blocks
"""

import json
import sys
from pathlib import Path

import gguf
import ml_dtypes
import numpy as np

random = np.random.default_rng(14)
ROWS = 3

# bytes of a block at which half-precision scales lie
GGUF_HALVES = {"Q8_0": (0,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}


def scales(*shape):
    """Both signs, over eight powers of ten: half precision holds the small ones without a leading one."""
    return (random.choice([-1, 1], shape) * 10.0 ** random.uniform(-7, 1, shape)).astype(np.float32)


def gguf_rows(name, cols):
    kind = gguf.GGMLQuantizationType[name]
    block_cols, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (ROWS, cols // block_cols, block_bytes), dtype=np.uint8)
    for at in GGUF_HALVES[name]:
        blocks[..., at : at + 2] = scales(*blocks.shape[:2], 1).astype(np.float16).view(np.uint8)
    data = blocks.reshape(ROWS, -1)
    return {"cols": cols}, data, None, gguf.dequantize(data, kind)


def grid(codes, values, scale_rows, scale_cols):
    cols = codes.shape[1]
    factors = scales(-(-ROWS // scale_rows), -(-cols // scale_cols))
    spread = factors.repeat(scale_rows, 0)[:ROWS].repeat(scale_cols, 1)[:, :cols]
    return {"cols": cols, "scale_rows": scale_rows, "scale_cols": scale_cols}, codes, factors, values * spread


def fp8(cols=300, scale_rows=2, scale_cols=128):
    codes = random.integers(0, 256, (ROWS, cols), dtype=np.uint8)
    codes[codes & 0x7F == 0x7F] = 0x7E
    return grid(codes, codes.view(ml_dtypes.float8_e4m3fn).astype(np.float32), scale_rows, scale_cols)


def int8_group(cols=200, scale_cols=48):
    codes = random.integers(-128, 128, (ROWS, cols), dtype=np.int8)
    return grid(codes, codes.astype(np.float32), 1, scale_cols)


def int4_wide(cols=480, scale_cols=128):
    q = random.integers(0, 16, (ROWS, cols), dtype=np.uint8)
    halves = q.reshape(ROWS, -1, 2, 16)
    pairs = scales(ROWS, -(-cols // scale_cols), 2)
    spread = pairs.repeat(scale_cols, 1)[:, :cols]
    return (
        {"cols": cols, "scale_cols": scale_cols},
        halves[:, :, 0] | halves[:, :, 1] << 4,
        pairs,
        q.astype(np.float32) * spread[..., 0] + spread[..., 1],
    )


def fp4(cols=560):
    codes = random.integers(0, 16, (ROWS, cols), dtype=np.uint8)
    factor = np.float32(0.0123)
    factors = random.integers(0, 0x7F, (ROWS, cols // 16), dtype=np.uint8)
    spread = (factors.view(ml_dtypes.float8_e4m3fn).astype(np.float32) * factor).repeat(16, 1)
    values = codes.view(ml_dtypes.float4_e2m1fn).astype(np.float32)
    return {"cols": cols, "factor": float(factor)}, codes[:, ::2] | codes[:, 1::2] << 4, factors, values * spread


def float16(cols=100):
    values = scales(ROWS, cols).astype(np.float16)
    return {"cols": cols}, values, None, values.astype(np.float32)


def main(folder):
    made = {
        "float16": float16(),
        "fp8": fp8(),
        "int8_group": int8_group(),
        "int4_wide": int4_wide(),
        "fp4": fp4(),
        "q8_0": gguf_rows("Q8_0", 160),
        "q4_k": gguf_rows("Q4_K", 512),
        "q5_k": gguf_rows("Q5_K", 512),
        "q6_k": gguf_rows("Q6_K", 512),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (_, data, factors, values) in made.items():
        assert values.dtype == np.float32 and values.shape[0] == ROWS and np.isfinite(values).all()
        data.tofile(folder / f"{name}.data.bin")
        values.tofile(folder / f"{name}.values.bin")
        if factors is not None:
            factors.tofile(folder / f"{name}.scales.bin")
    shapes = {name: {"rows": ROWS, **shape} for name, (shape, *_) in made.items()}
    (folder / "blocks.json").write_text(json.dumps(shapes, indent=2) + "\n")
    codes = np.arange(256, dtype=np.uint8).view(ml_dtypes.float8_e4m3fn).astype(np.float32)
    codes.tofile(folder / "fp8_codes.bin")


main(Path(sys.argv[1]))
