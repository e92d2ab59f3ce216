#!/usr/bin/env python3
"""Measures PruneScope and the reference in turn on the same picture, models and processor, and prints both.

usage: compare.py PROGRAM REFERENCE-PYTHONPATH IMAGE RUNS [MODEL FOLDER]
Both are measured three times, one after the other, and the median of each counts; the reference in float32 and in
bfloat16, of which the quicker one counts.
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3
DECODE = "32"


def output(command, **variables):
    done = subprocess.run(command, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed with {done.returncode}: {' '.join(command)}")
    return json.loads(done.stdout)


def ours(program, model, image, runs):
    which = ["--shape", "tiny"] if model == "tiny" else ["--model", model]
    report = output([program, "bench", image, *which, "--runs", runs, "--decode", DECODE, "--device", "cpu", "--json",
                     "--plan", "input:keep_all", "--plan", "input:pred_2d"])
    return {case["plan"].split(":")[1].split(",")[0]: case for case in report["cases"]}, report["dtype"]


def reference(path, model, image, runs):
    script = [sys.executable, os.path.join(HERE, "reference.py"), model, image]
    return {dtype: output([*script, dtype, runs, DECODE], PYTHONPATH=path) for dtype in ("float32", "bfloat16")}


def main():
    program, path, image, runs = sys.argv[1:5]
    folders = sys.argv[5:]
    print(f"{'':34}{'prompt':>8}{'first token':>14}{'a token':>12}")
    for model in [*folders, "tiny"]:
        rounds = [(ours(program, model, image, runs), reference(path, model, image, runs)) for _ in range(ROUNDS)]

        def median(pick):
            return statistics.median(pick(*one) for one in rounds)

        title = "shape tiny" if model == "tiny" else os.sep.join(os.path.normpath(model).split(os.sep)[-2:])
        best = {}
        for figure in ("ttft", "decode_per_token"):
            best[figure] = min(median(lambda _, r, d=d: r[d][figure]) for d in ("float32", "bfloat16"))
        tokens = rounds[0][1]["float32"]["prompt_tokens"]
        print(f"{title + ', reference':34}{tokens:8}{best['ttft']:11.2f} ms{best['decode_per_token']:9.2f} ms")
        for plan in ("keep_all", "pred_2d"):
            found = {f: median(lambda o, _: o[0][plan]["median_ms"][f]) for f in best}
            tokens = rounds[0][0][0][plan]["prompt_tokens"]
            print(f"{title + ', PruneScope ' + plan:34}{tokens:8}{found['ttft']:11.2f} ms"
                  f"{found['decode_per_token']:9.2f} ms   {best['ttft'] / found['ttft']:.1f} x,"
                  f" {best['decode_per_token'] / found['decode_per_token']:.1f} x as quick")


if __name__ == "__main__":
    main()
