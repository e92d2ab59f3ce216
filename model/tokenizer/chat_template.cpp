#include "model/tokenizer/chat_template.h"

namespace prunescope::model {

void PromptWriter::write(std::string_view text, bool fromTemplate) {
    if (text.empty())
        return;
    if (m_pieces.empty() || m_pieces.back().opensAnswer || m_pieces.back().fromTemplate != fromTemplate)
        m_pieces.push_back({{}, fromTemplate});
    m_pieces.back().text += text;
}

std::string joined(const std::vector<PromptPiece>& pieces) {
    std::string text;
    for (const PromptPiece& piece : pieces)
        text += piece.text;
    return text;
}

} // namespace prunescope::model
