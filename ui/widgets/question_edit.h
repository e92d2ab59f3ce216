#pragma once

#include <QMimeData>
#include <QPlainTextEdit>

namespace prunescope::ui {

/// Field in which a question is typed: Enter sends, Shift+Enter starts a line, it grows with the text up to five lines.
/// Pictures that are pasted into it are passed on.
class QuestionEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit QuestionEdit(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void submitted();
    void stopped(); ///< Esc
    void picturePasted(const QMimeData* data);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    int shownLines() const;
};

} // namespace prunescope::ui
