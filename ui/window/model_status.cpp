#include "ui/window/model_status.h"

#include "core/base/format.h"
#include "model/values/weight_format.h"
#include "ui/session/model_slot.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTextDocument>
#include <QToolButton>

namespace prunescope::ui {

namespace {

QString describe(const model::ModelInfo& info) {
    QStringList parts{fromUtf8(info.name), fromUtf8(info.device), fromUtf8(info.dtype)};
    if (info.weights != model::toText(model::WeightFormat::Native))
        parts << fromUtf8(info.weights);
    return parts.join(QStringLiteral(" · "));
}

/// How quantised weights are kept, where the chat template comes from, and what people should know of the files.
QStringList readings(const model::ModelInfo& info) {
    QStringList lines;
    if (!info.keeping.empty())
        lines << ModelStatus::tr("Weights: %1, %2").arg(fromUtf8(info.weights), fromUtf8(info.keeping));
    lines << ModelStatus::tr("Chat template: %1")
                 .arg(info.chatTemplate.empty() ? ModelStatus::tr("built in") : fromUtf8(info.chatTemplate));
    for (const std::string& note : info.notes)
        lines << fromUtf8(note);
    lines.removeDuplicates();
    return lines;
}

/// As rich text: a tip breaks lines in that alone.
QString details(const model::ModelInfo& info) {
    const QString folders = info.adapterFolder.empty() || info.adapterFolder == info.folder
                                ? fromUtf8(info.folder)
                                : fromUtf8(info.folder + "\n" + info.adapterFolder);
    const QString facts = ModelStatus::tr("%1\n%2 parameters, %3 of weights, up to %4 tokens of context")
                              .arg(folders, countText(info.parameters), fromUtf8(formatBytes(info.weightBytes)),
                                   countText(info.maxPositions));
    return Qt::convertFromPlainText(facts + QLatin1Char('\n') + readings(info).join(QLatin1Char('\n')),
                                    Qt::WhiteSpaceNormal);
}

} // namespace

ModelStatus::ModelStatus(ModelSlot& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_text(new QLabel(this)), m_progress(new QProgressBar(this)),
      m_cancel(new QToolButton(this)) {
    m_text->setObjectName(QStringLiteral("muted"));
    m_text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setRange(0, 100);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(96, 6);
    m_progress->setAccessibleName(tr("Loading the model"));
    m_cancel->setIcon(icon(QStringLiteral("close")));
    m_cancel->setIconSize({14, 14});
    m_cancel->setAutoRaise(true);
    m_cancel->setObjectName(QStringLiteral("small"));
    m_cancel->setToolTip(tr("Stop loading"));
    m_cancel->setAccessibleName(tr("Stop loading"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_cancel);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    connect(m_cancel, &QToolButton::clicked, &m_model, &ModelSlot::cancelLoad);
    connect(&m_model, &ModelSlot::changed, this, &ModelStatus::refresh);
    connect(&m_model, &ModelSlot::progressed, this,
            [this](double fraction) { m_progress->setValue(qRound(fraction * 100)); });
    refresh();
}

void ModelStatus::refresh() {
    const bool loading = m_model.isLoading();
    const auto& model = m_model.model();
    m_progress->setVisible(loading);
    m_cancel->setVisible(loading);
    if (!loading)
        m_progress->setValue(0);
    m_full = loading ? tr("Loading %1").arg(shortName(m_model.folder())) : model ? describe(*model) : tr("No model");
    setToolTip(model && !loading ? details(*model) : m_model.folder());
    elide();
}

void ModelStatus::elide() {
    m_text->setText(fontMetrics().elidedText(m_full, Qt::ElideRight, std::max(40, m_text->width())));
}

void ModelStatus::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    elide();
}

} // namespace prunescope::ui
