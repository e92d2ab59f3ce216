"""FP8 as Qwen releases it, AWQ and GPTQ: the writers' own operations and packers, without the GPU that their programs ask for."""
import re
from types import SimpleNamespace

import torch
from auto_round.export.export_to_awq.utils import WQLinear_GEMM, dequantize_gemm
from auto_round_extension.torch.qlinear_torch import QuantLinear as GptqV2
from auto_round_extension.torch.qlinear_torch_zp import QuantLinear as GptqV1
from safetensors.torch import save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize, Fp8Quantize

import plain
import weights
from kinds import Kind, edit_json, source, write_json

BLOCK = 128
GROUP = 128


def save(folder, values, quantization, **extra):
    plain.save_texts(folder)
    save_file({name: value.contiguous() for name, value in values.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    if quantization:
        edit_json(folder / "config.json", quantization_config=quantization)
    for name, value in extra.items():
        write_json(folder / f"{name}.json", value)


def is_packed(name):
    return re.search(rf"language_model\.layers\.\d+\..*{source.modules}\.weight$", name)


def base_weights():
    values = plain.base().state_dict()
    return {name: value for name, value in values.items() if name != "lm_head.weight"}


# --- FP8 with weight_scale_inv

def quantizer():
    """What transformers' operations read of their quantizer; its class insists on a GPU."""
    return SimpleNamespace(quantization_config=SimpleNamespace(weight_block_size=(BLOCK, BLOCK), scale_fmt="float"))


def in_blocks(values):
    """Whole blocks: both operations pass over, or cut otherwise, what ends within one."""
    rows, columns = ((-size) % BLOCK for size in values.shape)
    return torch.nn.functional.pad(values.float(), (0, columns, 0, rows))


def fp8_parts(name, weight, scale_dtype):
    made = Fp8Quantize(quantizer()).convert({name: in_blocks(weight)})
    rows, columns = weight.shape
    return {name: made[name][:rows, :columns], name + "_scale_inv": made[name + "_scale_inv"].to(scale_dtype)}


def fp8_writer(scale_dtype, vision=False):
    def write(folder):
        out, left = {}, ["lm_head"]
        for name, value in base_weights().items():
            if is_packed(name) or (vision and re.search(r"visual\.blocks.*\.weight$", name) and value.ndim == 2):
                out.update(fp8_parts(name, value, scale_dtype))
                continue
            out[name] = value
            if name.endswith(".weight") and value.ndim == 2 and "embed" not in name:
                left.append(name.removesuffix(".weight"))
        save(folder, out, {"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
                           "weight_block_size": [BLOCK, BLOCK], "modules_to_not_convert": left})

    return write


def load_fp8(folder):
    operation, values = Fp8Dequantize(quantizer()), weights.tensors(folder)
    for name in [name for name in values if name.endswith("_scale_inv")]:
        weight = name.removesuffix("_scale_inv")
        rows, columns = values[weight].shape
        whole = operation._dequantize_one(in_blocks(values[weight]), values.pop(name).float(), torch.float32)
        values[weight] = whole[:rows, :columns]
    return weights.model_of(values)


# --- AWQ and GPTQ

def grid(weight):
    """Scales and zero points of groups of a row, both [groups, rows]; unsigned 4 bits, round to nearest."""
    groups = weight.float().reshape(weight.shape[0], -1, GROUP)
    low, high = groups.amin(-1).clamp(max=0), groups.amax(-1).clamp(min=0)
    scale = ((high - low) / 15).clamp(min=1e-6).half().float()
    return scale.t().contiguous(), torch.round(-low / scale).clamp(0, 15).t().contiguous()


def rounded(weight, scale, zero):
    """The weight on its grid, so that packers, which do not clamp, stay within 4 bits."""
    wide, shift = (part.t().repeat_interleave(GROUP, 1) for part in (scale, zero))
    return ((torch.round(weight.float() / wide) + shift).clamp(0, 15) - shift) * wide


def linear(weight):
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    layer.weight.data = weight
    return layer


def awq_parts(weight):
    scale, zero = grid(weight)
    packed = WQLinear_GEMM.from_linear(linear(rounded(weight, scale, zero)), 4, GROUP, scales=scale, zeros=zero)
    return {"qweight": packed.qweight, "qzeros": packed.qzeros, "scales": packed.scales}


def gptq_parts(packer):
    def parts(weight):
        scale, zero = grid(weight)
        if packer is GptqV1:
            zero = zero.clamp(min=1)  # stored less one
        layer = packer(4, GROUP, weight.shape[1], weight.shape[0], False, g_idx=True)
        layer.device = "cpu"
        layer.pack(linear(rounded(weight, scale, zero)), scale.t(), zero.t(), None, "cpu")
        names = ("qweight", "qzeros", "scales", "g_idx")
        return {name: getattr(layer, name).cpu() for name in names}

    return parts


def packed_values(parts):
    out = {}
    for name, value in base_weights().items():
        if is_packed(name):
            module = name.removesuffix("weight")
            out.update({module + local: part for local, part in parts(value.float()).items()})
        else:
            out[name] = value
    return out


def write_awq(folder):
    save(folder, packed_values(awq_parts),
         {"quant_method": "awq", "bits": 4, "group_size": GROUP, "version": "gemm", "zero_point": True,
          "modules_to_not_convert": ["visual"]})


GPTQ = {"bits": 4, "group_size": GROUP, "desc_act": False, "sym": False, "quant_method": "gptq"}


def write_gptq(folder):
    save(folder, packed_values(gptq_parts(GptqV1)), {**GPTQ, "checkpoint_format": "gptq"})


def write_gptq_v2(folder):
    save(folder, packed_values(gptq_parts(GptqV2)), {**GPTQ, "checkpoint_format": "gptq_v2"})


def write_gptq_file(folder):
    """As write_gptq, said in quantize_config.json alone."""
    save(folder, packed_values(gptq_parts(GptqV1)), None, quantize_config={**GPTQ, "checkpoint_format": "gptq"})


def take(values, module, names):
    return [values.pop(f"{module}.{name}") for name in names]


def load_awq(folder):
    values = weights.tensors(folder)
    for name in [name for name in values if name.endswith(".qweight")]:
        module = name.removesuffix(".qweight")
        weight, zeros, scales = take(values, module, ("qweight", "qzeros", "scales"))
        values[f"{module}.weight"] = dequantize_gemm(weight, zeros, scales.float(), 4, GROUP).t()
    return weights.model_of(values)


def nibbles(packed, along):
    """Eight unsigned 4-bit numbers of each int32, low ones first, along an axis."""
    parts = torch.stack([(packed >> shift) & 15 for shift in range(0, 32, 4)], along + 1)
    return parts.flatten(along, along + 1)


def gptq_loader(less_one):
    def load(folder):
        values = weights.tensors(folder)
        for name in [name for name in values if name.endswith(".qweight")]:
            module = name.removesuffix(".qweight")
            weight, zeros, scales, group = take(values, module, ("qweight", "qzeros", "scales", "g_idx"))
            shift = nibbles(zeros, 1) + less_one
            values[f"{module}.weight"] = ((nibbles(weight, 0) - shift[group.long()]) * scales.float()[group.long()]).t()
        return weights.model_of(values)

    return load


def kinds():
    operations, packer = "transformers 5's operations", "auto-round's packer"
    return [
        Kind("qwen-fp8", operations, "fp8, blocks of 128, scales F32", fp8_writer(torch.float32), load_fp8),
        Kind("qwen-fp8-bf16", operations, "fp8, blocks of 128, scales BF16", fp8_writer(torch.bfloat16), load_fp8),
        Kind("qwen-fp8-vision", operations, "fp8, vision too, parts of blocks", fp8_writer(torch.float32, True), load_fp8),
        Kind("awq", packer, "awq gemm, 4 bits", write_awq, load_awq),
        Kind("gptq", packer, "gptq, 4 bits", write_gptq, gptq_loader(1)),
        Kind("gptq-v2", packer, "gptq_v2, 4 bits", write_gptq_v2, gptq_loader(0)),
        Kind("gptq-quantize_config", packer, "gptq, 4 bits", write_gptq_file, gptq_loader(1)),
    ]
