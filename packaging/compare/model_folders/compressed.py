"""Folders of llm-compressor (compressed-tensors)."""
import copy

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.compressors.nvfp4.helpers import unpack_fp4_from_uint8
from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig, QuantizationScheme
from compressed_tensors.quantization.lifecycle.forward import dequantize
from llmcompressor import oneshot
from llmcompressor.modifiers.quantization import QuantizationModifier

import plain
import weights
from kinds import Kind, read_json, source

ONE_SCALE = {"group_0": QuantizationScheme(
    targets=["Linear"], weights=QuantizationArgs(num_bits=8, type="float", strategy="tensor", symmetric=True))}


def writer(visual=False, **scheme):
    """Rounds to the nearest without calibration, and saves as llm-compressor's examples do."""

    def write(folder):
        model = plain.base()
        ignore = ["lm_head", f"re:.*language_model((?!{source.modules}).)*$"] + ([] if visual else ["re:.*visual.*"])
        oneshot(model=model, recipe=QuantizationModifier(targets="Linear", ignore=ignore, **scheme))
        model.save_pretrained(folder, save_compressed=True)
        plain.base_processor().save_pretrained(folder)

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


def nvfp4(state, scheme):
    """As the library's decompressor, which calculates in bfloat16, by its own steps in float32."""
    packed = state["weight_packed"]
    codes = unpack_fp4_from_uint8(packed, packed.shape[0], 2 * packed.shape[1], dtype=torch.float32)
    return dequantize(x_q=codes, scale=state["weight_scale"].float(), args=scheme.weights,
                      global_scale=state["weight_global_scale"], dtype=torch.float32)


def load(folder):
    """The weights as the library's own decompressors give them, in float32."""
    config = QuantizationConfig.model_validate(read_json(folder / "config.json")["quantization_config"])
    (scheme,) = config.config_groups.values()
    compressor = BaseCompressor.get_value_from_registry(scheme.format or config.format)
    parts, values = modules(weights.tensors(folder))
    for module, state in parts.items():
        if "weight_global_scale" in state:
            values[f"{module}.weight"] = nvfp4(state, scheme)
        else:
            values[f"{module}.weight"] = compressor.decompress(widened(copy.copy(state)), scheme)["weight"]
    return weights.model_of(values)


def kinds():
    rows = [
        ("fp8-dynamic", "float-quantized, rows", writer(scheme="FP8_DYNAMIC")),
        ("fp8-dynamic-visual", "float-quantized, rows, vision too", writer(scheme="FP8_DYNAMIC", visual=True)),
        ("fp8-tensor", "float-quantized, one scale", writer(config_groups=ONE_SCALE)),
        ("fp8-block", "float-quantized, 128 x 128", writer(scheme="FP8_BLOCK")),
        ("w8a8", "int-quantized, rows", writer(scheme="W8A8")),
        ("w8a16", "pack-quantized, 8 bits", writer(scheme="W8A16")),
        ("w4a16", "pack-quantized, 4 bits", writer(scheme="W4A16")),
        ("w4a16-asym", "pack-quantized, zero points", writer(scheme="W4A16_ASYM")),
        ("nvfp4a16", "nvfp4-pack-quantized", writer(scheme="NVFP4A16")),
    ]
    return [Kind(name, "llm-compressor", kept, write, load) for name, kept, write in rows]
