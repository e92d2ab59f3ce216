#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Tokens that are cut out of a text before anything else looks at it. Inner part of BpeTokenizer.
class AddedTokens {
public:
    /// `content` is not empty.
    void add(std::string content, std::int64_t id) {
        auto& group = m_byFirst[static_cast<unsigned char>(content.front())];
        const auto shorter = [](const Token& a, const Token& b) { return a.content.size() > b.content.size(); };
        Token token{std::move(content), id};
        group.insert(std::upper_bound(group.begin(), group.end(), token, shorter), std::move(token));
    }

    /// Calls `onText(text)` and `onToken(id)` for the parts of `text` in order: the longest token wherever one begins,
    /// and the text between them.
    template <typename OnText, typename OnToken>
    void cut(std::string_view text, const OnText& onText, const OnToken& onToken) const {
        std::size_t done = 0;
        for (std::size_t i = 0; i < text.size();) {
            const Token* token = startOf(text.substr(i));
            if (!token) {
                ++i;
                continue;
            }
            if (i > done)
                onText(text.substr(done, i - done));
            onToken(token->id);
            i += token->content.size();
            done = i;
        }
        if (done < text.size())
            onText(text.substr(done));
    }

private:
    struct Token {
        std::string content;
        std::int64_t id = 0;
    };

    const Token* startOf(std::string_view text) const {
        for (const Token& token : m_byFirst[static_cast<unsigned char>(text.front())])
            if (text.starts_with(token.content))
                return &token;
        return nullptr;
    }

    std::array<std::vector<Token>, 256> m_byFirst; ///< by first byte, the longest first
};

} // namespace prunescope::model
