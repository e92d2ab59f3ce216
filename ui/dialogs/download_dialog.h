#pragma once

#include "ui/workers/pull_worker.h"

#include <QDialog>
#include <vector>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;
class QVBoxLayout;

namespace prunescope::ui {

/// Downloading a model from the Hugging Face hub: one of the published ones or any other. Closing it stops the
/// download; what has come is kept and continued next time. GUI thread.
class DownloadDialog : public QDialog {
    Q_OBJECT

public:
    /// `cache`: where models go, to show how much space is left there.
    DownloadDialog(ModelPuller puller, const QString& cache, QWidget* parent = nullptr);

    /// Closes the dialog without waiting for the download to end: a server that is looked for may take its time.
    void done(int result) override;

protected:
    void showEvent(QShowEvent* event) override;

Q_SIGNALS:
    /// Emitted when the user wants to load what was downloaded.
    void modelChosen(const QString& folder);

private:
    enum class State { Choosing, Running, Ready };

    void makeChoices(QVBoxLayout& layout);
    void makeProgress(QVBoxLayout& layout);
    void makeButtons(QVBoxLayout& layout);
    void connectWorker();
    /// "OWNER/NAME" of what is chosen; empty when nothing is.
    QString chosenName() const;
    void go();
    void setState(State state);
    void refreshSpace();
    void showProgress(const model::PullProgress& progress);
    void showFailure(const QString& message, bool stopped);

    const QString m_cache;
    State m_state = State::Choosing;
    QString m_folder; ///< of the model that is ready
    std::vector<QRadioButton*> m_published;
    QRadioButton* m_other = nullptr;
    QLineEdit* m_otherName = nullptr;
    QLabel* m_space = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_status = nullptr;
    QPushButton* m_go = nullptr;
    PullWorker* m_worker;
};

} // namespace prunescope::ui
