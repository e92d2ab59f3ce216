#include "ui/canvas/mask_layer.h"

#include "core/report/mask_painter.h"
#include "ui/canvas/area_scale.h"
#include "ui/session/pixels.h"
#include "ui/style/step_look.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace prunescope::ui {

namespace {

void copyRect(const QImage& from, QImage& to, QRect rect) {
    rect &= to.rect();
    if (rect.isEmpty())
        return;
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        std::memcpy(reinterpret_cast<QRgb*>(to.scanLine(y)) + rect.left(),
                    reinterpret_cast<const QRgb*>(from.constScanLine(y)) + rect.left(),
                    static_cast<std::size_t>(rect.width()) * sizeof(QRgb));
}

/// An image of that size, in its pixels. Its memory stays where it is: new pages for each frame cost more than all that
/// is drawn in them.
void makeRoom(QImage& image, QSize size) {
    if (image.size() != size)
        image = QImage(size, QImage::Format_RGB32);
    image.setDevicePixelRatio(1);
}

} // namespace

void MaskLayer::show(const Scene& scene) {
    if (!scene.picture.sharesPixelsWith(m_picture))
        m_hasPlain = m_hasMasked = false;
    else if (!looksTheSame(scene))
        m_hasMasked = false;
    m_picture = scene.picture;
    m_mask = scene.mask;
    m_fates = scene.fates;
    m_depth = scene.depth;
    m_restoration = scene.restoration;
    m_mode = scene.mode;
}

bool MaskLayer::looksTheSame(const Scene& scene) const {
    if (scene.mode != m_mode)
        return false;
    if (restoredViewOf(m_mode) == RestoredView::None)
        return scene.mask == m_mask && scene.fates == m_fates && (!m_fates || scene.depth == m_depth);
    if (!scene.restoration || !m_restoration)
        return !scene.restoration && !m_restoration;
    return scene.restoration->picture.sharesPixelsWith(m_restoration->picture);
}

void MaskLayer::paint(QPainter& painter, const ViewTransform& transform, QRect view, const QColor& background,
                      bool plain) {
    const ViewKey key{transform, view, painter.device()->devicePixelRatioF()};
    if (!(key == m_key) || !m_hasPlain) {
        m_key = key;
        m_hasMasked = false;
        renderPlain(background);
    }
    painter.drawImage(view.topLeft(), rendered(plain));
}

const QImage& MaskLayer::rendered(bool plain) {
    if (plain || m_mode == MaskMode::Off || !m_mask.valid())
        return m_plain;
    if (!std::exchange(m_hasMasked, true))
        restoredViewOf(m_mode) == RestoredView::None ? renderMasked() : renderRestored();
    return m_masked;
}

void MaskLayer::renderPlain(const QColor& background) {
    makeRoom(m_plain, (QSizeF(m_key.view.size()) * m_key.dpr).toSize());
    m_plain.fill(background);
    drawOn(m_plain, m_picture, QRectF(QPointF(), QSizeF(m_picture.whole().size())));
    m_plain.setDevicePixelRatio(m_key.dpr);
    m_hasPlain = true;
}

