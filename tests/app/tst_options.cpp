#include "app/commands/command.h"
#include "app/help_text.h"
#include "app/options/pruning_options.h"
#include "app/terminal/nearest.h"
#include "app/terminal/values.h"
#include "core/base/error.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::app;

namespace {

template <typename Action>
QByteArray usageError(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Usage ? QByteArray(error.what())
                                                : QByteArray("another kind: ") + error.what();
    }
    return "no error";
}

/// A table with one option of each kind.
struct Sample {
    bool loud = false;
    std::string name = "none";
    double share = 0.5;
    std::optional<std::int64_t> count;
    OptionTable table;

    Sample() {
        table.startGroup("Sample");
        table.addFlag("--loud", loud, "be loud");
        table.addText("--name", "NAME", name, "a name");
        table.addNumber("--share", "S", share, {0.0, 1.0}, "a share");
        table.addInteger("--count", "N", count, {1, 10}, "as many as there are", "a count");
    }
};

} // namespace

class TestOptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void optionsMayStandAnywhere() {
        Sample sample;
        const auto words = sample.table.parse({"first", "--share", "0.25", "second", "--loud", "--name=a=b", "third"});
        QCOMPARE(words, (std::vector<std::string>{"first", "second", "third"}));
        QCOMPARE(sample.share, 0.25);
        QCOMPARE(sample.name, std::string("a=b"));
        QVERIFY(sample.loud);
        QVERIFY(sample.table.given("--share") && !sample.table.given("--count"));
    }

    void twoDashesEndTheOptions() {
        Sample sample;
        const auto words = sample.table.parse({"--", "--loud", "-x", "--"});
        QCOMPARE(words, (std::vector<std::string>{"--loud", "-x", "--"}));
        QVERIFY(!sample.loud);
    }

    void theLastValueCounts() {
        Sample sample;
        sample.table.parse({"--share", "0.1", "--share", "0.2"});
        QCOMPARE(sample.share, 0.2);
    }

    void aSingleDashIsAWord() {
        Sample sample;
        QCOMPARE(sample.table.parse({"-"}), (std::vector<std::string>{"-"}));
    }

    void wrongWordsAreRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const QStringList& words, const char* message) {
            QTest::newRow(name) << words << QByteArray(message);
        };
        row("unknown", {"--colour"}, "--colour: unknown option (see --help)");
        row("mistyped", {"--shrae", "1"}, "--shrae: unknown option, did you mean --share?");
        row("begun", {"--coun=3"}, "--coun: unknown option, did you mean --count?");
        row("short", {"-l"}, "-l: unknown option (see --help)");
        row("flag with a value", {"--loud=yes"}, "--loud: found the value \"yes\", expected none");
        row("no value at the end", {"--share"}, "--share: found no value, expected S");
        row("no value before an option", {"--share", "--loud"}, "--share: found no value, expected S");
        row("below", {"--share", "-0.1"}, "--share: found \"-0.1\", expected a number from 0 to 1");
        row("above", {"--share=1.0000001"}, "--share: found \"1.0000001\", expected a number from 0 to 1");
        row("empty", {"--share="}, "--share: found \"\", expected a number from 0 to 1");
        row("empty text", {"--name", ""}, "--name: found an empty value, expected some text");
        row("fraction", {"--count", "2.5"}, "--count: found \"2.5\", expected a whole number from 1 to 10");
    }
    void wrongWordsAreRefused() {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, message);
        Sample sample;
        std::vector<std::string> list;
        for (const QString& word : words)
            list.push_back(word.toStdString());
        QCOMPARE(usageError([&] { sample.table.parse(list); }), message);
    }

    void numbersAreReadStrictly_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", " ", " 1", "1 ", "0.0x", "0x1", "nan", "-nan", "inf", "1e999", "+1", "1,5", "--1",
                                 "1.5.2", "\xc2\xbd", "one"})
            QTest::addRow("\"%s\"", text) << QByteArray(text);
    }
    void numbersAreReadStrictly() {
        QFETCH(QByteArray, text);
        const std::string value = text.toStdString();
        for (const QByteArray& message :
             {usageError([&] { parseNumber("--x", value, {}); }), usageError([&] { parseInteger("--x", value, {}); }),
              usageError([&] { parseUnsigned("--x", value); })})
            QVERIFY2(message.startsWith("--x: found \"" + text + "\", expected "), message);
    }

    void numbersThatAreGood() {
        QCOMPARE(parseNumber("--x", "0.02", {}), 0.02);
        QCOMPARE(parseNumber("--x", "1e-3", {}), 1e-3);
        QCOMPARE(parseNumber("--x", ".5", {}), 0.5);
        QCOMPARE(parseInteger("--x", "-7", {}), std::int64_t{-7});
        QCOMPARE(parseUnsigned("--x", "18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
        QVERIFY(usageError([] { parseUnsigned("--x", "18446744073709551616"); }).startsWith("--x: "));
    }

    void rulesBetweenOptions() {
        Sample sample;
        sample.table.exclude("--name", {"--loud"});
        sample.table.require("--count", "--share");
        QCOMPARE(usageError([&] { sample.table.parse({"x"}); }), QByteArray("no error"));
        QCOMPARE(usageError([&] {
                     sample.table.parse({"--loud", "--name", "x"});
                 }),
                 QByteArray("--name: cannot be combined with --loud"));
        Sample other;
        other.table.require("--count", "--share");
        QCOMPARE(usageError([&] { other.table.parse({"--count", "3"}); }), QByteArray("--count: needs --share"));
    }

    void theNearestNameIsSuggested_data() {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("expected");
        QTest::newRow("letter lost") << "exprt"
                                     << "export";
        QTest::newRow("two letters for one") << "eksport"
                                             << "export";
        QTest::newRow("neighbours swapped") << "mdoels"
                                            << "models";
        QTest::newRow("begun") << "expo"
                               << "export";
        QTest::newRow("far away") << "quit"
                                  << "";
    }
    void theNearestNameIsSuggested() {
        QFETCH(QString, word);
        QFETCH(QString, expected);
        QCOMPARE(nearest(word.toStdString(), {"models", "export", "mask"}), expected.toStdString());
    }

    void seedBelongsToThePlanUnlessGiven() {
        PruningOptions options;
        OptionTable table;
        addPruningOptions(table, options);
        table.parse({"--plan", "input:raster,tau=0.1", "--seed", "7"});
        QCOMPARE(toText(options.onePlan()), std::string("input:raster,tau=0.1,seed=7"));
        QCOMPARE(PruningOptions().onePlan(), PrunePlan());
    }

    void aLimitOfTokensLooksForATau() {
        PruningOptions options;
        OptionTable table;
        addPruningOptions(table, options);
        table.parse({"--plan", "input:keep_all", "--plan", "post:raster,tau=0.1", "--plan", "input:random",
                     "--max-tokens-per-image", "300"});
        const std::vector<PrunePlan> plans = options.allPlans();
        QCOMPARE(toText(plans[0]), std::string("input:keep_all"));
        QCOMPARE(toText(plans[1]), std::string("post:raster,tau=0.1,keep=300,rule=tau"));
        QCOMPARE(toText(plans[2]), std::string("input:random,keep=300"));
        options.plans = {parsePlan("input:pred_2d,keep=1/3")};
        QVERIFY(usageError([&] { options.allPlans(); }).startsWith("--max-tokens-per-image: found with keep="));
        options.plans = {parsePlan("input:pred_2d,sliding")};
        QVERIFY(usageError([&] { options.allPlans(); }).contains("sliding"));
    }

    void optionsThatAModelHasNoPlaceFor_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("a threshold") << QStringList{"--tau", "0.02"} << QByteArray("--tau: ");
        QTest::newRow("a method") << QStringList{"--strategy", "raster"} << QByteArray("--strategy: ");
        QTest::newRow("a limit") << QStringList{"--max-tokens-per-image", "300"}
                                 << QByteArray("--max-tokens-per-image: ");
    }
    void optionsThatAModelHasNoPlaceFor() {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, named);
        PruningOptions pruning;
        OptionTable table;
        addPruningOptions(table, pruning);
        std::vector<std::string> words;
        for (const QString& word : options)
            words.push_back(word.toStdString());
        table.parse(words);
        const model::PixelPlaces nowhere{false, false, false}, after{false, false, true};
        const QByteArray problem = usageError([&] { pruning.suited(pruning.onePlan(), nowhere); });
        QVERIFY2(problem.startsWith(named) && problem.contains("pixels can't decide"), problem);
        QCOMPARE(pruning.suited(pruning.onePlan(), after).pixelStage().place, Place::AfterEncoder);
        QVERIFY(!PruningOptions().suited(PrunePlan(), nowhere).prunes()); // nobody asked for it
    }

    void severalPlansAreForBenchmarks() {
        PruningOptions options;
        OptionTable table;
        addPruningOptions(table, options);
        table.parse({"--plan", "input:keep_all", "--plan=input:pred_2d,tau=0.02"});
        QCOMPARE(options.allPlans().size(), std::size_t{2});
        QVERIFY(!options.allPlans()[0].prunes() && options.allPlans()[1].prunes());
        QCOMPARE(usageError([&] { options.onePlan(); }), QByteArray("--plan: found 2 plans, expected one"));
    }

    void everyCommandIsInTheHelp() {
        const std::string help = programHelp(OptionTable());
        for (const CommandEntry& entry : commands()) {
            const bool offered = entry.make != nullptr; // what is not in this build is refused, not offered
            QCOMPARE(help.find("\n  " + std::string(entry.name) + " ") != std::string::npos, offered);
            QCOMPARE(help.find(entry.summary) != std::string::npos, offered);
            QCOMPARE(findCommand(entry.name), &entry);
            QCOMPARE(hasCommand(entry.name), offered);
        }
        QVERIFY(findCommand("nothing") == nullptr && !hasCommand("nothing"));
    }

    void everyOptionIsInTheHelpOfItsCommand() {
        for (const CommandEntry& entry : commands()) {
            if (!entry.make)
                continue;
            const auto command = entry.make();
            OptionTable table;
            command->describe(table);
            const std::string help = commandHelp(entry, table);
            QCOMPARE(help.find("standard input.\n") != std::string::npos, !entry.standardInput.empty());
            QVERIFY2(help.find("not in this build") == std::string::npos, entry.name.data());
            for (const Option& option : table.options()) {
                const std::string context = std::string(entry.name) + " " + option.name;
                QVERIFY2(help.find("\n  " + option.name) != std::string::npos, context.c_str());
                QVERIFY2(!option.help.empty() && !option.group.empty(), context.c_str());
                QVERIFY2(!option.fallback.empty(), context.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestOptions)
#include "tst_options.moc"
