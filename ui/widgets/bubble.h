#pragma once

#include <QFrame>

class QLabel;

namespace prunescope::ui {

/// A piece of the conversation: text that can be selected, as wide as it needs up to a limit.
class Bubble : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Question, Thought, Answer };

    explicit Bubble(Kind kind, QWidget* parent = nullptr);
    void setPlain(const QString& text);
    void setHtml(const QString& html);
    void setMaxTextWidth(int px);
    /// Puts a small widget under the text, at its left.
    void addBelow(QWidget* widget);
    /// The text as it was set, with markup.
    QString text() const;

Q_SIGNALS:
    void linkHovered(const QString& link);
    void linkActivated(const QString& link);

private:
    void fit();

    QLabel* m_label;
    QString m_text; ///< as set
    int m_maxTextWidth = 280;
};

} // namespace prunescope::ui
