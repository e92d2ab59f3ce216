#pragma once

#include "core/resize/coordinate_map.h"
#include "ui/canvas/scene.h"
#include "ui/canvas/view_transform.h"

#include <QColor>
#include <QImage>
#include <QLine>
#include <QList>
#include <QRect>
#include <vector>

class QPainter;

namespace prunescope::ui {

/// The picture with its mask at the size of the view. All is cached in device pixels: a new mask costs a copy of what
/// is visible, whatever the size of the screenshot, and a look at the blocks that are. The mask is no drawing of
/// blocks: what is visible of the picture is dimmed, a run of blocks at a time.
class MaskLayer {
public:
    /// Picture, mask, mode and restoration of `scene`. While nothing is restored yet the plain picture stands in for
    /// it, dimmed where errors are to come.
    void show(const Scene& scene);

    /// Fills `view` (widget coordinates) with `background`, the picture and, unless `plain`, the mask.
    void paint(QPainter& painter, const ViewTransform& transform, QRect view, const QColor& background, bool plain);

    /// The block that shows a point of the picture; -1 where none does, or there is no mask.
    int blockAt(QPointF picture) const;
    /// Where a block lies on the picture; empty where there is no such block.
    QRectF blockRect(int block) const;

private:
    CoordinateMap coordinates() const;
    /// View that the caches were made for.
    struct ViewKey {
        ViewTransform transform;
        QRect view;
        double dpr = 0;
        bool operator==(const ViewKey&) const = default;
    };
    /// Whether what `m_masked` shows is the same in `scene`.
    bool looksTheSame(const Scene& scene) const;
    const QImage& rendered(bool plain);
    void renderPlain(const QColor& background);
    void beginMasked();
    void renderMasked();
    void renderRestored();
    /// `picture` where it covers `area` of the original one.
    void drawOn(QImage& target, const PictureLevels& picture, const QRectF& area) const;
    /// Blocks that lie side by side on the picture: all of the mask's, or those of one of its views.
    struct Sheet {
        QRectF place; ///< on the picture
        int rows = 0;
        int cols = 0;
        int firstBlock = 0;
        int index(int row, int col) const { return firstBlock + row * cols + col; }
    };
    std::vector<Sheet> sheets() const;
    /// Indices [first, last) of blocks of a sheet, of which others can't be seen.
    struct Span {
        int first = 0;
        int last = 0;
    };
    Span visibleCols(const Sheet& sheet) const;
    Span visibleRows(const Sheet& sheet) const;
    /// Edges in device pixels.
    QRect deviceRect(const QRectF& onPicture) const;
    QRect areaRect() const;
    /// The area with what no block shows dimmed.
    void showOnlySeen();
    /// Calls `paint(index, rect)` for each row of blocks side by side that were dropped alike, in device pixels.
    template <typename Paint>
    void forEachDropped(const Sheet& sheet, Paint paint) const;
    /// The step that dropped a block; -1: the mask did, and nobody knows more. Nothing: it is there.
    std::optional<int> droppedBy(int block) const;
    /// Shows a part as dropped, in device pixels.
    void dim(QRect rect);
    void colourDropped(const Sheet& sheet);
    void drawGrid();
    void addRowLines(const Sheet& sheet, QList<QLine>& lines) const;
    void addColLines(const Sheet& sheet, QList<QLine>& lines) const;
    /// Whether a place of the sheet, or of the ring around it, has a block that is drawn as kept.
    bool isKept(const Sheet& sheet, int row, int col) const;
    /// Device pixels of the edge between block columns (rows) `index - 1` and `index`.
    int columnEdge(const Sheet& sheet, int index) const;
    int rowEdge(const Sheet& sheet, int index) const;

    PictureLevels m_picture;
    ShownMask m_mask;
    std::shared_ptr<const ShownFates> m_fates;
    int m_depth = 0;
    std::optional<Restoration> m_restoration;
    MaskMode m_mode = MaskMode::Mask;
    ViewKey m_key;
    QImage m_plain;           ///< what is visible of the picture, device pixels
    QImage m_masked;          ///< the same with the mask and its grid; or what is restored
    bool m_hasPlain = false;  ///< `m_plain` is that of the picture and the view
    bool m_hasMasked = false; ///< `m_masked` is that of what is shown
};

} // namespace prunescope::ui
