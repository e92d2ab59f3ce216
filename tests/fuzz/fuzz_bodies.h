#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

/// Bodies of the fuzz tests, run with arbitrary bytes by libFuzzer and, with the stored inputs, by tst_fuzz_corpus. An
/// Error is a right answer to any input; whatever else leaves one of these functions is a bug in the code under test.
namespace prunescope::fuzz {

using Input = std::span<const std::uint8_t>;

/// decodeImage, and the way of small pictures into the model.
void fuzzImage(Input input);
/// parseMaskJson, and back.
void fuzzMaskJson(Input input);
/// parsePlan, and back; what its stages leave on models of some sizes.
void fuzzPlan(Input input);
/// parseJsonLine, and back.
void fuzzRecordLine(Input input);
/// The records of JSON lines and lists, parseQuestionLine, and back.
void fuzzQuestionLines(Input input);
/// Tables of VLMEvalKit, as several sets have them.
void fuzzPictureTable(Input input);
/// GgufFile, and what families make of it: the config, the tokenizer and the weights.
void fuzzGguf(Input input);
/// A tokenizer.json, and what it makes of texts.
void fuzzTokenizer(Input input);
/// A safetensors file, and how its weights are stored.
void fuzzSafetensors(Input input);
/// Template, and what it renders.
void fuzzTemplate(Input input);
/// bundleFromZip, and back.
void fuzzBundle(Input input);
/// The places in an answer, and the thought before it.
void fuzzAnswer(Input input);

inline std::string textOf(Input input) {
    return {input.begin(), input.end()};
}

inline void require(bool holds, const char* property) {
    if (!holds)
        throw std::logic_error(property);
}

/// Runs `action`, which may throw an Error as people see it: no bug of ours, on a line of its own.
template <typename Action>
void mayFail(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Internal)
            throw;
        const std::string_view message = error.what();
        require(!message.empty() && message.find_first_of("\n\r") == std::string_view::npos, "a message is one line");
    }
}

} // namespace prunescope::fuzz
