#include "model/datasets/picture_table.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/scores/score.h"
#include "model/tokenizer/unicode.h"

#include <map>

namespace prunescope::model {

namespace {

/// An image cell that is no longer is the index of another row, as VLMEvalKit reads it.
constexpr std::size_t kLongestIndex = 64;

} // namespace

PictureTable::PictureTable(std::string_view text, const std::string& file) : m_table(text, file) {
    findColumns();
    groupRows();
}

void PictureTable::findColumns() {
    m_index = m_table.neededColumn("index");
    m_question = m_table.neededColumn("question");
    m_answer = m_table.neededColumn("answer");
    m_hint = m_table.column("hint");
    m_holdsPaths = !m_table.column("image") && m_table.column("image_path");
    m_image = m_table.neededColumn(m_holdsPaths ? "image_path" : "image");
    for (char letter = 'A'; letter <= 'Z'; ++letter)
        if (const auto column = m_table.column(std::string(1, letter)))
            m_options.emplace_back(letter, *column);
}

void PictureTable::groupRows() {
    std::map<std::string, std::size_t> byIndex; // -> place in m_pictures
    const auto isReference = [&](const std::string& image) { return !m_holdsPaths && image.size() <= kLongestIndex; };
    for (std::size_t row = 0; row < m_table.rows(); ++row) {
        if (isReference(filledCell(row, m_image)))
            continue;
        if (!byIndex.emplace(filledCell(row, m_index), m_pictures.size()).second)
            m_table.fail(row, m_index, "an index of its own");
        m_pictures.push_back({row, {}});
    }
    for (std::size_t row = 0; row < m_table.rows(); ++row) {
        const std::string image = m_table.cell(row, m_image);
        const auto found = byIndex.find(isReference(image) ? image : m_table.cell(row, m_index));
        if (found == byIndex.end())
            m_table.fail(row, m_image, "base64 of a picture, or the index of a row that has one");
        m_pictures[found->second].questions.push_back(readQuestion(row));
    }
}

std::string PictureTable::filledCell(std::size_t row, std::size_t column) const {
    std::string text = m_table.cell(row, column);
    if (trimmed(text).empty())
        m_table.fail(row, column, "a text that is not empty");
    return text;
}

AskedQuestion PictureTable::readQuestion(std::size_t row) const {
    const auto words = [&](std::size_t column) {
        std::string text = filledCell(row, column);
        if (validUtf8(text) != text)
            m_table.fail(row, column, "UTF-8");
        return text;
    };
    const auto isFilled = [&](std::size_t column) { return !trimmed(m_table.cell(row, column)).empty(); };
    std::string options;
    std::string letters;
    for (const auto& [letter, column] : m_options)
        if (isFilled(column)) {
            options += std::string(1, letter) + ". " + words(column) + "\n";
            letters += letter;
        }
    AskedQuestion asked{kChatTask, words(m_question), std::string(trimmed(words(m_answer))), {}};
    if (options.empty())
        return asked;
    asked.task = kChoiceTask;
    if (asked.answer.size() != 1 || letters.find(asked.answer) == std::string::npos)
        m_table.fail(row, m_answer, "one of the letters " + letters);
    // Word for word as VLMEvalKit asks, so that results can be compared.
    const std::string hint = m_hint && isFilled(*m_hint) ? "Hint: " + words(*m_hint) + "\n" : "";
    asked.question = hint + "Question: " + asked.question + "\nOptions:\n" + options +
                     "Please select the correct answer from the options above. \n";
    return asked;
}

} // namespace prunescope::model
