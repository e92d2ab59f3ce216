#include "ui/evaluation/plan_list.h"

#include "ui/evaluation/evaluation_setup.h"
#include "ui/panels/stage_editor.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/plan_look.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kLetterPx = 20;
constexpr int kEditPx = 28;

/// A plan of one method to begin with; nothing where it does not stand at that place.
std::optional<PruneStage> presetStage(const MethodEntry& entry, Place place) {
    if (place != Place::Input)
        return startingStage(entry, place);
    return entry.standsAt(place) && entry.drops() ? std::optional(PruneStage{place, 0, MethodSettings(entry)})
                                                  : std::nullopt;
}

} // namespace

PlanList::PlanList(std::function<QString()> windowPlan, QWidget* parent)
    : QWidget(parent), m_windowPlan(std::move(windowPlan)), m_layout(new QVBoxLayout(this)),
      m_add(new QToolButton(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    m_layout->addWidget(m_add, 0, Qt::AlignLeft);
    m_add->setObjectName(QStringLiteral("addPlan"));
    m_add->setText(tr("Add a plan"));
    m_add->setToolTip(tr("Every question is asked under every plan; the first is what the others are compared with"));
    auto* menu = new QMenu(m_add);
    menu->setToolTipsVisible(true);
    addPresets(*menu);
    m_add->setMenu(menu);
    m_add->setPopupMode(QToolButton::InstantPopup);
}

void PlanList::addPresets(QMenu& menu) {
    const auto preset = [&](const QString& title, const QString& plan) {
        connect(menu.addAction(title), &QAction::triggered, this, [this, plan] { add(plan); });
    };
    preset(tr("Full: nothing is dropped"), fromUtf8(toText(PrunePlan::none())));
    preset(tr("PixelPrune, blocks that repeat exactly"), QStringLiteral("input:pred_2d"));
    connect(menu.addAction(tr("The plan of the window")), &QAction::triggered, this, [this] { add(m_windowPlan()); });
    menu.addSeparator();
    addMethods(menu, static_cast<int>(Place::Input), tr("Before the encoder"));
    addMethods(menu, static_cast<int>(Place::AfterEncoder), tr("After the encoder"));
    addMethods(menu, static_cast<int>(Place::LanguageLayer), tr("Inside the language model"));
    menu.addSeparator();
    connect(menu.addAction(tr("An empty line")), &QAction::triggered, this, [this] { add({}); });
}

void PlanList::addMethods(QMenu& menu, int place, const QString& title) {
    QMenu* methodsMenu = menu.addMenu(title);
    methodsMenu->setToolTipsVisible(true);
    for (const MethodEntry& entry : methods())
        if (const auto stage = presetStage(entry, static_cast<Place>(place))) {
            const QString plan = fromUtf8(toText(*stage));
            QAction* action = methodsMenu->addAction(fromUtf8(entry.title));
            action->setToolTip(plan + QStringLiteral("\n") + fromUtf8(entry.help));
            connect(action, &QAction::triggered, this, [this, plan] { add(plan); });
        }
}

PlanList::Line PlanList::makeLine() {
    auto* widget = new QWidget(this);
    const Line line{widget, new QLabel(widget), new QLineEdit(widget), new QToolButton(widget), new QLabel(widget)};
    line.letter->setFixedWidth(kLetterPx);
    line.letter->setBuddy(line.edit);
    line.edit->setMinimumHeight(kEditPx);
    line.edit->setPlaceholderText(tr("input:pred_2d,tau=0.02; post:divprune,keep=1/3"));
    line.remove->setIcon(icon(QStringLiteral("close")));
    line.remove->setIconSize({12, 12});
    line.remove->setAutoRaise(true);
    line.problem->setObjectName(QStringLiteral("planProblem"));
    line.problem->setWordWrap(true);
    line.problem->setContentsMargins(kLetterPx + 6, 0, 0, 0);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(line.letter);
    row->addWidget(line.edit, 1);
    row->addWidget(line.remove);
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(line.problem);
    connect(line.edit, &QLineEdit::textChanged, this, &PlanList::refresh);
    connect(line.remove, &QToolButton::clicked, this, [this, widget] { remove(widget); });
    return line;
}

void PlanList::add(const QString& plan) {
    const Line line = makeLine();
    m_layout->addWidget(line.widget);
    QWidget::setTabOrder(m_lines.empty() ? m_add : m_lines.back().remove, line.edit);
    QWidget::setTabOrder(line.edit, line.remove);
    m_lines.push_back(line);
    line.edit->setText(plan);
    line.edit->setCursorPosition(0);
    if (isVisible())
        line.edit->setFocus(Qt::OtherFocusReason);
    refresh();
}

void PlanList::remove(const QWidget* line) {
    const auto found = std::ranges::find(m_lines, line, &Line::widget);
    if (found == m_lines.end() || m_lines.size() == 1)
        return;
    found->widget->hide();
    found->widget->deleteLater(); // its own button was clicked
    const auto next = m_lines.erase(found);
    (next == m_lines.end() ? m_lines.back() : *next).edit->setFocus(Qt::OtherFocusReason);
    refresh();
}

void PlanList::setPlans(const QStringList& plans) {
    const QSignalBlocker blocker(this);
    for (const Line& line : m_lines)
        delete line.widget;
    m_lines.clear();
    for (const QString& plan : plans)
        add(plan);
}

QStringList PlanList::plans() const {
    QStringList plans;
    for (const Line& line : m_lines)
        plans << line.edit->text().trimmed();
    return plans;
}

QString PlanList::problem() const {
    const QStringList all = plans();
    for (qsizetype i = 0; i < all.size(); ++i)
        if (const QString why = planProblem(all, i); !why.isEmpty())
            return why;
    return {};
}

void PlanList::refresh() {
    const QStringList all = plans();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const Line& line = m_lines[i];
        const QString why = planProblem(all, static_cast<qsizetype>(i)), letter = planLetter(i);
        line.letter->setText(letter);
        line.letter->setToolTip(i == 0 ? tr("What the others are compared with") : QString());
        line.edit->setAccessibleName(i == 0 ? tr("Plan A, what the others are compared with")
                                            : tr("Plan %1").arg(letter));
        line.edit->setAccessibleDescription(why);
        line.remove->setAccessibleName(tr("Remove plan %1").arg(letter));
        line.remove->setToolTip(tr("Remove this plan"));
        line.remove->setEnabled(m_lines.size() > 1);
        line.problem->setText(why);
        line.problem->setVisible(!why.isEmpty());
    }
    Q_EMIT changed();
}

} // namespace prunescope::ui
