#!/usr/bin/env python3
"""Measures CDPruner in PruneScope and as its authors' steps run in torch, in turn on the same random tokens.

usage: cdpruner.py BENCH_PRUNERS TOKENS WIDTH COUNT
The steps are those of uniprune-2026 specification 2: the similarity of all tokens as one product, the kernel, then the
greedy search with a row of the Cholesky factor a pick. Both choose by the same kernel, the blend with a weight of 0.5.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import torch

ROUNDS = 5
RUNS = 5
WEIGHT = 0.5


def relevance(features, text):
    likeness = features @ text / (features.norm(dim=1) * text.norm())
    span = likeness.max() - likeness.min()
    return (likeness - likeness.min()) / (span + 1e-6)


def kernel(features, text):
    unit = features / features.norm(dim=1, keepdim=True)
    wanted = relevance(features, text)
    return (unit @ unit.T) * (1 - WEIGHT + WEIGHT * wanted[:, None] * wanted[None, :])


def greedy(matrix, count):
    left = matrix.diagonal().clone()
    rows = torch.zeros(count, len(matrix))
    order = torch.zeros(count, dtype=torch.int64)
    for step in range(count):
        best = left.argmax()
        order[step] = best
        row = (matrix[best] - torch.einsum("t,tn->n", rows[:step, best], rows[:step])) / left[best].sqrt()
        rows[step] = row
        left -= row.square()
        left[best] = -torch.inf
    return order.tolist()


def milliseconds(work, *arguments):
    start = time.perf_counter()
    result = work(*arguments)
    return 1000 * (time.perf_counter() - start), result


def published(features, text, count):
    """One run: both parts in ms, and the order."""
    first, matrix = milliseconds(kernel, features, text)
    second, order = milliseconds(greedy, matrix, count)
    return {"whole": first + second, "greedy": second, "order": order}


def ours(program, sizes, file):
    done = subprocess.run([program, *map(str, sizes), str(RUNS), file], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{program} failed with {done.returncode}")
    return json.loads(done.stdout)


def median(runs, figure):
    return statistics.median(run[figure] for run in runs)


def main():
    program, *sizes = sys.argv[1:5]
    tokens, width, count = map(int, sizes)
    torch.manual_seed(1)
    rows = torch.randn(tokens + 1, width)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "rows")
        rows.numpy().tofile(file)
        theirs, mine = [], []
        for _ in range(ROUNDS):
            runs = [published(rows[:-1], rows[-1], count) for _ in range(RUNS + 1)][1:]
            theirs.append({figure: median(runs, figure) for figure in ("whole", "greedy")} | {"order": runs[0]["order"]})
            mine.append(ours(program, (tokens, width, count), file))
    same = len(set(theirs[0]["order"]) & set(mine[0]["order"]))
    print(f"{count} of {tokens} tokens, {width} wide, {torch.get_num_threads()} threads; {same} tokens in common")
    for figure in ("whole", "greedy"):
        a, b = median(theirs, figure), median(mine, figure)
        ratio = statistics.median(t[figure] / m[figure] for t, m in zip(theirs, mine))
        print(f"{figure:8} torch {a:8.2f} ms   PruneScope {b:8.2f} ms   {ratio:.1f} x as quick")


if __name__ == "__main__":
    main()
