#pragma once

#include "model/values/prompt_view.h"
#include "ui/canvas/view_transform.h"
#include "ui/session/picture_levels.h"

#include <QWidget>
#include <memory>

namespace prunescope::ui {

/// An image at the size at which the model sees it, with its blocks: the token of the block under the cursor is told,
/// another block may be lit. The wheel zooms, a double click shows all of it again. Shows the first image of a prompt.
class BlockPicture : public QWidget {
    Q_OBJECT

public:
    explicit BlockPicture(QWidget* parent = nullptr);

    /// `picture`: that of the prompt's image, dropped blocks dimmed. `view` may be null.
    void setPrompt(std::shared_ptr<const model::PromptView> view, const PictureLevels& picture);
    /// Lights up a block; -1: none.
    void setLit(int block);
    int lit() const { return m_lit; }
    /// "token 17, block row 3, column 5, position t 4, y 7, x 9", counted from 0; of a dropped block where it is.
    QString textOf(int block) const;
    /// The block at a place of this widget; -1 where there is none.
    int blockAt(QPointF place) const;
    QRectF viewRect(int block) const;

    QSize sizeHint() const override { return {240, 120}; }
    QSize minimumSizeHint() const override { return {96, 48}; }

Q_SIGNALS:
    /// A click on a block.
    void blockChosen(int block);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    const model::PromptView::Image* image() const;
    QSizeF pictureSize() const;
    void showAll();
    void drawKept(QPainter& painter) const;
    void drawLit(QPainter& painter, int block) const;
    void setHovered(int block);

    std::shared_ptr<const model::PromptView> m_view;
    PictureLevels m_picture;
    ViewTransform m_transform;
    int m_hovered = -1;
    int m_lit = -1;
    bool m_hasGrid = false; ///< positions in rows and columns
    bool m_zoomed = false;
};

} // namespace prunescope::ui
