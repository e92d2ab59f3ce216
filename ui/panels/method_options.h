#pragma once

#include "core/pruning/method_settings.h"

#include <QWidget>
#include <utility>
#include <vector>

class QLabel;

namespace prunescope::ui {

class OptionEditor;

/// Width of the captions in the pruning panel, so that the fields beside them begin at one place.
inline constexpr int kCaptionPx = 44;

/// Options of the pruning method that is set, as far as they matter. Hidden when none does.
class MethodOptions : public QWidget {
    Q_OBJECT

public:
    /// `options` are those that any of the methods has, by pointers that outlive this.
    explicit MethodOptions(const std::vector<const OptionSpec*>& options, QWidget* parent = nullptr);
    void setSettings(const MethodSettings& settings);

Q_SIGNALS:
    /// Emitted when the user changes the settings.
    void changed(const prunescope::MethodSettings& settings);

private:
    /// A line of editors with their captions. A flag stands at the end of the line before it, a short editor beside
    /// another one.
    struct Line {
        QWidget* widget;
        int widthPx = 0;
        std::vector<std::pair<OptionEditor*, QLabel*>> editors;
    };
    void add(const OptionSpec& spec);
    Line& lineFor(const OptionSpec& spec, int widthPx);
    void change(const OptionSpec& spec, const std::optional<OptionValue>& value);

    MethodSettings m_settings;
    std::vector<Line> m_lines;
};

} // namespace prunescope::ui
