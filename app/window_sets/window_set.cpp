#include "app/window_sets/window_set.h"

#include "app/window_sets/geometry_reader.h"
#include "app/window_sets/window_maker.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/screen_questions.h"
#include "ui/session/pixels.h"

#include <QImage>
#include <QStyleFactory>

namespace prunescope::app {

namespace {

Picture paint(QWidget& window, const WindowLook& look) {
    QImage image(look.picture.width, look.picture.height, QImage::Format_RGB32);
    image.setDevicePixelRatio(look.scale);
    image.fill(look.palette.color(QPalette::Window));
    window.render(&image);
    return ui::pictureOf(image);
}

} // namespace

WindowShot shootWindow(const WindowOptions& options, std::uint64_t seed) {
    model::Xoshiro256 random(seed);
    const WindowLook look = drawLook(random, options);
    wear(look);
    WindowTexts texts(options, random);
    WindowContext context{random, texts, look};
    const std::unique_ptr<QWidget> window = makeWindow(context);
    WindowReading reading = readWindow(*window, look.scale, look.picture);
    reading.screen.picture = paint(*window, look);
    return {std::move(reading.screen), reading.sureOfCounts};
}

model::QuestionGroup askWindow(const WindowOptions& options, std::uint64_t seed) {
    const WindowShot shot = shootWindow(options, seed);
    const std::string name = "window " + std::to_string(seed);
    model::QuestionGroup asked{name, {{name, shot.screen.picture}}, {}};
    for (const model::ScreenQuestion& question : askAbout(shot.screen, seed, options.questions))
        if (question.task != model::ScreenTask::Count || shot.sureOfCounts)
            asked.questions.push_back(model::toAsked(question));
    return asked;
}

void checkOptions(const WindowOptions& options) {
    const QStringList styles = QStyleFactory::keys(), fonts = installedFonts();
    for (const std::string& style : options.styles)
        if (!styles.contains(QString::fromStdString(style), Qt::CaseInsensitive))
            throw Error(ErrorKind::Usage,
                        "--style: found " + inQuotes(style) + ", expected some of " + styles.join(", ").toStdString());
    for (const std::string& font : options.fonts)
        if (!fonts.contains(QString::fromStdString(font)))
            throw Error(ErrorKind::Usage,
                        "--font: found " + inQuotes(font) + ", expected families that are installed (see fc-list)");
}

} // namespace prunescope::app
