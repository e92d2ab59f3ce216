#include "model/train/answer_numbers.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace prunescope::model::train {

namespace {

constexpr std::array<std::string_view, 2> kKeys{"bbox_2d", "point_2d"};

bool isDigit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// May it stand beside a whole number?
bool isSeparator(char letter) {
    return std::string_view(" \t\r\n,[]").find(letter) != std::string_view::npos;
}

/// Calls `visit` with begin and end of every whole number in the list that begins at `open`, inner lists included.
template <typename Visit>
void visitNumbers(std::string_view text, std::size_t open, const Visit& visit) {
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        depth += text[at] == '[' ? 1 : text[at] == ']' ? -1 : 0;
        if (depth == 0)
            return;
        if (!isDigit(text[at]) || !isSeparator(text[at - 1]))
            continue;
        const std::size_t begin = at;
        while (at + 1 < text.size() && isDigit(text[at + 1]))
            ++at;
        if (at + 1 == text.size() || isSeparator(text[at + 1]))
            visit(begin, at + 1);
    }
}

/// Calls `visit` for every coordinate of the text.
template <typename Visit>
void visitCoordinates(std::string_view text, const Visit& visit) {
    for (const std::string_view key : kKeys)
        for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + key.size())) {
            const std::size_t open = text.find_first_not_of("\"': \t\r\n", at + key.size());
            if (open != std::string_view::npos && text[open] == '[')
                visitNumbers(text, open, visit);
        }
}

} // namespace

std::vector<bool> coordinateTokens(const BpeTokenizer& tokenizer, const std::vector<std::int64_t>& answer) {
    std::string text; // of the tokens, not of who wrote them: characters may have been normalised
    std::vector<std::size_t> begins;
    for (const std::int64_t id : answer) {
        begins.push_back(text.size());
        text += tokenizer.bytes(id);
    }
    begins.push_back(text.size());
    std::vector<bool> coordinates(answer.size(), false);
    visitCoordinates(text, [&](std::size_t begin, std::size_t end) {
        const auto token = std::lower_bound(begins.begin(), begins.end(), begin);
        if (token != begins.end() && *token == begin && token + 1 != begins.end() && *(token + 1) == end)
            coordinates[static_cast<std::size_t>(token - begins.begin())] = true;
    });
    return coordinates;
}

} // namespace prunescope::model::train
