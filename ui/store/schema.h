#pragma once

#include <QString>
#include <QStringList>
#include <span>

namespace prunescope::ui {

class Database;

/// Versions of the tables. Each entry holds the statements that lead from the version before to its own, from 1 on;
/// what is released is never changed, only followed by another one.
std::span<const QStringList> migrations();

/// Whether the file, where there is one, may be opened: it is only looked at. Throws Error(BadFile) for what is no
/// database of the program, Error(Unsupported) for one of a newer version.
void requireOurs(const QString& path);

/// Brings the tables of an open database up to the last version, all at once or not at all. `path` is for messages.
/// Throws as `requireOurs`: what another program has not written to the file yet shows only here.
void migrate(const Database& database, const QString& path);

} // namespace prunescope::ui
