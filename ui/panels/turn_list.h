#pragma once

#include <QScrollArea>
#include <QTimer>
#include <map>
#include <vector>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace prunescope::ui {

class Conversation;
class MaskView;
class OpenImage;
class TurnView;

/// The turns of the conversation, one below the other. It scrolls along while the end is in view. Of a long one that is
/// opened its end is made first, and what is before it when it is asked for.
class TurnList : public QScrollArea {
    Q_OBJECT

public:
    /// Objects that this shows and acts on; all of them outlive it.
    struct Parts {
        Conversation& conversation;
        MaskView& mask;
        const OpenImage& image;
    };
    explicit TurnList(const Parts& parts, QWidget* parent = nullptr);
    /// Puts a widget above the turns.
    void addOnTop(QWidget* widget);

Q_SIGNALS:
    void editWanted(quint64 turn);

private:
    void followEnd();
    void add(quint64 id);
    void showNew();
    void showEarlier();
    void clear();
    TurnView* makeView(quint64 id);
    void connectActions(TurnView* view, quint64 id);
    void showPart(quint64 id);
    void setAsking(bool asking);
    void lightUp();
    void showState();

    const Parts m_parts;
    QVBoxLayout* m_list;
    QLabel* m_hint;
    QToolButton* m_more;
    std::map<quint64, TurnView*> m_views;
    std::vector<quint64> m_new;     ///< turns that have no view yet
    std::vector<quint64> m_earlier; ///< and those that are to have one when it is asked for
    QTimer m_showNew;
    bool m_followEnd = true;
};

} // namespace prunescope::ui
