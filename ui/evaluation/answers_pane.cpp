#include "ui/evaluation/answers_pane.h"

#include "core/base/error.h"
#include "core/report/mask_painter.h"
#include "ui/evaluation/answer_view.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"
#include "ui/widgets/tables.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr int kListPx = 540;
constexpr int kPlanPx = 84;
constexpr int kQuestionPx = 64;

/// The picture as the plan left it: dropped blocks are dimmed. As it is where there is no mask that lies on it.
QImage masked(const Picture& picture, const SharedRecord& record, std::size_t index, bool masks) {
    if (!masks || !record || index >= record->pictures.size())
        return sharedImage(picture);
    const model::EvalPicture& seen = record->pictures[index];
    const BlockGrid grid{seen.rows, seen.cols};
    if (seen.mask.empty() || grid.count() == 0)
        return sharedImage(picture);
    try {
        return sharedImage(paintMask(picture, KeepMask::fromBase64(grid, seen.mask)));
    } catch (const Error&) {
        return sharedImage(picture); // another program's record
    }
}

QString questionText(const model::AskedQuestion& asked) {
    QString text = fromUtf8(asked.question).trimmed();
    for (const ChoiceOption& option : asked.options)
        text += QStringLiteral("\n%1. %2").arg(QLatin1Char(option.letter)).arg(fromUtf8(option.text));
    return text;
}

} // namespace

AnswersPane::AnswersPane(QWidget* parent) : QWidget(parent), m_answers(new AnswerTable(this)) {
    m_filter = new AnswerFilter(*m_answers, this);
    auto* split = new QSplitter(this);
    split->addWidget(makeList());
    split->addWidget(makeDetail());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({kListPx, 860});
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    for (AnswerView* view : {m_left, m_right})
        connect(view, &AnswerView::planChosen, this, [this] {
            filter();
            showQuestion();
        });
    connect(&m_load, &LatestJob::failed, this, [this](const QString& why) {
        for (AnswerView* view : {m_left, m_right})
            view->setNoPicture(why);
    });
    connect(&m_load, &LatestJob::becameIdle, this, &AnswersPane::becameIdle);
    showCount();
}

QWidget* AnswersPane::makeList() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(6);
    layout->addWidget(makeFilters());
    m_list = makeTable(m_filter, tr("Questions"), side);
    m_list->setObjectName(QStringLiteral("answers"));
    layout->addWidget(m_list, 1);
    m_count = new QLabel(side);
    m_count->setObjectName(QStringLiteral("muted"));
    layout->addWidget(m_count);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid())
            showQuestion();
    });
    return side;
}

QWidget* AnswersPane::makeFilters() {
    auto* line = new QWidget(this);
    m_kind = new QComboBox(line);
    m_kind->setObjectName(QStringLiteral("filter"));
    m_kind->setAccessibleName(tr("Which questions are listed"));
    m_kind->setToolTip(tr("Left and right are the two plans that are shown beside the list"));
    for (const QString& title : {tr("All questions"), tr("Plans disagree"), tr("Only the left is right"),
                                 tr("Only the right is right"), tr("Wrong answers"), tr("Undecided answers")})
        m_kind->addItem(title); // in the order of AnswerFilter::Kind
    m_words = new QLineEdit(line);
    m_words->setPlaceholderText(tr("Find words"));
    m_words->setAccessibleName(tr("Words that question, picture or answer have"));
    m_words->setClearButtonEnabled(true);
    m_words->setMinimumHeight(28);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_kind);
    layout->addWidget(m_words, 1);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AnswersPane::filter);
    connect(m_words, &QLineEdit::textChanged, this, &AnswersPane::filter);
    return line;
}

QWidget* AnswersPane::makeDetail() {
    auto* detail = new QWidget(this);
    auto* layout = new QVBoxLayout(detail);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeQuestion());
    m_left = new AnswerView(tr("Plan on the left"), detail);
    m_right = new AnswerView(tr("Plan on the right"), detail);
    m_left->setObjectName(QStringLiteral("leftAnswer"));
    m_right->setObjectName(QStringLiteral("rightAnswer"));
    auto* sides = new QHBoxLayout;
    sides->setSpacing(12);
    sides->addWidget(m_left, 1);
    sides->addWidget(m_right, 1);
    layout->addLayout(sides, 1);
    return detail;
}

