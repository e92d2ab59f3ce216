#include "app/options/pruning_options.h"
#include "app/reports/report_facts.h"
#include "app/terminal/option_help.h"
#include "core/base/error.h"
#include "core/pruning/make_mask.h"
#include "core/report/mask_report.h"
#include "model/families/families.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/widgets/segmented.h"
#include "ui/window/window_settings.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QFile>
#include <QSpinBox>
#include <QtTest>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::app;
using prunescope::test::TestWindow;

namespace {

constexpr const char* kText = "input:every_nth,step=3,from-end";

MaskReport report() {
    const PixelBlocks blocks(test::randomScreen(4, 5, 1));
    const MethodSettings settings = parsePlan(kText).pixelStage().settings;
    return {"a.png", blocks.picture().size(), settings, makeMask(blocks, settings), {}};
}

std::string facts(const Facts& all) {
    std::string text;
    for (const auto& [name, value] : all)
        text += name + ": " + value + "\n";
    return text;
}

} // namespace

/// A method with two options of its own, added in one file, its line in the list and its line in CMake
/// (tests/app/new_method), is everywhere: nothing else knows its name.
class TestNewMethod : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void inTheHelpAndOnTheCommandLine() {
        PruningOptions options;
        OptionTable table;
        addPruningOptions(table, options);
        const std::string help = optionsHelp(table);
        for (const char* word : {"every_nth", "--step N", "every_nth: keep a block of so many", "(default: 4)",
                                 "--from-end", "every_nth: count from the last block"})
            QVERIFY2(help.find(word) != std::string::npos, help.c_str());
        table.parse({"--strategy", "every_nth", "--step", "3", "--from-end"});
        QCOMPARE(toText(options.onePlan()), std::string(kText));
    }

    void wrongValuesAreRefusedByName() {
        PruningOptions options;
        OptionTable table;
        addPruningOptions(table, options);
        const auto said = [](auto&& action) -> std::string {
            try {
                action();
            } catch (const Error& error) {
                return error.what();
            }
            return "nothing";
        };
        QCOMPARE(said([&] {
                     table.parse({"--step", "65"});
                 }),
                 std::string("--step: found \"65\", expected a whole number from 1 to 64"));
        table.parse({"--step", "5"});
        QCOMPARE(said([&] { options.onePlan(); }),
                 std::string("--step: found with --strategy pred_2d, expected every_nth"));
        QCOMPARE(said([] { parsePlan("input:every_nth,step=0"); }),
                 std::string("plan: step is '0', expected a whole number from 1 to 64"));
    }

    void inPlansMaskObjectsAndReports() {
        QCOMPARE(toText(parsePlan(kText)), std::string(kText));
        const nlohmann::json json = toJson(report(), model::findModelShape("tiny"));
        QCOMPARE(json.at("strategy"), nlohmann::json("every_nth"));
        QCOMPARE(json.at("options"), (nlohmann::json{{"step", 3}, {"from_end", true}}));
        const MaskReport back = parseMaskJson(json.dump());
        QVERIFY(back.settings == report().settings && back.mask == report().mask);
        const std::string text = facts(maskFacts(report(), model::findModelShape("tiny"), 64));
        QVERIFY2(text.find("every_nth, step 3, from-end") != std::string::npos, text.c_str());
    }

    void inThePanelTheSettingsAndTheRecord() {
        TestWindow test;
        test.window().show();
        test.open(test::randomScreen(8, 8, 1));
        for (auto* button : test.child<ui::Segmented>()->findChildren<QAbstractButton*>())
            if (button->text() == "Every n-th")
                button->click();
        auto* step = test.child<QSpinBox>("step");
        auto* fromEnd = test.child<QCheckBox>("fromEnd");
        QVERIFY(step->isVisible() && fromEnd->isVisible());
        QCOMPARE(step->value(), 4);
        step->setValue(3);
        fromEnd->click();
        QCOMPARE(toText(test.maskView().plan()), std::string(kText));
        QVERIFY(test.settle());
        QCOMPARE(test.maskView().mask().mask.keptCount(), 22);
        test.load();
        test.ask("What?");
        QFile log(test.path("log.jsonl"));
        QVERIFY(log.open(QFile::ReadOnly));
        const nlohmann::json record = nlohmann::json::parse(log.readAll().toStdString());
        QCOMPARE(record.at("plan"), nlohmann::json(kText));
        QCOMPARE(record.at("images").at(0).at("options").at("step"), nlohmann::json(3));
        test.reopen();
        QCOMPARE(toText(test.maskView().plan()), std::string(kText));
    }
};

QTEST_MAIN(TestNewMethod)
#include "tst_new_method.moc"
