#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// A label with its entry. `entryBox` is drawn with the value in it; the label stands at `labelX` in the row from
/// `labelTop`. Does nothing where one of them is not free.
struct FieldPlace {
    int labelX;
    int labelTop;
    PixelRect entryBox;
    bool arrow = false; ///< it opens a list
};
void drawField(Sheet& sheet, const std::string& label, const std::string& value, FieldPlace place);
/// A value without a frame, as documents have it.
void drawPlainField(Sheet& sheet, const std::string& label, const std::string& value, int labelX, int valueX, int top);

PixelRect buttonBox(const Sheet& sheet, const std::string& text, int x, int top);
void drawButton(Sheet& sheet, const std::string& text, PixelRect box, bool primary);

PixelRect checkBoxBox(const Sheet& sheet, const std::string& text, int x, int top);
void drawCheckBox(Sheet& sheet, const std::string& text, PixelRect box, bool checked);

/// A label as a field shows it.
std::string shownLabel(const Sheet& sheet, const std::string& label);

} // namespace prunescope::model
