#pragma once

#include "core/records/log_reader.h"
#include "core/records/record_summary.h"

#include <QHash>
#include <QSqlQuery>
#include <QString>

namespace prunescope::ui {

class Database;

/// Puts lines of a log into the tables, within a transaction of the caller's. What somebody has deleted and what is
/// still in the file stays deleted.
class LineWriter {
public:
    LineWriter(const Database& database, qint64 log);

    void add(const InteractionRecord& record, LinePlace place);
    /// Puts a line back under the number that it had.
    void restore(qint64 line, const InteractionRecord& record, LinePlace place);

private:
    void insert(const QVariant& line, const InteractionRecord& record, LinePlace place);
    bool isDeleted(const std::string& record, LinePlace place);

    const Database& m_database;
    qint64 m_log;
    QSqlQuery m_insert;
    QMultiHash<QString, qint64> m_deleted; ///< record -> its line, of those not found again yet
};

} // namespace prunescope::ui
