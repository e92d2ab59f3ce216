#include "ui/panels/method_options.h"

#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "ui/style/format.h"
#include "ui/widgets/option_editor.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

/// Threshold, metric and mode have lines of their own in the panel.
bool isInPanel(const OptionSpec& spec) {
    return spec.name == kTau.name || spec.name == kMetric.name || spec.name == kAnchored.name;
}

} // namespace

MethodOptions::MethodOptions(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (const OptionSpec& spec : pixelMethodOptions())
        if (!isInPanel(spec))
            add(spec);
}

MethodOptions::Line& MethodOptions::lineFor(const OptionSpec& spec) {
    if (spec.kind == OptionKind::Flag && !m_lines.empty())
        return m_lines.back();
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addStretch(1);
    layout()->addWidget(line);
    return m_lines.emplace_back(Line{line, {}});
}

void MethodOptions::add(const OptionSpec& spec) {
    Line& line = lineFor(spec);
    auto* row = static_cast<QHBoxLayout*>(line.widget->layout());
    OptionEditor* editor = OptionEditor::make(spec, line.widget);
    line.editors.push_back(editor);
    if (QWidget* buddy = editor->buddy()) {
        auto* caption = new QLabel(fromUtf8(spec.title), line.widget);
        caption->setMinimumWidth(kCaptionPx);
        caption->setBuddy(buddy);
        row->insertWidget(0, caption);
        row->insertWidget(1, editor);
    } else {
        row->addWidget(editor);
    }
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
        for (OptionEditor* editor : line.editors) {
            const std::string_view option = editor->spec().name;
            const bool matters = settings.applies(option);
            if (matters)
                editor->setValue(settings.find(option));
            editor->setVisible(matters);
            shown |= matters;
        }
        line.widget->setVisible(shown);
        any |= shown;
    }
    setVisible(any);
}

} // namespace prunescope::ui
