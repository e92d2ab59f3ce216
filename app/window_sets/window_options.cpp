#include "app/window_sets/window_options.h"

#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/screens/screen_limits.h"

#include <functional>

namespace prunescope::app {

namespace {

constexpr int kMostWindows = 1'000'000;
constexpr Range<double> kScales{0.5, 4};

/// "a,b" -> {"a", "b"}; empty parts stay.
std::vector<std::string> commaParts(const std::string& text) {
    std::vector<std::string> parts{""};
    for (const char c : text)
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

int side(const std::string& text) {
    return static_cast<int>(parseInteger("--size", text, {model::kLeastScreenSide, model::kMostScreenSide}));
}

Size parseSize(const std::string& text) {
    const std::size_t cross = text.find('x');
    if (cross == std::string::npos)
        throw Error(ErrorKind::Usage, "--size: found " + inQuotes(text) + ", expected WxH, as 640x384");
    const int width = side(text.substr(0, cross));
    return {width, side(text.substr(cross + 1))};
}

std::string textOf(Size size) {
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

/// An option that takes a list with commas.
template <typename Item>
void addList(OptionTable& table, const char* name, const char* valueName, std::vector<Item>& target,
             std::function<Item(const std::string&)> parse, std::function<std::string(const Item&)> toText,
             const char* help) {
    std::vector<std::string> fallback;
    for (const Item& item : target)
        fallback.push_back(toText(item));
    table.add({name,
               valueName,
               help,
               join(fallback, ","),
               [&target, parse = std::move(parse)](const std::string& text) {
                   target.clear();
                   for (const std::string& part : commaParts(text))
                       target.push_back(parse(part));
               },
               {}});
}

} // namespace

WindowOptions::WindowOptions()
    : words(model::mostScreenWords()), sizes{{384, 256}, {512, 320}, {640, 384}, {640, 480}, {800, 512}, {960, 640}} {}

void addWindowOptions(OptionTable& table, WindowOptions& options) {
    table.startGroup("Windows");
    table.addInteger("--count", "N", options.count, {1, kMostWindows}, "how many");
    table.add({"--seed",
               "N",
               "of the first window, the next ones have the next numbers",
               std::to_string(options.seed),
               [&options](const std::string& text) { options.seed = parseUnsigned("--seed", text); },
               {}});
    addList<Size>(table, "--size", "WxH,...", options.sizes, parseSize, textOf, "pictures' sizes to draw from, pixels");
    addList<double>(
        table, "--scale", "S,...", options.scales,
        [](const std::string& text) { return parseNumber("--scale", text, kScales); }, shortNumber,
        "scale factors of the screen to draw from");
    const auto itself = [](const std::string& text) { return text; };
    addList<std::string>(table, "--style", "NAME,...", options.styles, itself, itself, "Qt's styles to draw from");
    addList<std::string>(table, "--font", "NAME,...", options.fonts, itself, itself,
                         "families to draw from; without it the usual ones that this machine has");
    table.addInteger("--words", "N", options.words, {model::kLeastScreenWords, model::mostScreenWords()},
                     "use the first N words that drawn screens have");
    table.addInteger("--questions", "N", options.questions, {1, 1000}, "most questions about a window");
}

} // namespace prunescope::app
