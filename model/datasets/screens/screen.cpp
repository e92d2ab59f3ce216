#include "model/datasets/screens/screen.h"

#include "core/base/error.h"

namespace prunescope::model {

const char* toText(ElementKind kind) {
    switch (kind) {
    case ElementKind::WindowTitle:
        return "window title";
    case ElementKind::Menu:
        return "menu";
    case ElementKind::ToolButton:
        return "tool button";
    case ElementKind::Button:
        return "button";
    case ElementKind::Tab:
        return "tab";
    case ElementKind::SidebarItem:
        return "sidebar item";
    case ElementKind::Field:
        return "field";
    case ElementKind::CheckBox:
        return "check box";
    case ElementKind::Cell:
        return "cell";
    case ElementKind::Title:
        return "title";
    case ElementKind::Line:
        return "line";
    case ElementKind::Dialog:
        return "dialog";
    }
    throw Error(ErrorKind::Internal, "internal error: no such kind of element");
}

} // namespace prunescope::model
