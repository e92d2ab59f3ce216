#include "model/scores/page_tests.h"

#include "core/base/error.h"
#include "model/scores/edit_distance.h"
#include "model/scores/page_tables.h"
#include "model/scores/page_text.h"
#include "model/scores/python_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace prunescope {

namespace {

using nlohmann::json;

std::u32string textAt(const json& test, const char* key) {
    const auto found = test.find(key);
    return found != test.end() && found->is_string() ? codePoints(found->get<std::string>()) : std::u32string();
}

/// A count, which is nothing where it is null, 0 or no number.
std::optional<std::size_t> countAt(const json& test, const char* key) {
    const auto found = test.find(key);
    const bool isCount = found != test.end() && found->is_number_integer() && found->get<std::int64_t>() > 0;
    return isCount ? std::optional(found->get<std::size_t>()) : std::nullopt;
}

bool flagAt(const json& test, const char* key, bool otherwise) {
    const auto found = test.find(key);
    return found != test.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

/// The likeness that a text of this length needs when so many of its characters may differ.
double neededLikeness(std::size_t length, std::size_t differences) {
    return 1.0 - static_cast<double>(differences) / static_cast<double>(std::max(length, std::size_t{1}));
}

std::u32string partOf(std::u32string_view page, std::optional<std::size_t> first, std::optional<std::size_t> last) {
    std::u32string part(first || !last ? page.substr(0, first.value_or(page.size())) : std::u32string_view());
    if (last)
        part.append(page.substr(page.size() - std::min(*last, page.size())));
    return part;
}

bool passesPresence(const json& test, std::u32string_view page, bool wanted) {
    std::u32string text = pageText(textAt(test, "text"));
    std::u32string whole = pageText(page);
    if (stripped(text).empty())
        return false;
    if (!flagAt(test, "case_sensitive", true)) {
        text = lowerCase(text);
        whole = lowerCase(whole);
    }
    const double needed = neededLikeness(text.size(), countAt(test, "max_diffs").value_or(0));
    const std::u32string part = partOf(whole, countAt(test, "first_n"), countAt(test, "last_n"));
    return (partLikeness(text, part) >= needed) == wanted;
}

bool passesOrder(const json& test, std::u32string_view page) {
    const std::u32string before = pageText(textAt(test, "before"));
    const std::u32string after = pageText(textAt(test, "after"));
    const std::size_t most = countAt(test, "max_diffs").value_or(0);
    const bool isTest =
        !stripped(before).empty() && !stripped(after).empty() && most <= before.size() / 2 && most <= after.size() / 2;
    if (!isTest)
        return false;
    const std::u32string text = pageText(page);
    const std::vector<std::size_t> first = nearMatches(before, text, most);
    const std::vector<std::size_t> second = nearMatches(after, text, most);
    return !first.empty() && !second.empty() && std::ranges::min(first) < std::ranges::max(second);
}

/// What a table test asks of the tables of a page.
class TableTest {
public:
    explicit TableTest(const json& test)
        : m_cell(pageText(textAt(test, "cell"))), m_top(pageText(textAt(test, "top_heading"))),
          m_left(pageText(textAt(test, "left_heading"))), m_most(countAt(test, "max_diffs").value_or(0)) {
        for (std::size_t side = 0; side < kSides.size(); ++side)
            m_beside[side] = pageText(textAt(test, kSides[side].name));
    }

    bool passes(const PageTable& table) const {
        for (std::size_t row = 0; row < table.rows.size(); ++row)
            for (std::size_t column = 0; column < table.rows[row].size(); ++column)
                if (isLike(m_cell, table.rows[row][column]) && neighboursAre(table, row, column) &&
                    hasTopHeading(table, row, column) && hasLeftHeading(table, row, column))
                    return true;
        return false;
    }

private:
    struct Side {
        const char* name;
        std::ptrdiff_t rows;
        std::ptrdiff_t columns;
    };
    static constexpr std::array<Side, 4> kSides{{{"up", -1, 0}, {"down", 1, 0}, {"left", 0, -1}, {"right", 0, 1}}};

    double needed(std::u32string_view wanted) const { return std::max(0.5, neededLikeness(wanted.size(), m_most)); }
    bool isLike(const std::u32string& wanted, std::u32string_view cell) const {
        return likeness(wanted, pageText(cell)) >= needed(wanted);
    }

    /// A neighbour that the table does not have is not asked for.
    bool neighboursAre(const PageTable& table, std::size_t row, std::size_t column) const {
        for (std::size_t side = 0; side < kSides.size(); ++side) {
            const auto i = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(row) + kSides[side].rows);
            const auto j = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(column) + kSides[side].columns);
            const bool isThere = i < table.rows.size() && j < table.rows[i].size();
            if (!m_beside[side].empty() && isThere && !isLike(m_beside[side], table.rows[i][j]))
                return false;
        }
        return true;
    }

    using Texts = std::vector<std::u32string>;

    /// The headings first; cells before this one are looked at when no heading is like it at all.
    bool isAmong(const std::u32string& wanted, const Texts& headings, const Texts& cells) const {
        double best = 0;
        for (const Texts* texts : {&headings, &cells})
            for (const std::u32string& text : best > 0 ? Texts() : *texts)
                best = std::max(best, likeness(wanted, pageText(text)));
        return best >= needed(wanted);
    }

