"""Models from weights that were dequantised by hand or by a writer's library."""
import torch
from safetensors import safe_open

import plain


def tensors(folder):
    """All tensors of the safetensors files of a folder."""
    found = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            found.update({name: file.get_tensor(name) for name in file.keys()})
    return found


def model_of(values):
    """The base's architecture in float32 with these weights [released name -> tensor]; all must be there."""
    model = plain.base(torch.float32)
    missing, unknown = model.load_state_dict({name: value.float() for name, value in values.items()}, strict=False)
    missing = [name for name in missing if name != "lm_head.weight"]
    if missing or unknown:
        raise ValueError(f"missing {missing[:3]}, unknown {list(unknown)[:3]}")
    return model.eval()
