#pragma once

#include <QWidget>

class QButtonGroup;

namespace prunescope::ui {

/// A row of buttons of which one is chosen; arrow keys move the choice.
class Segmented : public QWidget {
    Q_OBJECT

public:
    explicit Segmented(QWidget* parent = nullptr);
    void add(const QString& id, const QString& title, const QString& tip);
    QString current() const;
    /// Does not say `chosen`. An unknown id leaves nothing chosen.
    void setCurrent(const QString& id);

Q_SIGNALS:
    /// By the user.
    void chosen(const QString& id);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void styleEnds();

    QButtonGroup* m_group;
};

} // namespace prunescope::ui
