#pragma once

#include "model/families/family.h"
#include "model/families/model_texts.h"
#include "model/families/thinking.h"
#include "model/jinja/template.h"

#include <map>
#include <optional>

namespace prunescope::model {

/// Whether a prompt ends inside a thought, which the model goes on with.
bool opensThought(const std::vector<PromptPiece>& prompt);

/// How a model is talked to: by its own chat template where it has one that can be read and that has a place for
/// pictures, else by its family's. Immutable; any thread.
class Chat {
public:
    /// Tries the templates out. What stands against one is a note, not an error.
    Chat(const FamilyEntry& family, const ModelTexts& texts);

    Thinking thinking() const { return m_thinking; }
    /// Where the template comes from: its file; empty for the family's.
    const std::string& source() const { return m_source; }
    const std::vector<std::string>& notes() const { return m_notes; }

    /// The prompt of a conversation. A picture is a single pad. What opens the answer is the last piece, where that can
    /// be told. Throws Error(BadInput) for messages that the template refuses or has no place for, Error(BadFile) or
    /// Error(Unsupported) for what goes wrong in the template.
    std::vector<PromptPiece> render(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                    const ChatOptions& options) const;

private:
    /// A template, and by role whether it takes the content of a message as a list of parts or as a text.
    struct Own {
        jinja::Template code;
        std::map<std::string, bool, std::less<>> takesParts;
    };

    std::optional<Own> tryOut(const ChatTemplateText& text);
    void findThinking();
    std::vector<jinja::MarkedPiece> run(const Own& own, const std::vector<Message>& messages,
                                        const nlohmann::ordered_json& tools, const ChatOptions& options,
                                        bool opens) const;
    const Own* chosen(const nlohmann::ordered_json& tools) const;

    const FamilyEntry& m_family;
    nlohmann::ordered_json m_specialTokens;
    std::optional<Own> m_own, m_forTools;
    std::string m_source;
    Thinking m_thinking = Thinking::Never;
    std::vector<std::string> m_notes;
};

} // namespace prunescope::model
