#include "ui/training/training_job.h"

#include "core/base/error.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace prunescope::ui {

namespace {

constexpr int kSaveMs = 10000; ///< for a checkpoint, when the window is closed

constexpr qsizetype kLongestLine = 4096;

} // namespace

TrainingJob::TrainingJob(const QString& program, QObject* parent) : QObject(parent), m_program(program) {
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    connect(&m_process, &QProcess::readyReadStandardError, this, &TrainingJob::readErrors);
    connect(&m_process, &QProcess::finished, this, &TrainingJob::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, &TrainingJob::onError);
}

TrainingJob::~TrainingJob() {
    m_process.disconnect(this);
    if (!isRunning())
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(kSaveMs))
        m_process.kill();
    m_process.waitForFinished();
}

void TrainingJob::start(const QString& configPath) {
    if (isRunning())
        return;
    const QFileInfo config(configPath);
    m_unfinished.clear();
    m_lastLine.clear();
    m_problem.clear();
    m_isStopping = false;
    m_process.setWorkingDirectory(config.absolutePath());
    m_process.start(m_program, {QStringLiteral("train"), config.absoluteFilePath()});
    Q_EMIT changed();
}

void TrainingJob::stop() {
    if (!isRunning())
        return;
    m_isStopping ? m_process.kill() : m_process.terminate();
    m_isStopping = true;
    Q_EMIT changed();
}

void TrainingJob::readErrors() {
    m_unfinished += m_process.readAllStandardError();
    // A progress line ends with a carriage return: the next one is written over it.
    static const QRegularExpression ends(QStringLiteral("[\\r\\n]"));
    const QStringList lines = QString::fromUtf8(m_unfinished).split(ends);
    static const QRegularExpression control(QStringLiteral("\\p{Cc}"));
    for (QString line : lines)
        if (const QString text = line.replace(control, QStringLiteral(" ")).simplified(); !text.isEmpty())
            m_lastLine = text;
    m_unfinished = lines.last().right(kLongestLine).toUtf8();
    Q_EMIT changed();
}

void TrainingJob::onFinished(int code, QProcess::ExitStatus status) {
    readErrors();
    if (status == QProcess::CrashExit)
        m_problem = m_isStopping ? tr("The training was ended.")
                                 : tr("The training process was killed or has crashed. %1").arg(m_lastLine);
    else if (code != 0 && code != exitCode(ErrorKind::Cancelled))
        m_problem = m_lastLine.isEmpty() ? tr("The training ended with exit code %1.").arg(code) : m_lastLine;
    m_isStopping = false;
    Q_EMIT changed();
}

void TrainingJob::onError(QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) // the others end the process, too
        return;
    m_problem = tr("%1 cannot be started: %2").arg(m_program, m_process.errorString());
    Q_EMIT changed();
}

} // namespace prunescope::ui
