#include "ui/session/picture_advice.h"

#include "core/pruning/pixel_options.h"
#include "ui/session/mask_view.h"

namespace prunescope::ui {

PictureAdvice::PictureAdvice(const MaskView& mask, QObject* parent) : QObject(parent), m_mask(mask), m_find(this) {
    connect(&m_mask, &MaskView::maskChanged, this, &PictureAdvice::refresh);
    connect(&m_find, &LatestJob::failed, this, [this] { set({}); }); // the mask's own job says what is wrong
    connect(&m_find, &LatestJob::becameIdle, this, &PictureAdvice::becameIdle);
}

bool PictureAdvice::isOn(const Subject& subject) const {
    return m_subject && m_subject->seen.sharesPixelsWith(subject.seen) && m_subject->settings == subject.settings;
}

void PictureAdvice::refresh() {
    const PixelBlocks* blocks = m_mask.blocks();
    if (!blocks || !hasFigures(m_mask.settings())) {
        m_find.cancel();
        m_subject.reset();
        return set({});
    }
    const Subject subject{blocks->picture(), MethodSettings(m_mask.settings()).set(kTau, 0)};
    if (isOn(subject))
        return;
    m_subject = subject;
    m_find.cancel(); // what is on another picture or method
    m_find.start([blocks = *blocks, settings = subject.settings] { return adviceOn(blocks, settings); },
                 [this](const std::optional<Advice>& advice) { set(advice); });
}

void PictureAdvice::set(const std::optional<Advice>& advice) {
    if (advice == m_advice)
        return;
    m_advice = advice;
    Q_EMIT changed();
}

} // namespace prunescope::ui
