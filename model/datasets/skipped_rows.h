#pragma once

#include "core/base/error.h"
#include "model/datasets/question_set.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace prunescope::model {

/// Rows of a set that can't be asked, collected while the set is checked.
class SkippedRows {
public:
    /// With `strict` the first of them is thrown instead.
    explicit SkippedRows(bool strict) : m_strict(strict) {}

    /// Runs `action` for a row of `file`. False: it threw what is wrong with the row, which is kept now.
    template <typename Action>
    bool tries(const std::string& file, std::int64_t line, Action&& action) {
        try {
            action();
            return true;
        } catch (const Error& error) {
            add(file, line, error);
            return false;
        }
    }

    /// Keeps a row, or throws where it is no fault of the row. A message may begin with "`file`:`line`: ".
    void add(const std::string& file, std::int64_t line, const Error& error);
    bool empty() const { return m_rows.empty(); }
    /// In the order of files and lines.
    std::vector<SkippedRow> list() const;
    /// Throws Error(BadFile) with the first of them, for a set in which none can be asked.
    [[noreturn]] void refuseAll(const std::string& file) const;

private:
    /// Reasons are long: those of the first so many rows are kept.
    static constexpr std::size_t kMostReasons = 1000;
    struct Row {
        std::uint32_t file = 0;
        std::uint32_t line = 0;
        std::uint32_t reason = 0; ///< its place, or kMostReasons
    };

    bool m_strict;
    std::vector<std::string> m_files;
    std::vector<std::string> m_reasons;
    std::vector<Row> m_rows;
    std::optional<Error> m_first;
};

/// How often things were met while a set was checked, as lines for people.
class SetNotes {
public:
    /// `unit`: "row".
    explicit SetNotes(std::string_view unit) : m_unit(unit) {}
    void count(const std::string& what) { ++m_counts[what]; }
    /// "3 rows: ...".
    std::vector<std::string> lines() const;

private:
    std::string_view m_unit;
    std::map<std::string, std::int64_t> m_counts;
};

} // namespace prunescope::model
