#include "ui/panels/conversation_panel.h"
#include "ui/panels/history_panel.h"
#include "ui/panels/latency_panel.h"
#include "ui/panels/panel.h"
#include "ui/panels/pruning_panel.h"

#include <array>

namespace prunescope::ui {

namespace {

template <typename P>
Panel* make(Workspace& workspace, QWidget* parent) {
    return new P(workspace, parent);
}

} // namespace

std::span<const PanelEntry> panels() {
    static const std::array list{
        PanelEntry{"pruning", Qt::RightDockWidgetArea, true, make<PruningPanel>},
        PanelEntry{"conversation", Qt::RightDockWidgetArea, true, make<ConversationPanel>},
        PanelEntry{"latency", Qt::BottomDockWidgetArea, true, make<LatencyPanel>},
        PanelEntry{"history", Qt::BottomDockWidgetArea, false, make<HistoryPanel>},
    };
    return list;
}

} // namespace prunescope::ui
