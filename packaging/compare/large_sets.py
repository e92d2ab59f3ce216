#!/usr/bin/env python3
"""Writes question sets of many rows and measures how much memory and time `prunescope eval` takes to check each of them.

usage: large_sets.py PROGRAM ROWS [FOLDER]
Sets are checked before anything else is done, one after another: a second set that does not exist ends the program when
the first was checked whole. What is measured is the largest memory that was resident, all libraries included, as the kernel
counts it. Ends with 1 where that is more than 200 MB, or where a set isn't checked to its end.
"""
import base64
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

LIMIT_MB = 200  # of 10^6 bytes
PICTURES = 1000
SIDE = 64
WORDS = "which button opens the file that was saved last week and where is its name shown in the list".split()


def png(seed):
    """A flat picture with a bar."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rng = random.Random(seed)
    colours = [bytes(rng.randrange(256) for _ in range(3)) for _ in range(2)]
    rows = b"".join(b"\0" + colours[y // 8 == seed % 8] * SIDE for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sentence(rng):
    return " ".join(rng.choices(WORDS, k=rng.randint(4, 16))).capitalize() + "?"


def encoded_table(out, rows, rng):
    """The first rows hold pictures, all others name one of them by its index."""
    print("index", "image", "question", "answer", "category", sep="\t", file=out)
    for i in range(rows):
        image = base64.b64encode(png(i)).decode() if i < PICTURES else rng.randrange(PICTURES)
        print(i, image, sentence(rng), rng.choice(WORDS), rng.choice("abc"), sep="\t", file=out)


def path_table(out, rows, rng):
    print("index", "image_path", "question", "A", "B", "C", "D", "answer", sep="\t", file=out)
    for i in range(rows):
        print(i, f"pictures/{i % PICTURES}.png", sentence(rng), *rng.sample(WORDS, 4), rng.choice("ABCD"), sep="\t", file=out)


def picture_table(out, rows, rng):
    """A picture in each row, a thousand different ones."""
    pictures = [base64.b64encode(png(i)).decode() for i in range(PICTURES)]
    print("index", "image", "question", "answer", sep="\t", file=out)
    for i in range(rows):
        print(f"row-{i}", pictures[i % PICTURES], sentence(rng), rng.choice(WORDS), sep="\t", file=out)


def question(i, rng):
    asked = {"task": "chat", "question": sentence(rng), "answer": rng.choice(WORDS), "id": str(i)}
    return {"image": f"pictures/{i % PICTURES}.png", "questions": [asked]}


def conversation(i, rng):
    return {"id": f"{i:08}", "image": f"pictures/{i % PICTURES}.png", "conversations": [
        {"from": "human", "value": "<image>\n" + sentence(rng)}, {"from": "gpt", "value": rng.choice(WORDS)}]}


def place(i, rng):
    box = [rng.randrange(SIDE - 20), rng.randrange(SIDE - 20), rng.randint(1, 20), rng.randint(1, 20)]
    return {"img_filename": f"pictures/{i % PICTURES}.png", "bbox": box, "instruction": sentence(rng), "data_type": "text",
            "data_source": "windows"}


def lines(of):
    def write(out, rows, rng):
        for i in range(rows):
            print(json.dumps(of(i, rng)), file=out)
    return write


def array(of):
    def write(out, rows, rng):
        for i in range(rows):
            print("," if i else "[", json.dumps(of(i, rng)), file=out)
        print("]", file=out)
    return write


SETS = {
    "indexes.tsv": encoded_table,
    "paths.tsv": path_table,
    "pictures.tsv": picture_table,
    "questions.jsonl": lines(question),
    "conversations.jsonl": lines(conversation),
    "places.jsonl": lines(place),
    "questions.json": array(question),
}


def make(folder, rows):
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for i in range(PICTURES):
        (folder / "pictures" / f"{i}.png").write_bytes(png(i))
    for name, write in SETS.items():
        path = folder / f"{rows}-{name}"
        if not path.exists():
            part = path.with_suffix(".part")
            with open(part, "w", encoding="utf-8") as out:
                write(out, rows, random.Random(name))
            part.rename(path)
        yield path


def resident(command):
    """The largest memory of a run in MB, its seconds, exit status and messages."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024 / 1e6, time.perf_counter() - start, process.returncode, said.strip()


def check(program, path):
    """Memory and seconds of a check."""
    missing = path.parent / "missing.tsv"
    memory, seconds, status, said = resident([program, "eval", str(path), str(missing)])
    if status <= 0 or str(missing) not in said or "\n" in said:
        sys.exit(f"{path.name}: was not checked to its end: {program} ended with {status}: {said}")
    return memory, seconds


def main():
    program, rows = sys.argv[1], int(sys.argv[2])
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="sets"))
    start = resident([program, "--help"])
    print(f"{'set':28} {'file MB':>8} {'seconds':>8} {'MB resident at most':>20}")
    print(f"{'none, the start alone':28} {'':8} {start[1]:8.1f} {start[0]:20.0f}", flush=True)
    most = 0
    for path in make(folder, rows):
        memory, seconds = check(program, path)
        most = max(most, memory)
        print(f"{path.name:28} {path.stat().st_size / 1e6:8.0f} {seconds:8.1f} {memory:20.0f}", flush=True)
    if most > LIMIT_MB:
        sys.exit(f"a set of {rows} rows takes {most:.0f} MB, expected at most {LIMIT_MB} MB")


if __name__ == "__main__":
    main()
