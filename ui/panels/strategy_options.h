#pragma once

#include "core/mask/mask_settings.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace prunescope::ui {

/// Of the captions in the pruning panel, so that the fields beside them begin at one place.
inline constexpr int kCaptionPx = 44;
/// Of those fields.
inline constexpr int kFieldPx = 116;

/// The options that only some strategies have: how much ConnComp skips, and the seed of those that draw. Shows those of
/// the strategy that is set; hidden when it has none.
class StrategyOptions : public QWidget {
    Q_OBJECT

public:
    explicit StrategyOptions(QWidget* parent = nullptr);
    void setSettings(const MaskSettings& settings);

Q_SIGNALS:
    /// By the user.
    void changed(const prunescope::MaskSettings& settings);

private:
    QWidget* makeSkipLine();
    QWidget* makeSeedLine();
    void connectControls();
    /// Changes one thing and tells.
    template <typename Change>
    void change(Change change);

    MaskSettings m_settings;
    double m_lastRatio;
    QWidget* m_skipLine;
    QComboBox* m_skip;
    QDoubleSpinBox* m_ratio;
    QCheckBox* m_even;
    QWidget* m_seedLine;
    QSpinBox* m_seed;
};

} // namespace prunescope::ui
