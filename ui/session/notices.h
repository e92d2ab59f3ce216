#pragma once

#include <QObject>
#include <QString>

namespace prunescope::ui {

/// One line for the message bar: what happened and what to do about it.
struct Notice {
    enum class Level { Info, Warning, Error };
    enum class Action { None, RetryLog, ExportHistory, CancelCapture };

    Level level = Level::Error;
    QString text;
    Action action = Action::None; ///< offered as a button
};

/// Notices for the user: lines that are posted once, and the hint about the bundled model, which stays until it is
/// closed. GUI thread.
class Notices : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    void post(const Notice& notice) { Q_EMIT posted(notice); }
    void error(const QString& text) { post({Notice::Level::Error, text, Notice::Action::None}); }
    void info(const QString& text) { post({Notice::Level::Info, text, Notice::Action::None}); }

    /// May the window still say what the bundled model is for? Until somebody has closed that.
    bool mayHint() const { return m_mayHint; }
    void setMayHint(bool may);

Q_SIGNALS:
    void posted(const prunescope::ui::Notice& notice);
    void mayHintChanged(bool may);

private:
    bool m_mayHint = true;
};

} // namespace prunescope::ui
