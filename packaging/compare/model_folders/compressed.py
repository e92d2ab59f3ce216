"""Folders of llm-compressor (compressed-tensors)."""
import copy

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationConfig
from llmcompressor import oneshot
from llmcompressor.modifiers.quantization import QuantizationModifier

import plain
import weights
from kinds import Kind, read_json

LANGUAGE_ONLY = ["lm_head", "re:.*visual.*"]


def writer(scheme, ignore=LANGUAGE_ONLY):
    """Rounds to the nearest without calibration, and saves as llm-compressor's examples do."""

    def write(folder):
        model = plain.bundled()
        oneshot(model=model, recipe=QuantizationModifier(targets="Linear", scheme=scheme, ignore=ignore))
        model.save_pretrained(folder, save_compressed=True)
        plain.bundled_processor().save_pretrained(folder)

    return write


def modules(values):
    """Tensors of quantised modules [module -> local name -> tensor], and the other tensors."""
    quantised = {name.rpartition(".")[0] for name in values if name.endswith(".weight_scale")}
    parts, others = {name: {} for name in quantised}, {}
    for name, value in values.items():
        module, _, local = name.rpartition(".")
        if module in quantised and local != "bias":
            parts[module][local] = value
        else:
            others[name] = value
    return parts, others


def widened(state):
    """Scales in float32, so that the library's product is not rounded to bfloat16 once more."""
    return {name: value.float() if value.dtype == torch.bfloat16 else value for name, value in state.items()}


def load(folder):
    """The weights as the library's own decompressors give them, in float32."""
    config = QuantizationConfig.model_validate(read_json(folder / "config.json")["quantization_config"])
    (scheme,) = config.config_groups.values()
    compressor = BaseCompressor.get_value_from_registry(scheme.format or config.format)
    parts, values = modules(weights.tensors(folder))
    for module, state in parts.items():
        values[f"{module}.weight"] = compressor.decompress(widened(copy.copy(state)), scheme)["weight"]
    return weights.model_of(values)


def kinds():
    rows = [
        ("fp8-dynamic", "FP8_DYNAMIC", "float-quantized, rows", {}),
        ("fp8-dynamic-visual", "FP8_DYNAMIC", "float-quantized, rows, visual too", {"ignore": ["lm_head"]}),
        ("fp8-tensor", "FP8", "float-quantized, one scale", {}),
        ("fp8-block", "FP8_BLOCK", "float-quantized, 128 x 128", {}),
        ("w8a8", "W8A8", "int-quantized, rows", {}),
        ("w8a16", "W8A16", "pack-quantized, groups of 128", {}),
        ("w4a16", "W4A16", "pack-quantized, groups of 128", {}),
        ("w4a16-asym", "W4A16_ASYM", "pack-quantized, zero points", {}),
        ("nvfp4a16", "NVFP4A16", "nvfp4-pack-quantized", {}),
        ("mxfp4a16", "MXFP4A16", "mxfp4-pack-quantized", {}),
    ]
    return [Kind(name, "llm-compressor", kept, writer(scheme, **options), load) for name, scheme, kept, options in rows]
