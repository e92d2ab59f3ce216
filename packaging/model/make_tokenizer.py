"""make_tokenizer.py WORD_LIST.cpp OUT: the bundled model's tokenizer, a small byte-level BPE.

Every word of the screen maker is one token, alone, after a space, with a capital or without; so is every number from 0 to
1000. Needs the package tokenizers (packaging/model/requirements)."""

import itertools
import json
import pathlib
import re
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

# As Qwen's, but numbers of up to four digits stay whole, a quotation mark does not stick to a word, and the fixed parts
# of a box are one token each.
SPLIT = (
    r"user\n|assistant\n|\{\"bbox_2d\": \[|, |\]\}"
    r"| ?\p{L}+|\p{N}{1,4}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>",
]
QUESTIONS = (
    "Where is Locate What is written at Read the text at What is the value of What is entered in Is checked ticked yes no "
    "What is the document dialog window title of does have as How many buttons check boxes tabs sidebar items menus are "
    "there Count the system Yes No You a helpful assistant"
).split()
PUNCTUATION = [
    "{\"bbox_2d\": [", "]}", ", ", " \"", "\"?", "\".", "\"", " [", "]?", "].", "[", "]", ":", ".", "-", "/", "%", "?",
    "\n", "user\n", "assistant\n", " ", ",", " -", "@", "#", "$", "+", "(", ")", "&", "'", "!", ";", " (",
]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{% if message.content is string %}{{ message.content }}"
    "{% else %}{% for part in message.content %}{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def pieces(words):
    for word in words:
        for form in {word, word.capitalize(), word.lower()}:
            yield from (form, " " + form)
    yield from (str(number) for number in range(1001))
    yield from (f"{number:02d}" for number in range(100))
    yield from (str(year) for year in range(2000, 2041))
    yield from PUNCTUATION


def make(words):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=100_000, min_frequency=1, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    # One piece a line: nothing is joined across pieces. Often, so that frequencies differ little between runs.
    wanted = sorted(set(pieces(words)))
    tokenizer.train_from_iterator(itertools.chain.from_iterable([piece] * 2 for piece in wanted), trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    split = [piece for piece in wanted if len(tokenizer.encode(piece).ids) != 1 and not re.match(r"^ \W", piece)]
    if split:
        raise SystemExit(f"not single tokens: {split[:20]}")
    return tokenizer


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    words = re.findall(r'"([A-Za-z]+)"', source.read_text().replace('#include "', ""))
    tokenizer = make(words + QUESTIONS)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL}
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 8192, "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "chat_template": CHAT_TEMPLATE,
    }, indent=1) + "\n")
    (out / "chat_template.jinja").write_text(CHAT_TEMPLATE)  # where the AutoProcessor of transformers looks
    (out / "generation_config.json").write_text(json.dumps({
        "do_sample": False, "eos_token_id": [ids["<|im_end|>"], ids["<|endoftext|>"]], "pad_token_id": ids["<|endoftext|>"],
    }, indent=1) + "\n")
    (out / "preprocessor_config.json").write_text(json.dumps({
        "image_processor_type": "Qwen2VLImageProcessorFast", "patch_size": 16, "temporal_patch_size": 2, "merge_size": 2,
        "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"shortest_edge": 65536, "longest_edge": 16777216},
    }, indent=1) + "\n")
    print(f"{tokenizer.get_vocab_size()} tokens, {len(words)} words")


main()
