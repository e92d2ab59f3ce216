#include "ui/panels/conversation_panel.h"

#include "ui/panels/turn_list.h"
#include "ui/panels/window_actions.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/question_edit.h"
#include "ui/widgets/segmented.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

struct QuickPrompt {
    const char* title;
    const char* tip;
    const char* question; ///< %1 is where the cursor goes; without it the question is sent at once
};

const QuickPrompt kPrompts[]{
    {QT_TRANSLATE_NOOP("prompt", "Locate…"),
     QT_TRANSLATE_NOOP("prompt", "Find something; the answer is a box on the picture"),
     "Locate %1 in the picture and report its bounding box as JSON with bbox_2d and label."},
    {QT_TRANSLATE_NOOP("prompt", "Read"), QT_TRANSLATE_NOOP("prompt", "Read all text"),
     "Read all the text in the picture."},
    {QT_TRANSLATE_NOOP("prompt", "Table → Markdown"), QT_TRANSLATE_NOOP("prompt", "Write the table as Markdown"),
     "Write the table in the picture as a Markdown table."},
    {QT_TRANSLATE_NOOP("prompt", "Describe"), QT_TRANSLATE_NOOP("prompt", "Say what the picture shows"),
     "Describe what the picture shows."},
};

QToolButton* makeButton(const QString& text, const QString& name, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(name);
    return button;
}

QString regionText(PixelRect region) {
    return ConversationPanel::tr("Region %1 at %2, %3  ✕")
        .arg(sizeText({region.width, region.height}))
        .arg(region.x)
        .arg(region.y);
}

QString loadingText(const QString& folder) {
    return ConversationPanel::tr("<b>Loading %1</b><br>You can look at masks meanwhile.")
        .arg(shortName(folder).toHtmlEscaped());
}

QString withoutModelText() {
    return ConversationPanel::tr(
        "<b>No model is loaded</b><br>Pictures and masks work without one. To ask questions, download a model, or "
        "choose the folder of one: it holds config.json, tokenizer.json and the .safetensors files.");
}

QString withBundledText(const QString& bundled) {
    return ConversationPanel::tr("<b>No model is loaded</b><br>%1 comes along: it answers at once, on any computer, "
                                 "about drawn screens and documents. For real ones, download a larger model.")
        .arg(shortName(bundled).toHtmlEscaped());
}

} // namespace

ConversationPanel::ConversationPanel(const Parts& parts, QWidget* parent)
    : Panel(QStringLiteral("conversation"), tr("Conversation"), parent), m_conversation(parts.conversation),
      m_mask(parts.mask), m_model(parts.hint.model), m_actions(parts.hint.actions),
      m_turns(new TurnList({parts.conversation, parts.mask, parts.hint.image}, this)) {
    m_turns->addOnTop(makeModelCard());
    makeTitle();
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_turns, 1);
    layout->addWidget(makeInput(parts.hint));
    setWidget(content);
    connectConversation();
    showModelCard();
    showAsking(false);
    showThinking();
    showEdited();
}

void ConversationPanel::makeTitle() {
    auto* anew = makeButton(tr("New"), QStringLiteral("slim"), this);
    anew->setShortcut(QKeySequence(QStringLiteral("Ctrl+N")));
    anew->setToolTip(tr("Begin another conversation about this picture (%1); this one stays among the conversations")
                         .arg(anew->shortcut().toString(QKeySequence::NativeText)));
    anew->setAccessibleName(tr("New conversation"));
    connect(anew, &QToolButton::clicked, this, [this] {
        m_conversation.beginAnew();
        m_edit->setFocus();
    });
    addTitleWidget(anew);
}

void ConversationPanel::focusContent() {
    m_edit->setFocus(Qt::ShortcutFocusReason);
}

QWidget* ConversationPanel::makeModelCard() {
    m_modelCard = new QFrame(this);
    m_modelCard->setObjectName(QStringLiteral("card"));
    m_modelText = new QLabel(m_modelCard);
    m_modelText->setWordWrap(true);
    m_modelText->setTextFormat(Qt::RichText);
    m_loadBundled = makeButton(QString(), QStringLiteral("primary"), m_modelCard);
    m_download = makeButton(tr("Download a model…"), QStringLiteral("secondary"), m_modelCard);
    m_loadFolder = makeButton(tr("Load model folder…"), QStringLiteral("secondary"), m_modelCard);
    m_loadLast = makeButton(QString(), QStringLiteral("secondary"), m_modelCard);
    auto* buttons = new FlowLayout(8);
    for (QToolButton* button : {m_loadBundled, m_loadLast, m_download, m_loadFolder})
        buttons->addWidget(button);
    auto* layout = new QVBoxLayout(m_modelCard);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_modelText);
    layout->addLayout(buttons);
    connect(m_loadBundled, &QToolButton::clicked, this, [this] { m_actions.loadModel(m_model.bundledFolder()); });
    connect(m_download, &QToolButton::clicked, this, [this] { m_actions.chooseDownload(); });
    connect(m_loadFolder, &QToolButton::clicked, this, [this] { m_actions.chooseModelFolder(); });
    connect(m_loadLast, &QToolButton::clicked, this, [this] { m_actions.loadModel(m_model.folder()); });
    return m_modelCard;
}

