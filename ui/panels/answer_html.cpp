#include "ui/panels/answer_html.h"

#include "ui/style/format.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <numeric>
#include <vector>

namespace prunescope::ui {

namespace {

constexpr char kScheme[] = "region:";

QString place(const model::Region& region) {
    QStringList numbers;
    for (const double px : region.px)
        numbers << QString::number(qRound(px));
    return numbers.join(QStringLiteral(", "));
}

QString linkOf(const model::Region& region, int index, bool lit, const Colours& colours) {
    const bool point = region.kind == model::Region::Kind::Point;
    const QString name = region.label.empty() ? place(region) : fromUtf8(region.label);
    const QString style = QStringLiteral("color:%1;%2")
                              .arg(colours.good.name(),
                                   lit ? QStringLiteral("background-color:%1;").arg(colours.hover.name()) : QString());
    return QStringLiteral("<a href='%1%2' style='%3'>%4&nbsp;%5</a>")
        .arg(QLatin1String(kScheme))
        .arg(index)
        .arg(style, point ? QStringLiteral("◎") : QStringLiteral("▢"), name.toHtmlEscaped());
}

// Fences, brackets and commas that held the objects say nothing once these are links. What is cut off leaves a trace as
// wide as the white space in it: nothing, a space or a line break.
QString traceOf(const QString& cut) {
    const bool lines = cut.contains(QLatin1Char('\n'));
    return lines                                                           ? QStringLiteral("<br>")
           : std::ranges::any_of(cut, [](QChar c) { return c.isSpace(); }) ? QStringLiteral(" ")
                                                                           : QString();
}

QString cutEnd(QString& text) {
    static const QRegularExpression opening(QStringLiteral("\\s*(```\\w*)?\\s*\\[?\\s*$"));
    const QString cut = opening.match(text).captured();
    text.chop(cut.size());
    return text.trimmed().isEmpty() ? QString() : traceOf(cut);
}

QString cutStart(QString& text) {
    static const QRegularExpression closing(QStringLiteral("^\\s*,?\\s*\\]?\\s*(```)?\\s*"));
    const QString cut = closing.match(text).captured();
    text.remove(0, cut.size());
    return traceOf(cut);
}

// The regions in the order in which they stand in the text.
std::vector<int> inTextOrder(const std::vector<model::Region>& regions) {
    std::vector<int> order(regions.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int i) { return regions[static_cast<std::size_t>(i)].textBegin; });
    return order;
}

QString escaped(const QString& text) {
    return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

} // namespace

QString answerHtml(const model::Answer& answer, int lit, const Colours& colours) {
    QString html;
    std::size_t at = 0; // bytes of the text that are written
    bool afterLink = false;
    const auto append = [&](std::size_t end, bool beforeLink) {
        QString text = fromUtf8(std::string_view(answer.text).substr(at, end - at));
        const QString before = afterLink ? cutStart(text) : QString();
        const QString after = beforeLink ? cutEnd(text) : QString();
        const bool between = afterLink && beforeLink;
        html += text.isEmpty() && !between ? QString() : before;
        html += escaped(text) + after;
    };
    for (const int index : inTextOrder(answer.regions)) {
        const model::Region& region = answer.regions[static_cast<std::size_t>(index)];
        append(std::clamp(region.textBegin, at, answer.text.size()), true);
        html += linkOf(region, index, index == lit, colours);
        at = std::clamp(region.textEnd, at, answer.text.size());
        afterLink = true;
    }
    append(answer.text.size(), false);
    return QStringLiteral("<span style='white-space:pre-wrap'>%1</span>").arg(html);
}

int regionIndexOf(const QString& link) {
    if (!link.startsWith(QLatin1String(kScheme)))
        return -1;
    bool isNumber = false;
    const int index = link.mid(static_cast<qsizetype>(sizeof(kScheme)) - 1).toInt(&isNumber);
    return isNumber ? index : -1;
}

} // namespace prunescope::ui
