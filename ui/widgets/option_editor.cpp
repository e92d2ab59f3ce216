#include "ui/widgets/option_editor.h"

#include "core/base/error.h"
#include "ui/style/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <limits>

namespace prunescope::ui {

namespace {

constexpr int kNumberPx = 72;
constexpr int kDecimals = 3;
constexpr double kWideRange = 10; ///< from which a step depends on the value
constexpr int kLinePaddingPx = 10;

QHBoxLayout* lineIn(QWidget* widget) {
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

/// Name, tip and accessible name of a field, and its place in the editor.
template <typename Field>
Field* named(Field* field, OptionEditor* editor) {
    field->setObjectName(camelCase(editor->spec()));
    field->setAccessibleName(fromUtf8(editor->spec().title));
    field->setToolTip(helpText(editor->spec()));
    editor->layout()->addWidget(field);
    return field;
}

class FlagEditor final : public OptionEditor {
public:
    FlagEditor(const OptionSpec& spec, QWidget* parent) : OptionEditor(spec, parent) {
        lineIn(this);
        m_box = named(new QCheckBox(fromUtf8(spec.title)), this);
        connect(m_box, &QCheckBox::toggled, this, [this](bool on) { Q_EMIT changed(OptionValue(on)); });
    }
    void setValue(const std::optional<OptionValue>& value) override {
        const QSignalBlocker blocker(m_box);
        m_box->setChecked(value && std::get<bool>(*value));
    }
    QWidget* buddy() override { return nullptr; }

private:
    QCheckBox* m_box;
};

class WholeEditor final : public OptionEditor {
public:
    WholeEditor(const OptionSpec& spec, QWidget* parent) : OptionEditor(spec, parent) {
        lineIn(this);
        m_number = named(new QSpinBox, this);
        m_number->setRange(shown(spec.least), shown(spec.most));
        m_number->setKeyboardTracking(false);
        m_number->setFixedWidth(kFieldPx);
        connect(m_number, &QSpinBox::valueChanged, this,
                [this](int number) { Q_EMIT changed(OptionValue(static_cast<std::uint64_t>(number))); });
    }
    void setValue(const std::optional<OptionValue>& value) override {
        const QSignalBlocker blocker(m_number);
        m_number->setValue(value ? shown(static_cast<double>(std::get<std::uint64_t>(*value))) : m_number->minimum());
    }
    QWidget* buddy() override { return m_number; }

private:
    /// A spin box ends at 2^31 - 1; a larger number is kept until somebody moves it.
    static int shown(double number) {
        return static_cast<int>(std::min(number, double{std::numeric_limits<int>::max()}));
    }
    QSpinBox* m_number;
};

/// A number; where the option may be unset, behind a choice of that or a number.
class RealEditor final : public OptionEditor {
public:
    RealEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(spec, parent), m_last(std::midpoint(spec.least, spec.most)) {
        lineIn(this);
        if (!spec.standard)
            makeMode();
        m_number = named(new QDoubleSpinBox, this);
        m_number->setDecimals(kDecimals);
        m_number->setRange(spec.least, spec.most);
        if (spec.most - spec.least > kWideRange)
            m_number->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        else
            m_number->setSingleStep((spec.most - spec.least) / 20);
        m_number->setLocale(QLocale::c());
        m_number->setKeyboardTracking(false);
        m_number->setFixedWidth(kNumberPx);
        connect(m_number, &QDoubleSpinBox::valueChanged, this,
                [this](double number) { Q_EMIT changed(OptionValue(number)); });
    }
    void setValue(const std::optional<OptionValue>& value) override {
        const QSignalBlocker blocker(m_number);
        m_last = value ? std::get<double>(*value) : m_last;
        m_number->setValue(m_last);
        m_number->setVisible(value.has_value());
        if (m_mode)
            m_mode->setCurrentIndex(value ? 1 : 0);
    }
    QWidget* buddy() override { return m_mode ? static_cast<QWidget*>(m_mode) : m_number; }

private:
    void makeMode() {
        m_mode = named(new QComboBox, this);
        m_mode->setObjectName(camelCase(spec()) + QStringLiteral("Mode"));
        m_mode->addItems({fromUtf8(spec().whenUnset), tr("a number")});
        m_mode->setItemData(0, fromUtf8(spec().whenUnset), Qt::ToolTipRole);
        m_mode->setFixedWidth(kFieldPx);
        connect(m_mode, &QComboBox::activated, this,
                [this](int mode) { Q_EMIT changed(mode == 0 ? std::nullopt : std::optional<OptionValue>(m_last)); });
    }
    double m_last; ///< shown when somebody switches to a number
    QComboBox* m_mode = nullptr;
    QDoubleSpinBox* m_number;
};

class ChoiceEditor final : public OptionEditor {
public:
    ChoiceEditor(const OptionSpec& spec, QWidget* parent) : OptionEditor(spec, parent) {
        lineIn(this);
        m_choices = named(new QComboBox, this);
        for (const std::string_view choice : spec.choices)
            m_choices->addItem(fromUtf8(choice));
        m_choices->setFixedWidth(kFieldPx);
        connect(m_choices, &QComboBox::textActivated, this,
                [this](const QString& text) { Q_EMIT changed(OptionValue(text.toStdString())); });
    }
    void setValue(const std::optional<OptionValue>& value) override {
        m_choices->setCurrentText(value ? fromUtf8(std::get<std::string>(*value)) : QString());
    }
    QWidget* buddy() override { return m_choices; }

private:
    QComboBox* m_choices;
};

/// Typed as a plan writes it; an empty field is the default.
class TextEditor final : public OptionEditor {
public:
    TextEditor(const OptionSpec& spec, QWidget* parent) : OptionEditor(spec, parent) {
        lineIn(this);
        m_line = named(new QLineEdit, this);
        m_line->setFixedWidth(kFieldPx);
        m_line->setMinimumHeight(fontMetrics().height() + kLinePaddingPx); // as tall as the fields around it
        m_line->setPlaceholderText(spec.standard ? fromUtf8(optionText(spec, *spec.standard))
                                                 : fromUtf8(spec.whenUnset));
        connect(m_line, &QLineEdit::editingFinished, this, &TextEditor::take);
    }
    void setValue(const std::optional<OptionValue>& value) override {
        m_value = value;
        if (!m_line->hasFocus() || !m_line->isModified())
            showValue();
    }
    QWidget* buddy() override { return m_line; }

private:
    void take() {
        if (!m_line->isModified())
            return;
        const std::string text = m_line->text().trimmed().toStdString();
        const std::optional<OptionValue> value = text.empty() ? std::nullopt : parseOption(spec(), text);
        m_line->setModified(false);
        if (text.empty() || value)
            Q_EMIT changed(value);
        else
            showValue(); // what can't be meant goes; the tip says what can
    }
    void showValue() {
        const bool plain = !m_value || (spec().standard && *m_value == *spec().standard);
        m_line->setText(plain ? QString() : fromUtf8(optionText(spec(), *m_value)));
    }
    std::optional<OptionValue> m_value;
    QLineEdit* m_line;
};

} // namespace

OptionEditor* OptionEditor::make(const OptionSpec& spec, QWidget* parent) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return new FlagEditor(spec, parent);
    case OptionKind::Real:
        return new RealEditor(spec, parent);
    case OptionKind::Whole:
        return new WholeEditor(spec, parent);
    case OptionKind::Choice:
        return new ChoiceEditor(spec, parent);
    case OptionKind::Budget:
    case OptionKind::Numbers:
        return new TextEditor(spec, parent);
    }
    throw Error(ErrorKind::Internal, "internal error: an option of no kind");
}

QString camelCase(const OptionSpec& spec) {
    QString name;
    for (const QString& word : fromUtf8(spec.name).split(QLatin1Char('-')))
        name += name.isEmpty() ? word : word.left(1).toUpper() + word.mid(1);
    return name;
}

QString helpText(const OptionSpec& spec) {
    const QString help = fromUtf8(spec.help);
    const QString expected =
        spec.kind == OptionKind::Flag ? QString() : QStringLiteral(": ") + fromUtf8(expectation(spec));
    const QString unset = spec.standard || spec.whenUnset.empty()
                              ? QString()
                              : OptionEditor::tr(" Unset: %1.").arg(fromUtf8(spec.whenUnset));
    return help.left(1).toUpper() + help.mid(1) + expected + QLatin1Char('.') + unset;
}

} // namespace prunescope::ui
