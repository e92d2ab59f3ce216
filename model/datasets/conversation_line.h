#pragma once

#include "core/base/json_fields.h"
#include "model/datasets/question_line.h"

namespace prunescope::model {

/// Whether an object holds a conversation, in one of these forms:
/// - LLaVA's and ShareGPT's: `{"image": ..., "conversations": [{"from": "human", "value": "<image>..."}, {"from":
/// "gpt",
///   ...}]}`;
/// - `{"messages": [{"role": "user", "content": ...}, {"role": "assistant", ...}]}`, content being a text or a list of
///   parts as OpenAI, Qwen and ms-swift write them;
/// - `{"query": ..., "response": ..., "history": [[...]]}` of ms-swift, `{"instruction": ..., "input": ..., "output":
/// ...,
///   "history": ...}` of LLaMA-Factory.
bool isConversation(const JsonFields& fields);

/// Reads it. Every question is one by itself, with the task `chat`; with `objects` of ms-swift the marks `<ref-object>`
/// and `<bbox>` become names and coordinates on the scale 0..1000, and a question that one box answers has the task
/// `locate`. A mark `<image>` of several within the words stays as `<image 1>`, `<image 2>`, ... Throws Error(BadFile)
/// that names the field, also for what is said there and not used: tools, films, sounds, answers that are not to be
/// learned.
QuestionLine readConversation(const JsonFields& fields, const SizeOfPicture& sizeOf);

} // namespace prunescope::model
