#include "app/window_sets/shown_texts.h"

#include <QFontMetricsF>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>

namespace prunescope::app {

namespace {

/// Paints nothing and writes down the texts.
class RecordingEngine final : public QPaintEngine {
public:
    RecordingEngine(const QWidget& widget, std::vector<ShownText>& texts)
        : QPaintEngine(AllFeatures), m_widget(widget), m_inWindow(widget.mapTo(widget.window(), QPointF(0, 0))),
          m_texts(texts) {}

    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    Type type() const override { return User; }
    void updateState(const QPaintEngineState&) override {}
    void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
    void drawImage(const QRectF&, const QImage&, const QRectF&, Qt::ImageConversionFlags) override {}
    void drawTiledPixmap(const QRectF&, const QPixmap&, const QPointF&) override {}
    void drawPath(const QPainterPath&) override {}
    void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}

    void drawTextItem(const QPointF& start, const QTextItem& item) override {
        const QString text = item.text().trimmed();
        if (text.isEmpty())
            return;
        const QRectF ink = QFontMetricsF(item.font()).tightBoundingRect(item.text()).translated(start);
        const bool whole = !painter()->hasClipping() || withMargin(painter()->clipBoundingRect()).contains(ink);
        m_texts.push_back({text, &m_widget, state->transform().mapRect(ink).translated(m_inWindow), whole});
    }

private:
    const QWidget& m_widget;
    QPointF m_inWindow;
    std::vector<ShownText>& m_texts;
};

/// As large as the widget, on a plain screen.
class RecordingDevice final : public QPaintDevice {
public:
    RecordingDevice(const QWidget& widget, std::vector<ShownText>& texts) : m_widget(widget), m_engine(widget, texts) {}

    QPaintEngine* paintEngine() const override { return &m_engine; }

protected:
    int metric(PaintDeviceMetric metric) const override {
        switch (metric) {
        case PdmWidth:
            return m_widget.width();
        case PdmHeight:
            return m_widget.height();
        case PdmWidthMM:
            return m_widget.widthMM();
        case PdmHeightMM:
            return m_widget.heightMM();
        case PdmDpiX:
        case PdmPhysicalDpiX:
            return m_widget.logicalDpiX();
        case PdmDpiY:
        case PdmPhysicalDpiY:
            return m_widget.logicalDpiY();
        case PdmDepth:
            return 32;
        case PdmDevicePixelRatio:
            return 1;
        case PdmDevicePixelRatioScaled:
            return static_cast<int>(devicePixelRatioFScale());
        default:
            return 0; // colours of a palette
        }
    }

private:
    const QWidget& m_widget;
    mutable RecordingEngine m_engine;
};

void recordOwnTexts(QWidget& widget, std::vector<ShownText>& texts) {
    RecordingDevice device(widget, texts);
    widget.render(&device, {}, {}, QWidget::RenderFlags()); // without its children
}

} // namespace

QRectF withMargin(const QRectF& place) {
    return place.adjusted(-1, -1, 1, 1);
}

std::vector<ShownText> recordTexts(QWidget& window) {
    std::vector<ShownText> texts;
    recordOwnTexts(window, texts);
    for (QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible())
            recordOwnTexts(*widget, texts);
    return texts;
}

} // namespace prunescope::app
