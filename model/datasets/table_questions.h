#pragma once

#include "model/datasets/pandas_cells.h"
#include "model/datasets/skipped_rows.h"
#include "model/datasets/tsv_table.h"
#include "model/scores/set_rule.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// Reads the questions of a table of VLMEvalKit (evaluation spec 1.2): columns `index`, `question`, `answer`, for a
/// choice the options `A` to `Z` and `hint`, for places `bbox`; all others but the pictures go into the question's
/// fields. What is asked for depends on the set's rule; without one a row with options is a choice and any other a
/// question with a short answer. Any thread once all rows were counted.
class TableQuestions {
public:
    /// `table` must outlive this. Throws Error(BadFile) for a column that is not there.
    TableQuestions(const TsvTable& table, const std::string& set, const SetOptions& options);

    /// Before any row is read as pandas reads it, all of them are counted.
    void count(const TsvRow& row);
    /// A place may need the size of its picture. Throws Error(BadFile) that names line and column.
    AskedQuestion read(const TsvRow& row, std::optional<Size> picture, SetNotes* notes = nullptr) const;
    /// Whether `read` needs the size of the picture.
    bool needsSize() const { return m_box.has_value(); }
    /// How the cells differ from what pandas reads; empty: they don't.
    std::string pandasNote() const;

    std::size_t index() const { return m_index; }
    /// The column of pictures, which has paths or not.
    std::size_t image() const { return m_image; }
    bool holdsPaths() const { return m_holdsPaths; }

private:
    void findColumns(const std::string& set);
    void findBoxes(const std::string& set);
    std::optional<std::string> cell(const TsvRow& row, std::size_t column) const;
    std::string words(const TsvRow& row, std::size_t column) const;
    void readOptions(const TsvRow& row, AskedQuestion& asked) const;
    void readAnswer(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const;
    void readLetter(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const;
    void readYesNo(const TsvRow& row, AskedQuestion& asked, SetNotes* notes) const;
    void readAccepted(const TsvRow& row, AskedQuestion& asked) const;
    void readTests(const TsvRow& row, AskedQuestion& asked) const;
    void readBox(const TsvRow& row, AskedQuestion& asked, Size picture, SetNotes* notes) const;
    void readFields(const TsvRow& row, AskedQuestion& asked) const;
    SetKind kindOf(const AskedQuestion& asked) const;

    const TsvTable& m_table;
    const SetRule* m_rule;
    bool m_asPandas;
    std::size_t m_index = 0;
    std::size_t m_image = 0;
    std::size_t m_question = 0;
    std::optional<std::size_t> m_answer; ///< places have none
    std::optional<std::size_t> m_hint;
    std::optional<std::size_t> m_box;
    std::vector<std::pair<char, std::size_t>> m_options; ///< letter and column
    bool m_holdsPaths = false;
    bool m_boxHasCorners = false;                  ///< x1, y1, x2, y2, else x, y, width, height
    std::map<std::size_t, PandasColumn> m_columns; ///< that are read as pandas reads them, by number
};

} // namespace prunescope::model
