#!/usr/bin/env python3
"""Inputs of the fuzz targets: a file for each target in tests/data/fuzz, a JSON object of name -> base64, because hundreds of
small files take ten times their room.

usage: fuzz_corpus.py unpack FILE FOLDER    writes every input to a file of its own
       fuzz_corpus.py pack FOLDER FILE      the other way round: all files of FOLDER, by name
"""
import base64
import json
import sys
from pathlib import Path


def unpack(file, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in json.loads(file.read_text(encoding="utf-8")).items():
        (folder / name).write_bytes(base64.b64decode(content, validate=True))


def pack(folder, file):
    inputs = {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(folder.iterdir())}
    file.write_text(json.dumps(inputs, indent=0) + "\n", encoding="utf-8")


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("pack", "unpack"):
        sys.exit(__doc__)
    (pack if sys.argv[1] == "pack" else unpack)(Path(sys.argv[2]), Path(sys.argv[3]))


if __name__ == "__main__":
    main()
