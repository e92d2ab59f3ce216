#include "app/window_sets/geometry_reader.h"

#include "app/window_sets/element_collector.h"
#include "app/window_sets/table_reader.h"
#include "app/window_sets/title_bar.h"

#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStatusBar>
#include <QStyleOptionButton>
#include <QTabBar>
#include <QTableWidget>
#include <QToolButton>
#include <optional>

namespace prunescope::app {

namespace {

using model::ElementKind;
using model::ScreenElement;

ScreenElement elementOf(ElementKind kind, const QString& text) {
    return {kind, text.toStdString(), {}, {}, {}, {}, {}};
}

/// A widget that is one element as a whole.
void readWhole(ElementCollector& elements, const QWidget& widget, ElementKind kind, const QString& text) {
    elements.take({&widget, widget.rect(), text, {}, BoxOf::Place}, elementOf(kind, text));
}

/// What is entered in a field, nothing where it is no field.
std::optional<QString> entered(const QWidget& widget) {
    if (const auto* line = qobject_cast<const QLineEdit*>(&widget))
        return line->displayText();
    if (const auto* list = qobject_cast<const QComboBox*>(&widget))
        return list->currentText();
    if (const auto* spinner = qobject_cast<const QAbstractSpinBox*>(&widget))
        return spinner->text();
    return {};
}

void readField(ElementCollector& elements, const QLabel& label, const QWidget& entry) {
    const std::optional<QString> value = entered(entry);
    QString name = label.text();
    if (!value || !elements.isSeen(label, name))
        return;
    if (name.endsWith(':'))
        name.chop(1);
    ScreenElement field = elementOf(ElementKind::Field, name);
    field.value = value->toStdString();
    elements.take({&entry, entry.rect(), *value, {}, BoxOf::Place}, std::move(field));
}

void readLabel(ElementCollector& elements, const QLabel& label) {
    if (label.buddy())
        return readField(elements, label, *label.buddy());
    const auto* bar = dynamic_cast<const TitleBar*>(label.parentWidget());
    elements.takeTexts(label, label.rect(), bar ? bar->kind() : ElementKind::Line);
}

void readCheckBox(ElementCollector& elements, const QCheckBox& box) {
    QStyleOptionButton option;
    option.initFrom(&box);
    option.text = box.text();
    const QRect square = box.style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, &box);
    ScreenElement element = elementOf(ElementKind::CheckBox, box.text());
    element.checked = box.isChecked();
    elements.take({&box, square, box.text(), box.rect(), BoxOf::Both}, std::move(element));
}

void readGroupTitle(ElementCollector& elements, const QGroupBox& box) {
    elements.take({&box, box.rect(), box.title(), {}, BoxOf::Ink}, elementOf(ElementKind::Line, box.title()));
}

void readMenus(ElementCollector& elements, const QMenuBar& bar) {
    for (QAction* action : bar.actions())
        elements.take({&bar, bar.actionGeometry(action), action->text(), {}, BoxOf::Ink},
                      elementOf(ElementKind::Menu, action->text()));
}

void readTabs(ElementCollector& elements, const QTabBar& bar) {
    for (int i = 0; i < bar.count(); ++i)
        elements.take({&bar, bar.tabRect(i), bar.tabText(i), {}, BoxOf::Place},
                      elementOf(ElementKind::Tab, bar.tabText(i)));
}

void readSidebar(ElementCollector& elements, const QListWidget& list) {
    for (int i = 0; i < list.count(); ++i) {
        const QListWidgetItem& item = *list.item(i);
        elements.take({list.viewport(), list.visualItemRect(&item), item.text(), {}, BoxOf::Ink},
                      elementOf(ElementKind::SidebarItem, item.text()));
    }
}

void readWidget(ElementCollector& elements, const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget))
        readLabel(elements, *label);
    else if (const auto* box = qobject_cast<const QCheckBox*>(&widget))
        readCheckBox(elements, *box);
    else if (const auto* button = qobject_cast<const QPushButton*>(&widget))
        readWhole(elements, widget, ElementKind::Button, button->text());
    else if (const auto* tool = qobject_cast<const QToolButton*>(&widget); tool && !tool->text().isEmpty())
        readWhole(elements, widget, ElementKind::ToolButton, tool->text());
    else if (const auto* menus = qobject_cast<const QMenuBar*>(&widget))
        readMenus(elements, *menus);
    else if (const auto* tabs = qobject_cast<const QTabBar*>(&widget))
        readTabs(elements, *tabs);
    else if (const auto* list = qobject_cast<const QListWidget*>(&widget))
        readSidebar(elements, *list);
    else if (const auto* table = qobject_cast<const QTableWidget*>(&widget))
        readTable(elements, *table);
    else if (qobject_cast<const QRadioButton*>(&widget) || qobject_cast<const QStatusBar*>(&widget))
        elements.takeTexts(widget, widget.rect(), ElementKind::Line);
    else if (const auto* group = qobject_cast<const QGroupBox*>(&widget))
        readGroupTitle(elements, *group);
    else if (const auto* notes = qobject_cast<const QPlainTextEdit*>(&widget))
        elements.takeTexts(*notes->viewport(), notes->viewport()->rect(), ElementKind::Line);
}

} // namespace

WindowReading readWindow(QWidget& window, double scale, Size picture) {
    ElementCollector elements(window, scale, picture);
    for (const QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible())
            readWidget(elements, *widget);
    return {elements.screen(), elements.isSureOfCounts()};
}

} // namespace prunescope::app
