#pragma once

#include "core/image/geometry.h"

#include <QImage>
#include <QWidget>
#include <optional>

namespace prunescope::ui {

/// A picture of a question, fitted into the widget, with the place that is right and the place that an answer names.
class AnswerPicture : public QWidget {
    Q_OBJECT

public:
    explicit AnswerPicture(QWidget* parent = nullptr);

    struct Content {
        QImage picture; ///< null: none
        Size size;      ///< of the original, in the pixels of which the places are; `picture` may be smaller
        std::optional<PixelBox> expected;
        std::optional<PixelBox> named;
        QString whyNone; ///< instead of a picture
    };
    void show(const Content& content);

    QSize sizeHint() const override { return {420, 300}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRectF pictureRect() const;
    QRectF onWidget(const PixelBox& box) const;
    void drawPlace(QPainter& painter, const PixelBox& box, const QColor& colour, Qt::PenStyle line) const;

    Content m_content;
};

} // namespace prunescope::ui
