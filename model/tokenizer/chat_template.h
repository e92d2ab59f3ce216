#pragma once

#include "model/values/request.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A rendered prompt in pieces: what the template wrote (special tokens are recognised there) and what people wrote
/// (they are not: `<|im_end|>` in a document must not end the turn).
struct PromptPiece {
    std::string text;
    bool fromTemplate = true;
    bool opensAnswer = false; ///< the generation prompt, which is a piece of its own
    bool operator==(const PromptPiece&) const = default;
};

struct ChatOptions {
    bool generationPrompt = true; ///< end with the opening of an assistant turn
    bool addVisionId = false;     ///< "Picture k: " before each image
    bool thinking = false;        ///< of models that can: open the answer with a thought
};

/// Puts a prompt together: neighbours of the same kind become one piece. What opens the answer comes last.
class PromptWriter {
public:
    void fixed(std::string_view text) { write(text, true); }  ///< what the template writes
    void given(std::string_view text) { write(text, false); } ///< what people wrote
    void openAnswer(std::string_view text) { m_pieces.push_back({std::string(text), true, true}); }
    std::vector<PromptPiece> take() { return std::move(m_pieces); }

private:
    void write(std::string_view text, bool fromTemplate);

    std::vector<PromptPiece> m_pieces;
};

/// All pieces joined: the text that the reference's template prints.
std::string joined(const std::vector<PromptPiece>& pieces);

} // namespace prunescope::model
