#!/usr/bin/env python3
"""Writes model folders of every kind that today's tools leave on disk, and compares PruneScope with their writers.

usage: main.py BUILD [--only NAME]... [--write FOLDER | --small FOLDER | --list]
BUILD is a build folder with bin/prunescope and tests/trace_logits. Prints one line for each kind: who wrote it, how
weights lie in it, how many of 20 greedy answers are equal, and the largest relative L2 difference of logits. Exits with 1
where an answer differs, or logits by more than 1e-3. --write keeps the folders and compares nothing;
--small writes those of tests/data/folders.
"""
import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy
import transformers

import adapters
import compressed
import gguf_files
import ours
import packed
import plain
import reference
import small
from kinds import questions

LIMIT = 1e-3


def all_kinds():
    return [*plain.kinds(), *adapters.kinds(), *compressed.kinds(), *packed.kinds(), *gguf_files.kinds()]


def logit_error(expected, found):
    """The largest relative L2 difference of the rows."""
    rows = len(expected)
    width = min(expected.shape[1], found.shape[1])
    difference = numpy.linalg.norm(expected[:, :width] - found[:rows, :width], axis=1)
    return float((difference / numpy.linalg.norm(expected[:, :width], axis=1)).max())


def compare(kind, folder, build, asked, scratch):
    """(equal answers, largest logit error, first complaint)."""
    arguments = kind.arguments(folder)
    ours.ask(build, arguments, *asked[0])  # says what is wrong before the reference takes its time
    traced = ours.traced_folder(arguments, scratch)
    equal, worst, complaint = 0, 0.0, ""
    for expected, (path, question) in zip(reference.answers(kind, folder, asked), asked, strict=True):
        text, tokens = ours.ask(build, arguments, path, question)
        logits = ours.trace(build, traced, path, expected.prompt, scratch)
        equal += text == expected.text
        worst = max(worst, logit_error(expected.logits, logits))
        if not complaint and tokens != len(expected.prompt):
            complaint = f"{question}: {tokens} prompt tokens, expected {len(expected.prompt)}"
        elif not complaint and text != expected.text:
            complaint = f"{question}: {text!r}, expected {expected.text!r}"
    return equal, worst, complaint


def write(kind, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kind.write(folder)


def report(kind, folder, build, asked, scratch):
    """One line of the table; whether the kind is right."""
    head = f"{kind.name:30} {kind.by:28} {kind.kept:34}"
    try:
        equal, worst, complaint = compare(kind, folder, build, asked, scratch)
    except ours.Refused as refusal:
        print(f"{head} refused: {refusal}", flush=True)
        return False
    good = equal == len(asked) and worst <= LIMIT
    print(f"{head} {equal:3}/{len(asked)}  {worst:8.1e}  {'' if good else complaint}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--write", type=Path)
    parser.add_argument("--small", type=Path)
    parser.add_argument("--list", action="store_true")
    chosen = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if chosen.small:
        small.write_small(chosen.small)
        return
    kinds = [kind for kind in all_kinds() if not chosen.only or kind.name in chosen.only]
    if not kinds or len(kinds) < len(set(chosen.only)):
        sys.exit(f"no such kind; there are {', '.join(kind.name for kind in all_kinds())}")
    if chosen.list:
        print("\n".join(kind.name for kind in kinds))
        return
    with tempfile.TemporaryDirectory() as scratch:
        asked = questions(Path(scratch) / "pictures")
        good = True
        for kind in kinds:
            folder = (chosen.write or Path(scratch)) / kind.name
            write(kind, folder)
            if not chosen.write:
                good = report(kind, folder, chosen.build, asked, scratch) and good
                shutil.rmtree(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