void MaskLayer::drawOn(QImage& target, const PictureLevels& picture, const QRectF& area) const {
    const QRectF visible = m_key.transform.toPicture(QRectF(m_key.view)) & area;
    if (visible.isEmpty())
        return;
    // Device pixels per pixel of `picture`.
    const double scale = m_key.transform.zoom * m_key.dpr * area.width() / picture.whole().width();
    const QImage& source = picture.forScale(scale);
    const double x = area.width() / source.width(), y = area.height() / source.height();
    const QRectF inSource((visible.x() - area.x()) / x, (visible.y() - area.y()) / y, visible.width() / x,
                          visible.height() / y);
    const QRect crop = inSource.toAlignedRect() & source.rect();
    const QRectF onPicture(area.x() + crop.x() * x, area.y() + crop.y() * y, crop.width() * x, crop.height() * y);
    const QRectF onView = m_key.transform.toView(onPicture).translated(-m_key.view.topLeft());
    const QRectF onDevice(onView.topLeft() * m_key.dpr, onView.size() * m_key.dpr);
    // By its edges, as those of the blocks are rounded.
    QRect device(onDevice.topLeft().toPoint(), onDevice.bottomRight().toPoint() - QPoint(1, 1));
    device.setSize(device.size().expandedTo({1, 1}));
    // What a model sees may be less wide and taller than the picture: then it is neither smaller nor larger.
    const bool isSmaller = device.width() <= crop.width() && device.height() <= crop.height();
    if (isSmaller && device.size() != crop.size()) {
        drawScaledDown(source, crop, target, device);
    } else {
        QPainter painter(&target);
        painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < 2 && device.size() != crop.size());
        painter.drawImage(onDevice, source, QRectF(crop));
    }
}

void MaskLayer::dim(QRect rect) {
    rect &= m_masked.rect();
    const Dimmer dimmer;
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        dimmer.pixels(reinterpret_cast<const QRgb*>(m_plain.constScanLine(y)) + rect.left(),
                      reinterpret_cast<QRgb*>(m_masked.scanLine(y)) + rect.left(),
                      static_cast<std::size_t>(rect.width()));
}

void MaskLayer::beginMasked() {
    makeRoom(m_masked, m_plain.size()); // block edges are in device pixels
    copyRect(m_plain, m_masked, m_plain.rect());
}

void MaskLayer::renderMasked() {
    beginMasked();
    if (m_mode == MaskMode::Mask) {
        if (!m_mask.views.empty())
            showOnlySeen();
        for (const Sheet& sheet : sheets())
            forEachDropped(sheet, [this](int, const QRect& rect) { dim(rect); });
        if (m_fates)
            for (const Sheet& sheet : sheets())
                colourDropped(sheet);
    }
    drawGrid();
    m_masked.setDevicePixelRatio(m_key.dpr);
}

void MaskLayer::renderRestored() {
    beginMasked();
    if (m_restoration) {
        const PixelBox& place = m_restoration->place;
        drawOn(m_masked, m_restoration->picture,
               QRectF(QPointF(place.left, place.top), QPointF(place.right, place.bottom)));
    } else if (m_mode == MaskMode::Error) {
        dim(areaRect()); // about as bright as what is to come
    }
    m_masked.setDevicePixelRatio(m_key.dpr);
}

std::vector<MaskLayer::Sheet> MaskLayer::sheets() const {
    const BlockGrid grid = m_mask.mask.grid();
    const QPointF corner(m_mask.area.x, m_mask.area.y);
    if (m_mask.views.empty())
        return {{QRectF(corner, QSizeF(m_mask.area.width, m_mask.area.height)), grid.rows, grid.cols, 0}};
    std::vector<Sheet> sheets;
    const int side = grid.geometry.blockPx();
    for (const PictureView& view : sharpestViews(m_mask.views))
        sheets.push_back({QRectF(corner + QPointF(view.x, view.y), QSizeF(view.width, view.height)),
                          view.seen.height / side, grid.cols, grid.index(view.seen.y / side, 0)});
    return sheets;
}

QRect MaskLayer::deviceRect(const QRectF& onPicture) const {
    const Sheet whole{onPicture, 1, 1, 0};
    return QRect(QPoint(columnEdge(whole, 0), rowEdge(whole, 0)),
                 QPoint(columnEdge(whole, 1) - 1, rowEdge(whole, 1) - 1));
}

QRect MaskLayer::areaRect() const {
    return deviceRect(QRectF(m_mask.area.x, m_mask.area.y, m_mask.area.width, m_mask.area.height));
}

void MaskLayer::showOnlySeen() {
    dim(areaRect());
    for (const Sheet& sheet : sheets())
        copyRect(m_plain, m_masked, deviceRect(sheet.place) & areaRect());
}

