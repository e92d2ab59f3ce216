#pragma once

#include "model/datasets/row_places.h"
#include "model/datasets/set_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Goes over the records of a file: the lines of JSON lines that are not blank, or the elements of a JSON list, one
/// after another without reading the whole.
class JsonRecords {
public:
    /// `file` must outlive this. A list where the file's name ends with .json.
    explicit JsonRecords(const SetFile& file);

    /// The next record, not yet parsed; false at the end. Throws Error(BadFile) that names the line where a list is
    /// none.
    bool next(RecordPlace& record);

private:
    bool nextLine(RecordPlace& record);
    bool nextElement(RecordPlace& record);
    void passBlanks();
    std::size_t endOfElement() const;
    [[noreturn]] void fail(const std::string& expected) const;

    const SetFile& m_file;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::uint32_t m_line = 1;
    bool m_isList;
    bool m_ended = false;
};

/// Whether a name ends with .json, whatever its case.
bool isJsonList(const std::string& path);

/// The text of a record.
std::string textOf(const SetFile& file, const RecordPlace& record);

} // namespace prunescope::model
