#include "ui/dialogs/download_dialog.h"

#include "core/base/format.h"
#include "model/hub/published_models.h"
#include "ui/style/format.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kBarSteps = 1000;
constexpr int kWidthPx = 460;
constexpr int kMarginPx = 20;

QLabel* makeWrappedLabel(const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText); // names of files and servers
    return label;
}

} // namespace

DownloadDialog::DownloadDialog(ModelPuller puller, const QString& cache, QWidget* parent)
    : QDialog(parent), m_cache(cache), m_worker(new PullWorker(std::move(puller), this)) {
    setWindowTitle(tr("Download a model"));
    setMinimumWidth(kWidthPx);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMarginPx, kMarginPx, kMarginPx, kMarginPx);
    layout->setSpacing(kMarginPx / 2);
    layout->addWidget(new QLabel(tr("From the Hugging Face hub, checked file by file. Larger models answer better.")));
    makeChoices(*layout);
    makeProgress(*layout);
    makeButtons(*layout);
    connectWorker();
    setState(State::Choosing);
}

void DownloadDialog::makeChoices(QVBoxLayout& layout) {
    for (const model::PublishedModel& published : model::kPublishedModels) {
        const QString name = fromUtf8(published.name);
        auto* choice = new QRadioButton(tr("%1 – %2").arg(shortName(name), fromUtf8(formatBytes(published.sizeBytes))));
        choice->setObjectName(name);
        m_published.push_back(choice);
        layout.addWidget(choice);
    }
    m_published.front()->setChecked(true);
    m_other = new QRadioButton(tr("Another:"));
    m_otherName = new QLineEdit;
    m_otherName->setPlaceholderText(tr("OWNER/NAME of a vision-language model"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_other);
    row->addWidget(m_otherName, 1);
    layout.addLayout(row);
    connect(m_otherName, &QLineEdit::textEdited, m_other, &QRadioButton::click);
    connect(m_otherName, &QLineEdit::textChanged, this, [this] { setState(State::Choosing); });
    for (QRadioButton* choice : findChildren<QRadioButton*>())
        connect(choice, &QRadioButton::toggled, this, [this] { setState(State::Choosing); });
}

void DownloadDialog::makeProgress(QVBoxLayout& layout) {
    m_space = makeWrappedLabel("space");
    m_bar = new QProgressBar;
    m_bar->setRange(0, kBarSteps);
    m_bar->setTextVisible(false); // the line below says more
    m_status = makeWrappedLabel("status");
    for (QWidget* widget : std::initializer_list<QWidget*>{m_space, m_bar, m_status})
        layout.addWidget(widget);
}

void DownloadDialog::makeButtons(QVBoxLayout& layout) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_go = buttons->addButton(QString(), QDialogButtonBox::ActionRole);
    m_go->setObjectName(QStringLiteral("go"));
    m_go->setDefault(true);
    connect(m_go, &QPushButton::clicked, this, &DownloadDialog::go);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout.addWidget(buttons);
}

void DownloadDialog::connectWorker() {
    connect(m_worker, &PullWorker::progressed, this, &DownloadDialog::showProgress);
    connect(m_worker, &PullWorker::failed, this, &DownloadDialog::showFailure);
    connect(m_worker, &PullWorker::finished, this, [this](const model::PullResult& result) {
        m_folder = fromUtf8(result.folder);
        m_bar->setValue(kBarSteps);
        m_status->setText(tr("%1 is here and complete.").arg(fromUtf8(result.name)));
        setState(State::Ready);
    });
}

QString DownloadDialog::chosenName() const {
    const auto chosen = std::find_if(m_published.begin(), m_published.end(),
                                     [](const QRadioButton* choice) { return choice->isChecked(); });
    return chosen == m_published.end() ? m_otherName->text().trimmed() : (*chosen)->objectName();
}

void DownloadDialog::go() {
    switch (m_state) {
    case State::Choosing:
        m_bar->setValue(0);
        m_status->setText(tr("Asking for the list of files…"));
        setState(State::Running);
        m_worker->start({chosenName().toStdString()});
        break;
    case State::Running:
        m_status->setText(tr("Stopping…"));
        m_worker->stop();
        break;
    case State::Ready:
        Q_EMIT modelChosen(m_folder);
        accept();
    }
}

void DownloadDialog::setState(State state) {
    m_state = state;
    m_bar->setVisible(state != State::Choosing || m_bar->value() > 0); // stays where a download has stopped
    const bool running = state == State::Running;
    m_go->setText(running ? tr("Stop") : state == State::Ready ? tr("Load the model") : tr("Download"));
    m_go->setEnabled(!chosenName().isEmpty());
    for (QRadioButton* choice : m_published)
        choice->setEnabled(!running);
    m_other->setEnabled(!running);
    m_otherName->setEnabled(!running);
    refreshSpace();
}

void DownloadDialog::refreshSpace() {
    const qint64 free = model::freeBytes(m_cache.toStdString());
    m_space->setText(tr("%1 free in %2").arg(fromUtf8(formatBytes(free)), m_cache));
}

void DownloadDialog::showProgress(const model::PullProgress& progress) {
    if (progress.totalBytes > 0)
        m_bar->setValue(static_cast<int>(kBarSteps * progress.bytes / progress.totalBytes));
    m_status->setText(fromUtf8(model::progressText(progress)));
}

void DownloadDialog::showFailure(const QString& message, bool stopped) {
    m_status->setText(stopped ? tr("Stopped. What has come is kept: the download goes on from there.") : message);
    setState(State::Choosing);
}

void DownloadDialog::showEvent(QShowEvent* event) {
    refreshSpace();
    QDialog::showEvent(event);
}

void DownloadDialog::done(int result) {
    m_worker->stop();
    QDialog::done(result);
}

} // namespace prunescope::ui
