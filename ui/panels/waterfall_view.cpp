#include "ui/panels/waterfall_view.h"

#include "core/base/format.h"
#include "core/base/picture_stages.h"
#include "core/base/stage_times.h"
#include "core/records/record_columns.h"
#include "ui/session/plan_title.h"
#include "ui/session/session_times.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/widget_picture.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>
#include <array>

namespace prunescope::ui {

namespace {

constexpr int kPicturePx = 960; ///< wide

/// A stage with the column of a record that has its time.
struct StageColumn {
    std::string_view stage;
    std::string_view column;
};

constexpr std::array kStages{
    StageColumn{stage::kCapture, "capture_ms"},
    StageColumn{stage::kReadImage, "read_image_ms"},
    StageColumn{stage::kPreprocess, "preprocess_ms"},
    StageColumn{stage::kSelect, "select_ms"},
    StageColumn{stage::kVit, "vit_ms"},
    StageColumn{stage::kMethod, "method_ms"},
    StageColumn{stage::kPrefill, "prefill_ms"},
    StageColumn{stage::kSample, "sample_ms"},
    StageColumn{stage::kDecodePerToken, "decode_ms"},
};

QString textOf(const InteractionRecord& record, std::string_view column) {
    const nlohmann::json value = recordColumn(column).value(record);
    return value.is_string() ? fromUtf8(value.get<std::string>()) : QString();
}

QString captionOf(const InteractionRecord& record) {
    return QStringLiteral("%1 · %2 · %3")
        .arg(planTitle(textOf(record, "plan").toStdString()), shortName(textOf(record, "images")),
             fromUtf8(record.question).simplified());
}

QString bytesText(const InteractionRecord& record, std::string_view column) {
    return fromUtf8(formatBytes(static_cast<std::int64_t>(recordFigure(record, column).value_or(0))));
}

/// Shows as much of a label's tip as there is room for.
void elide(QLabel& label) {
    label.setText(label.fontMetrics().elidedText(label.toolTip(), Qt::ElideRight, label.width()));
}

} // namespace

std::vector<WaterfallStep> waterfallSteps(const InteractionRecord& record) {
    std::vector<WaterfallStep> steps;
    for (const auto& [stage, column] : kStages)
        steps.push_back(
            {stageTitle(stage), stageHelp(stage), stageColour(stage), recordFigure(record, column).value_or(0)});
    return steps;
}

QString waterfallFigures(const InteractionRecord& record) {
    QStringList parts;
    const auto add = [&](std::string_view column, const auto& text) {
        if (const auto value = recordFigure(record, column); value && *value > 0)
            parts << text(*value);
    };
    add("ttft_ms", [](double ms) { return WaterfallView::tr("%1 to first token").arg(msText(ms)); });
    add("total_ms", [](double ms) { return WaterfallView::tr("%1 in all").arg(msText(ms)); });
    add("tokens_per_second",
        [](double rate) { return WaterfallView::tr("%1 tokens/s").arg(fixedText(rate, rate < 10 ? 1 : 0)); });
    add("prompt_tokens", [&](double tokens) {
        return WaterfallView::tr("%1 of %2 tokens")
            .arg(countText(static_cast<qint64>(tokens)),
                 countText(static_cast<qint64>(recordFigure(record, "prompt_tokens_full").value_or(tokens))));
    });
    add("peak_bytes", [&](double) {
        return WaterfallView::tr("KV %1 · memory %2")
            .arg(bytesText(record, "kv_bytes"), bytesText(record, "peak_bytes"));
    });
    if (const QString device = textOf(record, "device"); !device.isEmpty())
        parts << device;
    return parts.join(QStringLiteral(" · "));
}

WaterfallView::WaterfallView(const SessionTimes& times, QWidget* parent)
    : QWidget(parent), m_times(times), m_question(new QSpinBox(this)), m_caption(new QLabel(this)),
      m_steps(new Waterfall(this)), m_figures(new QLabel(this)) {
    m_question->setObjectName(QStringLiteral("waterfallQuestion"));
    m_question->setPrefix(tr("Question "));
    m_question->setAccessibleName(tr("Question of this session"));
    m_question->setToolTip(tr("Which question of this session is shown"));
    for (QLabel* label : {m_caption, m_figures}) {
        label->setObjectName(QStringLiteral("muted"));
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // never widens the window
        label->setTextFormat(Qt::PlainText);
        label->installEventFilter(this);
    }
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_question);
    head->addWidget(m_caption, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(m_steps, 1);
    layout->addWidget(m_figures);
    connect(m_question, &QSpinBox::valueChanged, this, &WaterfallView::refresh);
    connect(&m_times, &SessionTimes::added, this, &WaterfallView::follow);
    follow();
}

// Who looks at the newest goes on to the next newest.
void WaterfallView::follow() {
    const int count = static_cast<int>(m_times.records().size());
    const bool wasLast = m_question->value() == m_question->maximum() || m_question->maximum() < 1;
    m_question->setRange(std::min(1, count), count);
    m_question->setSuffix(tr(" of %1").arg(count));
    m_question->setEnabled(count > 1);
    if (wasLast)
        m_question->setValue(count);
    refresh();
}

const InteractionRecord& WaterfallView::record() const {
    return m_times.records().at(static_cast<std::size_t>(m_question->value() - 1));
}

void WaterfallView::refresh() {
    if (m_times.records().empty())
        return;
    m_caption->setToolTip(captionOf(record()));
    m_figures->setToolTip(waterfallFigures(record()));
    for (QLabel* label : {m_caption, m_figures})
        elide(*label);
    m_steps->setSteps(waterfallSteps(record()));
}

bool WaterfallView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize)
        elide(*static_cast<QLabel*>(watched));
    return QWidget::eventFilter(watched, event);
}

QImage WaterfallView::picture() const {
    Waterfall drawn;
    drawn.setSteps(waterfallSteps(record()));
    drawn.setCaptions(captionOf(record()), waterfallFigures(record()));
    return widgetPicture(drawn, {kPicturePx, drawn.sizeHint().height()});
}

} // namespace prunescope::ui
