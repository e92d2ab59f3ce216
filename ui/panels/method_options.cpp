#include "ui/panels/method_options.h"

#include "core/pruning/method.h"
#include "ui/style/format.h"
#include "ui/widgets/option_editor.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kGapPx = 8;
constexpr int kLinePx = 316; ///< that editors side by side may take

int captionPx(const QFontMetrics& metrics, const OptionSpec& spec, bool isFirst) {
    const int width = metrics.horizontalAdvance(fromUtf8(spec.title));
    return isFirst ? std::max(kCaptionPx, width) : width;
}

} // namespace

MethodOptions::MethodOptions(const std::vector<const OptionSpec*>& options, QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGapPx);
    for (const OptionSpec* spec : options)
        add(*spec);
}

MethodOptions::Line& MethodOptions::lineFor(const OptionSpec& spec, int widthPx) {
    const bool fits = !m_lines.empty() && m_lines.back().widthPx + kGapPx + widthPx <= kLinePx;
    if (fits || (spec.kind == OptionKind::Flag && !m_lines.empty()))
        return m_lines.back();
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGapPx);
    row->addStretch(1);
    layout()->addWidget(line);
    return m_lines.emplace_back(Line{line, 0, {}});
}

void MethodOptions::add(const OptionSpec& spec) {
    OptionEditor* editor = OptionEditor::make(spec, this);
    const int width = captionPx(fontMetrics(), spec, false) + kGapPx + editor->sizeHint().width();
    Line& line = lineFor(spec, width);
    auto* row = static_cast<QHBoxLayout*>(line.widget->layout());
    QLabel* caption = nullptr;
    if (QWidget* buddy = editor->buddy()) {
        caption = new QLabel(fromUtf8(spec.title), line.widget);
        caption->setMinimumWidth(captionPx(fontMetrics(), spec, line.editors.empty()));
        caption->setBuddy(buddy);
        row->insertWidget(row->count() - 1, caption);
        row->insertWidget(row->count() - 1, editor);
    } else {
        row->addWidget(editor);
    }
    line.widthPx +=
        line.editors.empty() ? std::max(width, kCaptionPx + kGapPx + editor->sizeHint().width()) : kGapPx + width;
    line.editors.emplace_back(editor, caption);
    connect(editor, &OptionEditor::changed, this,
            [this, &spec](const std::optional<OptionValue>& value) { change(spec, value); });
}

void MethodOptions::change(const OptionSpec& spec, const std::optional<OptionValue>& value) {
    MethodSettings settings = m_settings;
    if (!settings.spec(spec.name))
        return; // a field that loses the focus while it goes away with its method
    if (value)
        settings.change(spec.name, *value);
    else
        settings.reset(spec.name);
    Q_EMIT changed(settings);
}

void MethodOptions::setSettings(const MethodSettings& settings) {
    m_settings = settings;
    bool any = false;
    for (const Line& line : m_lines) {
        bool shown = false;
        for (const auto& [editor, caption] : line.editors) {
            const std::string_view option = editor->spec().name;
            const bool matters = settings.applies(option);
            if (matters)
                editor->setValue(settings.find(option));
            editor->setVisible(matters);
            if (caption)
                caption->setVisible(matters);
            shown |= matters;
        }
        line.widget->setVisible(shown);
        any |= shown;
    }
    setVisible(any);
}

} // namespace prunescope::ui