    static void addFilled(Texts& texts, const std::u32string& cell) {
        if (!stripped(cell).empty())
            texts.push_back(cell);
    }
    static Texts headingsOf(const std::map<std::size_t, Texts>& headings, std::size_t place) {
        const auto found = headings.find(place);
        return found == headings.end() ? Texts() : found->second;
    }

    bool hasTopHeading(const PageTable& table, std::size_t row, std::size_t column) const {
        Texts headings = headingsOf(table.topHeadings, column);
        Texts above;
        for (std::size_t i = 0; i < row; ++i)
            addFilled(table.headingRows.contains(i) ? headings : above, table.rows[i][column]);
        return m_top.empty() || isAmong(m_top, headings, above);
    }

    bool hasLeftHeading(const PageTable& table, std::size_t row, std::size_t column) const {
        Texts headings = headingsOf(table.leftHeadings, row);
        Texts before;
        for (std::size_t j = 0; j < column; ++j)
            addFilled(table.headingColumns.contains(j) ? headings : before, table.rows[row][j]);
        return m_left.empty() || isAmong(m_left, headings, before);
    }

    std::u32string m_cell;
    std::u32string m_top;
    std::u32string m_left;
    std::size_t m_most;
    std::array<std::u32string, kSides.size()> m_beside;
};

bool passesTable(const json& test, std::u32string_view page) {
    std::vector<PageTable> tables = markdownTables(page);
    std::ranges::move(htmlTables(page), std::back_inserter(tables));
    const TableTest asked(test);
    return std::ranges::any_of(tables, [&](const PageTable& table) { return asked.passes(table); });
}

bool passesMath(const json& test, std::u32string_view page) {
    const std::u32string formula = textAt(test, "math");
    return !stripped(formula).empty() && std::ranges::count(formulasOf(page), formula) > 0;
}

/// How often the last `size` characters stand one after another at the end of a text.
std::size_t repeatsAtEnd(std::u32string_view text, std::size_t size) {
    std::size_t repeats = 0;
    const std::u32string_view last = text.substr(text.size() - std::min(size, text.size()));
    while (text.size() >= size && text.ends_with(last)) {
        ++repeats;
        text.remove_suffix(size);
    }
    return repeats;
}

/// Signs that no page of the benchmark has: Chinese and Japanese ones, emoji.
bool isDisallowed(char32_t c) {
    static constexpr std::array<std::pair<char32_t, char32_t>, 7> kRanges{{{0x4E00, 0x9FFF},
                                                                           {0x3040, 0x309F},
                                                                           {0x30A0, 0x30FF},
                                                                           {0x1F600, 0x1F64F},
                                                                           {0x1F300, 0x1F5FF},
                                                                           {0x1F680, 0x1F6FF},
                                                                           {0x1F1E0, 0x1F1FF}}};
    return std::ranges::any_of(kRanges, [=](const auto& range) { return c >= range.first && c <= range.second; });
}

std::u32string withSingleBlanks(std::u32string_view text) {
    std::u32string joined;
    for (const char32_t c : text)
        if (!isSpace(c))
            joined += c;
        else if (joined.empty() || joined.back() != U' ')
            joined += U' ';
    return joined;
}

bool passesBaseline(const json& test, std::u32string_view page) {
    constexpr std::size_t kLongestRepeat = 5;
    constexpr std::size_t kMostRepeats = 30;
    const auto characters = static_cast<std::size_t>(std::ranges::count_if(page, isLetterOrDigit));
    if (const auto most = test.find("max_length"); most != test.end() && most->is_number_integer())
        return static_cast<std::int64_t>(characters) <= most->get<std::int64_t>();
    const std::u32string text = withSingleBlanks(page);
    const std::size_t most = countAt(test, "max_repeats").value_or(kMostRepeats);
    for (std::size_t size = 1; size <= kLongestRepeat; ++size)
        if (repeatsAtEnd(text, size) > most)
            return false;
    const bool checksSigns = flagAt(test, "check_disallowed_characters", true);
    return characters > 0 && !(checksSigns && std::ranges::any_of(page, isDisallowed));
}

bool passes(const json& test, const std::string& type, std::u32string_view page) {
    if (type == "present" || type == "absent")
        return passesPresence(test, page, type == "present");
    if (type == "order")
        return passesOrder(test, page);
    if (type == "table")
        return passesTable(test, page);
    if (type == "math")
        return passesMath(test, page);
    return type == "baseline" && passesBaseline(test, page);
}

} // namespace

bool passesPageTest(const json& test, std::string_view page) {
    const auto type = test.find("type");
    if (!test.is_object() || type == test.end() || !type->is_string())
        return false;
    try {
        return passes(test, type->get<std::string>(), codePoints(page));
    } catch (const Error&) { // a table that can't be read: the benchmark counts an error as failed
        return false;
    }
}

std::vector<json> pageTests(std::string_view cell) {
    const json whole = json::parse(cell, nullptr, false);
    if (whole.is_array())
        return {whole.begin(), whole.end()};
    if (whole.is_object())
        return {whole};
    std::vector<json> tests;
    for (std::size_t at = 0; at < cell.size();) {
        const std::size_t end = std::min(cell.find('\n', at), cell.size());
        if (const json test = json::parse(cell.substr(at, end - at), nullptr, false); test.is_object())
            tests.push_back(test);
        at = end + 1;
    }
    return tests;
}

} // namespace prunescope
