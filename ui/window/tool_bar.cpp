#include "ui/window/tool_bar.h"

#include "ui/panels/panel.h"
#include "ui/session/comparison.h"
#include "ui/style/icons.h"
#include "ui/window/model_menu.h"
#include "ui/window/model_status.h"
#include "ui/window/picture_input.h"
#include "ui/window/picture_menu.h"

#include <QActionGroup>
#include <QFrame>
#include <QHBoxLayout>
#include <QMenu>
#include <QResizeEvent>
#include <QShortcut>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr int kStatusPx = 180; ///< that the model's name, or its loading, has beside all texts

} // namespace

ToolBar::ToolBar(const Parts& parts, QWidget* parent) : QToolBar(tr("Tools"), parent), m_parts(parts) {
    setObjectName(QStringLiteral("tools"));
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    // A row of our own: the tool bar's layout ignores margins and hides what does not fit.
    auto* content = new QWidget(this);
    m_row = new QHBoxLayout(content);
    m_row->setContentsMargins(12, 6, 12, 6);
    m_row->setSpacing(8);
    addWidget(content);
    addInputs();
    addLine();
    addView();
    addComparison();
    addEvaluation();
    addModel();
    letTextsGo();
}

void ToolBar::letTextsGo() {
    showTexts(false);
    for (QToolButton* button : m_spare) {
        button->setMinimumWidth(button->sizeHint().width());
        button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
        button->setAccessibleName(button->text());
    }
    showTexts(true);
}

void ToolBar::showTexts(bool shown) {
    for (QToolButton* button : m_spare)
        button->setToolButtonStyle(shown ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
}

void ToolBar::resizeEvent(QResizeEvent* event) {
    showTexts(true);
    if (m_row->sizeHint().width() + kStatusPx > event->size().width())
        showTexts(false);
    QToolBar::resizeEvent(event);
}

QToolButton* ToolBar::add(const Look& look) {
    auto* button = new QToolButton(this);
    button->setText(look.title);
    button->setIcon(icon(look.icon));
    button->setIconSize({16, 16});
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    const QString keys = look.shortcut.toString(QKeySequence::NativeText);
    button->setToolTip(keys.isEmpty() ? look.tip : tr("%1 (%2)").arg(look.tip, keys));
    button->setAccessibleDescription(look.tip);
    button->setShortcut(look.shortcut);
    m_row->addWidget(button);
    return button;
}

void ToolBar::addLine() {
    auto* line = new QFrame(this);
    line->setObjectName(QStringLiteral("toolLine"));
    line->setFixedWidth(1);
    m_row->addWidget(line);
}

void ToolBar::addInputs() {
    PictureInput& input = m_parts.input;
    auto* capture = add({QStringLiteral("capture"), tr("Capture"),
                         tr("Take a picture of the screen; the window hides "
                            "meanwhile"),
                         QKeySequence(QStringLiteral("Ctrl+Shift+C"))});
    capture->setObjectName(QStringLiteral("primary"));
    capture->setIcon(icon(QStringLiteral("capture"), Qt::white));
    auto* screens = new QMenu(capture);
    connect(screens, &QMenu::aboutToShow, &input, [&input, screens] { input.fillCaptureMenu(*screens); });
    capture->setMenu(screens);
    capture->setPopupMode(QToolButton::MenuButtonPopup);
    connect(capture, &QToolButton::clicked, &input, [&input] { input.capture(); });
    auto* again = new QShortcut(QKeySequence(Qt::Key_F5), window());
    connect(again, &QShortcut::activated, &input.capturer(), &Capturer::again);

    auto* open = add({QStringLiteral("open"), tr("Open"), tr("Open a picture"), QKeySequence(QKeySequence::Open)});
    auto* recent = new QMenu(open);
    connect(recent, &QMenu::aboutToShow, &input, [&input, recent] { input.fillRecentMenu(*recent); });
    open->setMenu(recent);
    open->setPopupMode(QToolButton::MenuButtonPopup);
    connect(open, &QToolButton::clicked, &input, &PictureInput::chooseFile);

    auto* paste = add({QStringLiteral("paste"), tr("Paste"), tr("Open the picture in the clipboard"),
                       QKeySequence(QKeySequence::Paste)});
    m_spare.push_back(paste);
    connect(paste, &QToolButton::clicked, &input, &PictureInput::paste);
}

void ToolBar::addView() {
    auto* mask =
        add({QStringLiteral("mask"), tr("Mask"), tr("What is drawn over the picture; M switches on the picture"), {}});
    mask->setMenu(makeMaskMenu());
    mask->setPopupMode(QToolButton::InstantPopup);
    addTool({QStringLiteral("region"), tr("Region"), tr("Drag over the part to ask about; Esc gives it up"),
             QKeySequence(QStringLiteral("Ctrl+R"))},
            ScreenCanvas::Tool::Region);
    auto* redact =
        addTool({QStringLiteral("redact"), tr("Redact"),
                 tr("Drag over what nobody may see: its pixels are black for the model, the log and every file"),
                 QKeySequence(QStringLiteral("Ctrl+Shift+R"))},
                ScreenCanvas::Tool::Redact);
    auto* menu = new QMenu(redact);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        PictureMenu::addTakeBack(*menu, m_parts.image);
    });
    redact->setMenu(menu);
    redact->setPopupMode(QToolButton::MenuButtonPopup);
}

