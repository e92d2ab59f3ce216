#pragma once

#include "core/image/picture.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// Kind of a drawn thing. The name in questions and data sets is `toText(kind)`.
enum class ElementKind {
    WindowTitle,
    Menu,
    ToolButton,
    Button,
    Tab,
    SidebarItem,
    Field,
    CheckBox,
    Cell,   ///< of a table, its header row included
    Title,  ///< heading of a document
    Line,   ///< of running text
    Dialog, ///< its title bar
};
const char* toText(ElementKind kind);

/// Something a question can be about.
struct ScreenElement {
    ElementKind kind = ElementKind::Line;
    std::string text; ///< what it says; of a field or check box its label
    PixelRect box;    ///< what points at it: a field's entry (without its label), a check box with its label
    std::optional<std::string> value; ///< of a field what is entered; of a cell its text
    std::string row;                  ///< of a cell: first cell of its row (itself for that one); empty in the header
    std::string column;               ///< of a cell: head of its column; empty in the header
    std::optional<bool> checked;      ///< of a check box
};

/// A line of text as drawn. What a reader should know wherever it sees a part of it.
struct TextRun {
    std::string text;
    PixelRect box;               ///< of the element it belongs to (else its own ink): what "locate" answers
    PixelRect ink;               ///< of its letters
    std::string key;             ///< of a value: the label of its field, the first cell of its row
    std::string column;          ///< of a cell's value: the head of its column
    std::optional<bool> checked; ///< of a check box's label
};

/// One drawn character, spaces included.
struct DrawnCharacter {
    float x = 0;            ///< centre, in pixels
    float y = 0;            ///< middle of the small letters of its line
    std::uint8_t code = 0;  ///< printable ASCII
    std::int32_t run = 0;   ///< in Screen::runs
    std::int32_t index = 0; ///< byte of the run's text
};

/// A picture of which everything is known.
struct Screen {
    Picture picture;
    std::vector<ScreenElement> elements;
    std::vector<TextRun> runs;
    std::vector<DrawnCharacter> characters;
};

} // namespace prunescope::model
