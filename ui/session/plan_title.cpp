#include "ui/session/plan_title.h"

#include "core/base/error.h"
#include "core/pruning/pixel_options.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace prunescope::ui {

QString planTitle(const PrunePlan& plan) {
    QStringList titles;
    for (const PruneStage& stage : plan.stages)
        if (drops(stage))
            titles << fromUtf8(stage.settings.entry().title);
    const MethodSettings& settings = plan.pixelStage().settings;
    if (titles.size() > 1 || (titles.size() == 1 && !settings.entry().drops()))
        return titles.join(QStringLiteral(" + "));
    const QString title = fromUtf8(settings.entry().title);
    return settings.applies(kTau.name)
               ? QCoreApplication::translate("PlanTitle", "%1, τ %2").arg(title, fixedText(settings.value(kTau), 3))
               : title;
}

QString planTitle(const std::string& plan) {
    try {
        return planTitle(parsePlan(plan));
    } catch (const Error&) {
        return fromUtf8(plan);
    }
}

} // namespace prunescope::ui
