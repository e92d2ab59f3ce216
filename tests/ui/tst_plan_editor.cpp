#include "core/pruning/token_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/panel.h"
#include "ui/panels/stage_editor.h"
#include "ui/session/plan_change.h"
#include "ui/style/format.h"
#include "ui/widgets/budget_gauge.h"
#include "ui/widgets/fitted_scroll.h"
#include "ui/widgets/gauge.h"
#include "ui/widgets/option_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr Place kTokenPlaces[]{Place::AfterEncoder, Place::LanguageLayer};

PrunePlan none() {
    return PrunePlan::none();
}

StageEditor* editorAt(TestWindow& test, Place place, int index = 0) {
    QList<StageEditor*> found;
    for (auto* editor : test.window().findChildren<StageEditor*>())
        if (editor->place() == place)
            found << editor;
    return found.value(index);
}

/// The field of that name that is seen: methods have fields of their own.
template <typename Field>
Field* shownField(StageEditor& editor, const QString& name) {
    for (auto* field : editor.findChildren<Field*>(name))
        if (field->isVisibleTo(&editor))
            return field;
    return nullptr;
}

QComboBox* methodBox(StageEditor& editor) {
    return editor.findChild<QComboBox*>(editor.place() == Place::AfterEncoder ? "encoderMethod" : "languageMethod");
}

/// As a user does; an empty name is "none".
bool choose(StageEditor& editor, std::string_view method) {
    QComboBox* box = methodBox(editor);
    const int index = box->findData(fromUtf8(method));
    if (index < 0)
        return false;
    box->setCurrentIndex(index);
    Q_EMIT box->activated(index);
    return true;
}

void typeInto(QLineEdit& line, const QString& text) {
    line.setFocus();
    line.selectAll();
    QTest::keyClick(&line, Qt::Key_Backspace);
    QTest::keyClicks(&line, text);
    QTest::keyClick(&line, Qt::Key_Return);
}

/// A value other than the one that is there.
OptionValue otherValue(const OptionSpec& spec, const std::optional<OptionValue>& now) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return !std::get<bool>(*now);
    case OptionKind::Real:
        return std::get<double>(*now) == spec.least ? spec.most : spec.least;
    case OptionKind::Whole:
        return static_cast<std::uint64_t>(spec.least) == std::get<std::uint64_t>(*now)
                   ? static_cast<std::uint64_t>(spec.least) + 1
                   : static_cast<std::uint64_t>(spec.least);
    case OptionKind::Choice:
        return std::string(std::get<std::string>(*now) == spec.choices.front() ? spec.choices.back()
                                                                               : spec.choices.front());
    case OptionKind::Budget:
        return TokenBudget::share(2, 5);
    case OptionKind::Numbers:
        break;
    }
    return std::vector<int>(spec.count, static_cast<int>(spec.least));
}

/// Puts the value into the option's field, as a hand does. False where there is no such field.
bool enter(StageEditor& editor, const OptionSpec& spec, const OptionValue& value) {
    const QString name = camelCase(spec);
    if (spec.kind == OptionKind::Flag) {
        auto* box = shownField<QCheckBox>(editor, name);
        if (box)
            box->setChecked(std::get<bool>(value));
        return box;
    }
    if (spec.kind == OptionKind::Real) {
        auto* number = shownField<QDoubleSpinBox>(editor, name);
        if (number)
            number->setValue(std::get<double>(value));
        return number;
    }
    if (spec.kind == OptionKind::Whole) {
        auto* number = shownField<QSpinBox>(editor, name);
        if (number)
            number->setValue(static_cast<int>(std::get<std::uint64_t>(value)));
        return number;
    }
    if (spec.kind == OptionKind::Choice) {
        auto* choices = shownField<QComboBox>(editor, name);
        if (choices) {
            choices->setCurrentText(fromUtf8(std::get<std::string>(value)));
            Q_EMIT choices->textActivated(choices->currentText());
        }
        return choices;
    }
    auto* line = shownField<QLineEdit>(editor, name);
    if (line)
        typeInto(*line, fromUtf8(optionText(spec, value)));
    return line;
}