QToolButton* ToolBar::addTool(const Look& look, ScreenCanvas::Tool tool) {
    QToolButton* button = add(look);
    m_spare.push_back(button);
    button->setCheckable(true);
    ScreenCanvas& canvas = m_parts.canvas;
    connect(button, &QToolButton::clicked, &canvas, [&canvas, tool](bool on) {
        canvas.setTool(on ? tool : ScreenCanvas::Tool::Pan);
        if (on)
            canvas.setFocus();
    });
    connect(&canvas, &ScreenCanvas::toolChanged, button,
            [button, tool](ScreenCanvas::Tool now) { button->setChecked(now == tool); });
    return button;
}

void ToolBar::addComparison() {
    Comparison& comparison = m_parts.comparison;
    auto* compare = add({QStringLiteral("compare"), tr("Compare"),
                         tr("Several plans side by side on this picture, and the same question under each"),
                         QKeySequence(QStringLiteral("Ctrl+B"))});
    compare->setObjectName(QStringLiteral("compareButton"));
    m_spare.push_back(compare);
    compare->setCheckable(true);
    connect(compare, &QToolButton::toggled, &comparison, &Comparison::setOn);
    connect(&comparison, &Comparison::onChanged, compare, &QToolButton::setChecked);
}

void ToolBar::addComparisonTo(QMenu& menu) {
    Comparison& comparison = m_parts.comparison;
    QAction* compare = menu.addAction(tr("Compare plans"));
    compare->setCheckable(true);
    connect(compare, &QAction::toggled, &comparison, &Comparison::setOn);
    connect(&comparison, &Comparison::onChanged, compare, &QAction::setChecked);
}

void ToolBar::addEvaluation() {
    m_evaluate = add({QStringLiteral("evaluate"), tr("Evaluate"), tr("Ask sets of questions under several plans"),
                      QKeySequence(QStringLiteral("Ctrl+E"))});
    m_evaluate->setCheckable(true);
    m_spare.push_back(m_evaluate);
    connect(m_evaluate, &QToolButton::toggled, this, &ToolBar::evaluationChosen);
}

