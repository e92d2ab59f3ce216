#pragma once

#include "core/records/interaction_record.h"
#include "ui/widgets/waterfall.h"

#include <QWidget>

class QLabel;
class QSpinBox;

namespace prunescope::ui {

class SessionTimes;

/// The stages of one question of the session, from capture to the last token: the newest, or an earlier one.
class WaterfallView : public QWidget {
    Q_OBJECT

public:
    explicit WaterfallView(const SessionTimes& times, QWidget* parent = nullptr);

    /// The question that is shown, drawn large with what it is; there must be one.
    QImage picture() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    void refresh();
    const InteractionRecord& record() const;

    const SessionTimes& m_times;
    QSpinBox* m_question;
    QLabel* m_caption;
    Waterfall* m_steps;
    QLabel* m_figures;
};

/// The stages of a record in the order in which they ran; those that it does not say have no time.
std::vector<WaterfallStep> waterfallSteps(const InteractionRecord& record);
/// "42 ms to first token · 23 tokens/s · ..." of a record.
QString waterfallFigures(const InteractionRecord& record);

} // namespace prunescope::ui
