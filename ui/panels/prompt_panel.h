#pragma once

#include "ui/panels/panel.h"

class QLabel;
class QModelIndex;
class QStackedWidget;
class QTableView;
class QTextBrowser;

namespace prunescope::ui {

class BlockPicture;
class PromptPreview;
class TokenModel;

/// Panel of the prompt: the text, the tokens and the picture that the model is given for the current question.
class PromptPanel : public Panel {
    Q_OBJECT

public:
    /// `preview` outlives the panel.
    explicit PromptPanel(PromptPreview& preview, QWidget* parent = nullptr);

    bool eventFilter(QObject* watched, QEvent* event) override;

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void showText();
    void showState();
    QString stateText() const;
    QString stateTip() const;
    /// Lights up the block of the token in that row; where there is none, of the chosen one.
    void lightUp(const QModelIndex& hovered);
    void chooseToken(int block);

    PromptPreview& m_preview;
    TokenModel* m_model;
    QStackedWidget* m_pages;
    QLabel* m_why;
    QTextBrowser* m_text;
    QTableView* m_table;
    BlockPicture* m_picture;
    QLabel* m_state;
};

} // namespace prunescope::ui
