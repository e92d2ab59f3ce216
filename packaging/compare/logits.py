#!/usr/bin/env python3
"""Compares the logits of a model folder in PruneScope and in Hugging Face transformers, float32, greedy.

usage: logits.py TRACER FOLDER IMAGE [QUESTION]
TRACER is the program trace_logits of a build with tests. Fails where a chosen token differs or a logit by more than
1e-4 + 1e-4 of the largest.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy
import torch
from PIL import Image
from transformers import Qwen3VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_qwen2_vl_fast import Qwen2VLImageProcessorFast

STEPS = 16


def ours(tracer, folder, image, question):
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "trace")
        subprocess.run([tracer, folder, image, question, str(STEPS), out], check=True)
        with open(out + ".json") as file:
            trace = json.load(file)
        return trace["ids"], trace["chosen"], numpy.fromfile(out + ".bin", numpy.float32).reshape(STEPS + 1, -1)


def reference(folder, image, ids, chosen):
    model = Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    pixels = Qwen2VLImageProcessorFast.from_pretrained(folder)([Image.open(image).convert("RGB")], return_tensors="pt")
    sequence = torch.tensor([ids + chosen[:-1]])
    with torch.inference_mode():
        logits = model(input_ids=sequence, attention_mask=torch.ones_like(sequence), **pixels).logits[0]
    return logits[len(ids) - 1:].numpy()


def main():
    tracer, folder, image = sys.argv[1:4]
    question = sys.argv[4] if len(sys.argv) > 4 else "What is the window title?"
    ids, chosen, found = ours(tracer, folder, image, question)
    expected = reference(folder, image, ids, chosen)
    error = float(numpy.abs(found - expected).max())
    limit = 1e-4 + 1e-4 * float(numpy.abs(expected).max())
    same = int((expected.argmax(1) == numpy.array(chosen)).sum())
    print(f"{folder}: {len(ids)} prompt tokens, largest difference of {found.size} logits {error:.2e} "
          f"(largest logit {numpy.abs(expected).max():.2f}), {same} of {len(chosen)} tokens equal")
    if error > limit or same != len(chosen):
        sys.exit(f"{folder}: expected differences below {limit:.2e} and equal tokens")


if __name__ == "__main__":
    main()