/// What the option's field shows, as a plan writes it.
QString shownText(StageEditor& editor, const OptionSpec& spec) {
    const QString name = camelCase(spec);
    if (auto* box = shownField<QCheckBox>(editor, name))
        return fromUtf8(optionText(spec, box->isChecked()));
    if (auto* real = shownField<QDoubleSpinBox>(editor, name))
        return fromUtf8(optionText(spec, real->value()));
    if (auto* whole = shownField<QSpinBox>(editor, name))
        return QString::number(whole->value());
    if (auto* choices = shownField<QComboBox>(editor, name))
        return choices->currentText();
    auto* line = shownField<QLineEdit>(editor, name);
    return !line ? QString() : line->text().isEmpty() ? line->placeholderText() : line->text();
}

QStringList gaugeTexts(StageEditor& editor) {
    QStringList texts;
    for (auto* gauge : editor.findChildren<BudgetGauge*>())
        if (gauge->isVisibleTo(&editor))
            texts << gauge->figures().text().replace(QChar(0x202f), QLatin1Char(' '));
    return texts;
}

QString problem(TestWindow& test) {
    const auto* label = test.child<QLabel>("planProblem");
    return label->isHidden() ? QString() : label->text();
}

void addTokenMethods() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<int>("place");
    for (const Place place : kTokenPlaces)
        for (const MethodEntry& entry : methods())
            if (startingStage(entry, place))
                QTest::addRow("%s at %s", entry.name.data(), placeText(place, 0).c_str())
                    << fromUtf8(entry.name) << static_cast<int>(place);
}

} // namespace

