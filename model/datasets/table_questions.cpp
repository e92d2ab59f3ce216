#include "model/datasets/table_questions.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/list_cell.h"
#include "model/datasets/page_prompt.h"
#include "model/datasets/place_box.h"
#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

/// A cell of another column that is longer is nothing that a score reads.
constexpr std::size_t kLongestField = 4096;

bool isNamed(const SetRule* rule, std::string_view name) {
    return rule && rule->name.starts_with(name);
}

std::string letterNote(const char* what) {
    return std::string("answer is ") + what + " in small letters, read as if they were large";
}

/// "A, B, C".
std::string lettersOf(const std::vector<ChoiceOption>& options) {
    std::vector<std::string> letters;
    for (const ChoiceOption& option : options)
        letters.emplace_back(1, option.letter);
    return join(letters);
}

} // namespace

TableQuestions::TableQuestions(const TsvTable& table, const std::string& set, const SetOptions& options)
    : m_table(table), m_rule(setRule(set)), m_asPandas(options.pandasCells) {
    findColumns(set);
}

void TableQuestions::findColumns(const std::string& set) {
    m_index = m_table.neededColumn("index");
    m_question = m_table.neededColumn("question");
    m_holdsPaths = !m_table.column("image") && m_table.column("image_path");
    m_image = m_table.neededColumn(m_holdsPaths ? "image_path" : "image");
    m_hint = m_table.column("hint");
    m_answer = m_table.column("answer");
    for (char letter = 'A'; letter <= 'Z'; ++letter)
        if (const auto column = m_table.column(std::string(1, letter)))
            m_options.emplace_back(letter, *column);
    if (m_rule ? m_rule->kind == SetKind::Place : !m_answer && m_table.column("bbox"))
        findBoxes(set);
    else if (!m_answer && m_rule && m_rule->needsJudge)
        m_answer = m_table.column("components"); // of what its judge looks at
    if (!m_answer && !m_box)
        m_answer = m_table.neededColumn("answer");
    for (const auto& [letter, column] : m_options)
        m_columns[column];
    for (const auto column : {m_answer, m_hint, std::optional(m_question)})
        if (column && (m_asPandas || column == m_answer))
            m_columns[*column];
}

void TableQuestions::findBoxes(const std::string& set) {
    if (!m_rule)
        throw Error(ErrorKind::BadFile,
                    m_table.file() +
                        ": has a column \"bbox\" and none \"answer\", and nothing says what its numbers are: "
                        "expected a set named ScreenSpot_v2_... (x, y, width, height) or ScreenSpot_Pro_... "
                        "(two corners)");
    m_box = m_table.neededColumn("bbox");
    m_boxHasCorners = asciiLowerCase(set).find("pro") != std::string::npos;
}

void TableQuestions::count(const TsvRow& row) {
    for (auto& [column, counted] : m_columns)
        counted.count(TsvTable::text(row, column));
}

std::string TableQuestions::pandasNote() const {
    std::int64_t options = 0;
    for (const auto& [letter, column] : m_options)
        options += m_columns.at(column).different();
    const std::int64_t answers = m_answer ? m_columns.at(*m_answer).different() : 0;
    if (options + answers == 0)
        return {};
    return formatCounted(options, "option cell") + " and " + formatCounted(answers, "answer") +
           " differ between the text as written and what pandas reads (None, NA, 3 as 3.0): read " +
           (m_asPandas ? "as pandas does" : "as written");
}

