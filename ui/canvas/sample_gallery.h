#pragma once

#include "ui/workers/latest_job.h"

#include <QScrollArea>
#include <vector>

class QToolButton;

namespace prunescope::ui {

struct Sample;
class FlowLayout;

/// The samples as small pictures to choose from. They are read when the gallery is first shown, off the GUI thread.
class SampleGallery : public QScrollArea {
    Q_OBJECT

public:
    explicit SampleGallery(QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const prunescope::ui::Sample& sample);
    void cancelled(); ///< Esc or Back

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QToolButton* makeButton(const Sample& sample);
    void readThumbnails();

    std::vector<QToolButton*> m_buttons; ///< one a sample, in their order
    LatestJob m_read;
    bool m_isRead = false;
};

} // namespace prunescope::ui
