#pragma once

#include "core/records/interaction_record.h"

#include <QObject>
#include <optional>

namespace prunescope::ui {

class Conversation;
class MaskView;
class Notices;
class OpenDocument;
class OpenImage;

/// Brings a logged question back into the window: its picture with its redactions, the part that was asked about, its
/// plan, and the question where it is typed. What is not there any more is said. GUI thread.
class RecordOpener : public QObject {
    Q_OBJECT

public:
    /// Objects that this acts on; all of them outlive this.
    struct Parts {
        OpenImage& image;
        OpenDocument& document;
        MaskView& mask;
        Conversation& conversation;
        Notices& notices;
    };
    explicit RecordOpener(const Parts& parts, QObject* parent = nullptr);

    void open(const InteractionRecord& record);

private:
    void openPicture(const QString& name);
    void restore();

    const Parts m_parts;
    std::optional<InteractionRecord> m_waiting; ///< for its picture
};

} // namespace prunescope::ui
