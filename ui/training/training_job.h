#pragma once

#include <QObject>
#include <QProcess>
#include <QString>

namespace prunescope::ui {

/// A training run in a process of its own: the program again, as `prunescope train CONFIG`. It goes on while the window
/// is busy, and what it does to memory is its own. GUI thread.
class TrainingJob : public QObject {
    Q_OBJECT

public:
    /// `program`: what is started.
    explicit TrainingJob(const QString& program, QObject* parent = nullptr);
    /// Asks a running process to stop and gives it a few seconds to save a checkpoint.
    ~TrainingJob() override;

    /// Starts a run in the folder of the config, where its relative paths lead. Does nothing while one is running.
    void start(const QString& configPath);
    /// Asks it to save a checkpoint and end; a second call ends it at once.
    void stop();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    bool isStopping() const { return m_isStopping; }
    /// The newest line that it has written to standard error.
    const QString& lastLine() const { return m_lastLine; }
    /// Why it is no longer there, one line; empty while it runs, and when it has ended well.
    const QString& problem() const { return m_problem; }

Q_SIGNALS:
    void changed(); ///< any of the above

private:
    void readErrors();
    void onFinished(int exitCode, QProcess::ExitStatus status);
    void onError(QProcess::ProcessError error);

    const QString m_program;
    QProcess m_process;
    QByteArray m_unfinished; ///< of the last line
    QString m_lastLine;
    QString m_problem;
    bool m_isStopping = false;
};

} // namespace prunescope::ui
