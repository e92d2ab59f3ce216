#include "model/values/prompt_view.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

using nlohmann::json;

const char* nameOf(PromptView::Piece::Source source) {
    switch (source) {
    case PromptView::Piece::Source::People:
        return "people";
    case PromptView::Piece::Source::Image:
        return "image";
    case PromptView::Piece::Source::Template:
        break;
    }
    return "template";
}

// Characters ----------------------------------------------------------------------------------------------------------

/// A character at the beginning of some bytes.
struct Character {
    std::size_t length = 0; ///< in bytes; 0: no whole character stands there
    char32_t code = 0;
};

/// Bytes that a character has whose first byte is this; 0: none begins so.
std::size_t lengthOf(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/// Whether UTF-8 writes this character with so many bytes.
bool isWritten(char32_t code, std::size_t length) {
    constexpr char32_t kLeast[]{0, 0, 0x80, 0x800, 0x10000};
    return code >= kLeast[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

Character firstOf(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes.front());
    const std::size_t length = lengthOf(first);
    if (length == 0 || length > bytes.size())
        return {};
    char32_t code = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(bytes[i]);
        if ((next & 0xc0) != 0x80)
            return {};
        code = code << 6 | (next & 0x3fU);
    }
    return isWritten(code, length) ? Character{length, code} : Character{};
}

/// Characters that nobody sees, or that change how those around them are seen.
bool isInvisible(char32_t code) {
    constexpr std::pair<char32_t, char32_t> kRanges[]{
        {0, 0x1f},        {0x7f, 0xa0},     {0xad, 0xad},     {0x61c, 0x61c},   {0x115f, 0x1160},
        {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
        {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff}};
    return std::ranges::any_of(kRanges, [code](const auto& r) { return code >= r.first && code <= r.second; });
}

std::string hex(const char* format, unsigned value) {
    char text[16];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string escaped(char32_t code) {
    switch (code) {
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\\':
        return "\\\\";
    default:
        return hex(code > 0xffff ? "\\U%08x" : "\\u%04x", static_cast<unsigned>(code));
    }
}

// JSON ----------------------------------------------------------------------------------------------------------------

json toJson(const PromptView::Piece& piece) {
    json object{{"source", nameOf(piece.source)}, {"text", piece.text}};
    if (piece.image >= 0)
        object["image"] = piece.image;
    return object;
}

json toJson(const PromptView::Token& token) {
    json object{{"id", token.id}, {"text", token.text}, {"position", token.position}, {"kept", nullptr}};
    if (token.isKept())
        object["kept"] = token.kept;
    if (token.image >= 0) {
        object["image"] = token.image;
        object["block"] = token.block;
    }
    return object;
}

json toJson(const PromptView::Image& image) {
    const MaskReport& report = image.report;
    const Size size = image.grid().size();
    return {{"image", report.image},
            {"width", report.original.width},
            {"height", report.original.height},
            {"resized", {size.width, size.height}},
            {"rows", image.grid().rows},
            {"cols", image.grid().cols},
            {"blocks", image.grid().count()},
            {"blocks_full", image.allBlocks},
            {"kept", image.keptBlocks()},
            {"mask", report.mask.toBase64()},
            {"first_token", image.firstToken}};
}

template <typename List>
json listOf(const List& list) {
    json objects = json::array();
    for (const auto& item : list)
        objects.push_back(toJson(item));
    return objects;
}

} // namespace

std::vector<std::int64_t> PromptView::fullIds() const {
    std::vector<std::int64_t> all;
    for (const Token& token : tokens)
        all.push_back(token.id);
    return all;
}

std::vector<std::int64_t> PromptView::ids() const {
    std::vector<std::int64_t> kept;
    for (const Token& token : tokens)
        if (token.isKept())
            kept.push_back(token.id);
    return kept;
}

std::string PromptView::text() const {
    std::string joined;
    for (const Piece& piece : pieces)
        joined += piece.text;
    return joined;
}

bool PromptView::hasGridPositions() const {
    return std::ranges::any_of(tokens, [](const Token& token) {
        return token.isKept() && (token.position[1] != token.position[0] || token.position[2] != token.position[0]);
    });
}

std::string displayText(std::string_view bytes) {
    std::string shown;
    while (!bytes.empty()) {
        const auto [length, code] = firstOf(bytes);
        if (length == 0)
            shown += hex("\\x%02x", static_cast<unsigned char>(bytes.front()));
        else if (code == '\\' || isInvisible(code))
            shown += escaped(code);
        else
            shown += bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::string keptOfAll(const PromptView::Image& image) {
    return std::to_string(image.keptBlocks()) + " of " + std::to_string(image.allBlocks);
}

nlohmann::json toJson(const PromptView& view) {
    return {{"model", view.model},
            {"chat_template", view.chatTemplate.empty() ? nlohmann::json() : nlohmann::json(view.chatTemplate)},
            {"plan", view.plan},
            {"place", view.place},
            {"later", view.later},
            {"prompt_tokens", view.promptTokens},
            {"prompt_tokens_full", view.promptTokensFull},
            {"next_position", view.nextPosition},
            {"text", view.text()},
            {"pieces", listOf(view.pieces)},
            {"token_ids", view.ids()},
            {"token_ids_full", view.fullIds()},
            {"tokens", listOf(view.tokens)},
            {"images", listOf(view.images)}};
}

} // namespace prunescope::model
