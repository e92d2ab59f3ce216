"""What PruneScope says of the same folders: answers of the program, logits of trace_logits."""
import json
import subprocess
from pathlib import Path

import numpy

from kinds import MAX_TOKENS


class Refused(Exception):
    """PruneScope did not run; the message is its last line."""


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Refused(lines[-1] if lines else f"{Path(command[0]).name} ended with {done.returncode}")
    return done.stdout


def ask(build, arguments, path, question):
    """(text, ids) of the answer."""
    said = json.loads(run([build / "bin" / "prunescope", "ask", path, question, *arguments, "--dtype", "float32",
                           "--device", "cpu", "--plan", "input:keep_all", "--max-tokens", MAX_TOKENS, "--no-log",
                           "--json"]))
    return said["answer"], said["token_ids"]


def trace(build, arguments, path, question, scratch):
    """(prompt ids, chosen ids, logits [1 + steps, vocab]) of the greedy answer, past its end."""
    out = Path(scratch) / "trace"
    values = dict(zip(arguments[::2], arguments[1::2]))
    run([build / "tests" / "trace_logits", values["--model"], path, question, MAX_TOKENS - 1, out,
         *([values["--adapter"]] if "--adapter" in values else [])])
    told = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
    return told["ids"], told["chosen"], numpy.fromfile(f"{out}.bin", numpy.float32).reshape(MAX_TOKENS, -1)
