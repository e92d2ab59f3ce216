#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/style/theme.h"

#include <QLabel>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using test::TestWindow;

namespace {

/// Everything that a question leaves behind is to be seen: a bubble, boxes, gauges, bars, chips, a notice.
void fill(TestWindow& test) {
    test.window().resize(1440, 900);
    test.window().show();
    test.open(test::randomScreen(12, 20, 5));
    test.load();
    test.ask("Where is Save?");
    test.session().notices().info(QStringLiteral("A notice."));
    QVERIFY(test.settle());
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
}

QString textOf(const QWidget& widget) {
    const auto* label = qobject_cast<const QLabel*>(&widget);
    return label ? label->text() : QString();
}

/// Names of the widgets of a window that look otherwise than the same one of the other.
QStringList differences(const QWidget& one, const QWidget& other) {
    QStringList names;
    const auto ours = one.findChildren<QWidget*>(), theirs = other.findChildren<QWidget*>();
    if (ours.size() != theirs.size())
        return {QStringLiteral("%1 widgets, then %2").arg(ours.size()).arg(theirs.size())};
    for (qsizetype i = 0; i < ours.size(); ++i)
        if (ours[i]->isVisible() && ours[i]->findChildren<QWidget*>().isEmpty() &&
            ours[i]->grab().toImage() != theirs[i]->grab().toImage())
            names << QStringLiteral("%1 %2 \"%3\"")
                             .arg(ours[i]->metaObject()->className(), ours[i]->objectName(), textOf(*ours[i])) +
                         QStringLiteral(" %1 px, %2 px").arg(ours[i]->width()).arg(theirs[i]->width());
    return names;
}

} // namespace

/// A theme that is chosen while the window is open.
class TestLiveTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWindowLooksAsIfItHadBeenOpenedInIt_data() {
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        QTest::newRow("dark to light") << static_cast<int>(ThemeMode::Dark) << static_cast<int>(ThemeMode::Light);
        QTest::newRow("light to dark") << static_cast<int>(ThemeMode::Light) << static_cast<int>(ThemeMode::Dark);
    }

    void aWindowLooksAsIfItHadBeenOpenedInIt() {
        QFETCH(int, before);
        QFETCH(int, after);
        applyTheme(*qApp, static_cast<ThemeMode>(before));
        TestWindow switched;
        fill(switched);
        applyTheme(*qApp, static_cast<ThemeMode>(after));
        QCoreApplication::processEvents();
        TestWindow fresh;
        fill(fresh);
        const QStringList found = differences(switched.window(), fresh.window());
        QVERIFY2(found.isEmpty(), qPrintable(found.join(QStringLiteral("; "))));
    }

    void struckValuesStayStruck() {
        applyTheme(*qApp, ThemeMode::Dark);
        TestWindow test;
        fill(test);
        applyTheme(*qApp, ThemeMode::Light);
        const auto labels = test.window().findChildren<QLabel*>("gaugeBefore");
        QVERIFY(!labels.isEmpty());
        for (const QLabel* label : labels)
            QCOMPARE(label->font().strikeOut(), !label->text().trimmed().isEmpty());
    }
};

QTEST_MAIN(TestLiveTheme)
#include "tst_live_theme.moc"
