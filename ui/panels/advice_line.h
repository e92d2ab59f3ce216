#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace prunescope::ui {

class MaskView;
class PictureAdvice;

/// What there is to say on the picture, with a button that sets the threshold that is offered. Hidden while there is
/// nothing to say.
class AdviceLine : public QWidget {
    Q_OBJECT

public:
    AdviceLine(MaskView& mask, const PictureAdvice& advice, QWidget* parent = nullptr);

private:
    void refresh();
    void apply();

    MaskView& m_mask;
    const PictureAdvice& m_advice;
    QLabel* m_text;
    QToolButton* m_use;
};

} // namespace prunescope::ui
