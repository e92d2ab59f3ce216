#pragma once

#include "ui/session/turn.h"

#include <QWidget>
#include <optional>

class QToolButton;

namespace prunescope::ui {

class Bubble;

/// What a model thought before its answer: a line that says for how long, and below it the thought, which is open while
/// it is written and closed once the answer begins, unless people choose otherwise. Hidden where there is none.
class ThoughtView : public QWidget {
    Q_OBJECT

public:
    explicit ThoughtView(QWidget* parent = nullptr);
    void show(const Turn& turn);
    void setMaxTextWidth(int px);
    /// "Thinking…", "Thought for 3.2 s".
    QString title() const;
    QString text() const;
    bool isOpen() const;

private:
    void refresh();

    QToolButton* m_title;
    Bubble* m_text;
    std::optional<bool> m_chosen; ///< whether people opened or closed it
    bool m_hasAnswer = false;
};

} // namespace prunescope::ui
