"""What the comparison of model folders is made of: kinds of folders, pictures and questions."""
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = ROOT / "resources" / "models" / "prunescope-tiny"
SAMPLES = ROOT / "resources" / "samples"
MAX_TOKENS = 24


@dataclass
class Source:
    """What folders are made of."""

    folder: Path = BUNDLED
    modules: str = "(q|k|v|o|gate|up|down)_proj"  # what formats of less than two bytes are written of


source = Source()


@dataclass
class Kind:
    """A kind of model folder: who writes it, how, and what its writer's library makes of it."""

    name: str
    by: str  # the program whose code wrote the weights
    kept: str  # how the weights lie in the file
    write: Callable[[Path], None]  # fills the folder
    load: Callable[[Path], object]  # the model in float32 on the CPU, weights dequantised by the writer's library
    processor: Callable[[Path], object] = None  # tokenizer, chat template and picture settings; of the folder where None
    # What PruneScope is given: --model, or --model and --adapter.
    arguments: Callable[[Path], list] = field(default=lambda folder: ["--model", str(folder)])


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_json(path, value):
    Path(path).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def edit_json(path, **changes):
    """Sets the keys of a JSON file; None takes one away."""
    value = {**read_json(path), **changes}
    write_json(path, {key: content for key, content in value.items() if key not in changes or content is not None})


def copy_files(source, target, names):
    """Copies those of the files that are there."""
    Path(target).mkdir(parents=True, exist_ok=True)
    for name in names:
        if os.path.exists(Path(source) / name):
            shutil.copyfile(Path(source) / name, Path(target) / name)


# Parts of larger sample screens, no multiples of a block: (picture, left, top, width, height, question).
PARTS = [
    ("settings.png", 330, 40, 500, 310, "What is the window title?"),
    ("settings.png", 0, 0, 128, 96, 'What is the value of "Mode"?'),
    ("editor.png", 200, 100, 401, 257, "How many buttons are there?"),
    ("editor.png", 900, 500, 320, 224, 'Where is "Save"?'),
    ("spreadsheet.png", 60, 180, 610, 275, 'What is "Price" of "Milk"?'),
    ("spreadsheet.png", 1000, 300, 233, 411, "What is written at [12, 34, 567, 890]?"),
]


def questions(folder):
    """Twenty questions on opaque pictures as (path of a PNG file, question); the parts are cut out into the folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    found = []
    for sample in read_json(SAMPLES / "samples.json"):
        if sample.get("bundled_model"):
            found += [(str(SAMPLES / sample["image"]), question) for question in sample["questions"]]
    for number, (name, left, top, width, height, question) in enumerate(PARTS):
        path = Path(folder) / f"part-{number}.png"
        Image.open(SAMPLES / name).convert("RGB").crop((left, top, left + width, top + height)).save(path)
        found.append((str(path), question))
    return found