/// The editor of a plan and the plan are one thing, whatever methods there are.
class TestPlanEditor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMethodIsOfferedWhereItChoosesAmongTokens() {
        TestWindow test;
        for (const Place place : kTokenPlaces)
            for (const MethodEntry& entry : methods()) {
                const bool offered = methodBox(*editorAt(test, place))->findData(fromUtf8(entry.name)) >= 0;
                const bool looks = looksAtPixels({place, 0, MethodSettings(entry)}) && !entry.layers;
                QVERIFY2(offered == (entry.standsAt(place) && !looks), entry.name.data());
            }
    }

    void everyMethodCanBeChosenAndLeft_data() { addTokenMethods(); }
    void everyMethodCanBeChosenAndLeft() {
        QFETCH(QString, method);
        QFETCH(int, place);
        TestWindow& test = m_walked;
        test.maskView().setPlan(none());
        StageEditor& editor = *editorAt(test, static_cast<Place>(place));
        QVERIFY(choose(editor, method.toStdString()));
        QCOMPARE(problem(test), QString());
        const PrunePlan plan = test.maskView().plan();
        QCOMPARE(plan.stages.size(), std::size_t{2});
        QCOMPARE(plan.stages[1].settings.method(), method.toStdString());
        QCOMPARE(static_cast<int>(plan.stages[1].place), place);
        QVERIFY(!looksAtPixels(plan.stages[1]));
        QVERIFY(parsePlan(toText(plan)) == plan);
        QCOMPARE(test.child<QLineEdit>("plan")->text(), fromUtf8(toText(plan)));
        QVERIFY(choose(editor, ""));
        QVERIFY(test.maskView().plan() == none());
        QVERIFY(!editor.stage());
    }

    void everyOptionGoesIntoThePlanAndBack_data() { addTokenMethods(); }
    void everyOptionGoesIntoThePlanAndBack() {
        QFETCH(QString, method);
        QFETCH(int, place);
        TestWindow& test = m_walked;
        test.maskView().setPlan(none());
        StageEditor& editor = *editorAt(test, static_cast<Place>(place));
        const PrunePlan begun =
            withStage(none(), -1, startingStage(findMethod(method.toStdString()), static_cast<Place>(place)));
        for (const OptionSpec& spec : findMethod(method.toStdString()).options) {
            test.maskView().setPlan(begun);
            const MethodSettings before = begun.stages[1].settings;
            if (!before.applies(spec.name) || !shownField<QWidget>(editor, camelCase(spec)))
                continue; // of pixels, or not under these settings
            const OptionValue value = otherValue(spec, before.find(spec.name));
            QVERIFY2(enter(editor, spec, value), spec.name.data());
            PrunePlan expected = begun;
            expected.stages[1].settings.change(spec.name, value);
            QCOMPARE(toText(test.maskView().plan()), toText(expected));
            test.maskView().setPlan(begun);
            test.maskView().setPlan(expected); // as from the settings file
            QCOMPARE(shownText(editor, spec), fromUtf8(optionText(spec, value)));
        }
    }

    void everyOptionThatMattersHasAField_data() { addTokenMethods(); }
    void everyOptionThatMattersHasAField() {
        QFETCH(QString, method);
        QFETCH(int, place);
        TestWindow& test = m_walked;
        StageEditor& editor = *editorAt(test, static_cast<Place>(place));
        test.maskView().setPlan(
            withStage(none(), -1, startingStage(findMethod(method.toStdString()), static_cast<Place>(place))));
        const MethodSettings settings = test.maskView().plan().stages[1].settings;
        for (const OptionSpec& spec : settings.entry().options) {
            const bool ofPixels = spec.name == kTau.name || spec.name == kMetric.name || spec.name == kAnchored.name;
            const bool shown = shownField<QWidget>(editor, camelCase(spec)) != nullptr;
            QVERIFY2(shown == (settings.applies(spec.name) && !ofPixels), spec.name.data());
        }
    }

    void aBudgetOutlivesAnotherMethod() {
        TestWindow test;
        StageEditor& editor = *editorAt(test, Place::AfterEncoder);
        QVERIFY(choose(editor, "divprune"));
        typeInto(*shownField<QLineEdit>(editor, "keep"), "1/2");
        QVERIFY(choose(editor, "gprune"));
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d; post:gprune,keep=1/2"));
        QVERIFY(choose(editor, ""));
        QVERIFY(choose(editor, "hiprune"));
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d; post:hiprune,keep=1/2"));
    }

    void theLayerIsTheMethodsOwnOrANumber() {
        TestWindow test;
        StageEditor& editor = *editorAt(test, Place::LanguageLayer);
        QVERIFY(choose(editor, "fastv"));
        auto* layer = editor.findChild<QSpinBox*>("languageLayer");
        QCOMPARE(layer->text(), "own layer");
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d; llm:fastv,keep=1/3"));
        layer->setValue(8);
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d; llm@8:fastv,keep=1/3"));
        layer->setValue(0);
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d; llm:fastv,keep=1/3"));
    }

    void aLineIsAllThatIsSeenWithoutAStage() {
        TestWindow test;
        StageEditor& editor = *editorAt(test, Place::AfterEncoder);
        const int line = editor.sizeHint().height();
        QVERIFY(line <= methodBox(editor)->sizeHint().height() + 2);
        QVERIFY(choose(editor, "divprune"));
        QVERIFY(editor.sizeHint().height() > line);
        QVERIFY(choose(editor, ""));
        QCOMPARE(editor.sizeHint().height(), line);
    }

    void gaugesSayWhatIsLeftOfWhat() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3)); // all blocks differ
        test.maskView().setPlan(parsePlan("input:pred_2d,keep=1/2; post:divprune,keep=1/3; llm@2:fastv,keep=1/2"));
        QVERIFY(test.settle());
        QCOMPARE(gaugeTexts(*editorAt(test, Place::AfterEncoder)),
                 QStringList{"24 of 72 tokens · 33.3 %, 16.7 % of the picture"});
        QCOMPARE(gaugeTexts(*editorAt(test, Place::LanguageLayer)),
                 QStringList{"before layer 2: 12 of 24 tokens · 50.0 %, 8.3 % of the picture"});
        const QString tokens = test.window().findChildren<Gauge*>().value(0)->value();
        QCOMPARE(tokens, QStringLiteral("≈ ") + countText(24 + TextCount::kGuess)); // what the language model is given
        test.maskView().setPlan(parsePlan("input:keep_all; post:divprune,keep=48"));
        QVERIFY(test.settle());
        QCOMPARE(gaugeTexts(*editorAt(test, Place::AfterEncoder)), QStringList{"48 of 144 tokens · 33.3 %"});
    }

    void everyStageInsideMakesTheRestCheaper() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3));
        const auto flops = [&](const char* plan) {
            test.maskView().setPlan(parsePlan(plan));
            return test.settle() ? test.session().expectedCost().figures()->flops : 0;
        };
        const double whole = flops("input:keep_all"), late = flops("input:keep_all; llm@20:fastv"),
                     early = flops("input:keep_all; llm@2:fastv"), before = flops("input:keep_all; post:divprune");
        QVERIFY(before > 0 && before < early && early < late && late < whole);
    }

    void aPlanThatCoreRefusesSaysWhyInPlace() {
        TestWindow test;
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        const PrunePlan before = test.maskView().plan();
        StageEditor& editor = *editorAt(test, Place::AfterEncoder);
        QVERIFY(choose(editor, "pool")); // needs every block, and Pred-2D drops some
        QVERIFY2(problem(test).contains("needs all blocks of the picture"), qPrintable(problem(test)));
        QVERIFY(problem(test).endsWith("expected one of them."));
        QVERIFY(test.maskView().plan() == before);
        QCOMPARE(methodBox(editor)->currentText(), "none"); // as the plan is
        QVERIFY(choose(editor, "divprune"));
        QCOMPARE(problem(test), QString());
        QVERIFY(noticed.isEmpty());
    }

    void whatIsTypedIsThePlan() {
        TestWindow test;
        auto* text = test.child<QLineEdit>("plan");
        QVERIFY(!text->isVisible()); // unless somebody wants it
        for (auto* button : test.child<Panel>("pruning")->findChildren<QToolButton*>("slim"))
            button->click();
        QVERIFY(text->isVisible());
        typeInto(*text, "input:keep_all; post:divprune,keep=1/2; llm@2:fastv; llm@8:random,keep=100");
        QCOMPARE(problem(test), QString());
        QCOMPARE(test.maskView().plan().stages.size(), std::size_t{4});
        QCOMPARE(editorAt(test, Place::AfterEncoder)->stage()->settings.method(), std::string("divprune"));
        QCOMPARE(editorAt(test, Place::LanguageLayer)->stage()->layer, 2);
        StageEditor* second = editorAt(test, Place::LanguageLayer, 1);
        QVERIFY(second && second->isVisible());
        QCOMPARE(second->stage()->layer, 8);
        second->findChild<QSpinBox*>("languageLayer")->setValue(1); // stages stay in the order in which they run
        QCOMPARE(toText(test.maskView().plan()),
                 std::string("input:keep_all; post:divprune,keep=1/2; llm@1:random,keep=100; llm@2:fastv,keep=1/3"));
        QVERIFY(choose(*second, ""));
        QVERIFY(!second->isVisible());
    }

    void whatIsTypedWrongStaysToBePutRight() {
        TestWindow test;
        const PrunePlan before = test.maskView().plan();
        auto* text = test.child<QLineEdit>("plan");
        typeInto(*text, "llm@2:fastf");
        QVERIFY2(problem(test).startsWith("Method 'fastf' is unknown"), qPrintable(problem(test)));
        QCOMPARE(text->text(), "llm@2:fastf");
        QVERIFY(test.maskView().plan() == before);
        typeInto(*text, "llm@2:fastv");
        QCOMPARE(problem(test), QString());
        QCOMPARE(text->text(), "llm@2:fastv,keep=1/3");
    }

    void aModelOfFewLayersSaysSo() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567"));
        test.maskView().setPlan(parsePlan("input:keep_all; llm@27:fastv"));
        QCOMPARE(problem(test), QString()); // of the 28 of the model that is assumed
        test.maskView().setPlan(parsePlan("input:keep_all; llm@40:fastv"));
        QVERIFY2(problem(test).contains("28 language layers"), qPrintable(problem(test)));
        QVERIFY(test.session().expectedCost().figures());
        QVERIFY(gaugeTexts(*editorAt(test, Place::LanguageLayer)).isEmpty());
    }

    void aSeedIsThatOfTheWholePlan() {
        TestWindow test;
        test.maskView().setPlan(parsePlan("input:conncomp; llm@2:random,keep=1/2"));
        StageEditor& editor = *editorAt(test, Place::LanguageLayer);
        shownField<QSpinBox>(editor, "seed")->setValue(7);
        QCOMPARE(problem(test), QString());
        for (const PruneStage& stage : test.maskView().plan().stages)
            QCOMPARE(stage.settings.value(kSeed), std::uint64_t{7});
        MethodSettings pixels = test.maskView().settings();
        test.maskView().setSettings(pixels.set(kSeed, 9));
        QCOMPARE(test.maskView().plan().stages[1].settings.value(kSeed), std::uint64_t{9});
    }

    void aPlanOfStagesIsRemembered() {
        TestWindow test;
        const PrunePlan plan = parsePlan("input:pred_2d,tau=0.02; post:cdpruner,keep=1/3,form=product; llm@2:fastv");
        test.maskView().setPlan(plan);
        test.reopen();
        QVERIFY(test.maskView().plan() == plan);
        QCOMPARE(editorAt(test, Place::AfterEncoder)->stage()->settings.method(), std::string("cdpruner"));
        QCOMPARE(shownField<QComboBox>(*editorAt(test, Place::AfterEncoder), "form")->currentText(), "product");
    }

    void aModelWithoutPixelPlacesKeepsTheOtherStages() {
        TestWindow test;
        test.maskView().setPlan(parsePlan("input:pred_2d; post:divprune"));
        test.script().setInfo([](model::ModelInfo& info) { info.places.input = info.places.inside = false; });
        test.load();
        const PrunePlan plan = test.maskView().plan();
        QVERIFY(!drops(plan.pixelStage()));
        QCOMPARE(plan.stages.back().settings.method(), std::string("divprune"));
    }

    void stagesArePutWhereTheyRun() {
        const PruneStage late{Place::LanguageLayer, 8, MethodSettings("fastv")};
        const PruneStage early{Place::LanguageLayer, 2, MethodSettings("fastv")};
        const PruneStage after{Place::AfterEncoder, 0, MethodSettings("divprune")};
        PrunePlan plan = withStage(withStage(withStage(none(), -1, late), -1, after), -1, early);
        QVERIFY((plan.stages == std::vector{none().stages[0], after, early, late}));
        plan = withStage(plan, 2, PruneStage{Place::LanguageLayer, 9, early.settings});
        QCOMPARE(plan.stages.back().layer, 9);
        QVERIFY(withStage(PrunePlan{{after}}, 0, std::nullopt) == none());
    }

    void nothingIsCutOffWithEveryStageOpen() {
        TestWindow test;
        test.open(test::randomScreen(34, 60, 1));
        test.maskView().setPlan(parsePlan("input:random,keep=1/2; post:cdpruner; llm@2:dart"));
        for (const QSize size : {QSize(1440, 900), QSize(1024, 700)}) {
            test.window().resize(size);
            QTest::qWait(50);
            QVERIFY(test.window().size() == size);
            for (const char* name : {"pruning", "conversation"}) {
                auto* panel = test.child<Panel>(name);
                QVERIFY(test.window().rect().contains(panel->geometry()));
                QVERIFY(panel->widget()->height() >= panel->widget()->minimumSizeHint().height());
            }
            for (auto* gauge : test.window().findChildren<Gauge*>()) // costs stay beside what causes them
                QVERIFY(gauge->isVisible() && gauge->visibleRegion().boundingRect() == gauge->rect());
            auto* scroll = test.child<FittedScroll>();
            QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        }
    }

    void thePanelGrowsWithItsStages() {
        TestWindow test;
        test.open(test::randomScreen(34, 60, 1));
        auto* scroll = test.child<FittedScroll>();
        QTRY_COMPARE(scroll->height(), scroll->sizeHint().height()); // the advice comes a moment later
        const int before = scroll->height();
        QVERIFY(choose(*editorAt(test, Place::AfterEncoder), "divprune"));
        QVERIFY(choose(*editorAt(test, Place::LanguageLayer), "fastv"));
        QTRY_VERIFY(scroll->height() > before);
        test.maskView().setPlan(PrunePlan());
        QTRY_COMPARE(scroll->height(), before);
    }

    void aWheelOverAFieldScrollsThePanel() {
        TestWindow test;
        test.maskView().setPlan(parsePlan("input:random,keep=1/2; post:cdpruner; llm@2:dart"));
        test.window().resize(1024, 700);
        auto* scroll = test.child<FittedScroll>();
        QTRY_VERIFY(scroll->verticalScrollBar()->maximum() > 0);
        const PrunePlan before = test.maskView().plan();
        auto* box = methodBox(*editorAt(test, Place::AfterEncoder));
        const QPointF place(5, 5);
        QWheelEvent wheel(place, box->mapToGlobal(place), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QSpontaneKeyEvent::setSpontaneous(&wheel); // as from a hand: others do not go on to parents
        qApp->notify(box, &wheel);
        QVERIFY(test.maskView().plan() == before);
        QVERIFY(scroll->verticalScrollBar()->value() > 0);
    }

private:
    TestWindow m_walked; ///< for the walks over all methods
};

QTEST_MAIN(TestPlanEditor)
#include "tst_plan_editor.moc"
