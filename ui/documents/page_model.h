#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QPixmap>
#include <QSize>
#include <vector>

namespace prunescope::ui {

class OpenDocument;

/// The pages of the open document with small pictures of those that are looked at: one is drawn at a time, the one
/// that was wanted last first, and what was not seen for long is forgotten. GUI thread.
class PageModel : public QAbstractListModel {
    Q_OBJECT

public:
    /// Of a small picture, in logical pixels.
    static constexpr QSize kThumbnail{92, 120};
    static constexpr int kMostKept = 256;
    /// With its number.
    static constexpr QSize kItem{112, 148};

    /// `document` outlives this.
    explicit PageModel(OpenDocument& document, QObject* parent = nullptr);

    /// Pixels of a small picture for each logical one.
    void setScale(qreal dpr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void startOver();
    const QPixmap& thumbnail(int page) const;
    void want(int page) const;
    void drawNext();
    void take(int page, const QImage& drawn);
    QPixmap framed(const QImage& drawn) const;

    OpenDocument& m_document;
    int m_pages = 0;
    qreal m_dpr = 1;
    QPixmap m_blank; ///< for a page that is not drawn yet
    mutable QCache<int, QPixmap> m_drawn{kMostKept};
    mutable std::vector<int> m_wanted; ///< the newest last
    bool m_isDrawing = false;
};

} // namespace prunescope::ui
