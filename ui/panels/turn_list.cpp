#include "ui/panels/turn_list.h"

#include "ui/panels/turn_view.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/open_image.h"
#include "ui/style/format.h"

#include <QLabel>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr std::size_t kViewsAtOnce = 40;

} // namespace

TurnList::TurnList(const Parts& parts, QWidget* parent) : QScrollArea(parent), m_parts(parts) {
    auto* turns = new QWidget(this);
    m_list = new QVBoxLayout(turns);
    m_list->setContentsMargins(16, 8, 16, 8);
    m_list->setSpacing(16);
    m_hint = new QLabel(
        tr("Answers appear here as they are written. Places that an answer names are marked on the picture."), turns);
    m_hint->setObjectName(QStringLiteral("muted"));
    m_hint->setWordWrap(true);
    m_more = new QToolButton(turns);
    m_more->setObjectName(QStringLiteral("slim"));
    m_list->addWidget(m_hint);
    m_list->addWidget(m_more, 0, Qt::AlignHCenter);
    m_list->addStretch(1);
    setWidget(turns);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    m_showNew.setSingleShot(true);
    connect(&m_showNew, &QTimer::timeout, this, &TurnList::showNew);
    connect(m_more, &QToolButton::clicked, this, &TurnList::showEarlier);
    const Conversation& conversation = m_parts.conversation;
    connect(&conversation, &Conversation::turnAdded, this, &TurnList::add);
    connect(&conversation, &Conversation::turnChanged, this, [this](quint64 id) {
        if (const auto view = m_views.find(id); view != m_views.end())
            view->second->show(*m_parts.conversation.turn(id));
    });
    connect(&conversation, &Conversation::cleared, this, &TurnList::clear);
    connect(&conversation, &Conversation::askingChanged, this, &TurnList::setAsking);
    connect(&conversation, &Conversation::hoveredChanged, this, &TurnList::lightUp);
    followEnd();
    showState();
}

void TurnList::addOnTop(QWidget* widget) {
    m_list->insertWidget(0, widget);
}

void TurnList::followEnd() {
    QScrollBar* bar = verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this,
            [this, bar](int value) { m_followEnd = value >= bar->maximum() - 8; });
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int maximum) {
        if (m_followEnd)
            bar->setValue(maximum);
    });
}

// Views ---------------------------------------------------------------------------------------------------------------

/// Turns of a conversation that is opened come all at once.
void TurnList::add(quint64 id) {
    m_new.push_back(id);
    m_followEnd = true;
    if (m_parts.conversation.turn(id)->isRunning())
        showNew();
    else
        m_showNew.start(0);
}

void TurnList::showNew() {
    std::vector<quint64> fresh = std::exchange(m_new, {});
    if (fresh.size() > kViewsAtOnce) {
        const auto end = fresh.end() - static_cast<std::ptrdiff_t>(kViewsAtOnce);
        m_earlier.insert(m_earlier.end(), fresh.begin(), end);
        fresh.erase(fresh.begin(), end);
    }
    for (const quint64 id : fresh)
        m_list->insertWidget(m_list->count() - 1, makeView(id));
    showState();
}

void TurnList::showEarlier() {
    m_followEnd = false;
    const int below = verticalScrollBar()->maximum() - verticalScrollBar()->value();
    const int first = m_list->indexOf(m_more) + 1;
    for (std::size_t i = 0; i < kViewsAtOnce && !m_earlier.empty(); ++i) {
        m_list->insertWidget(first, makeView(m_earlier.back()));
        m_earlier.pop_back();
    }
    showState();
    widget()->layout()->activate(); // what was in view stays where it is
    QTimer::singleShot(0, this,
                       [this, below] { verticalScrollBar()->setValue(verticalScrollBar()->maximum() - below); });
}

void TurnList::clear() {
    for (const auto& [id, view] : m_views)
        view->deleteLater();
    m_views.clear();
    m_new.clear();
    m_earlier.clear();
    showState();
}

void TurnList::showState() {
    m_hint->setVisible(m_views.empty() && m_new.empty());
    m_more->setVisible(!m_earlier.empty());
    m_more->setText(
        counted(static_cast<qint64>(m_earlier.size()), tr("%1 earlier question"), tr("%1 earlier questions")));
    m_more->setToolTip(tr("Show what was asked before"));
}

TurnView* TurnList::makeView(quint64 id) {
    auto* view = new TurnView(*m_parts.conversation.turn(id), widget());
    Conversation& conversation = m_parts.conversation;
    connect(view, &TurnView::regionHovered, this, [&conversation, id](int index) {
        conversation.setHovered(index < 0 ? RegionRef{} : RegionRef{id, index});
    });
    connect(view, &TurnView::regionChosen, this, [&conversation, id](int index) {
        conversation.revealRegion({id, index});
    });
    connectActions(view, id);
    view->setAsking(conversation.isAsking());
    m_views[id] = view;
    return view;
}

void TurnList::connectActions(TurnView* view, quint64 id) {
    Conversation& conversation = m_parts.conversation;
    connect(view, &TurnView::closerLookWanted, this, [&conversation, id] { conversation.lookCloser(id); });
    connect(view, &TurnView::askAgainWanted, this, [&conversation, id] { conversation.askAgain(id); });
    connect(view, &TurnView::branchWanted, this, [&conversation, id](int by) { conversation.turnToBranch(id, by); });
    connect(view, &TurnView::partChosen, this, [this, id] { showPart(id); });
    connect(view, &TurnView::editWanted, this, [this, id] {
        showPart(id);
        Q_EMIT editWanted(id);
    });
}

/// Makes the part that a turn is about the region again, as far as the open picture has it.
void TurnList::showPart(quint64 id) {
    const Turn* turn = m_parts.conversation.turn(id);
    if (!turn || turn->size != m_parts.image.size())
        return;
    // One that is marked may be narrower than any that is cropped.
    if (m_parts.mask.region() != turn->region)
        m_parts.mask.setRegion({});
    if (!turn->region.empty())
        m_parts.mask.setRegionUse(turn->regionUse);
    m_parts.mask.setRegion(turn->region);
}

void TurnList::setAsking(bool asking) {
    for (const auto& [id, view] : m_views)
        view->setAsking(asking);
}

void TurnList::lightUp() {
    const RegionRef hovered = m_parts.conversation.hovered();
    for (const auto& [id, view] : m_views)
        view->setLit(id == hovered.turn ? hovered.index : -1);
}

} // namespace prunescope::ui
