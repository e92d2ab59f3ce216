#include "tests/app/program_runner.h"

#include <QtTest>

using namespace prunescope::test;

/// Every wrong word on the command line: exit code 2, one line that names it, nothing else.
class TestWrongUsage : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

private Q_SLOTS:
    void refusals_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("words");
        const QString picture = dataFile("masks/quad_64x64.png");
        const QString model = dataFile("qwen3vl/model");
        const auto mask = [&](const QStringList& arguments, const QStringList& words) {
            QTest::newRow(qPrintable("mask " + arguments.join(' ')))
                << QStringList{"mask", picture} + arguments << words;
        };
        const auto ask = [&](const QStringList& arguments, const QStringList& words) {
            QTest::newRow(qPrintable("ask " + arguments.join(' ')))
                << QStringList{"ask", picture, "What is this?", "--model", model} + arguments << words;
        };
        const auto line = [](const QStringList& arguments, const QStringList& words) {
            QTest::newRow(qPrintable(arguments.join(' '))) << arguments << words;
        };

        // Known, but not in this build: by name, never ignored.
        line({"serve"}, {"serve", "not in this build"});
        line({"serve", "something", "--json"}, {"serve", "not in this build"});
        line({"serve", "--help"}, {"serve", "not in this build"});
        line({"act", "open the menu"}, {"act", "not in this build"});
        line({"replay"}, {"replay", "nothing", "BUNDLE"});
        line({"mcp"}, {"mcp", "not in this build"});
        line({"serv"}, {"serv", "unknown command (see --help)"}); // nothing that is refused is suggested
        mask({"--tflops", "10"}, {"--tflops", "--gb-per-s"});
        mask({"--gb-per-s", "0", "--tflops", "1"}, {"--gb-per-s", "0"});
        mask({"--model", model, "--shape", "tiny"}, {"--model", "--shape"});
        mask({"--skip-ratio", "0.5"}, {"--skip-ratio", "pred_2d", "conncomp"});
        mask({"--strategy", "random", "--even"}, {"--even", "random", "conncomp"});
        mask({"--strategy", "conncomp", "--skip-ratio", "1.1"}, {"--skip-ratio", "1.1", "0 to 1"});
        mask({"--plan", "input:pred_2d", "--even"}, {"--plan", "--even"});
        line({"gui", "--even"}, {"--even", "pred_2d", "conncomp"});
        mask({"--plan", "input:pred_2d; post:divprune,keep=1/3"}, {"--plan", "mask runs no model", "'post:divprune'"});
        mask({"--plan", "input:pred_2d; llm@2:fastv,keep=1/2"}, {"--plan", "mask runs no model", "'llm@2:fastv'"});
        mask({"--plan", "post:random,keep=1/2"}, {"--plan", "mask runs no model", "'post:random'"});
        mask({"--explain", picture}, {"--explain", "quad_64x64.png"});
        ask({"--explain", picture}, {"--explain", "quad_64x64.png"});
        ask({"--explain", "why.json", "--show-prompt"}, {"--explain", "--show-prompt"});
        ask({"--plan", "input:pred_2d; post:pool"}, {"--plan", "'post:pool'", "'input:pred_2d'"});
        ask({"--plan", "llm@2:vtw; llm@3:fastv"}, {"--plan", "'llm@2:vtw'", "'llm@3:fastv'"});
        ask({"--plan", "llm@100:vtw"}, {"plan", "llm@100", "language layers"});
        ask({"--plan", "llm:random"}, {"--plan", "'llm:random'", "keep="});
        line({"bench", "--core", "--explain", "why.json"}, {"--core", "--explain"});
        line({"eval", "set.jsonl", "--find-vtw-layer", "-1"}, {"--find-vtw-layer", "-1"});
        line({"eval", "set.jsonl", "--find-vtw-layer", "0.01", "--plan", "llm:vtw"}, {"--find-vtw-layer", "--plan"});
        line({"bench", "--core", "--shape", "tiny"}, {"--core", "--shape"});
        line({"bench", "--core", "--tau", "0.1"}, {"--core", "--tau"});
        ask({"--show-prompt", "--log", "log.jsonl"}, {"--show-prompt", "--log"});

        // Wrong values.
        for (const char* tau : {"-0.1", "1.5", "nan", "inf", "", "0.0x", " 0"})
            mask({"--tau", tau}, {"--tau", tau, "0 to 1"});
        mask({"--tau"}, {"--tau", "no value"});
        mask({"--tau", "--json"}, {"--tau", "no value"});
        mask({"--strategy", "pred2d"}, {"--strategy", "pred2d", "pred_2d"});
        mask({"--strategy", "divprune"}, {"--strategy", "divprune", "--plan"});
        mask({"--alpha", "1/10"}, {"--alpha"});
        mask({"--metric", "l2"}, {"--metric", "l2", "rmse"});
        mask({"--shape", "qwen2"}, {"--shape", "qwen2", "qwen3-vl-2b"});
        mask({"--seed", "-1"}, {"--seed", "-1"});
        mask({"--min-pixels", "0"}, {"--min-pixels", "0"});
        mask({"--max-pixels", "many"}, {"--max-pixels", "many"});
        mask({"--min-pixels", "2000", "--max-pixels", "1000"}, {"--min-pixels", "2000", "1000"});
        mask({"--no-resize", "--max-pixels", "1000"}, {"--no-resize", "--max-pixels"});
        mask({"--plan", "pred_2d"}, {"--plan"});
        mask({"--plan", "input:nothing"}, {"--plan", "nothing"});
        mask({"--plan", "input:pred_2d,tau=2"}, {"--plan", "tau"});
        mask({"--plan", "input:raster", "--tau", "0.1"}, {"--plan", "--tau"});
        mask({"--plan", "input:raster", "--plan", "input:pred_2d"}, {"--plan", "2 plans"});
        mask({"--overlay", "out.tga0"}, {"--overlay", "tga0"});
        mask({"--json=yes"}, {"--json", "yes"});
        mask({"--log-level", "loud"}, {"--log-level", "loud", "warning"});
        ask({"--device", "gpu"}, {"--device", "gpu", "cuda:N"});
        ask({"--device", "cuda:x"}, {"--device", "x"});
        ask({"--dtype", "float16"}, {"--dtype", "float16", "bfloat16"});
        ask({"--weights", "int2"}, {"--weights", "int2", "native", "int8", "int4"});
        ask({"--threads", "0"}, {"--threads", "0"});
        ask({"--max-tokens", "0"}, {"--max-tokens", "0"});
        ask({"--temperature", "-1", "--sample"}, {"--temperature", "-1"});
        ask({"--top-p", "1.1", "--sample"}, {"--top-p", "1.1"});
        ask({"--top-k", "1.5", "--sample"}, {"--top-k", "1.5"});
        ask({"--temperature", "1"}, {"--temperature", "--sample"});
        ask({"--repetition-penalty", "0"}, {"--repetition-penalty", "0"});
        ask({"--region", "1,2,3"}, {"--region", "1,2,3"});
        ask({"--region", "1,2,3,0"}, {"--region", "0"});
        ask({"--region", "1,2,3,4,5"}, {"--region", "1,2,3,4,5"});
        ask({"--no-log", "--log", "x"}, {"--no-log", "--log"});
        line({"bench", "--runs", "0"}, {"--runs", "0"});
        line({"bench", "--shape", "tiny", "--model", model}, {"--model", "--shape"});
        line({"eval", "--model", model}, {"eval", "nothing", "DATASET"});
        line({"eval", "a.jsonl"}, {"--model", "no bundled model"});
        line({"eval", "a.jsonl", "--model", model, "--tau", "2"}, {"--tau", "2", "0 to 1"});
        line({"train"}, {"train", "nothing", "CONFIG"});
        line({"train", "a.json", "--steps", "5"}, {"--steps", "unknown option"});
        line({"export", "--format", "xml"}, {"--format", "xml", "csv"});

        // Standard input, once, and only for what is read from there.
        line({"ask", "-", "-", "--model", model}, {"ask", "\"-\" 2 times", "standard input"});
        line({"bench", "-", "-", "--shape", "tiny"}, {"bench", "\"-\" 2 times", "standard input"});
        line({"mask", "-", "--since", "-"}, {"mask", "\"-\" 2 times", "standard input"});
        line({"eval", "-", "--model", model}, {"eval", "\"-\"", "DATASET", "standard input"});
        line({"train", "-"}, {"train", "\"-\"", "CONFIG", "standard input"});
        line({"gui", "-"}, {"gui", "\"-\"", "IMAGE", "standard input"});
        line({"-"}, {"-: unknown command"});
        for (const char* option : {"--overlay", "--reconstruct", "--heatmap"})
            mask({option, "-"}, {option, "\"-\"", "expected a file"});
        ask({"--log", "-"}, {"--log", "\"-\"", "expected a file"});
        line({"export", "--log", "-"}, {"--log", "\"-\"", "expected a file"});
        line({"eval", "a.jsonl", "--model", model, "--out", "-"}, {"--out", "\"-\"", "expected a file"});
        line({"gui", "--screenshot", "-"}, {"--screenshot", "\"-\"", "expected a file"});
        line({"gui", "--question", "  "}, {"--question", "blanks"});
        line({"bench", picture}, {"--model", "no bundled model"});

        // Words that nobody knows, or in the wrong number.
        mask({"--tua", "0.1"}, {"--tua", "did you mean --tau"});
        mask({"-t", "0.1"}, {"-t", "unknown option"});
        mask({"other.png"}, {"mask", "other.png", "IMAGE"});
        line({"mask"}, {"mask", "nothing", "IMAGE"});
        line({"mask", "--max-tokens", "5", picture}, {"--max-tokens"});
        line({"ask", picture}, {"ask", "IMAGE... QUESTION"});
        line({"pull"}, {"pull", "nothing", "NAME"});
        line({"pull", "a/b", "c/d"}, {"pull", "c/d", "NAME"});
        line({"pull", "model"}, {"model", "OWNER/NAME"});
        line({"pull", "../model"}, {"../model", "OWNER/NAME"});
        line({"pull", "a/b", "--revision", "../main"}, {"../main", "revision"});
        line({"pull", "a/b", "--dir", "here"}, {"--dir", "unknown option"});
        line({"models", "all"}, {"models", "all", "no argument"});
        line({"msak", picture}, {"msak", "did you mean mask"});
        line({"frobnicate"}, {"frobnicate", "unknown command"});
        line({"--frobnicate"}, {"--frobnicate", "unknown option"});
        line({"ask", picture, "What is this?"}, {"--model", "no bundled model", "model folder"});
    }
    void refusals() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, words);
        const QByteArray problem = m_program.run(arguments).problemAsRefusal(2, words);
        QVERIFY2(problem.isEmpty(), problem);
        QVERIFY(!std::filesystem::exists(m_program.logFile()));
    }

    void helpAndVersionAreNoErrors_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("program") << QStringList{"--help"} << QStringList{"mask", "ask", "bench", "export", "--version"};
        QTest::newRow("short") << QStringList{"-h"} << QStringList{"mask", "ask", "--version"};
        QTest::newRow("mask") << QStringList{"mask", "--help"}
                              << QStringList{"--tau T", "(default: 0)", "pred_2d", "--overlay", "65536"};
        QTest::newRow("help before the command")
            << QStringList{"--help", "ask"} << QStringList{"IMAGE... QUESTION", "--max-tokens N", "(default: 512)"};
        QTest::newRow("export") << QStringList{"export", "--help"} << QStringList{"--format", "interactions.jsonl"};
        QTest::newRow("version") << QStringList{"--version"} << QStringList{"prunescope "};
    }
    void helpAndVersionAreNoErrors() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, words);
        const ProgramResult result = m_program.run(arguments);
        QCOMPARE(result.exitCode, 0);
        QVERIFY(result.err.isEmpty());
        for (const QString& word : words)
            QVERIFY2(result.out.contains(word.toUtf8()), qPrintable(word));
    }

    void whatIsNotBuiltIsNotOffered() {
        for (const QStringList& arguments : {QStringList{"--help"}, QStringList{"export", "--help"}}) {
            const QByteArray help = m_program.run(arguments).out;
            for (const char* word : {"serve", "mcp", "not in this build"})
                QVERIFY2(!help.contains(word), word);
        }
    }

    void aValueOfAnOptionIsNoCommand() {
        const ProgramResult result = m_program.run({"--strategy", "keep_all", "--log-level", "error", "mask",
                                                    "--no-resize", dataFile("masks/quad_64x64.png"), "--json"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(valueAt(result.json(), "strategy"), nlohmann::json("keep_all"));
    }

    void aFullStandardOutputIsAnError() {
        if (!std::filesystem::exists("/dev/full"))
            QSKIP("this machine has no /dev/full");
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(ProgramRunner::program(), {"mask", dataFile("masks/quad_64x64.png"), "--no-resize"});
        const QByteArray problem = ProgramRunner::finish(process).problemAsRefusal(3, {"standard output", "No space"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void aClosedPipeIsNoError() {
        QProcess shell;
        shell.start("sh", {"-c", "(\"$0\" --help; echo \"exit $?\" >&2) | true", ProgramRunner::program()});
        const ProgramResult result = ProgramRunner::finish(shell);
        QCOMPARE(result.err, QByteArray("exit 0\n"));
    }
};

QTEST_GUILESS_MAIN(TestWrongUsage)
#include "tst_wrong_usage.moc"
