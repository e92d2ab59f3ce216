#pragma once

#include <QFrame>

namespace prunescope::ui {

class Workspace;

/// One line that says what the bundled model is for, while it is asked about another kind of picture. Who closes it has
/// read it: it does not come back.
class BundledHint : public QFrame {
    Q_OBJECT

public:
    explicit BundledHint(Workspace& workspace, QWidget* parent = nullptr);

private:
    void refresh();

    Workspace& m_workspace;
};

} // namespace prunescope::ui
