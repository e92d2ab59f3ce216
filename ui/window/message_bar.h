#pragma once

#include "ui/session/notices.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace prunescope::ui {

/// A slim line above the picture: what happened, what to do, a button for it. Never in the way, gone with Esc.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);
    void show(const Notice& notice);
    /// Closes an error that offers nothing to do: what it was about has been done by now.
    void clearError();
    QString text() const;
    /// The first error that was shown, also after it was closed; empty: there was none.
    const QString& firstError() const { return m_firstError; }

Q_SIGNALS:
    void actionChosen(prunescope::ui::Notice::Action action);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showIcon();

    Notice m_notice;
    QString m_firstError;
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_action;
};

} // namespace prunescope::ui
