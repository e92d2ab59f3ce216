#pragma once

#include "ui/widgets/flow_bar.h"

#include <vector>

class QComboBox;
class QLabel;

namespace prunescope::ui {

class Comparison;
class OpenImage;
class Segmented;

/// Bar under the picture while plans are compared: which of them the picture shows and how, and on how many blocks two
/// of them agree, with the look of each on the picture.
class CompareBar : public FlowBar {
    Q_OBJECT

public:
    /// Both outlive this.
    CompareBar(Comparison& comparison, const OpenImage& image, QWidget* parent = nullptr);

    /// The text of the legend, one entry a line.
    QString legend() const;

private:
    struct Entry {
        QWidget* widget;
        QLabel* swatch;
        QLabel* text;
    };
    Entry addEntry();
    void addViews();
    void refresh();
    void showOthers();
    void showLegend();
    void setEntry(std::size_t index, const QPixmap& swatch, const QString& text, const QString& tip = {});
    void choose(const QString& view);

    Comparison& m_comparison;
    const OpenImage& m_image;
    Segmented* m_views;
    QLabel* m_caption;
    QComboBox* m_other;
    std::vector<Entry> m_entries; ///< alike, both, A alone, the other one alone, neither
};

} // namespace prunescope::ui
