#!/usr/bin/env python3
"""Compares the methods that choose among visual tokens, on one engine, and prints tables in Markdown.

usage: pruners.py PROGRAM bench [PLAN...]   times of every method at keep=1/9 (or of PLAN...), Qwen3-VL-2B shape, random
                                             weights, between two full runs and beside a prompt of the kept length
       pruners.py PROGRAM eval [SCREENS]    answers of the bundled model at 1/3, 2/9 and 1/9, and pairs of stages
"""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PICTURE = "tests/data/bench/ide_1920x1080.png"
FULL = "input:keep_all"
SHORT = "input:random,keep=1/9"
AFTER = ["random", "divprune", "gprune", "prumerge", "prumerge+", "vispruner", "cdpruner", "hiprune", "visionzip"]
INSIDE = ["random", "fastv", "pyramid_drop", "fitprune", "dart", "sparsevlm", "ivc_prune", "mustdrop"]
BUDGETS = ["1/3", "2/9", "1/9"]
# The share of the full run's vit + prefill that a method may take, by what it reads.
ALLOWED = {"gprune": 5, "sparsevlm": 5, "prumerge": 6, "prumerge+": 6, "vispruner": 6, "visionzip": 6, "mustdrop": 6,
           "hiprune": 10}


def plans(keep):
    return ([f"post:{method},keep={keep}" for method in AFTER] +
            [f"llm{'@2' if method in ('random', 'fastv', 'fitprune', 'dart') else ''}:{method},keep={keep}"
             for method in INSIDE])


def run(program, arguments):
    done = subprocess.run([program, *arguments, "--json"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{program} {arguments[0]} failed with {done.returncode}")
    return json.loads(done.stdout)


def with_plans(arguments, chosen):
    return arguments + [word for plan in chosen for word in ("--plan", plan)]


def bench(program, chosen):
    """All plans in one call with the same weights. The full run stands first and last: how far its two rows differ is
    how far a machine's moods and a heap's gaps move the rows between them."""
    print("| plan | method | of the full run's vit + prefill | allowed | vit | prefill | first token | of the full run's | "
          "peak |\n|---|---|---|---|---|---|---|---|---|")
    chosen = chosen or plans("1/9") + ["post:pool,side=15", "llm:vtw"]
    asked = [FULL, SHORT, *chosen, FULL]
    report = run(program, with_plans(["bench", PICTURE, "--shape", "qwen3-vl-2b", "--runs", "3", "--decode", "2"], asked))
    full = report["cases"][0]["median_ms"]
    for plan, case in zip(asked, report["cases"]):
        own = case["median_ms"]
        name = plan.split(":")[1].split(",")[0]
        method = own.get("method", 0)
        share = 100 * method / (full["vit"] + full["prefill"])
        print(f"| `{plan}` | {method:.0f} ms | {share:.1f} % | {ALLOWED.get(name, 3)} % | {own['vit']:.0f} ms | "
              f"{own['prefill']:.0f} ms | {own['ttft']:.0f} ms | {own['ttft'] / full['ttft']:.2f} | "
              f"{case['peak_bytes'] / 1e9:.2f} GB |", flush=True)


def evaluate(program, screens):
    chosen = [FULL]
    for keep in BUDGETS:
        chosen += plans(keep)
    chosen += [f"post:{first},keep=1/3; llm@2:{second},keep=1/3"
               for first in ("random", "divprune", "gprune") for second in ("random", "fastv")]
    options = "resources/models/prunescope-tiny/screens.json"
    # One thread: answers of a model this small are over before others have begun.
    report = run(program, with_plans(["eval", "--threads", "1", f"screens:count={screens},seed=900000001,questions=6,options={options}"],
                                     chosen))
    print("| plan | right | 95 % interval | prompt tokens |\n|---|---|---|---|")
    for plan in report["plans"]:
        low, high = plan["interval"]
        print(f"| `{plan['plan']}` | {100 * plan['accuracy']:.1f} % | {100 * low:.1f}-{100 * high:.1f} | "
              f"{plan['prompt_tokens']:.0f} of {plan['prompt_tokens_full']:.0f} |")


def main():
    if len(sys.argv) < 3 or sys.argv[2] not in ("bench", "eval"):
        sys.exit(__doc__.strip())
    program = os.path.abspath(sys.argv[1])
    if sys.argv[2] == "bench":
        bench(program, sys.argv[3:])
    else:
        evaluate(program, sys.argv[3] if len(sys.argv) > 3 else "200")


main()
