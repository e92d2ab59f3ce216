#include "ui/session/notices.h"

namespace prunescope::ui {

void Notices::setMayHint(bool may) {
    if (may == m_mayHint)
        return;
    m_mayHint = may;
    Q_EMIT mayHintChanged(may);
}

} // namespace prunescope::ui
