#include "ui/panels/history_model.h"

#include "ui/style/format.h"

#include <QDateTime>
#include <QLocale>

namespace prunescope::ui {

namespace {

using nlohmann::json;

// Records come from a file that anybody may have edited: everything may be missing or of another type.
const json& member(const json& object, const char* name) {
    static const json nothing;
    return object.is_object() && object.contains(name) ? object[name] : nothing;
}

QString textOf(const json& value) {
    return value.is_string() ? fromUtf8(value.get_ref<const std::string&>()) : QString();
}

double numberOf(const json& value) {
    return value.is_number() ? value.get<double>() : 0;
}

const json& firstImage(const InteractionRecord& record) {
    static const json nothing;
    const json& images = member(record.answer, "images");
    return images.is_array() && !images.empty() ? images[0] : nothing;
}

QString localTime(const std::string& iso) {
    const QDateTime time = QDateTime::fromString(fromUtf8(iso), Qt::ISODateWithMs);
    return time.isValid() ? time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : fromUtf8(iso);
}

QString keptText(const InteractionRecord& record) {
    const json& image = firstImage(record);
    if (!member(image, "kept").is_number())
        return {};
    return HistoryModel::tr("%1 of %2")
        .arg(countText(static_cast<qint64>(numberOf(member(image, "kept")))),
             countText(static_cast<qint64>(numberOf(member(image, "blocks")))));
}

QString firstTokenText(const InteractionRecord& record) {
    const double ms = numberOf(member(member(record.answer, "times_ms"), "ttft"));
    return ms > 0 ? msText(ms) : QString();
}

QString paragraph(const QString& caption, const QString& text) {
    if (text.isEmpty())
        return {};
    return QStringLiteral("<p><b>%1</b><br>%2</p>")
        .arg(caption, text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

} // namespace

HistoryModel::HistoryModel(QObject* parent) : QAbstractTableModel(parent) {}

void HistoryModel::setRecords(const std::vector<InteractionRecord>& records) {
    beginResetModel();
    m_records = records;
    endResetModel();
}

void HistoryModel::add(const InteractionRecord& record) {
    beginInsertRows({}, 0, 0);
    m_records.push_back(record);
    endInsertRows();
}

const InteractionRecord& HistoryModel::record(int row) const {
    return m_records.at(m_records.size() - 1 - static_cast<std::size_t>(row));
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole)
        return text(record(index.row()), column).replace(QLatin1Char('\n'), QLatin1Char(' '));
    if (role == Qt::ToolTipRole && (column == Question || column == Answer))
        return text(record(index.row()), column);
    if (role == Qt::TextAlignmentRole && (column == Kept || column == FirstToken))
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[ColumnCount]{tr("Time"), tr("Question"),    tr("Picture"), tr("Plan"),
                                      tr("Kept"), tr("First token"), tr("Answer")};
    return section >= 0 && section < ColumnCount ? titles[section] : QVariant();
}

QString HistoryModel::text(const InteractionRecord& record, Column column) const {
    switch (column) {
    case Time:
        return localTime(record.time);
    case Question:
        return fromUtf8(record.question);
    case Picture:
        return shortName(textOf(member(firstImage(record), "image")));
    case Plan:
        return textOf(member(record.answer, "plan"));
    case Kept:
        return keptText(record);
    case FirstToken:
        return firstTokenText(record);
    case Answer:
        return textOf(member(record.answer, "answer"));
    case ColumnCount:
        break;
    }
    return {};
}

QString HistoryModel::html(int row) const {
    const InteractionRecord& shown = record(row);
    const QStringList figures{text(shown, Time),
                              text(shown, Picture),
                              text(shown, Plan),
                              text(shown, Kept),
                              text(shown, FirstToken),
                              textOf(member(shown.answer, "model")),
                              textOf(member(shown.answer, "device"))};
    QStringList known;
    for (const QString& figure : figures)
        if (!figure.isEmpty())
            known << figure.toHtmlEscaped();
    return paragraph(tr("Question"), fromUtf8(shown.question)) +
           paragraph(tr("Thought"), textOf(member(shown.answer, "thought"))) +
           paragraph(tr("Answer"), text(shown, Answer)) +
           QStringLiteral("<p>%1</p>").arg(known.join(QStringLiteral(" · ")));
}

} // namespace prunescope::ui
