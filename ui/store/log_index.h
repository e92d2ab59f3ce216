#pragma once

#include "core/records/log_file.h"
#include "core/records/log_reader.h"

#include <QByteArray>
#include <QString>
#include <QVariant>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace prunescope::ui {

class Database;

/// The index of an interaction log in a database: what the history lists and searches, and where in the file each
/// record is. The file is what counts: an index that is lost or does not belong to the file any more is made anew.
/// Several programs may keep the same index. Used in the thread of the database; throws what that and core/records
/// throw.
class LogIndex {
public:
    /// `database` outlives this.
    LogIndex(const Database& database, std::string logPath);

    /// What a step of `update` has done.
    struct Progress {
        bool isDone = true;
        double share = 1;     ///< of the file, that is in the index now
        bool changed = false; ///< the index is not what it was before the step
        qint64 damaged = 0;   ///< lines that hold no record
    };
    /// Reads on in the file, for a moment: what was appended since the last time, or everything where the file is not
    /// the one that was read then (it was cut, replaced or edited).
    Progress update();
    /// Steps until everything is in the index.
    Progress updateAll();

    /// The number of the log in the tables.
    qint64 log() const { return m_log; }
    const std::string& path() const { return m_path; }

    /// Where a record is in the file; nothing where the index has no such line.
    std::optional<LinePlace> placeOf(qint64 line) const;
    /// The whole record. Throws Error(BadFile), and `update` reads everything anew then, where the file has another one
    /// there.
    InteractionRecord record(qint64 line) const;

    /// Takes lines out of the index; the file keeps them until `removeDeleted`.
    void remove(const std::vector<qint64>& lines) const;
    /// Puts them back.
    void restore(const std::vector<qint64>& lines) const;
    /// Where the lines that were removed begin in the file.
    std::set<quint64> deletedPlaces() const;
    /// Takes out of the file what was removed; how many lines those were.
    int removeDeleted();

private:
    struct State {
        FileStamp stamp;
        quint64 readTo = 0;
        QByteArray tail;
        qint64 damaged = 0;
    };
    State state() const;
    void save(const State& state) const;
    /// Reads some lines from `state.readTo` on; whether those were all.
    bool readOn(State& state) const;
    void forget() const;
    void distrust() const;
    bool fits(const State& state, const FileStamp& now) const;
    QByteArray tailBefore(quint64 position) const;
    void requireSame(qint64 line, const InteractionRecord& record) const;
    void moveUp(const std::vector<LinePlace>& removed) const;

    const Database& m_database;
    std::string m_path;
    qint64 m_log = 0;
};

} // namespace prunescope::ui