/// Nothing: the cell is missing.
std::optional<std::string> TableQuestions::cell(const TsvRow& row, std::size_t column) const {
    std::string text = TsvTable::text(row, column);
    if (validUtf8(text) != text)
        m_table.fail(row, column, "UTF-8");
    if (text.find('\0') != std::string::npos)
        throw Error(ErrorKind::BadFile,
                    m_table.where(row.place, column) + " has a zero byte, expected text: the file may be damaged");
    if (const auto found = m_columns.find(column); m_asPandas && found != m_columns.end())
        return found->second.printed(text);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string TableQuestions::words(const TsvRow& row, std::size_t column) const {
    const auto text = cell(row, column);
    if (!text && m_asPandas && isMissingToPandas(TsvTable::text(row, column)) && !TsvTable::text(row, column).empty())
        return "nan"; // as Python prints what is missing
    if (!text || trimmed(*text).empty())
        m_table.fail(row, column, "a text that is not empty");
    return *text;
}

SetKind TableQuestions::kindOf(const AskedQuestion& asked) const {
    if (m_rule)
        return m_rule->kind;
    return asked.options.empty() ? SetKind::Words : SetKind::Choice;
}

AskedQuestion TableQuestions::read(const TsvRow& row, std::optional<Size> picture, SetNotes* notes) const {
    AskedQuestion asked;
    asked.id = std::string(trimmed(TsvTable::text(row, m_index)));
    const bool isPage = m_rule && m_rule->kind == SetKind::Page;
    asked.question = isPage ? std::string(kPagePrompt) : words(row, m_question);
    if (m_hint)
        asked.hint = cell(row, *m_hint).value_or("");
    readOptions(row, asked);
    readFields(row, asked);
    if (m_box && picture)
        readBox(row, asked, *picture, notes);
    else if (m_answer)
        readAnswer(row, asked, notes);
    return asked;
}

void TableQuestions::readOptions(const TsvRow& row, AskedQuestion& asked) const {
    for (const auto& [letter, column] : m_options)
        if (auto text = cell(row, column)) {
            if (m_rule && m_rule->kind != SetKind::Choice)
                m_table.fail(row, column, "nothing: " + std::string(m_rule->name) + " is no choice by letters");
            asked.options.push_back({letter, std::move(*text)});
        }
}

void TableQuestions::readAnswer(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const {
    switch (kindOf(asked)) {
    case SetKind::Choice:
        return readLetter(row, asked, notes);
    case SetKind::YesNo:
        return readYesNo(row, asked, notes);
    case SetKind::Page:
        return readTests(row, asked);
    default:
        return readAccepted(row, asked);
    }
}

void TableQuestions::readLetter(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const {
    asked.task = kChoiceTask;
    const std::string answer(trimmed(words(row, *m_answer)));
    if (asked.options.empty()) { // judged as a choice between the answer and all others (evaluation spec 3.5)
        asked.options = {{'A', answer}, {'B', "Other Answers"}};
        asked.open = true;
        asked.answer = "A";
        return;
    }
    const auto isMeant = [&](const ChoiceOption& option) {
        return asciiLowerCase(answer) == asciiLowerCase(std::string(1, option.letter));
    };
    const auto meant = std::ranges::find_if(asked.options, isMeant);
    if (meant == asked.options.end())
        m_table.fail(row, *m_answer, "one of the letters " + lettersOf(asked.options));
    asked.answer = std::string(1, meant->letter);
    if (notes && asked.answer != answer)
        notes->count(letterNote("a letter"));
}

void TableQuestions::readYesNo(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const {
    asked.task = kYesNoTask;
    const std::string answer(trimmed(words(row, *m_answer)));
    const std::string lower = asciiLowerCase(answer);
    if (lower != "yes" && lower != "no")
        m_table.fail(row, *m_answer, "Yes or No");
    asked.answer = lower == "yes" ? "Yes" : "No";
    if (notes && asked.answer != answer)
        notes->count(letterNote("Yes or No"));
}

void TableQuestions::readAccepted(const TsvRow& row, AskedQuestion& asked) const {
    asked.task = kWordsTask;
    asked.answer = words(row, *m_answer);
    // A list of MMLongBench is one answer, and components are none.
    const bool isOne = isNamed(m_rule, "MMLongBench") || m_table.names()[*m_answer] != "answer";
    auto accepted = isOne ? std::nullopt : listOf(asked.answer);
    if (!accepted)
        return;
    const auto isFilled = [](const std::string& text) { return !text.empty(); };
    const auto first = std::ranges::find_if(*accepted, isFilled);
    if (first == accepted->end())
        m_table.fail(row, *m_answer, "a list of at least one answer");
    asked.answer = *first;
    accepted->erase(first);
    asked.otherAnswers = std::move(*accepted);
}

void TableQuestions::readTests(const TsvRow& row, AskedQuestion& asked) const {
    asked.task = kPageTask;
    asked.answer = words(row, *m_answer);
    const nlohmann::json tests = nlohmann::json::parse(asked.answer, nullptr, false);
    if (!tests.is_array() || !std::ranges::all_of(tests, [](const auto& test) { return test.is_object(); }))
        m_table.fail(row, *m_answer, "a JSON list of tests");
}

void TableQuestions::readBox(const TsvRow& row, AskedQuestion& asked, Size picture, SetNotes* notes) const {
    asked.task = kLocateTask;
    const std::string text = words(row, *m_box);
    std::vector<double> numbers;
    for (const std::string& entry : listOf(text).value_or(std::vector<std::string>{})) {
        double number = 0;
        const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), number);
        if (error == std::errc() && end == entry.data() + entry.size())
            numbers.push_back(number);
    }
    if (numbers.size() != 4)
        m_table.fail(row, *m_box, m_boxHasCorners ? "[x1, y1, x2, y2]" : "[x, y, width, height]");
    bool inParts = false;
    asked.box = placedBox(numbers, m_boxHasCorners ? BoxForm::Corners : BoxForm::Sides, picture,
                          m_table.where(row.place, *m_box), inParts);
    asked.answer = m_answer ? words(row, *m_answer) : boxAnswer(*asked.box, picture);
    if (notes && inParts)
        notes->count(kPartsNote);
}

void TableQuestions::readFields(const TsvRow& row, AskedQuestion& asked) const {
    const auto isUsed = [&](std::size_t column) {
        const bool isOption =
            std::ranges::any_of(m_options, [&](const auto& option) { return option.second == column; });
        return isOption || column == m_index || column == m_question || column == m_hint || column == m_answer ||
               (column == m_image && !m_holdsPaths);
    };
    for (std::size_t column = 0; column < m_table.names().size(); ++column) {
        if (isUsed(column) || row.cells[column].size() > kLongestField)
            continue;
        if (auto text = cell(row, column))
            asked.fields.emplace(m_table.names()[column], std::move(*text));
    }
}

} // namespace prunescope::model
