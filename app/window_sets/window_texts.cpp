#include "app/window_sets/window_texts.h"

namespace prunescope::app {

namespace {

model::ScreenOptions screenOptions(const WindowOptions& options) {
    model::ScreenOptions screens;
    screens.words = options.words;
    return screens;
}

model::Room roomOf(int widthEm) {
    static const model::Font& font = model::GlyphAtlas::instance().font(0, 16);
    return {font, widthEm * font.px};
}

} // namespace

WindowTexts::WindowTexts(const WindowOptions& options, model::Xoshiro256& random)
    : m_options(screenOptions(options)), m_source(m_options, random) {}

QString WindowTexts::label(int widthEm) {
    return QString::fromStdString(m_source.label(roomOf(widthEm)));
}

QString WindowTexts::value(model::ValueKind kind, int widthEm) {
    return QString::fromStdString(m_source.value(kind, roomOf(widthEm)));
}

QString WindowTexts::name(model::ValueKind kind, int widthEm) {
    return QString::fromStdString(m_source.name(kind, roomOf(widthEm)));
}

QString WindowTexts::sentence(int widthEm) {
    return QString::fromStdString(m_source.sentence(roomOf(widthEm)));
}

} // namespace prunescope::app
