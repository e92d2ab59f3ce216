#pragma once

#include "app/window_sets/window_look.h"
#include "app/window_sets/window_texts.h"

namespace prunescope::app {

/// Random numbers, texts and look that the widgets of one window are made with.
struct WindowContext {
    model::Xoshiro256& random;
    WindowTexts& texts;
    const WindowLook& look;

    int em() const { return look.em(); }
    int toEm(int px) const { return px / look.em(); }
};

} // namespace prunescope::app
