#pragma once

#include "core/image/picture.h"

#include <QByteArray>

namespace prunescope::ui {

class Database;

/// Puts pictures into the database, each once: the same pixels are the same row. Remembers the last one, so that it can
/// be made ready before it is needed. Used in the thread of the store; throws what Database throws.
class PictureEncoder {
public:
    /// Compresses the picture, unless it is in the database or was compressed last.
    void prepare(const Database& database, const Picture& picture);
    /// The row of the picture, which is made where there is none. Within a transaction of the caller's.
    qint64 keep(const Database& database, const Picture& picture);

private:
    void hash(const Picture& picture);
    void compress();
    /// The row of the last picture; 0: it has none.
    qint64 known(const Database& database) const;

    Picture m_last;
    QByteArray m_sha256; ///< of its size and pixels
    QByteArray m_png;    ///< empty: not made yet
};

/// What a picture looks like in a list, as a PNG of at most 128 x 80 pixels.
QByteArray thumbnailOf(const Picture& picture);

} // namespace prunescope::ui
