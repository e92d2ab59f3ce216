#pragma once

#include "ui/widgets/flow_bar.h"

namespace prunescope::ui {

class Conversation;
class FlowLayout;
class Notices;
class OpenImage;

/// Bar under a sample with questions to try. A click asks at once, and stops an answer that is
/// running. Hidden for other pictures.
class ExampleBar : public FlowBar {
    Q_OBJECT

public:
    ExampleBar(const OpenImage& image, Conversation& conversation, Notices& notices, QWidget* parent = nullptr);

private:
    void refresh();
    void addQuestion(const QString& question);
    void ask(const QString& question);
    void askNext();

    const OpenImage& m_image;
    Conversation& m_conversation;
    Notices& m_notices;
    FlowLayout* m_row;
    QString m_next; ///< asked once the answer that was running has stopped
    quint64 m_nextPicture = 0;
};

} // namespace prunescope::ui
