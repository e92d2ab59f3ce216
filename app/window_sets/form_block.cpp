#include "app/window_sets/blocks.h"
#include "app/window_sets/ground.h"

#include <QComboBox>
#include <QDateEdit>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTimeEdit>
#include <algorithm>

namespace prunescope::app {

namespace {

using model::ValueKind;

constexpr const char* kDateFormat = "yyyy-MM-dd";
constexpr const char* kTimeFormat = "HH:mm";

QWidget* makeLine(const QString& value, QWidget* parent) {
    auto* line = new QLineEdit(value, parent);
    line->setCursorPosition(0);
    return line;
}

QWidget* makeList(Kit& kit, ValueKind kind, const QString& value, QWidget* parent) {
    auto* list = new QComboBox(parent);
    list->addItem(value);
    for (int i = kit.dice.between(1, 4); i > 0; --i)
        list->addItem(kit.texts.value(kind, 8));
    return list;
}

QWidget* makeNumber(const QString& value, const QString& suffix, QWidget* parent) {
    auto* number = new QSpinBox(parent);
    number->setRange(0, 9999);
    number->setSuffix(suffix);
    number->setValue(value.chopped(suffix.size()).toInt());
    return number;
}

QWidget* makeAmount(const QString& value, QWidget* parent) {
    auto* amount = new QDoubleSpinBox(parent);
    amount->setRange(0, 9999.99);
    amount->setDecimals(2);
    amount->setValue(value.toDouble());
    return amount;
}

QWidget* makeDate(Kit& kit, const QString& value, QWidget* parent) {
    auto* date = new QDateEdit(QDate::fromString(value, kDateFormat), parent);
    date->setDisplayFormat(kDateFormat);
    date->setCalendarPopup(kit.dice.chance(0.5));
    return date;
}

QWidget* makeTime(const QString& value, QWidget* parent) {
    auto* time = new QTimeEdit(QTime::fromString(value, kTimeFormat), parent);
    time->setDisplayFormat(kTimeFormat);
    return time;
}

/// The widget made for such a value, or a plain line.
QWidget* makeEntry(Kit& kit, int widthEm, QWidget* parent) {
    const ValueKind kind = kit.texts.valueKind();
    const QString value = kit.texts.value(kind, std::clamp(widthEm, 7, 12));
    if (value.isEmpty() || kit.dice.chance(0.3))
        return makeLine(value, parent);
    switch (kind) {
    case ValueKind::Integer:
        return makeNumber(value, {}, parent);
    case ValueKind::Percent:
        return makeNumber(value, "%", parent);
    case ValueKind::Amount:
        return makeAmount(value, parent);
    case ValueKind::Date:
        return makeDate(kit, value, parent);
    case ValueKind::Time:
        return makeTime(value, parent);
    default:
        return kit.dice.chance(0.45) ? makeList(kit, kind, value, parent) : makeLine(value, parent);
    }
}

/// Some forms are ragged, some have a straight right edge.
QFormLayout* makeLayout(Kit& kit, QWidget* form) {
    auto* layout = new QFormLayout(form);
    layout->setRowWrapPolicy(kit.dice.chance(0.25) ? QFormLayout::WrapAllRows : QFormLayout::DontWrapRows);
    layout->setFieldGrowthPolicy(kit.dice.chance(0.5) ? QFormLayout::AllNonFixedFieldsGrow
                                                      : QFormLayout::FieldsStayAtSizeHint);
    layout->setLabelAlignment(kit.dice.chance(0.35) ? Qt::AlignRight : Qt::AlignLeft);
    layout->setVerticalSpacing(kit.dice.between(kit.em() / 4, kit.em() * 4 / 5));
    layout->setHorizontalSpacing(kit.dice.between(kit.em() / 2, kit.em() * 3 / 2));
    return layout;
}

} // namespace

QWidget* makeForm(Kit& kit, QSize room, QWidget* parent) {
    const int em = kit.em(), most = room.height() / (em * 5 / 2);
    if (most < 1 || kit.toEm(room.width()) < 9)
        return nullptr;
    QWidget* form = makeGround(kit, 0.3, parent);
    QFormLayout* layout = makeLayout(kit, form);
    const int valueEm = kit.toEm(room.width()) / 2 - 2;
    const int widthPx = std::min(room.width() / 2, kit.dice.between(7, 14) * em);
    for (int i = std::min(most, kit.dice.between(1, 6)); i > 0; --i) {
        const QString label = kit.texts.label(std::clamp(kit.toEm(room.width()) * 2 / 5, 4, 9));
        if (label.isEmpty())
            continue;
        QWidget* entry = makeEntry(kit, valueEm, form);
        entry->setMinimumWidth(widthPx);
        layout->addRow(kit.look.colons ? label + ":" : label, entry);
    }
    return form;
}

} // namespace prunescope::app
