#include "ui/panels/prompt_panel.h"

#include "ui/canvas/block_picture.h"
#include "ui/panels/prompt_html.h"
#include "ui/panels/token_model.h"
#include "ui/session/prompt_preview.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

QTableView* makeTable(TokenModel* model, QWidget* parent) {
    auto* table = new QTableView(parent);
    table->setModel(model);
    table->setAccessibleName(PromptPanel::tr("Tokens"));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setMouseTracking(true); // `entered`
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(22);
    table->horizontalHeader()->setHighlightSections(false);
    const std::pair<TokenModel::Column, int> widths[]{{TokenModel::Index, 56}, {TokenModel::Id, 64},
                                                      {TokenModel::Text, 120}, {TokenModel::Time, 44},
                                                      {TokenModel::Row, 44},   {TokenModel::Col, 44}};
    for (const auto& [column, width] : widths)
        table->setColumnWidth(column, width);
    table->horizontalHeader()->setSectionResizeMode(TokenModel::Text, QHeaderView::Stretch);
    return table;
}

QLabel* makeMuted(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QStringLiteral("muted"));
    return label;
}

} // namespace

PromptPanel::PromptPanel(PromptPreview& preview, QWidget* parent)
    : Panel(QStringLiteral("prompt"), tr("Prompt"), parent), m_preview(preview), m_model(new TokenModel(this)),
      m_pages(new QStackedWidget(this)), m_why(makeMuted(this)), m_text(new QTextBrowser(this)),
      m_table(makeTable(m_model, this)), m_picture(new BlockPicture(this)), m_state(makeMuted(this)) {
    addTitleWidget(m_state);
    m_why->setWordWrap(true);
    m_why->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_text->setAccessibleName(tr("Text of the prompt"));
    m_text->setMinimumHeight(64);
    auto* split = new QSplitter(this);
    for (QWidget* part :
         {static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_picture)})
        split->addWidget(part);
    split->setSizes({320, 380, 320});
    split->setChildrenCollapsible(false);
    m_pages->addWidget(m_why);
    m_pages->addWidget(split);
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(m_pages);
    setWidget(content);
    m_table->viewport()->installEventFilter(this);
    connect(m_table, &QAbstractItemView::entered, this, &PromptPanel::lightUp);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &PromptPanel::lightUp);
    connect(m_picture, &BlockPicture::blockChosen, this, &PromptPanel::chooseToken);
    connect(&m_preview, &PromptPreview::changed, this, &PromptPanel::refresh);
    // Also when another tab is chosen: nobody looks then.
    connect(this, &QDockWidget::visibilityChanged, &m_preview, &PromptPreview::setWanted);
    refresh();
}

void PromptPanel::refresh() {
    const auto& view = m_preview.view();
    m_why->setText(m_preview.whyNone());
    m_pages->setCurrentIndex(view ? 1 : 0);
    m_model->setPrompt(view);
    const bool hasGrid = view && view->hasGridPositions();
    for (const int column : {TokenModel::Row, TokenModel::Col})
        m_table->setColumnHidden(column, !hasGrid); // else they say the same as the first
    m_picture->setPrompt(view, m_preview.picture());
    showText();
    showState();
}

void PromptPanel::showText() {
    m_text->setHtml(m_preview.view() ? promptHtml(*m_preview.view(), coloursOf(palette())) : QString());
}

void PromptPanel::showState() {
    m_state->setText(stateText());
    m_state->setToolTip(m_preview.view() ? stateTip() : QString());
}

QString PromptPanel::stateText() const {
    const auto& view = m_preview.view();
    if (!view)
        return {};
    QString figures =
        tr("%1 of %2 tokens · next position %3 · %4")
            .arg(countText(view->promptTokens), countText(view->promptTokensFull), countText(view->nextPosition),
                 view->chatTemplate.empty() ? tr("built-in template") : shortName(fromUtf8(view->chatTemplate)));
    if (m_preview.isMarked())
        figures += tr(" · region in a red frame");
    return m_preview.isWaiting() ? figures + tr(" · renewed after the answer") : figures;
}

QString PromptPanel::stateTip() const {
    const std::string& file = m_preview.view()->chatTemplate;
    return tr("What the language model is given, of what it would be given without pruning · position of the first "
              "token of the answer · chat template: %1")
        .arg(file.empty() ? tr("the one that is built in for this kind of model") : fromUtf8(file));
}

void PromptPanel::lightUp(const QModelIndex& hovered) {
    const QModelIndex row = hovered.isValid() ? hovered : m_table->currentIndex();
    m_picture->setLit(row.isValid() ? m_model->token(row.row()).block : -1);
}

void PromptPanel::chooseToken(int block) {
    const auto& images = m_preview.view()->images;
    const auto& token = m_preview.view()->tokens.at(static_cast<std::size_t>(images.front().firstToken + block));
    if (token.isKept())
        m_table->selectRow(token.kept);
    else
        m_table->clearSelection();
}

bool PromptPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Leave)
        lightUp({});
    return Panel::eventFilter(watched, event);
}

void PromptPanel::changeEvent(QEvent* event) {
    Panel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showText(); // written with the colours of the theme
}

} // namespace prunescope::ui
