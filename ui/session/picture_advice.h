#pragma once

#include "core/image/picture.h"
#include "core/report/advice.h"
#include "ui/workers/latest_job.h"

#include <QObject>
#include <optional>

namespace prunescope::ui {

class MaskView;

/// What there is to say on the picture as the model sees it, and on a threshold for it (core/report/advice.h). Found
/// off the GUI thread once for each picture, region and method: it does not depend on tau. GUI thread.
class PictureAdvice : public QObject {
    Q_OBJECT

public:
    /// `mask` outlives this.
    explicit PictureAdvice(const MaskView& mask, QObject* parent = nullptr);

    /// Nothing for most pictures, and while it is being found. Of a next frame that of the one before stays meanwhile.
    const std::optional<Advice>& advice() const { return m_advice; }
    bool isIdle() const { return m_find.isIdle(); }

Q_SIGNALS:
    void changed();
    void becameIdle();

private:
    /// What the advice is on.
    struct Subject {
        Picture seen;
        MethodSettings settings; ///< at tau 0
    };
    void refresh();
    bool isOn(const Subject& subject) const;
    void set(const std::optional<Advice>& advice);

    const MaskView& m_mask;
    std::optional<Subject> m_subject;
    std::optional<Advice> m_advice;
    LatestJob m_find;
};

} // namespace prunescope::ui
