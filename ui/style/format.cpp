#include "ui/style/format.h"

#include "core/base/format.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <string>

namespace prunescope::ui {

QString fromUtf8(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString errorText(const std::exception& error) {
    const QString text = QString::fromUtf8(error.what()).trimmed();
    QString line = text.left(text.indexOf(QRegularExpression(QStringLiteral("[\\n\\r]"))));
    return line.replace(QRegularExpression(QStringLiteral("\\p{Cc}+")), QStringLiteral(" ")).trimmed();
}

QString countText(qint64 value) {
    return fromUtf8(formatCount(value));
}

QString msText(double ms) {
    return fromUtf8(formatMs(ms));
}

QString fixedText(double value, int decimals) {
    return fromUtf8(formatFixed(value, decimals));
}

QString nonZeroText(double value, int decimals) {
    return fromUtf8(formatNonZero(value, decimals));
}

QString percentText(double share, int decimals) {
    return fromUtf8(formatPercent(share, decimals));
}

QString counted(qint64 number, const QString& one, const QString& many) {
    const QString& pattern = number == 1 ? one : many;
    return pattern.contains(QLatin1String("%1")) ? pattern.arg(countText(number)) : pattern;
}

QString withoutMarkup(const QString& html) {
    QString text = html;
    return text.remove(QRegularExpression(QStringLiteral("<[^>]*>")));
}

QString sizeText(Size size) {
    return QStringLiteral("%1 × %2").arg(size.width).arg(size.height);
}

QString tflopText(double flops) {
    const double tera = flops / 1e12;
    return nonZeroText(tera, tera < 0.1 ? 3 : tera < 1 ? 2 : 1);
}

QString shortName(const QString& path) {
    const QString name = QFileInfo(QDir::cleanPath(path)).fileName();
    return name.isEmpty() ? path : name;
}

} // namespace prunescope::ui
