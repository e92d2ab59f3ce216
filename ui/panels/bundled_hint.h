#pragma once

#include <QFrame>

namespace prunescope::ui {

class ModelSlot;
class Notices;
class OpenImage;
class WindowActions;

/// One line that says what the bundled model is for, while it is asked about another kind of picture. Who closes it has
/// read it: it does not come back.
class BundledHint : public QFrame {
    Q_OBJECT

public:
    /// Objects that the hint is about and acts on; all of them outlive the hint.
    struct Parts {
        const OpenImage& image;
        const ModelSlot& model;
        Notices& notices;
        WindowActions& actions;
    };
    explicit BundledHint(const Parts& parts, QWidget* parent = nullptr);

private:
    void refresh();
    bool isWanted() const;

    const Parts m_parts;
};

} // namespace prunescope::ui
