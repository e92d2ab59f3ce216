#include "ui/capture/region_chooser.h"

#include "ui/capture/region_overlay.h"
#include "ui/style/format.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QScreen>
#include <algorithm>
#include <cmath>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kStepPx = 8;

QScreen* screenNamed(const std::string& name) {
    const QList<QScreen*> screens = QGuiApplication::screens();
    const auto found = std::ranges::find(screens, QString::fromStdString(name), &QScreen::name);
    return found == screens.end() ? nullptr : *found;
}

} // namespace

RegionChooser::RegionChooser(DesktopPicture desktop, TokenCount tokensOf, QObject* parent)
    : QObject(parent), m_desktop(std::move(desktop)), m_tokensOf(std::move(tokensOf)) {
    makeOverlays();
}

RegionChooser::~RegionChooser() = default;

void RegionChooser::makeOverlays() {
    const ScreenLayout& layout = m_desktop.layout;
    for (std::size_t i = 0; i < layout.screens().size(); ++i)
        if (QScreen* screen = screenNamed(layout.screens()[i].name); screen && !layout.pixels(i).empty())
            m_overlays.push_back(std::make_unique<RegionOverlay>(*this, layout.pixels(i), screen));
    if (m_overlays.empty()) // nobody knows where its parts belong
        m_overlays.push_back(
            std::make_unique<RegionOverlay>(*this, PixelRect{0, 0, size().width, size().height}, nullptr));
}

void RegionChooser::show() {
    for (const auto& overlay : m_overlays)
        overlay->showOnScreen();
}

void RegionChooser::hide() {
    m_done = true;
    for (const auto& overlay : m_overlays)
        overlay->hide();
}

PixelRect RegionChooser::region() const {
    return m_tool.isDragging() ? m_tool.dragged(size()) : m_byKey;
}

QString RegionChooser::sizeLabel(PixelRect region) const {
    const Size size{region.width, region.height};
    const auto tokens = m_tokensOf ? m_tokensOf(size) : std::nullopt;
    const QString pixels = tr("%1 px").arg(sizeText(size));
    if (!tokens)
        return tr("%1 · too narrow for a model").arg(pixels);
    return pixels + QStringLiteral(" · ") + counted(*tokens, tr("%1 token"), tr("%1 tokens"));
}

QString RegionChooser::label() const {
    if (const PixelRect chosen = region(); !chosen.empty())
        return sizeLabel(chosen);
    if (!m_pointer)
        return {};
    const auto whole = [](double edge) { return countText(static_cast<qint64>(std::floor(edge))); };
    return tr("x %1 · y %2").arg(whole(m_pointer->x()), whole(m_pointer->y()));
}

void RegionChooser::refresh() {
    for (const auto& overlay : m_overlays)
        overlay->refresh();
}

void RegionChooser::press(QPointF at) {
    m_byKey = {};
    m_tool.begin(at);
    move(at);
}

void RegionChooser::move(QPointF at) {
    m_pointer = QPointF(std::clamp(at.x(), 0.0, size().width - 1.0), std::clamp(at.y(), 0.0, size().height - 1.0));
    if (m_tool.isDragging())
        m_tool.moveTo(at);
    refresh();
}

void RegionChooser::release(QPointF at) {
    if (!m_tool.isDragging())
        return;
    m_tool.moveTo(at);
    if (const auto region = m_tool.finish(size()))
        accept(*region);
    else
        refresh();
}

void RegionChooser::pressKey(const QKeyEvent& key) {
    if (key.key() == Qt::Key_Escape)
        return cancel();
    if (const bool takes = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter; takes && !region().empty())
        return accept(region());
    const QPoint arrow = arrowOf(key.key());
    if (arrow.isNull() || m_tool.isDragging())
        return;
    const int step = key.modifiers().testFlag(Qt::ControlModifier) ? 1 : kStepPx;
    m_byKey = nudged(m_byKey, size(), arrow * step, key.modifiers().testFlag(Qt::ShiftModifier));
    refresh();
}

void RegionChooser::accept(PixelRect region) {
    if (!std::exchange(m_done, true))
        Q_EMIT chosen(region);
}

void RegionChooser::cancel() {
    if (!std::exchange(m_done, true))
        Q_EMIT cancelled();
}

} // namespace prunescope::ui
