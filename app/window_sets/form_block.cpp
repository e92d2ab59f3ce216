#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"

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

QWidget* makeList(WindowContext& context, ValueKind kind, const QString& value, QWidget* parent) {
    auto* list = new QComboBox(parent);
    list->addItem(value);
    for (int i = context.random.between(1, 4); i > 0; --i)
        list->addItem(context.texts.value(kind, 8));
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

QWidget* makeDate(WindowContext& context, const QString& value, QWidget* parent) {
    auto* date = new QDateEdit(QDate::fromString(value, kDateFormat), parent);
    date->setDisplayFormat(kDateFormat);
    date->setCalendarPopup(context.random.chance(0.5));
    return date;
}

QWidget* makeTime(const QString& value, QWidget* parent) {
    auto* time = new QTimeEdit(QTime::fromString(value, kTimeFormat), parent);
    time->setDisplayFormat(kTimeFormat);
    return time;
}

/// The widget made for such a value, or a plain line.
QWidget* makeEntry(WindowContext& context, int widthEm, QWidget* parent) {
    const ValueKind kind = context.texts.valueKind();
    const QString value = context.texts.value(kind, std::clamp(widthEm, 7, 12));
    if (value.isEmpty() || context.random.chance(0.3))
        return makeLine(value, parent);
    switch (kind) {
    case ValueKind::Integer:
        return makeNumber(value, {}, parent);
    case ValueKind::Percent:
        return makeNumber(value, "%", parent);
    case ValueKind::Amount:
        return makeAmount(value, parent);
    case ValueKind::Date:
        return makeDate(context, value, parent);
    case ValueKind::Time:
        return makeTime(value, parent);
    default:
        return context.random.chance(0.45) ? makeList(context, kind, value, parent) : makeLine(value, parent);
    }
}

/// Some forms are ragged, some have a straight right edge.
QFormLayout* makeLayout(WindowContext& context, QWidget* form) {
    auto* layout = new QFormLayout(form);
    layout->setRowWrapPolicy(context.random.chance(0.25) ? QFormLayout::WrapAllRows : QFormLayout::DontWrapRows);
    layout->setFieldGrowthPolicy(context.random.chance(0.5) ? QFormLayout::AllNonFixedFieldsGrow
                                                            : QFormLayout::FieldsStayAtSizeHint);
    layout->setLabelAlignment(context.random.chance(0.35) ? Qt::AlignRight : Qt::AlignLeft);
    layout->setVerticalSpacing(context.random.between(context.em() / 4, context.em() * 4 / 5));
    layout->setHorizontalSpacing(context.random.between(context.em() / 2, context.em() * 3 / 2));
    return layout;
}

} // namespace

QWidget* makeForm(WindowContext& context, QSize room, QWidget* parent) {
    const int em = context.em(), most = room.height() / (em * 5 / 2);
    if (most < 1 || context.toEm(room.width()) < 9)
        return nullptr;
    QWidget* form = makeContainer(context, 0.3, parent);
    QFormLayout* layout = makeLayout(context, form);
    const int valueEm = context.toEm(room.width()) / 2 - 2;
    const int widthPx = std::min(room.width() / 2, context.random.between(7, 14) * em);
    for (int i = std::min(most, context.random.between(1, 6)); i > 0; --i) {
        const QString label = context.texts.label(std::clamp(context.toEm(room.width()) * 2 / 5, 4, 9));
        if (label.isEmpty())
            continue;
        QWidget* entry = makeEntry(context, valueEm, form);
        entry->setMinimumWidth(widthPx);
        layout->addRow(context.look.colons ? label + ":" : label, entry);
    }
    return form;
}

} // namespace prunescope::app