QWidget* ConversationPanel::makePrompts() {
    auto* prompts = new QWidget(this);
    auto* layout = new FlowLayout(6);
    prompts->setLayout(layout);
    for (int i = 0; i < static_cast<int>(std::size(kPrompts)); ++i) {
        auto* chip =
            makeButton(QCoreApplication::translate("prompt", kPrompts[i].title), QStringLiteral("chip"), prompts);
        chip->setToolTip(QCoreApplication::translate("prompt", kPrompts[i].tip));
        connect(chip, &QToolButton::clicked, this, [this, i] { choosePrompt(i); });
        layout->addWidget(chip);
    }
    setFlowPolicy(*prompts);
    return prompts;
}

QWidget* ConversationPanel::makeInput(const BundledHint::Parts& hint) {
    auto* input = new QFrame(this);
    input->setObjectName(QStringLiteral("inputArea"));
    m_problem = new QLabel(input);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_edit = new QuestionEdit(input);
    m_send = makeButton(QString(), QStringLiteral("send"), m_edit);
    m_send->setIconSize({16, 16});
    m_send->setFixedSize(28, 28);
    m_send->setCursor(Qt::ArrowCursor);
    auto* overlay = new QVBoxLayout(m_edit);
    overlay->setContentsMargins(0, 0, 2, 2);
    overlay->addWidget(m_send, 0, Qt::AlignRight | Qt::AlignBottom);
    auto* layout = new QVBoxLayout(input);
    layout->setContentsMargins(16, 10, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(new BundledHint(hint, input));
    layout->addWidget(makeEdited(input), 0, Qt::AlignLeft);
    layout->addWidget(makeRegion(input));
    layout->addWidget(makePrompts());
    layout->addWidget(m_problem);
    layout->addWidget(m_edit);
    layout->addWidget(makeThinking(input), 0, Qt::AlignLeft);
    connect(m_edit, &QuestionEdit::submitted, this, &ConversationPanel::submit);
    connect(m_edit, &QuestionEdit::stopped, this,
            [this] { m_conversation.isAsking() ? m_conversation.stopAnswer() : m_conversation.edit(0); });
    connect(m_edit, &QuestionEdit::picturePasted, this,
            [this](const QMimeData* pasted) { m_actions.takePicture(*pasted); });
    connect(m_edit, &QPlainTextEdit::textChanged, m_problem, &QWidget::hide);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] { m_conversation.setDraft(m_edit->toPlainText()); });
    connect(m_send, &QToolButton::clicked, this,
            [this] { m_conversation.isAsking() ? m_conversation.stopAnswer() : submit(); });
    return input;
}

QWidget* ConversationPanel::makeRegion(QWidget* parent) {
    m_regionRow = new QWidget(parent);
    m_region = makeButton(QString(), QStringLiteral("chip"), m_regionRow);
    m_region->setToolTip(tr("The question is about this part; click to ask about the whole picture again"));
    m_regionUse = new Segmented(m_regionRow);
    m_regionUse->setAccessibleName(tr("How the model is shown the region"));
    m_regionUse->add(model::toText(model::RegionUse::Crop), tr("Crop"),
                     tr("The model is shown this part alone, as large as it can be"));
    m_regionUse->add(model::toText(model::RegionUse::Marked), tr("Mark"),
                     tr("The model is shown the whole picture, this part in a red frame, and told of the frame"));
    auto* layout = new FlowLayout(6);
    m_regionRow->setLayout(layout);
    layout->addWidget(m_region);
    layout->addWidget(m_regionUse);
    setFlowPolicy(*m_regionRow);
    connect(m_region, &QToolButton::clicked, this, [this] { m_mask.setRegion({}); });
    connect(m_regionUse, &Segmented::chosen, this,
            [this](const QString& id) { m_mask.setRegionUse(model::regionUseOf(id.toStdString())); });
    showRegion();
    return m_regionRow;
}

QWidget* ConversationPanel::makeEdited(QWidget* parent) {
    m_edited = makeButton(tr("Editing a question  ✕"), QStringLiteral("chip"), parent);
    m_edited->setToolTip(tr("What is asked now stands in a branch beside the question that is edited; click, or press "
                            "Esc, to leave that question as it is"));
    connect(m_edited, &QToolButton::clicked, this, [this] {
        m_conversation.edit(0);
        m_edit->clear();
    });
    return m_edited;
}

