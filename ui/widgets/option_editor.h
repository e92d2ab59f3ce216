#pragma once

#include "core/pruning/option_spec.h"

#include <QString>
#include <QWidget>
#include <optional>

namespace prunescope::ui {

/// Width of the fields that options are edited in.
inline constexpr int kFieldPx = 116;

/// Edits the value of one option of a pruning method, by the option's kind.
class OptionEditor : public QWidget {
    Q_OBJECT

public:
    /// `spec` must outlive the editor.
    static OptionEditor* make(const OptionSpec& spec, QWidget* parent);

    const OptionSpec& spec() const { return m_spec; }
    /// Sets the value without emitting `changed`. Nothing: the option is unset.
    virtual void setValue(const std::optional<OptionValue>& value) = 0;
    /// Widget that a caption beside the editor belongs to; null when the editor says its title itself.
    virtual QWidget* buddy() = 0;

Q_SIGNALS:
    /// Emitted when the user changes the value; nothing: unset.
    void changed(const std::optional<prunescope::OptionValue>& value);

protected:
    OptionEditor(const OptionSpec& spec, QWidget* parent) : QWidget(parent), m_spec(spec) {}

private:
    const OptionSpec& m_spec;
};

/// The option's name as Qt object names and settings keys have it: `skipRatio`.
QString camelCase(const OptionSpec& spec);
/// The option's one-line help as a sentence.
QString helpText(const OptionSpec& spec);

} // namespace prunescope::ui
