#pragma once

#include "core/records/record_summary.h"

#include <QString>
#include <Qt>
#include <span>
#include <vector>

namespace prunescope::ui {

class Database;

/// What the history can be sorted by.
enum class HistoryColumn { Time, Question, Picture, Plan, Kept, FirstToken, Answer };

/// Which lines of the index are wanted, and in which order.
struct HistoryQuery {
    QString words; ///< each begins a word of question, answer or name of a picture; none: all lines
    HistoryColumn column = HistoryColumn::Time;
    Qt::SortOrder order = Qt::DescendingOrder;
    bool operator==(const HistoryQuery&) const = default;
};

/// A line of the index as it is listed.
struct HistoryRow {
    qint64 line = 0;
    RecordSummary shown;
};

/// Numbers of the lines that a query finds, in its order. Lines that are equal there stand by time.
std::vector<qint64> findLines(const Database& database, qint64 log, const HistoryQuery& query);
/// The rows of some lines, in any order; those that are gone are left out.
std::vector<HistoryRow> readRows(const Database& database, std::span<const qint64> lines);

/// Words as people type them as a query of SQLite's full-text search: each is quoted, so that none means anything else,
/// and may go on. Empty where there is no word.
QString matchText(const QString& words);

} // namespace prunescope::ui