QWidget* ConversationPanel::makeThinking(QWidget* parent) {
    m_think = new QCheckBox(tr("Think first"), parent);
    m_think->setObjectName(QStringLiteral("thinkFirst"));
    connect(m_think, &QCheckBox::toggled, &m_conversation, &Conversation::setThinksFirst);
    return m_think;
}

void ConversationPanel::connectConversation() {
    connect(m_turns, &TurnList::editWanted, this, [this](quint64 turn) {
        m_conversation.edit(turn);
        m_edit->setFocus();
        m_edit->moveCursor(QTextCursor::End);
    });
    connect(&m_conversation, &Conversation::editedChanged, this, &ConversationPanel::showEdited);
    connect(&m_conversation, &Conversation::draftChanged, this, [this] { // a question that is opened again
        if (m_edit->toPlainText() != m_conversation.draft())
            m_edit->setPlainText(m_conversation.draft());
    });
    connect(&m_conversation, &Conversation::askingChanged, this, &ConversationPanel::showAsking);
    connect(&m_conversation, &Conversation::thinksFirstChanged, this, &ConversationPanel::showThinking);
    connect(&m_model, &ModelSlot::changed, this, &ConversationPanel::showModelCard);
    connect(&m_model, &ModelSlot::changed, this, &ConversationPanel::showThinking);
    connect(&m_mask, &MaskView::regionChanged, this, &ConversationPanel::showRegion);
    connect(&m_mask, &MaskView::regionUseChanged, this, &ConversationPanel::showRegion);
}

void ConversationPanel::showEdited() {
    m_edited->setVisible(m_conversation.edited() != 0);
}

void ConversationPanel::showModelCard() {
    const QString& lent = m_model.whyLent();
    m_problem->setText(lent);
    m_problem->setVisible(!lent.isEmpty());
    m_edit->setEnabled(lent.isEmpty());
    m_modelCard->setVisible(!m_model.model());
    const bool loading = m_model.isLoading();
    const QString bundled = m_model.bundledFolder(), last = m_model.folder();
    m_modelText->setText(loading             ? loadingText(last)
                         : bundled.isEmpty() ? withoutModelText()
                                             : withBundledText(bundled));
    for (QToolButton* button : {m_loadFolder, m_download})
        button->setVisible(!loading);
    const auto offer = [loading](QToolButton* button, const QString& folder, bool wanted) {
        button->setVisible(!loading && wanted && !folder.isEmpty());
        button->setText(tr("Load %1").arg(shortName(folder)));
        button->setToolTip(folder);
    };
    offer(m_loadBundled, bundled, true);
    offer(m_loadLast, last, last != bundled);
}

void ConversationPanel::showRegion() {
    const PixelRect region = m_mask.region();
    m_regionRow->setVisible(!region.empty());
    m_regionUse->setCurrent(model::toText(m_mask.regionUse()));
    if (!region.empty())
        m_region->setText(regionText(region));
}

void ConversationPanel::showAsking(bool asking) {
    m_send->setIcon(icon(asking ? QStringLiteral("stop") : QStringLiteral("send"), Qt::white));
    const QString tip = asking ? tr("Stop the answer (Esc)") : tr("Ask (Enter)");
    m_send->setToolTip(tip);
    m_send->setAccessibleName(tip);
}

void ConversationPanel::showThinking() {
    const std::optional<bool> thinking = m_conversation.thinking();
    const bool isFree = thinking && m_model.model()->thinking == model::Thinking::Optional;
    const QSignalBlocker blocker(m_think); // what a model always does is nobody's wish
    m_think->setVisible(thinking.has_value());
    m_think->setEnabled(isFree);
    m_think->setChecked(thinking.value_or(false));
    m_think->setToolTip(isFree ? tr("The model writes down a thought before it answers: that takes longer, and helps "
                                    "with questions of several steps")
                               : tr("This model always thinks before it answers"));
}

void ConversationPanel::choosePrompt(int index) {
    const QString question = QString::fromLatin1(kPrompts[index].question);
    const qsizetype hole = question.indexOf(QLatin1String("%1"));
    m_edit->setPlainText(hole < 0 ? question : QString(question).remove(hole, 2));
    m_edit->setFocus();
    if (hole < 0) {
        submit();
        return;
    }
    QTextCursor cursor = m_edit->textCursor();
    cursor.setPosition(static_cast<int>(hole));
    m_edit->setTextCursor(cursor);
}

void ConversationPanel::submit() {
    const QString question = m_edit->toPlainText();
    if (m_conversation.ask(question)) {
        m_edit->clear();
        return;
    }
    const QString why = m_conversation.isAsking()
                            ? tr("The last question is still being answered: stop it first, or wait.")
                            : m_conversation.whyNotAsk();
    m_problem->setText(why);
    m_problem->setVisible(!why.isEmpty() && !question.trimmed().isEmpty());
}

} // namespace prunescope::ui
