#include "tests/ui/painted_window.h"

#include <QApplication>
#include <QPainter>
#include <QProcessEnvironment>
#include <QTimer>
#include <QWidget>
#include <cstdio>
#include <cstring>

namespace prunescope::test {

namespace {

constexpr char kFlag[] = "--paint-window";
constexpr int kRounds = 20; ///< of painting before it says that it is there

class Quarters final : public QWidget {
public:
    explicit Quarters(const QRect& place) {
        setWindowFlags(Qt::FramelessWindowHint | Qt::BypassWindowManagerHint);
        setGeometry(place);
        setWindowTitle(PaintedWindow::title());
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        for (int i = 0; i < 4; ++i)
            painter.fillRect(PaintedWindow::quarter(geometry(), i), QColor::fromRgb(PaintedWindow::kColours[i]));
    }
};

} // namespace

QString PaintedWindow::title() {
    return QStringLiteral("Four quarters – ä");
}

QRect PaintedWindow::quarter(const QRect& window, int index) {
    const int left = window.width() / 2, top = window.height() / 2;
    return {index % 2 ? left : 0, index / 2 ? top : 0, index % 2 ? window.width() - left : left,
            index / 2 ? window.height() - top : top};
}

PaintedWindow::PaintedWindow(const QRect& pixels) {
    QProcessEnvironment plain = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS"})
        plain.remove(name);
    m_program.setProcessEnvironment(plain);
    m_program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_program.start(QCoreApplication::applicationFilePath(),
                    {kFlag, QString::number(pixels.x()), QString::number(pixels.y()), QString::number(pixels.width()),
                     QString::number(pixels.height())});
}

PaintedWindow::~PaintedWindow() {
    m_program.kill();
    m_program.waitForFinished();
}

bool PaintedWindow::isShown() {
    return m_program.bytesAvailable() > 0 || m_program.waitForReadyRead(20'000);
}

bool PaintedWindow::isAskedFor(int argc, char** argv) {
    return argc == 6 && std::strcmp(argv[1], kFlag) == 0;
}

int PaintedWindow::run(int argc, char** argv) {
    QApplication app(argc, argv);
    const auto number = [&](int index) { return QByteArray(argv[index]).toInt(); };
    Quarters window({number(2), number(3), number(4), number(5)});
    window.show();
    QTimer repaint; // the X server may show a window later than it says
    int rounds = 0;
    QObject::connect(&repaint, &QTimer::timeout, &window, [&] {
        window.update();
        if (++rounds == kRounds) {
            std::puts("shown");
            std::fflush(stdout);
        }
    });
    repaint.start(20);
    return QApplication::exec();
}

} // namespace prunescope::test
