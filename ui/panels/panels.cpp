#include "ui/panels/compare_panel.h"
#include "ui/panels/conversation_panel.h"
#include "ui/panels/conversations_panel.h"
#include "ui/panels/history_panel.h"
#include "ui/panels/latency_panel.h"
#include "ui/panels/panel.h"
#include "ui/panels/prompt_panel.h"
#include "ui/panels/pruning_panel.h"
#include "ui/session/session.h"

#include <array>

namespace prunescope::ui {

namespace {

Panel* makePruning(Session& session, WindowActions&, QWidget* parent) {
    return new PruningPanel(session.maskView(), session.pictureAdvice(), session.expectedCost(), parent);
}

Panel* makeConversation(Session& session, WindowActions& actions, QWidget* parent) {
    const BundledHint::Parts hint{session.image(), session.modelSlot(), session.notices(), actions};
    auto* panel = new ConversationPanel({session.conversation(), session.maskView(), hint}, parent);
    // What is typed next is a question; once the picture has its place, which takes the keyboard.
    QObject::connect(&session.conversationOpener(), &ConversationOpener::opened, panel, &Panel::bringUp,
                     Qt::QueuedConnection);
    return panel;
}

Panel* makeLatency(Session& session, WindowActions&, QWidget* parent) {
    return new LatencyPanel({session.conversation(), session.expectedCost(), session.times(), session.notices()},
                            parent);
}

Panel* makeHistory(Session& session, WindowActions&, QWidget* parent) {
    return new HistoryPanel({session.history(), session.recordOpener(), session.log(), session.notices()}, parent);
}

Panel* makeConversations(Session& session, WindowActions&, QWidget* parent) {
    return new ConversationsPanel({session.conversations(), session.conversationOpener()}, parent);
}

Panel* makePrompt(Session& session, WindowActions&, QWidget* parent) {
    return new PromptPanel(session.promptPreview(), parent);
}

Panel* makeCompare(Session& session, WindowActions&, QWidget* parent) {
    return new ComparePanel(session.comparison(), session.conversation(), session.tauCurve(), parent);
}

} // namespace

std::span<const PanelEntry> panels() {
    static const std::array list{
        PanelEntry{"pruning", Qt::RightDockWidgetArea, true, makePruning},
        PanelEntry{"conversation", Qt::RightDockWidgetArea, true, makeConversation},
        PanelEntry{"latency", Qt::BottomDockWidgetArea, true, makeLatency},
        PanelEntry{"history", Qt::BottomDockWidgetArea, false, makeHistory},
        PanelEntry{"conversations", Qt::BottomDockWidgetArea, false, makeConversations},
        PanelEntry{"prompt", Qt::BottomDockWidgetArea, false, makePrompt},
        PanelEntry{"compare", Qt::BottomDockWidgetArea, false, makeCompare},
    };
    return list;
}

} // namespace prunescope::ui
