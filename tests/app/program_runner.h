#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace prunescope::test {

/// Result of a run of the program: exit code and output.
struct ProgramResult {
    int exitCode = -1; ///< -1: it was ended by a signal or did not end in time
    QByteArray out;
    QByteArray err;

    /// The one JSON object on standard output; discarded (is_discarded) when there is anything else.
    nlohmann::json json() const { return nlohmann::json::parse(out.toStdString(), nullptr, false); }
    /// Empty when this is a refusal as the program promises it: `code`, nothing on standard output, and one line on
    /// standard error that has all of `words`; else what is wrong.
    QByteArray problemAsRefusal(int code, const QStringList& words) const;
};

/// Runs the built program in a data folder of its own, so that no history or model of this machine is touched.
class ProgramRunner {
public:
    ProgramRunner();

    /// Sets an environment variable for all runs from now on.
    void setVariable(const QString& name, const QString& value) { m_environment.insert(name, value); }

    /// Sets the program to run instead of the one that was built.
    void setProgram(const QString& path) { m_program = path; }

    ProgramResult run(const QStringList& arguments) const;
    /// Runs the program with `input` on standard input.
    ProgramResult runReading(const QByteArray& input, const QStringList& arguments) const;
    /// Runs the program with at most `bytes` of address space.
    ProgramResult runWithin(qint64 bytes, const QStringList& arguments) const;
    /// Starts the program and leaves it running.
    std::unique_ptr<QProcess> start(const QStringList& arguments) const;
    /// Waits until a started program ends.
    static ProgramResult finish(QProcess& process);

    /// A place for files of the test.
    QString file(const QString& name) const { return m_folder.filePath(name); }
    std::filesystem::path dataHome() const { return m_folder.filePath("data").toStdString(); }
    std::filesystem::path logFile() const { return dataHome() / "prunescope" / "interactions.jsonl"; }
    static QString program();

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
    QString m_program = program();
};

/// A file of tests/data.
QString dataFile(const QString& name);

/// The value of a key of one JSON object, and null where it has none.
nlohmann::json valueAt(const nlohmann::json& object, const char* key);

} // namespace prunescope::test
