#include "ui/style/icons.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

namespace prunescope::ui {

namespace {

/// Draws an SVG and fills its shape with one colour, chosen when it is painted.
class TintedSvg final : public QIconEngine {
public:
    TintedSvg(QString path, QColor fixed) : m_path(std::move(path)), m_fixed(fixed) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const qreal dpr = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, scaledPixmap(rect.size() * dpr, mode, state, 1.0));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        QSvgRenderer(m_path).render(&painter);
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), colour(mode));
        return pixmap;
    }

    QIconEngine* clone() const override { return new TintedSvg(m_path, m_fixed); }

private:
    QColor colour(QIcon::Mode mode) const {
        const QPalette palette = QApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        return m_fixed.isValid() ? m_fixed : palette.color(QPalette::Active, QPalette::ButtonText);
    }

    QString m_path;
    QColor m_fixed;
};

} // namespace

QIcon icon(const QString& name, const QColor& fixed) {
    return QIcon(new TintedSvg(QStringLiteral(":/icons/%1.svg").arg(name), fixed));
}

QPixmap clearPixmap(QSize size, qreal dpr) {
    QPixmap pixmap((QSizeF(size) * dpr).toSize());
    pixmap.setDevicePixelRatio(dpr);
    pixmap.fill(Qt::transparent);
    return pixmap;
}

} // namespace prunescope::ui
