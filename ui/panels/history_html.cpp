#include "ui/panels/history_html.h"

#include "ui/style/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("history", text);
}

QString paragraph(const QString& caption, const QString& text) {
    if (text.isEmpty())
        return {};
    return QStringLiteral("<p><b>%1</b><br>%2</p>")
        .arg(caption, text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

} // namespace

QString localTime(const std::string& iso) {
    const QDateTime time = QDateTime::fromString(fromUtf8(iso), Qt::ISODateWithMs);
    return time.isValid() ? time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : fromUtf8(iso);
}

QString keptText(const RecordSummary& shown) {
    return shown.blocks > 0 ? tr("%1 of %2").arg(countText(shown.kept), countText(shown.blocks)) : QString();
}

QString firstTokenText(const RecordSummary& shown) {
    return shown.firstTokenMs > 0 ? msText(shown.firstTokenMs) : QString();
}

QString historyHtml(const InteractionRecord& record) {
    const RecordSummary shown = summaryOf(record);
    QStringList known;
    for (const QString& figure :
         {localTime(shown.time), fromUtf8(shown.pictures), fromUtf8(shown.plan), keptText(shown), firstTokenText(shown),
          fromUtf8(textBelow(record.answer, {"model"})), fromUtf8(textBelow(record.answer, {"device"}))})
        if (!figure.isEmpty())
            known << figure.toHtmlEscaped();
    return paragraph(tr("Question"), fromUtf8(shown.question)) +
           paragraph(tr("Thought"), fromUtf8(textBelow(record.answer, {"thought"}))) +
           paragraph(tr("Answer"), fromUtf8(shown.answer)) +
           QStringLiteral("<p>%1</p>").arg(known.join(QStringLiteral(" · ")));
}

} // namespace prunescope::ui
