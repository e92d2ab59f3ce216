#!/usr/bin/env python3
"""Times Hugging Face transformers on a Qwen3-VL, from RGB in memory to tokens, in the stages of `prunescope bench`.

usage: reference.py FOLDER|tiny IMAGE float32|bfloat16 RUNS DECODE
Prints one JSON object {ttft, decode_per_token, preprocess, prompt_tokens}; medians in ms after one run to warm up.
`tiny` is the shape of that name with random weights. The prompt is that of the bench: the picture and 40 words.
"""
import json
import os
import statistics
import sys
import time

import torch
from PIL import Image
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_qwen2_vl_fast import Qwen2VLImageProcessorFast

WORDS = 45  # 40 and what closes a turn and opens the next


def tiny_config():
    text = dict(hidden_size=256, intermediate_size=768, num_hidden_layers=4, num_attention_heads=4,
                num_key_value_heads=2, head_dim=64, vocab_size=151936, tie_word_embeddings=True,
                rope_scaling=dict(rope_type="default", mrope_interleaved=True, mrope_section=[12, 10, 10]))
    vision = dict(depth=4, hidden_size=192, intermediate_size=768, num_heads=3, out_hidden_size=256,
                  deepstack_visual_indexes=[1, 2, 3])
    return Qwen3VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=True, image_token_id=151655,
                         video_token_id=151656, vision_start_token_id=151652, vision_end_token_id=151653)


def load(name, dtype):
    if name != "tiny":
        return Qwen3VLForConditionalGeneration.from_pretrained(name, dtype=dtype).eval()
    config = tiny_config()
    config._attn_implementation = "sdpa"
    torch.set_default_dtype(dtype)
    model = Qwen3VLForConditionalGeneration(config).eval()
    torch.set_default_dtype(torch.float32)
    return model


def load_processor(name):
    if name != "tiny":
        return Qwen2VLImageProcessorFast.from_pretrained(name)
    return Qwen2VLImageProcessorFast(patch_size=16, merge_size=2, temporal_patch_size=2, image_mean=[.5] * 3,
                                     image_std=[.5] * 3, size={"shortest_edge": 65536, "longest_edge": 16777216})


def prompt_ids(config, grid):
    first = 1000 if config.text_config.vocab_size > 2000 else 1
    pads = int(grid.prod()) // 4
    return ([first, first + 1, first + 2, config.vision_start_token_id] + [config.image_token_id] * pads +
            [config.vision_end_token_id] + [first + i for i in range(WORDS)])


def main():
    name, path, dtype, runs, decode = sys.argv[1:6]
    runs, decode = int(runs), int(decode)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    model = load(name, getattr(torch, dtype))
    model.generation_config.eos_token_id, model.generation_config.pad_token_id = None, 0
    processor = load_processor(name)
    picture = Image.open(path).convert("RGB")

    def once(tokens):
        start = time.perf_counter()
        pixels = processor([picture], return_tensors="pt")
        prepared = time.perf_counter()
        ids = torch.tensor([prompt_ids(model.config, pixels["image_grid_thw"][0])])
        model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=pixels["pixel_values"],
                       image_grid_thw=pixels["image_grid_thw"], max_new_tokens=tokens, min_new_tokens=tokens,
                       do_sample=False)
        return prepared - start, time.perf_counter() - start, ids.shape[1]

    with torch.inference_mode():
        first = [once(1) for _ in range(runs + 1)][1:]
        whole = [once(1 + decode) for _ in range(runs)]
    ttft = statistics.median(total for _, total, _ in first) * 1e3
    total = statistics.median(total for _, total, _ in whole) * 1e3
    print(json.dumps(dict(ttft=ttft, decode_per_token=(total - ttft) / decode,
                          preprocess=statistics.median(prepared for prepared, _, _ in first) * 1e3,
                          prompt_tokens=first[0][2])))


if __name__ == "__main__":
    main()
