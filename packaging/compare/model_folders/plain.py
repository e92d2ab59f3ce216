"""Folders with plain weights, as transformers 5 and earlier generations write them."""
import functools

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText, AutoProcessor

from kinds import Kind, copy_files, edit_json, source, write_json


def load(folder):
    return AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()


@functools.cache
def processor_of(folder):
    return AutoProcessor.from_pretrained(folder)


def base_processor():
    return processor_of(source.folder)


def base(dtype=torch.bfloat16):
    """The model that folders are made of; a new one each time, since writers change what they are given."""
    return AutoModelForImageTextToText.from_pretrained(source.folder, dtype=dtype).eval()


def save_texts(folder):
    """What transformers writes besides weights."""
    model = base()
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    base_processor().save_pretrained(folder)


def save5(folder, **options):
    """A whole folder as save_pretrained of transformers 5 leaves it."""
    base().save_pretrained(folder, **options)
    base_processor().save_pretrained(folder)


def released(folder):
    """The bundled folder as it is: the layout of transformers 4.57."""
    copy_files(source.folder, folder, [path.name for path in source.folder.iterdir()])


def sharded(folder):
    save5(folder, max_shard_size="5MB")


def shards_without_index(folder):
    sharded(folder)
    (folder / "model.safetensors.index.json").unlink()


def stale_index(folder):
    """One file, beside the index of an earlier, sharded save."""
    save5(folder)
    write_json(folder / "model.safetensors.index.json",
               {"metadata": {"total_size": 1}, "weight_map": {"lm_head.weight": "model-00001-of-00009.safetensors"}})


def inner_model(folder):
    """model.model.save_pretrained: names begin with language_model. and visual."""
    base().model.save_pretrained(folder)
    config = base().config
    config.architectures = ["Qwen3VLForConditionalGeneration"]
    config.save_pretrained(folder)
    base().generation_config.save_pretrained(folder)
    base_processor().save_pretrained(folder)


def inner_model_bare(folder):
    """The same with the config.json that this save leaves: architecture Qwen3VLModel."""
    inner_model(folder)
    edit_json(folder / "config.json", architectures=["Qwen3VLModel"])


def renamed(rename):
    """A writer of plain weights under other names, as training frameworks store their modules."""

    def write(folder):
        save5(folder)
        weights = load_file(folder / "model.safetensors")
        save_file({rename(name): value.clone() for name, value in weights.items()}, folder / "model.safetensors",
                  metadata={"format": "pt"})

    return write


def old_name(name):
    """Names before transformers 4.52: `model.layers`, `visual.blocks`."""
    return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")


def other_head():
    """A head that is not the embedding: its rows turned by one, and a little smaller."""
    model = base()
    return (model.model.language_model.embed_tokens.weight.detach().roll(1, 0) * 0.75).contiguous()


def stored_head(folder):
    """lm_head.weight in the file beside tie flags that say true."""
    save5(folder)
    weights = load_file(folder / "model.safetensors")
    save_file({**weights, "lm_head.weight": other_head()}, folder / "model.safetensors", metadata={"format": "pt"})


def load_stored_head(folder):
    """What the file holds; transformers itself follows the flag and ties. Hence it is told that nothing is tied."""
    config = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).config
    config.tie_word_embeddings = config.text_config.tie_word_embeddings = False
    return AutoModelForImageTextToText.from_pretrained(folder, config=config, dtype=torch.float32).eval()


def odd_generation(folder):
    save5(folder)
    edit_json(folder / "generation_config.json", do_sample=True, top_k=-1, top_p=0, temperature=None,
              repetition_penalty=1.0, max_new_tokens=None)


def floats_in_settings(folder):
    save5(folder)
    edit_json(folder / "generation_config.json", top_k=50.0, temperature=0.7, eos_token_id=[5013, 5011])
    settings = {"image_processor_type": "Qwen2VLImageProcessorFast", "patch_size": 16, "temporal_patch_size": 2,
                "merge_size": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "min_pixels": None, "max_pixels": None,
                "size": {"shortest_edge": 65536.0, "longest_edge": 2147483647}}
    write_json(folder / "preprocessor_config.json", settings)


def small_pictures(folder):
    """processor_config.json alone, with limits that are not the defaults."""
    save5(folder)
    processor = AutoProcessor.from_pretrained(source.folder)
    processor.image_processor.size = {"shortest_edge": 4096, "longest_edge": 65536}
    processor.save_pretrained(folder)


def endless(folder):
    """generation_config.json names <|endoftext|> alone; answers end at <|im_end|> all the same."""
    save5(folder)
    edit_json(folder / "generation_config.json", eos_token_id=5011)


THINKING = ("{% for message in messages %}{% if loop.first and message.role != 'system' %}<|im_start|>system\n"
            "You answer questions about screens.<|im_end|>\n{% endif %}<|im_start|>{{ message.role }}\n"
            "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
            "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in part %}"
            "{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def own_template(folder):
    """A fine-tune whose template puts a system text of its own first."""
    save5(folder)
    (folder / "chat_template.jinja").write_text(THINKING, encoding="utf-8")


def load_base(_folder):
    return base(torch.float32)


def kinds():
    by5 = "transformers 5"
    return [
        Kind("released-4.57", "transformers 4.57", "BF16", released, load),
        Kind("save-5", by5, "BF16", save5, load),
        Kind("save-5-sharded", by5, "BF16", sharded, load),
        Kind("shards-without-index", by5, "BF16", shards_without_index, load_base),
        Kind("stale-index", by5, "BF16", stale_index, load_base),
        Kind("inner-model", by5, "BF16", inner_model, load),
        Kind("inner-model-bare", by5, "BF16", inner_model_bare, load_base),
        Kind("prefix-old", by5 + ", renamed", "BF16", renamed(old_name), load_base),
        Kind("prefix-model.model", by5 + ", renamed", "BF16", renamed(lambda name: "model." + name), load_base),
        Kind("prefix-module", by5 + ", renamed", "BF16", renamed(lambda name: "module." + name), load_base),
        Kind("prefix-language_model.model", by5 + ", renamed", "BF16",
             renamed(lambda name: name.replace("model.language_model.", "language_model.model.")
                     .replace("model.visual.", "visual.")), load_base),
        Kind("stored-head", by5, "BF16", stored_head, load_stored_head),
        Kind("odd-generation", by5, "BF16", odd_generation, load),
        Kind("floats-in-settings", by5, "BF16", floats_in_settings, load),
        Kind("small-pictures", by5, "BF16", small_pictures, load),
        Kind("endoftext-only", by5, "BF16", endless, load),
        Kind("own-template", by5, "BF16", own_template, load),
    ]