QWidget* AnswersPane::makeQuestion() {
    auto* head = new QWidget(this);
    m_question = new QLabel(head);
    m_question->setTextFormat(Qt::PlainText);
    m_question->setWordWrap(true);
    m_question->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_question->setAccessibleName(tr("Question"));
    auto* scroll = new QScrollArea(head);
    scroll->setWidget(m_question);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFixedHeight(kQuestionPx);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_expected = new QLabel(head);
    m_expected->setObjectName(QStringLiteral("muted"));
    m_expected->setTextFormat(Qt::PlainText);
    m_expected->setWordWrap(true);
    m_picture = new QSpinBox(head);
    m_picture->setPrefix(tr("picture "));
    m_picture->setAccessibleName(tr("Picture of the question"));
    m_picture->hide();
    m_masks = new QToolButton(head);
    m_masks->setText(tr("Masks"));
    m_masks->setCheckable(true);
    m_masks->setChecked(true);
    m_masks->setToolTip(tr("Dim what a plan dropped. Dashed: the place that is right; solid: the place of the answer"));
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_expected, 1);
    line->addWidget(m_picture);
    line->addWidget(m_masks);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(scroll);
    layout->addLayout(line);
    connect(m_picture, &QSpinBox::valueChanged, this, &AnswersPane::showPictures);
    connect(m_masks, &QToolButton::toggled, this, &AnswersPane::showPictures);
    return head;
}

void AnswersPane::start(std::shared_ptr<const model::QuestionSet> set, const std::vector<std::string>& plans) {
    m_load.cancel();
    m_set = std::move(set);
    m_answers->setPlans(plans);
    m_left->setPlans(plans, 0);
    m_right->setPlans(plans, 1);
    const int widths[AnswerTable::FirstPlan]{112, 168, 92};
    for (int column = 0; column < m_answers->columnCount(); ++column)
        m_list->setColumnWidth(column, column < AnswerTable::FirstPlan ? widths[column] : kPlanPx);
    m_list->horizontalHeader()->setStretchLastSection(true);
    filter();
    showQuestion();
}

void AnswersPane::add(const std::vector<SharedRecord>& records) {
    m_answers->add(records);
    showCount();
    const int row = currentRow();
    const bool isNews = row >= 0 && (m_left->record() != m_answers->record(row, m_left->plan()) ||
                                     m_right->record() != m_answers->record(row, m_right->plan()));
    if (isNews)
        showQuestion(); // the other plan's answer has come
}

void AnswersPane::filter() {
    m_filter->show(static_cast<AnswerFilter::Kind>(m_kind->currentIndex()), m_left->plan(), m_right->plan(),
                   m_words->text());
    showCount();
}

void AnswersPane::showCount() {
    const int all = m_answers->rowCount(), listed = m_filter->rowCount();
    m_count->setText(listed == all ? counted(all, tr("%1 question"), tr("%1 questions"))
                                   : tr("%1 of %2 questions").arg(countText(listed), countText(all)));
}

int AnswersPane::currentRow() const {
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? m_filter->mapToSource(current).row() : -1;
}

void AnswersPane::showQuestion() {
    const int row = currentRow();
    const bool any = row >= 0;
    m_left->setRecord(any ? m_answers->record(row, m_left->plan()) : nullptr);
    m_right->setRecord(any ? m_answers->record(row, m_right->plan()) : nullptr);
    m_question->setText(any ? questionText(m_answers->question(row).asked)
                            : tr("Choose a question in the list: its picture and the answers stand here."));
    m_expected->setText(any ? tr("Expected: %1").arg(expectedText(m_answers->question(row).asked)) : QString());
    const int pictures = any ? static_cast<int>(m_answers->question(row).pictures.size()) : 0;
    const QSignalBlocker blocker(m_picture);
    m_picture->setRange(1, std::max(1, pictures));
    m_picture->setSuffix(tr(" of %1").arg(pictures));
    m_picture->setVisible(pictures > 1);
    showPictures();
}

void AnswersPane::showPictures() {
    m_load.cancel();
    const int row = currentRow();
    if (row < 0 || !m_set)
        return;
    const auto index = static_cast<std::size_t>(m_picture->value() - 1);
    const std::int64_t group = m_answers->question(row).picture;
    m_load.start(
        [set = m_set, group, index, left = m_left->record(), right = m_right->record(), masks = m_masks->isChecked()] {
            const model::QuestionGroup asked = set->at(group);
            const Picture& picture = asked.pictures.at(std::min(index, asked.pictures.size() - 1)).picture;
            return Shown{masked(picture, left, index, masks), masked(picture, right, index, masks), picture.size()};
        },
        [this, index](const Shown& shown) { setPictures(shown, index == 0); });
}

void AnswersPane::setPictures(const Shown& shown, bool isFirst) {
    m_left->record() ? m_left->setPicture(shown.left, shown.size, isFirst)
                     : m_left->setNoPicture(tr("Not asked under this plan yet"));
    m_right->record() ? m_right->setPicture(shown.right, shown.size, isFirst)
                      : m_right->setNoPicture(tr("Not asked under this plan yet"));
}

} // namespace prunescope::ui