QMenu* ToolBar::makeMaskMenu() {
    auto* menu = new QMenu(this);
    auto* group = new QActionGroup(menu);
    LiveScene& scene = m_parts.canvas.scene();
    const std::pair<MaskMode, QString> modes[]{{MaskMode::Mask, tr("Dropped blocks recede")},
                                               {MaskMode::Grid, tr("Grid on kept blocks only")},
                                               {MaskMode::Restored, tr("Restored from the kept blocks")},
                                               {MaskMode::Error, tr("Error of what is restored")},
                                               {MaskMode::Off, tr("Plain picture")}};
    for (const auto& [mode, title] : modes) {
        QAction* action = menu->addAction(title);
        action->setCheckable(true);
        action->setChecked(scene.now().mode == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, &scene, [&scene, mode = mode] { scene.setMode(mode); });
        connect(&scene, &LiveScene::modeChanged, action,
                [action, mode = mode](MaskMode now) { action->setChecked(now == mode); });
    }
    menu->addSeparator();
    addChangesTo(*menu);
    addComparisonTo(*menu);
    menu->addSeparator();
    menu->addAction(tr("Hold Space on the picture to see it plain"))->setEnabled(false);
    return menu;
}

void ToolBar::addChangesTo(QMenu& menu) {
    LiveScene& scene = m_parts.canvas.scene();
    QAction* changes = menu.addAction(tr("Changes since the last picture"));
    changes->setObjectName(QStringLiteral("changes"));
    changes->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+D")));
    changes->setCheckable(true);
    changes->setChecked(scene.now().showsChanges);
    connect(changes, &QAction::toggled, &scene, &LiveScene::setShowsChanges);
    connect(&scene, &LiveScene::showsChangesChanged, changes, &QAction::setChecked);
    window()->addAction(changes); // the shortcut also works while the menu is closed
}

void ToolBar::addModel() {
    m_row->addWidget(new ModelStatus(m_parts.model, this), 1);
    auto* models = add({QStringLiteral("model"), tr("Models"), tr("Choose which model answers"), {}});
    models->setMenu(&m_parts.models);
    models->setPopupMode(QToolButton::InstantPopup);
    auto* more = add({QStringLiteral("more"), QString(), tr("Panels, theme, export"), {}});
    more->setObjectName(QStringLiteral("iconOnly"));
    more->setToolButtonStyle(Qt::ToolButtonIconOnly);
    more->setAccessibleName(tr("More"));
    more->setMenu(makeMoreMenu());
    more->setPopupMode(QToolButton::InstantPopup);
}

QMenu* ToolBar::makeMoreMenu() {
    auto* menu = new QMenu(this);
    for (Panel* panel : m_parts.panels) {
        menu->addAction(panel->menuAction());
        window()->addAction(panel->menuAction()); // its shortcut also works while the menu is closed
    }
    connect(menu->addAction(tr("Put panels back")), &QAction::triggered, this, &ToolBar::resetChosen);
    menu->addSeparator();
    menu->addMenu(makeThemeMenu(menu));
    menu->addSeparator();
    connect(menu->addAction(tr("Export history…")), &QAction::triggered, this, &ToolBar::exportChosen);
    QAction* quit = menu->addAction(tr("Quit"));
    quit->setShortcut(QKeySequence(QKeySequence::Quit));
    connect(quit, &QAction::triggered, window(), &QWidget::close);
    window()->addAction(quit);
    return menu;
}

QMenu* ToolBar::makeThemeMenu(QWidget* parent) {
    auto* menu = new QMenu(tr("Theme"), parent);
    auto* group = new QActionGroup(menu);
    const std::pair<ThemeMode, QString> modes[]{
        {ThemeMode::Desktop, tr("Follow the desktop")}, {ThemeMode::Dark, tr("Dark")}, {ThemeMode::Light, tr("Light")}};
    for (const auto& [mode, title] : modes) {
        QAction* action = menu->addAction(title);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode = mode] { Q_EMIT themeChosen(mode); });
        connect(menu, &QMenu::aboutToShow, action, [action, mode = mode] { action->setChecked(themeMode() == mode); });
    }
    return menu;
}

} // namespace prunescope::ui