int MaskLayer::columnEdge(const Sheet& sheet, int index) const {
    const double x = sheet.place.x() + static_cast<double>(index) * sheet.place.width() / sheet.cols;
    return static_cast<int>(std::lround((m_key.transform.toView(QPointF(x, 0)).x() - m_key.view.x()) * m_key.dpr));
}

int MaskLayer::rowEdge(const Sheet& sheet, int index) const {
    const double y = sheet.place.y() + static_cast<double>(index) * sheet.place.height() / sheet.rows;
    return static_cast<int>(std::lround((m_key.transform.toView(QPointF(0, y)).y() - m_key.view.y()) * m_key.dpr));
}

MaskLayer::Span MaskLayer::visibleCols(const Sheet& sheet) const {
    const QRectF seen = m_key.transform.toPicture(QRectF(m_key.view));
    const double perCol = sheet.place.width() / sheet.cols;
    const auto at = [&](double x) { return static_cast<int>(std::floor((x - sheet.place.x()) / perCol)); };
    return {std::clamp(at(seen.left()) - 1, 0, sheet.cols), std::clamp(at(seen.right()) + 2, 0, sheet.cols)};
}

MaskLayer::Span MaskLayer::visibleRows(const Sheet& sheet) const {
    const QRectF seen = m_key.transform.toPicture(QRectF(m_key.view));
    const double perRow = sheet.place.height() / sheet.rows;
    const auto at = [&](double y) { return static_cast<int>(std::floor((y - sheet.place.y()) / perRow)); };
    return {std::clamp(at(seen.top()) - 1, 0, sheet.rows), std::clamp(at(seen.bottom()) + 2, 0, sheet.rows)};
}

std::optional<int> MaskLayer::droppedBy(int block) const {
    if (m_fates)
        return m_fates->droppedBy(block, m_depth);
    return m_mask.mask.kept(block) ? std::nullopt : std::optional(-1);
}

template <typename Paint>
void MaskLayer::forEachDropped(const Sheet& sheet, Paint paint) const {
    const QRect area = areaRect();
    const Span rows = visibleRows(sheet), cols = visibleCols(sheet);
    for (int row = rows.first; row < rows.last; ++row) {
        const int top = rowEdge(sheet, row), bottom = rowEdge(sheet, row + 1);
        for (int col = cols.first; col < cols.last;) {
            const std::optional<int> step = droppedBy(sheet.index(row, col));
            int end = col + 1;
            while (end < cols.last && droppedBy(sheet.index(row, end)) == step)
                ++end;
            const int left = columnEdge(sheet, col);
            if (step)
                paint(*step, QRect(left, top, columnEdge(sheet, end) - left, bottom - top) & area);
            col = end;
        }
    }
}

void MaskLayer::colourDropped(const Sheet& sheet) {
    QPainter painter(&m_masked);
    const std::vector<PruneStep>& steps = m_fates->steps();
    forEachDropped(sheet, [&](int index, const QRect& rect) {
        const PruneStep& step = steps[static_cast<std::size_t>(index)];
        StepLook::of(partOf(step.place, step.layer), step.ordinal).paintOver(painter, rect);
    });
}

CoordinateMap MaskLayer::coordinates() const {
    return {m_mask.area, m_mask.mask.grid(), m_mask.views};
}

int MaskLayer::blockAt(QPointF picture) const {
    return m_mask.valid() ? coordinates().blockAt({picture.x(), picture.y()}).value_or(-1) : -1;
}

QRectF MaskLayer::blockRect(int block) const {
    if (!m_mask.valid() || block < 0 || block >= m_mask.mask.count())
        return {};
    const PixelBox place = coordinates().boxOfBlock(block);
    return {QPointF(place.left, place.top), QPointF(place.right, place.bottom)};
}

} // namespace prunescope::ui
