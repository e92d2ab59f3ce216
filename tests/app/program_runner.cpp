#include "tests/app/program_runner.h"

#include "tests/support/golden.h"

#include <sys/resource.h>

namespace prunescope::test {

namespace {

constexpr int kTimeoutMs = 120'000;

} // namespace

QByteArray ProgramResult::problemAsRefusal(int code, const QStringList& words) const {
    const QByteArray seen = "exit code " + QByteArray::number(exitCode) + ", stdout \"" + out.left(200) +
                            "\", stderr \"" + err.left(2000) + "\"";
    if (exitCode != code)
        return "expected exit code " + QByteArray::number(code) + ": " + seen;
    if (!out.isEmpty())
        return "expected nothing on standard output: " + seen;
    if (err.count('\n') != 1 || !err.endsWith('\n'))
        return "expected one line on standard error: " + seen;
    for (const QString& word : words)
        if (!err.contains(word.toUtf8()))
            return "expected \"" + word.toUtf8() + "\" in the message: " + seen;
    return {};
}

ProgramRunner::ProgramRunner() : m_environment(QProcessEnvironment::systemEnvironment()) {
    m_environment.insert("XDG_DATA_HOME", m_folder.filePath("data"));
    m_environment.insert("XDG_CACHE_HOME", m_folder.filePath("cache"));
    m_environment.insert("XDG_RUNTIME_DIR", m_folder.path()); // windows that are open
    m_environment.insert("HOME", m_folder.path());            // LM Studio's models
    m_environment.insert("OLLAMA_MODELS", m_folder.filePath("ollama"));
    m_environment.insert("PRUNESCOPE_BUNDLE_MODEL", m_folder.filePath("no-bundled-model"));
    m_environment.insert("QT_QPA_PLATFORM", "offscreen");
    for (const char* name : {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN",
                             "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "http_proxy", "all_proxy", "ALL_PROXY"})
        m_environment.remove(name);
}

QString ProgramRunner::program() {
    return QStringLiteral(PRUNESCOPE_PROGRAM);
}

ProgramResult ProgramRunner::finish(QProcess& process) {
    if (!process.waitForFinished(kTimeoutMs))
        process.kill();
    process.waitForFinished();
    const bool ended = process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

std::unique_ptr<QProcess> ProgramRunner::start(const QStringList& arguments) const {
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(m_environment);
    process->setWorkingDirectory(m_folder.path());
    process->setStandardInputFile(QProcess::nullDevice());
    process->start(m_program, arguments);
    return process;
}

ProgramResult ProgramRunner::run(const QStringList& arguments) const {
    return finish(*start(arguments));
}

ProgramResult ProgramRunner::runReading(const QByteArray& input, const QStringList& arguments) const {
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder.path());
    process.start(m_program, arguments);
    process.write(input);
    process.closeWriteChannel();
    return finish(process);
}

ProgramResult ProgramRunner::runWithin(qint64 bytes, const QStringList& arguments) const {
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setWorkingDirectory(m_folder.path());
    process.setChildProcessModifier([bytes] {
        const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
        ::setrlimit(RLIMIT_AS, &limit);
    });
    process.start(m_program, arguments);
    return finish(process);
}

QString dataFile(const QString& name) {
    return QString::fromStdString((dataFolder() / name.toStdString()).string());
}

nlohmann::json valueAt(const nlohmann::json& object, const char* key) {
    return object.is_object() && object.contains(key) ? object.at(key) : nlohmann::json();
}

} // namespace prunescope::test
