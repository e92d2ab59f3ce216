#pragma once

#include "model/families/family.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/token_sequence.h"
#include "model/train/training_example.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model::train {

/// An answer within the tokens of a training example.
struct AnswerSpan {
    std::string task;
    int first = 0;                     ///< its first token
    int count = 0;                     ///< with the end of the turn
    std::vector<std::int64_t> numbers; ///< of each of its tokens the coordinate 0..1000 that it is, else -1
    std::array<int, 4> box{};          ///< what it is about, on the scale 0..1000; all 0 where that is not known
};

/// A training example as one chat: picture and first question, answer, next question, ...
struct EncodedExample {
    TokenSequence tokens; ///< of the whole picture
    std::vector<AnswerSpan> answers;
};

/// Edges of `box` on the scale 0..1000 of a picture of `size`: left, top, right, bottom.
std::array<int, 4> onAnswerScale(const PixelRect& box, Size size);

/// Encodes training examples as tokens, in the chat format of the model. Immutable; any thread.
class ExampleEncoder {
public:
    /// `tokenizer` must outlive this. Throws Error(BadFile) where it lacks the tokens of a chat.
    ExampleEncoder(const BpeTokenizer& tokenizer, const FamilyEntry& family, const ImageTokens& tokens);

    /// Questions as long as at most `mostTokens` tokens of text come together; a first question that is longer alone
    /// is left out too, and then there are no answers.
    EncodedExample encode(const TrainingExample& example, const BlockGrid& grid, int mostTokens) const;
    /// The first `slots` ids of a text by itself, then the end of turn where it is shorter, then -1.
    std::vector<std::int64_t> slots(const std::string& text, std::size_t slots) const;

    /// Id of each of the numbers 0 to 1000 where every one is a single token; else nothing.
    const std::optional<std::vector<std::int64_t>>& numberIds() const { return m_numbers; }
    /// The number 0..1000 that an id stands for, or -1; also for ids that no token has.
    std::int64_t numberOf(std::int64_t id) const;
    std::int64_t padId() const { return m_pad; }
    std::int64_t endId() const { return m_end; }

private:
    AnswerSpan span(const std::string& task, int first, const std::vector<std::int64_t>& answer) const;

    const BpeTokenizer& m_tokenizer;
    const FamilyEntry& m_family;
    ImageTokens m_tokens;
    std::int64_t m_end = 0;
    std::int64_t m_pad = 0;
    std::optional<std::vector<std::int64_t>> m_numbers;
    std::vector<std::int64_t> m_numberOfId;
};

} // namespace prunescope::model::train
