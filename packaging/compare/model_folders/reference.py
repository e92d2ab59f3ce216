"""What the writer's library says: prompts, greedy answers and logits in float32 on the CPU."""
import numpy
import torch
from PIL import Image
from transformers import AutoProcessor

from kinds import MAX_TOKENS


class Said:
    """The answer to one question: ids of the prompt and of the answer, its text, logits [1 + steps, vocab]."""

    def __init__(self, prompt, ids, text, logits):
        self.prompt, self.ids, self.text, self.logits = prompt, ids, text, logits


def prompt_of(processor, path, question):
    messages = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}]
    # transformers 5 gives a processor no template that tokenizer_config.json alone holds.
    holder = processor if processor.chat_template else processor.tokenizer
    text = holder.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return processor(text=[text], images=[Image.open(path).convert("RGB")], return_tensors="pt")


def end_tokens(model, tokenizer):
    """The end tokens of the model's settings, and that of the chat template's turns."""
    stored = model.generation_config.eos_token_id
    found = set(stored if isinstance(stored, list) else [stored])
    found.add(tokenizer.convert_tokens_to_ids("<|im_end|>"))
    return sorted(token for token in found if token is not None)


@torch.inference_mode()
def answer(model, processor, path, question):
    inputs = prompt_of(processor, path, question)
    ends = end_tokens(model, processor.tokenizer)
    out = model.generate(**inputs, max_new_tokens=MAX_TOKENS, do_sample=False, num_beams=1, eos_token_id=ends,
                         pad_token_id=ends[0], top_k=None, top_p=None, temperature=None, repetition_penalty=1.0,
                         return_dict_in_generate=True, output_logits=True)
    prompt = inputs["input_ids"][0].tolist()
    ids = out.sequences[0].tolist()[len(prompt):]
    logits = torch.cat(out.logits).float().numpy()
    kept = ids[:-1] if ids[-1] in ends else ids
    return Said(prompt, ids, processor.tokenizer.decode(kept, skip_special_tokens=False), numpy.asarray(logits))


def answers(kind, folder, asked):
    """Said for each (picture, question)."""
    model = kind.load(folder)
    processor = kind.processor(folder) if kind.processor else AutoProcessor.from_pretrained(folder)
    return [answer(model, processor, path, question) for path, question in asked]
