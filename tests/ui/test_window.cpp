#include "tests/ui/test_window.h"

#include "core/report/mask_painter.h"
#include "ui/session/pixels.h"

#include <QApplication>
#include <QtTest>

namespace prunescope::test {

TestWindow::TestWindow() {
    make();
}

TestWindow::~TestWindow() {
    m_script->release();
}

void TestWindow::make() {
    ui::MainWindow::Options options;
    options.logPath = path("log.jsonl");
    options.settingsPath = path("settings.ini");
    options.bundledModel = m_bundledModel;
    options.evaluation = m_evaluation;
    options.makeGrabber = m_makeGrabber;
    m_window = std::make_unique<ui::MainWindow>(fakeLoader(m_script), options);
    m_window->show();
}

void TestWindow::reopen() {
    close();
    make();
}

void TestWindow::close() {
    if (m_window)
        m_window->close();
    m_window.reset();
}

bool TestWindow::settle() {
    return QTest::qWaitFor([this] { return session().isSettled(); }, 10000);
}

void TestWindow::open(const Picture& picture) {
    image().openPixels(ui::sharedImage(picture), "drawn");
    QVERIFY(settle());
}

void TestWindow::load() {
    m_window->loadModel("/models/fake");
    QVERIFY(settle());
}

void TestWindow::ask(const QString& question) {
    QVERIFY(conversation().ask(question));
    QVERIFY(settle());
}

bool TestWindow::isAside(const QObject* object) const {
    static const QStringList aside{"evaluationPage", "compareBar", "compare"};
    while (object && !aside.contains(object->objectName()))
        object = object->parent();
    return object != nullptr;
}

ui::RegionOverlay* visibleOverlay(const QScreen* screen) {
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* overlay = qobject_cast<ui::RegionOverlay*>(widget);
            overlay && overlay->isVisible() && (!screen || overlay->screen() == screen))
            return overlay;
    return nullptr;
}

QColor dimmed(QColor colour) {
    const std::uint8_t in[]{static_cast<std::uint8_t>(colour.red()), static_cast<std::uint8_t>(colour.green()),
                            static_cast<std::uint8_t>(colour.blue())};
    std::uint8_t out[3];
    Dimmer().pixel(in, out);
    return QColor(out[0], out[1], out[2]);
}

} // namespace prunescope::test
