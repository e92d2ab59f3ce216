"""What PruneScope says of the same folders: answers of the program, logits of trace_logits."""
import json
import shutil
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
    """(text, number of prompt tokens) of the answer."""
    said = json.loads(run([build / "bin" / "prunescope", "ask", path, question, *arguments, "--dtype", "float32",
                           "--device", "cpu", "--plan", "input:keep_all", "--max-tokens", MAX_TOKENS, "--no-log",
                           "--json"]))
    return said["answer"], said["prompt_tokens"]


def trace(build, model, path, prompt, scratch):
    """Logits [MAX_TOKENS, vocab] after a prompt [ids] and along the greedy answer, past its end."""
    ids, out = Path(scratch) / "ids.json", Path(scratch) / "trace"
    ids.write_text(json.dumps(prompt), encoding="utf-8")
    run([build / "tests" / "trace_logits", model, path, f"@{ids}", MAX_TOKENS - 1, out])
    return numpy.fromfile(f"{out}.bin", numpy.float32).reshape(MAX_TOKENS, -1)


def traced_folder(arguments, scratch):
    """The folder that trace_logits loads: an adapter lies in a copy of its base's."""
    named = dict(zip(arguments[::2], arguments[1::2], strict=True))
    if "--adapter" not in named:
        return named["--model"]
    both = Path(scratch) / "both"
    shutil.rmtree(both, ignore_errors=True)
    shutil.copytree(named["--model"], both)
    shutil.copytree(named["--adapter"], both, dirs_exist_ok=True)
    return both
