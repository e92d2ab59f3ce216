#pragma once

#include "ui/store/stored_conversation.h"

#include <QObject>
#include <optional>

namespace prunescope::ui {

class Conversation;
class Conversations;
class MaskView;
class Notices;
class OpenDocument;
class OpenImage;

/// Brings a conversation from the database back into the window: its picture with what was redacted, the part that was
/// asked about last, the plan, and all turns, so that the next question goes on with them. GUI thread.
class ConversationOpener : public QObject {
    Q_OBJECT

public:
    /// Objects that this acts on; all of them outlive this.
    struct Parts {
        Conversations& store;
        OpenImage& image;
        OpenDocument& document;
        MaskView& mask;
        Conversation& conversation;
        Notices& notices;
    };
    explicit ConversationOpener(const Parts& parts, QObject* parent = nullptr);

    /// By its number. Nothing where it is shown already; one that is gone is said.
    void open(qint64 conversation);
    /// The number of the conversation that is shown; 0: none of the database.
    qint64 shown() const;
    /// Whether nothing was asked in what is shown: another one may take its place.
    bool isFree() const;

Q_SIGNALS:
    void opened();

private:
    void openPicture(const StoredConversation& stored);
    void restore();

    const Parts m_parts;
    qint64 m_wanted = 0;
    std::optional<StoredConversation> m_waiting; ///< for its picture
};

} // namespace prunescope::ui
