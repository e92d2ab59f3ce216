#include "tests/model/score_cases.h"

#include "core/base/base64.h"
#include "model/scores/python_values.h"
#include "tests/support/golden.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace prunescope::test {

namespace {

using nlohmann::json;

std::vector<double> numbersOf(const json& list) {
    return list.get<std::vector<double>>();
}

PixelBox boxOfEdges(const std::vector<double>& edges) {
    return {edges.at(0), edges.at(1), edges.at(2), edges.at(3)};
}

PixelBox boxOfSides(const std::vector<double>& sides) {
    return {sides.at(0), sides.at(1), sides.at(0) + sides.at(2), sides.at(1) + sides.at(3)};
}

std::vector<std::string> acceptedTexts(const std::string& cell) {
    return pythonList(cell).value_or(std::vector<std::string>{cell});
}

/// Of a list the texts; of a cell what its set makes of it.
std::vector<std::string> expectedOf(const std::string& score, const json& gold) {
    if (gold.is_object())
        return {json::array({gold}).dump()};
    if (gold.is_array())
        return gold.get<std::vector<std::string>>();
    return score == "relaxed_accuracy" ? acceptedTexts(gold.get<std::string>())
                                       : std::vector<std::string>{gold.get<std::string>()};
}

void addPlaces(GivenAnswer& answer, const std::string& score, const json& testCase) {
    const bool hasSides = score == "screenspot_v2" || score == "point_0_1000";
    answer.trueBox = hasSides ? boxOfSides(numbersOf(testCase["gold"])) : boxOfEdges(numbersOf(testCase["gold"]));
    if (testCase["answer"].is_array())
        answer.box = boxOfEdges(numbersOf(testCase["answer"]));
    if (const auto size = testCase.find("size"); size != testCase.end())
        answer.size = answer.seen = {(*size)[0], (*size)[1]};
}

/// Keys of a case and the fields that sets have for them.
constexpr std::pair<const char*, const char*> kFields[] = {{"category", "category"},
                                                           {"format", "answer_format"},
                                                           {"question_type", "question_type"},
                                                           {"answer_type", "answer_type"}};

} // namespace

json scoreCases(const std::filesystem::path& file) {
    const json golden = readJson(file);
    const json texts = golden.value("texts", json::array());
    json cases = golden.at("cases");
    for (json& testCase : cases)
        for (const char* key : {"answer", "options", "category", "choices"})
            if (const auto found = testCase.find(key); found != testCase.end() && found->is_number_integer())
                *found = json(texts.at(found->get<std::size_t>()));
    return cases;
}

GivenAnswer givenAnswer(const std::string& score, const json& testCase) {
    GivenAnswer answer;
    const json& gold = testCase.at("gold");
    if (testCase["answer"].is_string())
        answer.text = testCase["answer"];
    for (const auto& [key, field] : kFields)
        if (const auto found = testCase.find(key); found != testCase.end())
            answer.fields[field] = found->get<std::string>();
    if (const auto choices = testCase.find("choices"); choices != testCase.end())
        answer.fields["choices"] = choices->dump();
    const json options = testCase.value("options", json::object());
    for (const auto& [letter, text] : options.items())
        answer.options.push_back({letter.front(), text});
    if (gold.is_array() && !gold.empty() && gold[0].is_number())
        addPlaces(answer, score, testCase);
    else
        answer.expected = expectedOf(score, gold);
    return answer;
}

namespace {

/// Cells of a table with tabs; those in quotes may have tabs, line ends and doubled quotes.
std::vector<std::vector<std::string>> cellsOf(const std::filesystem::path& tsv) {
    std::ifstream in(tsv, std::ios::binary);
    if (!in)
        throw std::runtime_error(tsv.string() + ": cannot be opened");
    std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
    bool quoted = false;
    for (char c = 0; in.get(c);) {
        if (c == '"' && quoted && in.peek() == '"')
            rows.back().back() += static_cast<char>(in.get());
        else if (c == '"')
            quoted = !quoted;
        else if (c == '\t' && !quoted)
            rows.back().emplace_back();
        else if (c == '\n' && !quoted)
            rows.emplace_back(1);
        else if (c != '\r' || quoted)
            rows.back().back() += c;
    }
    if (rows.back().size() == 1 && rows.back()[0].empty())
        rows.pop_back();
    return rows;
}

/// Width and height in the header of a PNG file, or nothing.
Size sizeOfPng(const std::string& cell) {
    constexpr std::size_t kHeader = 44; // characters of base64 for its 33 bytes
    const auto bytes = decodeBase64(cell.substr(0, kHeader));
    if (!bytes || bytes->size() < 24)
        return {};
    const auto number = [&](std::size_t at) {
        int value = 0;
        for (std::size_t i = at; i < at + 4; ++i)
            value = value * 256 + (*bytes)[i];
        return value;
    };
    return {number(16), number(20)};
}

void addCell(SetRow& row, const std::string& name, const std::string& cell, bool boxesHaveSizes) {
    if (name == "image") {
        row.answer.size = row.answer.seen = sizeOfPng(cell);
        return;
    }
    row.answer.fields[name] = cell;
    if (name == "index")
        row.index = cell;
    if (name == "answer")
        row.answer.expected = acceptedTexts(cell);
    if (name == "bbox") {
        const std::vector<double> numbers = numbersOf(json::parse(cell));
        row.answer.trueBox = boxesHaveSizes ? boxOfSides(numbers) : boxOfEdges(numbers);
    }
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z' && !cell.empty())
        row.answer.options.push_back({name[0], cell});
}

} // namespace

std::vector<SetRow> setRows(const std::filesystem::path& tsv, bool boxesHaveSizes) {
    const auto cells = cellsOf(tsv);
    std::vector<SetRow> rows;
    for (std::size_t i = 1; i < cells.size(); ++i) {
        rows.emplace_back();
        for (std::size_t column = 0; column < cells[i].size(); ++column)
            addCell(rows.back(), cells[0].at(column), cells[i][column], boxesHaveSizes);
    }
    return rows;
}

} // namespace prunescope::test
