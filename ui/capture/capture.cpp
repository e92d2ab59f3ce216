#include "ui/capture/capture.h"

#include "ui/capture/desktop_screens.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <QCursor>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Capture", text);
}

PixelRect wholeOf(const DesktopPicture& desktop) {
    return {0, 0, desktop.image.width(), desktop.image.height()};
}

NamedPart allOf(const DesktopPicture& desktop) {
    return {wholeOf(desktop), desktop.layout.screens().size() == 1 ? screenTitle(0) : tr("Desktop")};
}

/// The wanted screen; nothing where it is gone.
std::optional<std::size_t> screenFor(const ScreenLayout& layout, const QString& name) {
    if (!name.isEmpty())
        return layout.named(name.toStdString());
    const QPoint pointer = QCursor::pos();
    return layout.screenWith({double(pointer.x()), double(pointer.y())}).value_or(0);
}

std::variant<NamedPart, QString> screenPart(const DesktopPicture& desktop, const QString& name) {
    if (desktop.layout.screens().empty())
        return allOf(desktop); // its note says why
    const auto screen = screenFor(desktop.layout, name);
    if (!screen)
        return tr("The screen '%1' is no longer there: capture again.").arg(name);
    return NamedPart{desktop.layout.pixels(*screen), screenTitle(*screen)};
}

std::variant<NamedPart, QString> windowPart(const DesktopPicture& desktop) {
    if (!desktop.window)
        return tr("There is no window under the mouse pointer: point at one, then capture again.");
    const QString& title = desktop.window->title;
    return NamedPart{desktop.window->rect, title.isEmpty() ? tr("Window") : title};
}

/// Of the screen that shows the middle of a part.
double scaleAt(const ScreenLayout& layout, PixelRect part) {
    const auto screen = layout.screenAt({part.x + part.width / 2.0, part.y + part.height / 2.0});
    if (!screen)
        return 1;
    const PixelBox& place = layout.place(*screen);
    return (place.right - place.left) / layout.screens()[*screen].logical.width;
}

} // namespace

QStringList captureKindWords() {
    return {QStringLiteral("region"), QStringLiteral("window"), QStringLiteral("screen"), QStringLiteral("desktop")};
}

std::optional<CaptureKind> captureKindOf(const QString& word) {
    const qsizetype index = captureKindWords().indexOf(word);
    return index < 0 ? std::nullopt : std::optional(static_cast<CaptureKind>(index));
}

std::variant<NamedPart, QString> partOf(const DesktopPicture& desktop, const CaptureTarget& target) {
    switch (target.kind) {
    case CaptureKind::Screen:
        return screenPart(desktop, target.screen);
    case CaptureKind::Window:
        return windowPart(desktop);
    case CaptureKind::Region:
        return NamedPart{wholeOf(desktop), tr("Region")};
    case CaptureKind::Desktop:
        break;
    }
    return allOf(desktop);
}

Capture captureOf(const DesktopPicture& desktop, const NamedPart& part) {
    const bool whole = part.rect == wholeOf(desktop);
    QImage image =
        whole ? desktop.image : desktop.image.copy(part.rect.x, part.rect.y, part.rect.width, part.rect.height);
    image.setDevicePixelRatio(scaleAt(desktop.layout, part.rect));
    return {image, part.name, {desktop.layout, part.rect}, desktop.note};
}

} // namespace prunescope::ui
