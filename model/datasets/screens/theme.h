#pragma once

#include "model/datasets/screens/canvas.h"
#include "model/datasets/screens/xoshiro256.h"

namespace prunescope::model {

enum class EntryStyle { Framed, Filled, Underlined };
enum class ButtonStyle { Flat, Framed, Rounded };
enum class TableStyle { Grid, Rules, Stripes };

/// Colours and habits of one screen. Areas are flat: what PixelPrune drops are equal blocks.
struct Theme {
    Color background;
    Color panel;  ///< bars and sidebars
    Color entry;  ///< where one types
    Color border; ///< of entries and tables
    Color rule;   ///< faint lines between areas
    Color text;
    Color quiet; ///< text of lesser weight
    Color accent;
    Color accentText; ///< as text on the background
    Color onAccent;   ///< text on the accent
    Color selected;   ///< behind the chosen item
    EntryStyle entryStyle = EntryStyle::Framed;
    ButtonStyle buttonStyle = ButtonStyle::Rounded;
    TableStyle tableStyle = TableStyle::Grid;
    bool switches = false; ///< instead of squares with a tick
    int cornerPx = 0;
    bool colons = false; ///< after the labels of fields
};

Theme windowTheme(Xoshiro256& random, bool dark);
Theme paperTheme(Xoshiro256& random);
/// Black or white, whichever reads better on it.
Color textOn(Color background);
Color mix(Color a, Color b, int percentOfB);

} // namespace prunescope::model
