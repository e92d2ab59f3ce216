#pragma once

#include "core/pruning/method_settings.h"

#include <QWidget>
#include <vector>

namespace prunescope::ui {

class OptionEditor;

/// Width of the captions in the pruning panel, so that the fields beside them begin at one place.
inline constexpr int kCaptionPx = 44;

/// The options of the pruning method that is set, but for those that the pruning panel shows in its own way. Hidden
/// when there is none that matters.
class MethodOptions : public QWidget {
    Q_OBJECT

public:
    explicit MethodOptions(QWidget* parent = nullptr);
    void setSettings(const MethodSettings& settings);

Q_SIGNALS:
    /// Emitted when the user changes the settings.
    void changed(const prunescope::MethodSettings& settings);

private:
    /// A line of editors; a flag stands at the end of the line before it.
    struct Line {
        QWidget* widget;
        std::vector<OptionEditor*> editors;
    };
    void add(const OptionSpec& spec);
    Line& lineFor(const OptionSpec& spec);
    void change(const OptionSpec& spec, const std::optional<OptionValue>& value);

    MethodSettings m_settings;
    std::vector<Line> m_lines;
};

} // namespace prunescope::ui
