#pragma once

#include "model/datasets/question_set.h"
#include "model/datasets/tsv_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// The questions of a table of VLMEvalKit. Columns: `index`, `image` (base64 of a file, or the index of the row that
/// has it) or `image_path` (relative to the folder of the table), `question`, `answer`, and for a choice the options
/// `A`, `B`, ... and `hint`. A choice is asked with its options below it, as VLMEvalKit does, has the task `choice` and
/// a letter for its answer; other questions have the task `chat`. Immutable; any thread.
class PictureTable {
public:
    /// `text` must outlive the table. Throws Error(BadFile) that names `file`, line and column.
    PictureTable(std::string_view text, const std::string& file);

    /// Pictures, in the order in which they first stand there.
    std::size_t size() const { return m_pictures.size(); }
    const std::vector<AskedQuestion>& questions(std::size_t picture) const { return m_pictures.at(picture).questions; }
    /// Questions, of all pictures.
    std::size_t rows() const { return m_table.rows(); }
    /// "FILE:LINE".
    std::string where(std::size_t picture) const { return m_table.where(m_pictures.at(picture).row); }
    /// Whether cells hold paths instead of pictures.
    bool holdsPaths() const { return m_holdsPaths; }
    /// Path or base64 of the picture.
    std::string image(std::size_t picture) const { return m_table.cell(m_pictures.at(picture).row, m_image); }

private:
    struct Entry {
        std::size_t row = 0; ///< that has the picture
        std::vector<AskedQuestion> questions;
    };

    void findColumns();
    void groupRows();
    AskedQuestion readQuestion(std::size_t row) const;
    std::string filledCell(std::size_t row, std::size_t column) const;

    TsvTable m_table;
    std::size_t m_index = 0;
    std::size_t m_image = 0;
    std::size_t m_question = 0;
    std::size_t m_answer = 0;
    std::optional<std::size_t> m_hint;
    std::vector<std::pair<char, std::size_t>> m_options; ///< letter and column
    bool m_holdsPaths = false;
    std::vector<Entry> m_pictures;
};

} // namespace prunescope::model
