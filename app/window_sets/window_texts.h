#pragma once

#include "app/window_sets/window_options.h"
#include "model/datasets/screens/text_source.h"

#include <QString>

namespace prunescope::app {

/// The words of the drawn screens for one window. Widths are in ems and rough: they are measured in a font of the
/// atlas, and what really fits is for the layout to say. Empty where nothing came out short enough.
class WindowTexts {
public:
    WindowTexts(const WindowOptions& options, model::Xoshiro256& random);

    QString label(int widthEm);
    model::ValueKind valueKind() { return m_source.valueKind(); }
    QString value(model::ValueKind kind, int widthEm);
    /// Name of a row of a table: one that is not on this window yet.
    QString name(model::ValueKind kind, int widthEm);
    QString sentence(int widthEm);

private:
    model::ScreenOptions m_options;
    model::TextSource m_source;
};

} // namespace prunescope::app
