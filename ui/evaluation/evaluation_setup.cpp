#include "ui/evaluation/evaluation_setup.h"

#include "core/base/error.h"
#include "ui/style/format.h"
#include "ui/style/plan_look.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace prunescope::ui {

namespace {

QStringList textsOf(const QJsonArray& array) {
    QStringList texts;
    for (const QJsonValue& value : array)
        texts << value.toString();
    return texts;
}

/// A set's file, folder or settings as part of the name of a file.
QString fileNameOf(const QString& text) {
    const bool drawn = text.startsWith(QLatin1String("screens"));
    QString name;
    for (const QChar letter : drawn ? text : QFileInfo(QDir::cleanPath(text)).completeBaseName())
        name += letter.isLetterOrNumber() || letter == QLatin1Char('_') || letter == QLatin1Char('.')
                    ? letter
                    : QLatin1Char('-');
    return name.isEmpty() ? QStringLiteral("set") : name.left(80);
}

} // namespace

QString EvaluationSetup::toText() const {
    QJsonObject object{{QStringLiteral("data"), data},
                       {QStringLiteral("set"), setName},
                       {QStringLiteral("prompt"), style},
                       {QStringLiteral("max_tokens"), maxTokens},
                       {QStringLiteral("plans"), QJsonArray::fromStringList(plans)},
                       {QStringLiteral("out"), records}};
    if (limit)
        object[QStringLiteral("limit")] = *limit;
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

EvaluationSetup EvaluationSetup::ofText(const QString& text) {
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    EvaluationSetup setup;
    setup.data = object[QLatin1String("data")].toString();
    setup.setName = object[QLatin1String("set")].toString();
    setup.style = object[QLatin1String("prompt")].toString();
    setup.records = object[QLatin1String("out")].toString();
    setup.maxTokens = std::max(1, object[QLatin1String("max_tokens")].toInt(setup.maxTokens));
    if (const int limit = object[QLatin1String("limit")].toInt(); limit > 0)
        setup.limit = limit;
    if (const QStringList plans = textsOf(object[QLatin1String("plans")].toArray()); !plans.isEmpty())
        setup.plans = plans;
    return setup;
}

bool EvaluationSetup::hasSetOf(const EvaluationSetup& other) const {
    return data == other.data && setName == other.setName && records == other.records;
}

QString EvaluationSetup::recordsIn(const QString& folder) const {
    if (!records.trimmed().isEmpty())
        return records.trimmed();
    const QString name =
        fileNameOf(data.trimmed()) + (setName.trimmed().isEmpty() ? QString() : "-" + setName.trimmed());
    return QDir(folder).filePath(name + QStringLiteral(".jsonl"));
}

model::EvalOptions EvaluationSetup::options() const {
    model::EvalOptions options;
    for (qsizetype i = 0; i < plans.size(); ++i) {
        if (const QString problem = planProblem(plans, i); !problem.isEmpty())
            throw Error(ErrorKind::Usage, problem.toStdString());
        options.plans.push_back(parsePlan(plans[i].toStdString()));
    }
    if (!style.isEmpty())
        options.style = &model::promptStyle(style.toStdString());
    if (limit)
        options.limit = *limit;
    options.maxTokens = maxTokens;
    return options;
}

QString planProblem(const QStringList& plans, qsizetype index) {
    try {
        const std::string plan = prunescope::toText(parsePlan(plans[index].toStdString()));
        for (qsizetype i = 0; i < index; ++i)
            if (planProblem({plans[i]}, 0).isEmpty() && prunescope::toText(parsePlan(plans[i].toStdString())) == plan)
                return QCoreApplication::translate("evaluation", "plan %1: the same as plan %2, expected another one")
                    .arg(planLetter(static_cast<std::size_t>(index)), planLetter(static_cast<std::size_t>(i)));
        return {};
    } catch (const std::exception& error) {
        QString why = errorText(error);
        const QString prefix = QStringLiteral("plan: ");
        return QCoreApplication::translate("evaluation", "plan %1: %2")
            .arg(planLetter(static_cast<std::size_t>(index)), why.startsWith(prefix) ? why.mid(prefix.size()) : why);
    }
}

} // namespace prunescope::ui
