#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;

namespace prunescope::ui {

class OpenDocument;

/// Asks for the password of a document that can't be opened without, in place. Hidden otherwise. GUI thread.
class PasswordBar : public QFrame {
    Q_OBJECT

public:
    /// `document` outlives this.
    explicit PasswordBar(OpenDocument& document, QWidget* parent = nullptr);

private:
    void ask(const QString& path, bool wasWrong);
    void unlock();

    OpenDocument& m_document;
    QLabel* m_why;
    QLineEdit* m_password;
};

} // namespace prunescope::ui
