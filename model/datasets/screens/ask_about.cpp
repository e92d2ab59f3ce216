#include "model/datasets/screens/ask_about.h"

#include "core/base/error.h"
#include "model/datasets/screens/ascii_case.h"
#include "model/datasets/screens/xoshiro256.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace prunescope::model {

namespace {

constexpr std::size_t kLongestAsked = 24; ///< characters; longer texts are neither searched for nor read
constexpr double kCountShare = 0.3;       ///< of screens of which something is counted, if it can be

/// round(1000 * part / whole), of whole numbers.
int permille(int part, int whole) {
    return std::clamp((2000 * part + whole) / (2 * whole), 0, 1000);
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

/// What the elements of one screen can be asked.
class Asker {
public:
    Asker(const Screen& screen, Xoshiro256& random);

    std::vector<ScreenQuestion> draw(int count);

private:
    bool isUnique(const std::string& text) const;
    bool isUniqueCell(const ScreenElement& element) const;
    std::string readText(const ScreenElement& element) const { return element.value.value_or(element.text); }
    bool canAsk(const ScreenElement& element, ScreenTask task) const;
    const ScreenElement* take(ScreenTask task, std::vector<const ScreenElement*>& rest) const;
    std::optional<ScreenQuestion> askOneOf(std::vector<const ScreenElement*>& rest);
    std::string phrased(const std::string& usual, const std::string& other) {
        return m_random.chance(0.7) ? usual : other;
    }
    ScreenQuestion ask(const ScreenElement& element, ScreenTask task);
    std::string questionText(const ScreenElement& element, ScreenTask task);
    std::string answerText(const ScreenElement& element, ScreenTask task) const;
    std::optional<ScreenQuestion> askCount();

    const Screen& m_screen;
    Xoshiro256& m_random;
    std::unordered_map<std::string, int> m_texts; // how often each is seen, in lower case and without a colon
    std::map<std::pair<std::string, std::string>, int> m_cells;
};

Asker::Asker(const Screen& screen, Xoshiro256& random) : m_screen(screen), m_random(random) {
    for (const TextRun& run : screen.runs) {
        std::string text = lowered(run.text);
        if (text.ends_with(':'))
            text.pop_back();
        ++m_texts[text];
    }
    for (const ScreenElement& element : screen.elements)
        if (element.kind == ElementKind::Cell && !element.row.empty())
            ++m_cells[{lowered(element.row), lowered(element.column)}];
}

bool Asker::isUnique(const std::string& text) const {
    const auto found = m_texts.find(lowered(text));
    return found != m_texts.end() && found->second == 1;
}

bool Asker::isUniqueCell(const ScreenElement& element) const {
    if (element.kind != ElementKind::Cell || element.row.empty() || element.row == element.text)
        return false;
    return m_cells.at({lowered(element.row), lowered(element.column)}) == 1;
}

bool Asker::canAsk(const ScreenElement& element, ScreenTask task) const {
    switch (task) {
    case ScreenTask::Locate:
        return element.text.size() <= kLongestAsked && isUnique(element.text);
    case ScreenTask::Read:
        return element.kind != ElementKind::CheckBox && readText(element).size() <= kLongestAsked;
    case ScreenTask::Value:
        return element.kind == ElementKind::Field && isUnique(element.text);
    case ScreenTask::Checked:
        return element.kind == ElementKind::CheckBox && isUnique(element.text);
    case ScreenTask::Title:
        return element.kind == ElementKind::WindowTitle || element.kind == ElementKind::Title ||
               element.kind == ElementKind::Dialog;
    case ScreenTask::Cell:
        return isUniqueCell(element);
    case ScreenTask::Count:
        return false;
    }
    return false;
}

/// The next element that can be asked it, which leaves `rest`.
const ScreenElement* Asker::take(ScreenTask task, std::vector<const ScreenElement*>& rest) const {
    const auto found = std::ranges::find_if(rest, [&](const ScreenElement* one) { return canAsk(*one, task); });
    if (found == rest.end())
        return nullptr;
    const ScreenElement* element = *found;
    rest.erase(found);
    return element;
}

std::string Asker::questionText(const ScreenElement& element, ScreenTask task) {
    const std::string name = quoted(element.text);
    switch (task) {
    case ScreenTask::Locate:
        return phrased("Where is " + name + "?", "Locate " + name + ".");
    case ScreenTask::Read: {
        const std::string box = boxText(element.box, m_screen.picture.size());
        return phrased("What is written at " + box + "?", "Read the text at " + box + ".");
    }
    case ScreenTask::Value:
        return phrased("What is the value of " + name + "?", "What is entered in " + name + "?");
    case ScreenTask::Checked:
        return phrased("Is " + name + " checked?", "Is " + name + " ticked?");
    case ScreenTask::Title: {
        const std::string what = element.kind == ElementKind::Title    ? "document"
                                 : element.kind == ElementKind::Dialog ? "dialog"
                                                                       : "window";
        return phrased("What is the " + what + " title?", "What is the title of the " + what + "?");
    }
    case ScreenTask::Cell: {
        const std::string column = quoted(element.column), row = quoted(element.row);
        return phrased("What is " + column + " of " + row + "?", "What does " + row + " have as " + column + "?");
    }
    case ScreenTask::Count:
        break;
    }
    throw Error(ErrorKind::Internal, "internal error: a count is not about one element");
}

std::string Asker::answerText(const ScreenElement& element, ScreenTask task) const {
    if (task == ScreenTask::Locate)
        return "{\"bbox_2d\": " + boxText(element.box, m_screen.picture.size()) + "}";
    if (task == ScreenTask::Checked)
        return *element.checked ? "yes" : "no";
    return task == ScreenTask::Title ? element.text : readText(element);
}

ScreenQuestion Asker::ask(const ScreenElement& element, ScreenTask task) {
    std::string question = questionText(element, task);
    return {task, std::move(question), answerText(element, task), element.box};
}

/// Of a kind that is there, and of which there can be no doubt what belongs to it.
std::optional<ScreenQuestion> Asker::askCount() {
    struct Counted {
        ElementKind kind;
        const char* plural;
        int count;
    };
    std::array<Counted, 5> kinds{{{ElementKind::Button, "buttons", 0},
                                  {ElementKind::CheckBox, "check boxes", 0},
                                  {ElementKind::Tab, "tabs", 0},
                                  {ElementKind::SidebarItem, "sidebar items", 0},
                                  {ElementKind::Menu, "menus", 0}}};
    bool toolButtons = false;
    for (const ScreenElement& element : m_screen.elements) {
        toolButtons = toolButtons || element.kind == ElementKind::ToolButton;
        for (Counted& counted : kinds)
            counted.count += element.kind == counted.kind;
    }
    if (toolButtons) // they are buttons, too
        kinds[0].count = 0;
    const Counted& chosen = m_random.pick(kinds);
    if (chosen.count == 0)
        return std::nullopt;
    const std::string plural = chosen.plural;
    std::string question = phrased("How many " + plural + " are there?", "Count the " + plural + ".");
    return ScreenQuestion{ScreenTask::Count, std::move(question), std::to_string(chosen.count), {}};
}

/// A drawn task, or the next one that something left can be asked: often, then, locating or reading.
std::optional<ScreenQuestion> Asker::askOneOf(std::vector<const ScreenElement*>& rest) {
    using enum ScreenTask;
    static constexpr std::array kShares{Cell,    Cell,   Cell,   Cell,   Read,  Read,  Read,  Title, Checked, Checked,
                                        Checked, Locate, Locate, Locate, Value, Value, Value, Value, Value,   Value};
    const int first = m_random.below(static_cast<int>(kShares.size()));
    for (std::size_t i = 0; i < kShares.size(); ++i) {
        const ScreenTask task = kShares[(static_cast<std::size_t>(first) + i) % kShares.size()];
        if (const ScreenElement* element = take(task, rest))
            return ask(*element, task);
    }
    return std::nullopt;
}

std::vector<ScreenQuestion> Asker::draw(int count) {
    std::vector<const ScreenElement*> rest;
    for (const ScreenElement& element : m_screen.elements)
        rest.push_back(&element);
    for (std::size_t i = rest.size(); i > 1; --i)
        std::swap(rest[i - 1], rest[static_cast<std::size_t>(m_random.below(static_cast<int>(i)))]);
    std::vector<ScreenQuestion> questions;
    if (count > 0 && m_random.chance(kCountShare))
        if (auto question = askCount())
            questions.push_back(std::move(*question));
    while (static_cast<int>(questions.size()) < count) {
        auto question = askOneOf(rest);
        if (!question)
            break;
        questions.push_back(std::move(*question));
    }
    return questions;
}

} // namespace

const char* toText(ScreenTask task) {
    switch (task) {
    case ScreenTask::Locate:
        return "locate";
    case ScreenTask::Read:
        return "read";
    case ScreenTask::Value:
        return "value";
    case ScreenTask::Checked:
        return "checked";
    case ScreenTask::Title:
        return "title";
    case ScreenTask::Cell:
        return "cell";
    case ScreenTask::Count:
        return "count";
    }
    throw Error(ErrorKind::Internal, "internal error: no such task");
}

std::string boxText(PixelRect box, Size picture) {
    std::string text = "[" + std::to_string(permille(box.x, picture.width));
    text += ", " + std::to_string(permille(box.y, picture.height));
    text += ", " + std::to_string(permille(box.right(), picture.width));
    return text + ", " + std::to_string(permille(box.bottom(), picture.height)) + "]";
}

std::vector<ScreenQuestion> askAbout(const Screen& screen, std::uint64_t seed, int count) {
    Xoshiro256 random(seed ^ 0x5175657374696f6eu); // not the stream that drew the screen
    return Asker(screen, random).draw(count);
}

} // namespace prunescope::model
