#pragma once

#include "app/terminal/option_table.h"
#include "core/image/geometry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace prunescope::app {

/// Which windows are drawn. Of every list one is drawn for each window.
struct WindowOptions {
    WindowOptions();

    int count = 300;
    std::uint64_t seed = 1;  ///< of the first window; the next ones have the next
    int questions = 6;       ///< a window, at most
    int words = 0;           ///< the first so many of the drawn screens' word list
    std::vector<Size> sizes; ///< of the pictures
    std::vector<double> scales{1, 1.25, 1.5};
    std::vector<std::string> styles{"Fusion", "Windows"}; ///< of Qt
    std::vector<std::string> fonts;                       ///< families; empty: the usual ones that the machine has
};

/// Adds the options to `table`, which writes into `options` as it parses.
void addWindowOptions(OptionTable& table, WindowOptions& options);

} // namespace prunescope::app
