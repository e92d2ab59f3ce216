#pragma once

#include "ui/canvas/screen_canvas.h"
#include "ui/style/theme.h"

#include <QToolBar>
#include <QToolButton>
#include <vector>

class QHBoxLayout;
class QMenu;

namespace prunescope::ui {

class Comparison;
class ModelMenu;
class OpenImage;
class ModelSlot;
class Panel;
class PictureInput;

/// The line above everything: how pictures come in, what is drawn over them, which model answers.
class ToolBar : public QToolBar {
    Q_OBJECT

public:
    /// Objects that the bar acts on; all of them outlive the bar.
    struct Parts {
        OpenImage& image;
        ModelSlot& model;
        Comparison& comparison;
        ScreenCanvas& canvas;
        PictureInput& input;
        ModelMenu& models;
        const std::vector<Panel*>& panels;
    };
    explicit ToolBar(const Parts& parts, QWidget* parent = nullptr);

    /// Whether the evaluation page is shown.
    void setEvaluating(bool evaluating) { m_evaluate->setChecked(evaluating); }

Q_SIGNALS:
    void themeChosen(prunescope::ui::ThemeMode mode);
    void exportChosen();
    void resetChosen(); ///< panels back to their first places
    void evaluationChosen(bool shown);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Look {
        QString icon;
        QString title;
        QString tip;
        QKeySequence shortcut;
    };
    QToolButton* add(const Look& look);
    /// Lets the buttons in `m_spare` become as narrow as their icons.
    void letTextsGo();
    void showTexts(bool shown);
    void addLine();
    void addInputs();
    void addView();
    /// A button that is down while that is the canvas' tool.
    QToolButton* addTool(const Look& look, ScreenCanvas::Tool tool);
    void addComparison();
    void addComparisonTo(QMenu& menu);
    void addEvaluation();
    void addModel();
    QMenu* makeMaskMenu();
    void addChangesTo(QMenu& menu);
    QMenu* makeMoreMenu();
    QMenu* makeThemeMenu(QWidget* parent);

    Parts m_parts;
    QHBoxLayout* m_row;
    std::vector<QToolButton*> m_spare; ///< icons alone where the window is too narrow for all texts
    QToolButton* m_evaluate = nullptr;
};

} // namespace prunescope::ui
