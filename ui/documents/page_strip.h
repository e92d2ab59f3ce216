#pragma once

#include <QFrame>

class QLabel;
class QListView;
class QPlainTextEdit;
class QToolButton;

namespace prunescope::ui {

class OpenDocument;
class PageModel;

/// The pages of the open document beside the picture, and the text of the one that is shown, where it has one. Hidden
/// without a document. GUI thread.
class PageStrip : public QFrame {
    Q_OBJECT

public:
    /// `document` outlives this.
    explicit PageStrip(OpenDocument& document, QWidget* parent = nullptr);

    /// Shows the page so many further on, as far as there is one.
    void turn(int by);

protected:
    bool event(QEvent* event) override;

private:
    QWidget* makePages();
    QWidget* makeText();
    void showDocument();
    void showPage();
    void showText();

    OpenDocument& m_document;
    PageModel* m_model;
    QListView* m_list = nullptr;
    QLabel* m_count = nullptr;
    QToolButton* m_showsText = nullptr;
    QPlainTextEdit* m_text = nullptr;
};

} // namespace prunescope::ui
