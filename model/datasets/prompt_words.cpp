#include "model/datasets/prompt_words.h"

#include "model/datasets/page_prompt.h"

#include <algorithm>
#include <charconv>

namespace prunescope::model {

namespace {

constexpr std::string_view kMark = "<image ";

std::vector<Message> userTurn(const std::string& system, std::vector<Part> parts) {
    std::vector<Message> messages;
    if (!system.empty())
        messages.push_back({"system", {Part::ofText(system)}});
    messages.push_back({"user", std::move(parts)});
    return messages;
}

/// The number of `<image n>` at the beginning of a text, and how long the mark is; 0, 0: none.
std::pair<std::size_t, std::size_t> markAt(std::string_view text) {
    std::size_t number = 0;
    if (!text.starts_with(kMark))
        return {};
    const char* begin = text.data() + kMark.size();
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() + text.size() || *end != '>')
        return {};
    return {number, static_cast<std::size_t>(end - text.data()) + 1};
}

Part pictureNumber(std::size_t number) {
    Part part = Part::ofImage();
    part.text = std::to_string(number); // read by shownPictures; templates write no text for a picture
    return part;
}

void addText(std::vector<Part>& parts, std::string_view text) {
    if (!text.empty())
        parts.push_back(Part::ofText(std::string(text)));
}

} // namespace

SetKind kindOf(const AskedQuestion& asked, const SetRule* rule) {
    if (rule)
        return rule->kind;
    if (asked.task == kChoiceTask)
        return SetKind::Choice;
    if (asked.task == kYesNoTask)
        return SetKind::YesNo;
    if (asked.task == kLocateTask)
        return SetKind::Place;
    return asked.task == kPageTask ? SetKind::Page : SetKind::Words;
}

bool isAnyOf(const SetRule* rule, std::initializer_list<std::string_view> names) {
    return rule && std::ranges::any_of(names, [&](std::string_view name) { return rule->name.starts_with(name); });
}

bool showsOptions(const AskedQuestion& asked) {
    return !asked.options.empty() && !asked.open;
}

std::string optionLines(const AskedQuestion& asked) {
    std::string lines;
    for (const ChoiceOption& option : asked.options)
        lines += (lines.empty() ? "" : "\n") + std::string(1, option.letter) + ". " + option.text;
    return lines;
}

std::string choiceHead(const AskedQuestion& asked) {
    const std::string hint = asked.hint.empty() ? "" : "Hint: " + asked.hint + "\n";
    const std::string options = showsOptions(asked) ? "Options:\n" + optionLines(asked) + "\n" : "";
    return hint + "Question: " + asked.question + "\n" + options;
}

bool hasChinese(std::string_view text) {
    // U+4E00 to U+9FFF, which UTF-8 writes from E4 B8 80 to E9 BF BF.
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]), second = static_cast<unsigned char>(text[i + 1]);
        if ((first == 0xe4 && second >= 0xb8) || (first > 0xe4 && first <= 0xe9))
            return true;
    }
    return false;
}

std::string withoutEnd(std::string text) {
    text.erase(text.find_last_not_of(" \t\r\n\v\f") + 1);
    return text;
}

std::vector<Message> askAfterPictures(const std::string& system, std::size_t pictures, const std::string& text) {
    std::vector<Part> parts(pictures, Part::ofImage());
    addText(parts, text);
    return userTurn(system, std::move(parts));
}

std::vector<Message> askAtMarks(const std::string& system, std::size_t pictures, const std::string& text) {
    std::vector<Part> parts;
    std::size_t begin = 0;
    bool any = false;
    for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
        const auto [number, length] = markAt(std::string_view(text).substr(at));
        if (number == 0 || number > pictures)
            continue;
        addText(parts, std::string_view(text).substr(begin, at - begin));
        parts.push_back(pictureNumber(number));
        begin = at + length;
        any = true;
    }
    if (!any)
        return askAfterPictures(system, pictures, text);
    addText(parts, std::string_view(text).substr(begin));
    return userTurn(system, std::move(parts));
}

} // namespace prunescope::model
