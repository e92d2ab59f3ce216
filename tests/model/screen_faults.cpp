#include "tests/model/screen_faults.h"

#include "model/tokenizer/answer_parser.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

using namespace prunescope::model;

namespace prunescope::test {

namespace {

constexpr int kLeastContrast = 70; ///< of a text, in levels of brightness

bool isInside(PixelRect inner, PixelRect outer) {
    return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
           inner.bottom() <= outer.bottom();
}

bool overlap(PixelRect a, PixelRect b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

int brightness(const std::uint8_t* pixel) {
    return (pixel[0] * 30 + pixel[1] * 59 + pixel[2] * 11) / 100;
}

/// Brightest less darkest pixel.
int contrast(const Picture& picture, PixelRect box) {
    int darkest = 255, brightest = 0;
    for (int y = box.y; y < box.bottom(); ++y)
        for (int x = box.x; x < box.right(); ++x) {
            const int here = brightness(picture.row(y) + static_cast<std::ptrdiff_t>(x) * 3);
            darkest = std::min(darkest, here);
            brightest = std::max(brightest, here);
        }
    return brightest - darkest;
}

/// What is wrong with the boxes, or nothing.
std::string faultOfElements(const Screen& screen) {
    const PixelRect whole{0, 0, screen.picture.width(), screen.picture.height()};
    for (const ScreenElement& element : screen.elements) {
        if (element.box.empty() || !isInside(element.box, whole))
            return "the box of " + element.text;
        if (element.text.empty() || (element.kind == ElementKind::Field && !element.value))
            return "an element without text or value";
        if (contrast(screen.picture, element.box) < kLeastContrast)
            return element.text + " can't be seen";
    }
    return {};
}

std::string faultOfRuns(const Screen& screen) {
    const PixelRect whole{0, 0, screen.picture.width(), screen.picture.height()};
    for (std::size_t i = 0; i < screen.runs.size(); ++i) {
        const TextRun& run = screen.runs[i];
        if (run.ink.empty() || !isInside(run.ink, whole) || !isInside(run.box, whole))
            return "the box of the run " + run.text;
        if (contrast(screen.picture, run.ink) < kLeastContrast)
            return run.text + " can't be read";
        for (std::size_t k = 0; k < i; ++k)
            if (overlap(run.ink, screen.runs[k].ink))
                return run.text + " over " + screen.runs[k].text;
    }
    return {};
}

std::string faultOfCharacters(const Screen& screen) {
    std::vector<std::string> read(screen.runs.size());
    for (const DrawnCharacter& character : screen.characters) {
        const TextRun& run = screen.runs.at(static_cast<std::size_t>(character.run));
        const auto& ink = run.ink;
        if (character.x < static_cast<float>(ink.x) - 2 || character.x > static_cast<float>(ink.right()) + 2 ||
            character.y < static_cast<float>(ink.y) || character.y > static_cast<float>(ink.bottom()))
            return "a character outside of " + run.text;
        if (character.code < 32 || character.code > 126)
            return "a character that is not printable";
        std::string& text = read[static_cast<std::size_t>(character.run)];
        if (character.index != static_cast<std::int32_t>(text.size()))
            return "the order of the characters of " + run.text;
        text += static_cast<char>(character.code);
    }
    for (std::size_t i = 0; i < read.size(); ++i)
        if (read[i] != screen.runs[i].text)
            return "the characters of " + screen.runs[i].text;
    return {};
}

/// An element's texts are to be read somewhere in its box, but for a field's label.
std::string faultOfTexts(const Screen& screen) {
    for (const ScreenElement& element : screen.elements) {
        const std::string text = element.value.value_or(element.text);
        const bool drawn = std::ranges::any_of(
            screen.runs, [&](const TextRun& run) { return run.text == text && isInside(run.ink, element.box); });
        if (!drawn)
            return text + " is not drawn in its box";
    }
    return {};
}

/// How often a text is seen, whatever its case and with or without a colon.
int timesSeen(const Screen& screen, const std::string& text) {
    return static_cast<int>(std::ranges::count_if(screen.runs, [&](const TextRun& run) {
        return lowered(run.text) == lowered(text) || lowered(run.text) == lowered(text) + ":";
    }));
}

/// Between the first pair of quotes.
std::string quotedPart(const std::string& question) {
    const std::size_t begin = question.find('"') + 1;
    return question.substr(begin, question.find('"', begin) - begin);
}

std::vector<const ScreenElement*> elementsAt(const Screen& screen, PixelRect box) {
    std::vector<const ScreenElement*> found;
    for (const ScreenElement& element : screen.elements)
        if (element.box == box)
            found.push_back(&element);
    return found;
}

std::string faultOfBox(const std::string& answer, PixelRect box, Size size) {
    const auto regions = parseRegions(answer, {{0, 0, size.width, size.height}, size}).regions;
    if (regions.size() != 1 || regions[0].kind != Region::Kind::Box)
        return "no box in " + answer;
    const double expected[] = {double(box.x), double(box.y), double(box.right()), double(box.bottom())};
    for (std::size_t i = 0; i < 4; ++i)
        if (std::abs(regions[0].px[i] - expected[i]) > 0.0006 * (i % 2 == 0 ? size.width : size.height))
            return answer + " is off";
    return {};
}

std::string faultOfCount(const Screen& screen, const ScreenQuestion& question) {
    const std::map<std::string, ElementKind> kinds{{"buttons", ElementKind::Button},
                                                   {"check boxes", ElementKind::CheckBox},
                                                   {"tabs", ElementKind::Tab},
                                                   {"sidebar items", ElementKind::SidebarItem},
                                                   {"menus", ElementKind::Menu}};
    for (const auto& [plural, kind] : kinds)
        if (question.question.find(plural) != std::string::npos) {
            const auto count = std::ranges::count(screen.elements, kind, &ScreenElement::kind);
            return std::to_string(count) == question.answer ? "" : question.question + " " + question.answer;
        }
    return question.question;
}

} // namespace

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

ScreenOptions wideScreens() {
    ScreenOptions options;
    options.sizes = {{224, 160}, {384, 256}, {640, 384}, {1280, 736}, {1920, 1088}};
    options.fontPx = {11, 12, 13, 14, 15, 16, 18, 20, 24, 28, 32};
    options.faces = 10;
    options.words = 448;
    return options;
}

void addScreenRows() {
    QTest::addColumn<ScreenOptions>("options");
    QTest::addColumn<int>("seeds");
    QTest::newRow("narrow") << ScreenOptions() << 500;
    QTest::newRow("wide") << wideScreens() << 1000;
    for (const Size size : wideScreens().sizes)
        for (const int px : {11, 16, 32}) {
            ScreenOptions options = wideScreens();
            options.sizes = {size};
            options.fontPx = {px};
            QTest::addRow("%dx%d, %d px", size.width, size.height, px) << options << 100;
        }
    ScreenOptions fewWords;
    fewWords.words = 20;
    fewWords.sizes = {{1920, 1088}};
    QTest::newRow("few words on a large screen") << fewWords << 50;
    ScreenOptions odd = wideScreens();
    odd.sizes = {{160, 160}, {160, 1088}, {4096, 160}, {4096, 4096}};
    QTest::newRow("odd sizes") << odd << 60;
}

std::string faultOf(const Screen& screen) {
    for (const auto check : {faultOfElements, faultOfRuns, faultOfCharacters, faultOfTexts})
        if (std::string found = check(screen); !found.empty())
            return found;
    return {};
}

std::string faultOf(const Screen& screen, const ScreenQuestion& question) {
    if (question.task == ScreenTask::Count)
        return faultOfCount(screen, question);
    const auto elements = elementsAt(screen, question.box);
    if (elements.size() != 1)
        return question.question + " is about several elements";
    const ScreenElement& element = *elements.front();
    const std::string text = element.value.value_or(element.text);
    const std::string expected = question.task == ScreenTask::Checked ? (*element.checked ? "yes" : "no") : text;
    switch (question.task) {
    case ScreenTask::Locate:
        if (timesSeen(screen, quotedPart(question.question)) != 1)
            return question.question + " has no single answer";
        return faultOfBox(question.answer, question.box, screen.picture.size());
    case ScreenTask::Value:
    case ScreenTask::Checked:
        if (timesSeen(screen, quotedPart(question.question)) != 1)
            return question.question + " has no single answer";
        break;
    case ScreenTask::Cell:
        if (std::ranges::count_if(screen.elements, [&](const ScreenElement& other) {
                return lowered(other.row) == lowered(element.row) && lowered(other.column) == lowered(element.column);
            }) != 1)
            return question.question + " has no single answer";
        break;
    default:
        break;
    }
    return question.answer == expected ? "" : question.question + " " + question.answer;
}

} // namespace prunescope::test
