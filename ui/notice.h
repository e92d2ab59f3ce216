#pragma once

#include <QString>

namespace prunescope::ui {

/// One line for the message bar: what happened and what to do about it.
struct Notice {
    enum class Level { Info, Warning, Error };
    enum class Action { None, RetryLog, ExportHistory };

    Level level = Level::Error;
    QString text;
    Action action = Action::None; ///< offered as a button
};

} // namespace prunescope::ui
