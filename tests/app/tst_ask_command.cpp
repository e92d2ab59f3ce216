#include "core/image/image_file.h"
#include "core/records/log_reader.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <csignal>
#include <map>
#include <set>

using namespace prunescope;
using namespace prunescope::test;

namespace {

/// The tiny model reads at most 25600 pixels; its weights are random, its words noise.
const QStringList kTiny{"--model", QString::fromStdString(tinyModel().string()), "--device", "cpu", "--dtype",
                        "float32"};

QString picture() {
    return dataFile("masks/flat_96x160.png");
}

} // namespace

class TestAskCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    /// Arguments of a question that is answered for thousands of tokens: nothing ends the answer early.
    QStringList endlessQuestion() const {
        const ModelCopy model(m_program.file("endless").toStdString());
        model.neverEnd();
        return {"ask",
                picture(),
                "Talk.",
                "--max-tokens",
                "3500",
                "--device",
                "cpu",
                "--dtype",
                "float32",
                "--model",
                QString::fromStdString(model.folder().string())};
    }

    ProgramResult ask(const QStringList& arguments) {
        ProgramResult result = m_program.run(QStringList{"ask"} + arguments + kTiny);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result;
    }

    nlohmann::json askJson(const QStringList& arguments) { return ask(arguments + QStringList{"--json"}).json(); }

private Q_SLOTS:
    void init() { std::filesystem::remove_all(m_program.dataHome()); }

    void notesOfAFolderAreShown() {
        const ModelCopy model(m_program.dataHome() / "prunescope" / "models" / "bare");
        std::filesystem::remove(model.file("preprocessor_config.json"));
        const QByteArray note = "bare: no preprocessor_config.json, and no image_processor in processor_config.json: ";
        const ProgramResult result = m_program.run(
            {"ask", picture(), "What?", "--max-tokens", "2", "--model", "bare", "--device", "cpu", "--no-log"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.err.contains(note) && !result.out.contains(note), result.err);
        QVERIFY(m_program.run({"models"}).out.contains(note));
        for (const nlohmann::json& found : m_program.run({"models", "--json"}).json().at("models"))
            if (found.at("name") == "bare")
                QCOMPARE(found.at("notes").size(), std::size_t{1});
    }

    void thinkingOfAModelThatCannot() {
        const ProgramResult result = m_program.run(QStringList{"ask", picture(), "What?", "--thinking"} + kTiny);
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.err.contains("--thinking: found with a model that can't think"), result.err);
    }

    void theObjectHasEveryKeyAndNoOther() {
        const nlohmann::json answer = askJson({picture(), "What is this?", "--max-tokens", "5"});
        const std::set<std::string> expected{
            "answer", "token_ids", "finish_reason", "regions", "prompt_tokens", "prompt_tokens_full",
            "images", "plan",      "times_ms",      "memory",  "model",         "device",
            "dtype",  "weights"};
        std::set<std::string> found;
        for (const auto& [key, value] : answer.items())
            found.insert(key);
        QVERIFY(found == expected);
        const nlohmann::json times = valueAt(answer, "times_ms");
        for (const char* stage :
             {"preprocess", "select", "vit", "prefill", "sample", "ttft", "decode_per_token", "total"})
            QVERIFY2(valueAt(times, stage).is_number() && times.at(stage).get<double>() >= 0, stage);
        const double stages = times["preprocess"].get<double>() + times["select"].get<double>() +
                              times["vit"].get<double>() + times["prefill"].get<double>() +
                              times["sample"].get<double>();
        QVERIFY(qAbs(stages - times["ttft"].get<double>()) < 1e-6);
        QVERIFY(answer["memory"].at("peak_bytes").get<double>() > 0);
        QVERIFY(answer["memory"].at("kv_bytes").get<double>() > 0);
        QCOMPARE(answer["device"], nlohmann::json("cpu"));
        QCOMPARE(answer["dtype"], nlohmann::json("float32"));
        QCOMPARE(answer["weights"], nlohmann::json("native"));
    }

    /// What each stage left, in the object, in the note and in the file of explanations.
    void stagesAreTold() {
        const QString plan = "input:pred_2d; post:divprune,keep=1/2; llm@2:fastv,keep=1/2";
        const QString file = m_program.file("why.json");
        const QStringList question{picture(), "What is this?", "--max-tokens", "1", "--plan", plan};
        const nlohmann::json answer = askJson(question + QStringList{"--explain", file});
        QCOMPARE(valueAt(answer, "plan"), nlohmann::json(plan.toStdString()));
        QVERIFY(answer["times_ms"].contains("method"));
        const nlohmann::json stages = valueAt(answer, "stages");
        QCOMPARE(stages.size(), std::size_t{3});
        int before = valueAt(answer["images"][0], "blocks").get<int>();
        for (const nlohmann::json& stage : stages) {
            const nlohmann::json counts = stage.at("images").at(0);
            QCOMPARE(counts.at("before").get<int>(), before);
            before = counts.at("after").get<int>();
        }
        QCOMPARE(stages[2]["layer"], nlohmann::json(2));

        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const nlohmann::json why = nlohmann::json::parse(out.readAll().toStdString());
        QCOMPARE(valueAt(why, "pruning").at("stages"), stages);
        const double layers = why["pruning"]["language_layers"].get<double>();
        const double entered = stages[1]["images"][0]["after"].get<double>();
        QCOMPARE(answer["equivalent_tokens"].get<double>(), (2 * entered + (layers - 2) * before) / layers);
        std::map<std::string, int> droppedBy;
        const nlohmann::json blocks = valueAt(why, "images").at(0).at("blocks");
        for (const nlohmann::json& block : blocks)
            ++droppedBy[block.at("kept").get<bool>() ? "" : block.at("dropped_by").get<std::string>()];
        QCOMPARE(droppedBy[""], before);
        for (const nlohmann::json& stage : stages)
            QCOMPARE(droppedBy[stage.at("stage").get<std::string>()],
                     stage["images"][0]["before"].get<int>() - stage["images"][0]["after"].get<int>());

        const ProgramResult told = ask(question);
        for (const char* words : {"after the encoder divprune", "before layer 2 fastv", "tokens per layer on average"})
            QVERIFY2(told.err.contains(words), told.err);
    }

    void weightsMayBePacked() {
        for (const char* weights : {"int8", "int4"}) {
            const nlohmann::json answer =
                askJson({picture(), "What is this?", "--max-tokens", "5", "--weights", weights});
            QCOMPARE(valueAt(answer, "weights"), nlohmann::json(weights));
            QCOMPARE(valueAt(answer, "token_ids").size(), std::size_t{5});
        }
    }

    void theMaskIsTheOneThatMaskPrints() {
        const QStringList pruning{"--strategy", "raster", "--tau", "0.05"};
        const nlohmann::json answer = askJson(QStringList{picture(), "What is this?", "--max-tokens", "1"} + pruning);
        const nlohmann::json mask =
            m_program.run(QStringList{"mask", picture(), "--json"} + pruning + kTiny.mid(0, 2)).json();
        QCOMPARE(answer["images"].size(), std::size_t{1});
        for (const char* key : {"image", "resized", "rows", "cols", "blocks", "kept", "mask", "strategy", "tau"})
            QCOMPARE(valueAt(answer["images"][0], key), valueAt(mask, key));
        QVERIFY(mask["kept"].get<int>() < mask["blocks"].get<int>());
        QCOMPARE(answer["prompt_tokens_full"].get<int>() - answer["prompt_tokens"].get<int>(),
                 mask["blocks"].get<int>() - mask["kept"].get<int>());
        QVERIFY(answer["images"][0]["times_ms"].contains("read_image"));
    }

    void keepAllDropsNothing() {
        const nlohmann::json answer = askJson({picture(), "What?", "--strategy", "keep_all", "--max-tokens", "1"});
        QCOMPARE(answer["prompt_tokens"], answer["prompt_tokens_full"]);
        QCOMPARE(answer["plan"], askJson({picture(), "What?", "--plan", "input:keep_all", "--max-tokens=1"})["plan"]);
    }

    void theLongestAnswerIsRespected() {
        for (const int most : {1, 4}) {
            const nlohmann::json answer = askJson({picture(), "What?", "--max-tokens", QString::number(most)});
            QCOMPARE(answer["token_ids"].size(), static_cast<std::size_t>(most));
            QCOMPARE(answer["finish_reason"], nlohmann::json("length"));
        }
    }

    void greedyAnswersRepeat() {
        const QStringList question{picture(), "What is this?", "--max-tokens", "12"};
        const nlohmann::json first = askJson(question);
        QCOMPARE(askJson(question)["token_ids"], first["token_ids"]);
        QCOMPARE(askJson(question + QStringList{"--seed", "7"})["token_ids"], first["token_ids"]);
    }

    void sampledAnswersFollowTheSeed() {
        const QStringList question{picture(), "What?", "--max-tokens", "12", "--sample", "--temperature", "2"};
        const nlohmann::json first = askJson(question + QStringList{"--seed", "1"})["token_ids"];
        QCOMPARE(askJson(question + QStringList{"--seed", "1"})["token_ids"], first);
        QVERIFY(askJson(question + QStringList{"--seed", "2"})["token_ids"] != first);
    }

    void severalPicturesAndASystemText() {
        const QStringList two{picture(), dataFile("qwen3vl/images/large.png"), "Which?", "--max-tokens", "1"};
        const nlohmann::json answer = askJson(two);
        QCOMPARE(answer["images"].size(), std::size_t{2});
        QCOMPARE(answer["images"][1]["image"], nlohmann::json(two[1].toStdString()));
        const nlohmann::json longer = askJson(two + QStringList{"--system", "Be brief."});
        QVERIFY(longer["prompt_tokens"].get<int>() > answer["prompt_tokens"].get<int>());
    }

    void aRegionIsAllThatTheModelSees() {
        const nlohmann::json answer = askJson({picture(), "What?", "--max-tokens=1", "--region", "32,32,64,64"});
        QCOMPARE(answer["images"][0]["resized"], nlohmann::json({64, 64}));
    }

    void aMarkedRegionIsShownInTheWhole() {
        const QStringList question{picture(), "What?", "--max-tokens=1", "--region", "32,32,40,64"};
        const nlohmann::json crop = askJson(question), marked = askJson(question + QStringList{"--mark"});
        QCOMPARE(crop["region"], nlohmann::json::parse(R"({"px": [32, 32, 40, 64], "shown": "crop"})"));
        QCOMPARE(marked["region"], nlohmann::json::parse(R"({"px": [32, 32, 40, 64], "shown": "marked"})"));
        QCOMPARE(marked["images"][0]["resized"], nlohmann::json({96, 160}));
        QVERIFY(marked["images"][0]["kept"] > askJson({picture(), "What?", "--max-tokens=1"})["images"][0]["kept"]);
        const ProgramResult prompt = ask(question + QStringList{"--mark", "--show-prompt"});
        QVERIFY2(prompt.out.contains("inside the red frame.\nWhat?"), prompt.out);
        QCOMPARE(m_program.run({"ask", picture(), "What?", "--mark"}).problemAsRefusal(2, {"--mark", "--region"}),
                 QByteArray());
    }

    /// Two pictures that differ in the redacted parts alone are one to the model, and so are their records.
    void redactedPixelsReachNobody() {
        const QString one = m_program.file("one.ppm"), other = m_program.file("other.ppm");
        writeImage(one.toStdString(), blocksFromText("0010/0000"));
        writeImage(other.toStdString(), blocksFromText("0050/0300"));
        const auto asked = [&](const QString& path, const QStringList& redacted) {
            nlohmann::json answer = askJson(QStringList{path, "What?", "--max-tokens=2"} + redacted);
            answer["images"][0].erase("image");
            for (nlohmann::json* timed : {&answer, &answer["images"][0]})
                timed->erase("times_ms");
            answer.erase("memory");
            answer.erase("pruning");
            answer.erase("stages");
            return answer;
        };
        const QStringList both{"--redact", "64,0,32,32", "--redact=32,32,32,32"};
        const nlohmann::json redacted = asked(one, both);
        QCOMPARE(redacted, asked(other, both));
        QVERIFY(asked(one, {}) != asked(other, {}));
        QCOMPARE(redacted["redacted"], nlohmann::json::parse("[[64, 0, 32, 32], [32, 32, 32, 32]]"));
        const std::vector<InteractionRecord> records = readRecords(m_program.logFile().string());
        QCOMPARE(records.front().answer["redacted"], redacted["redacted"]);
        QCOMPARE(m_program.run(QStringList{"ask", one, "What?", "--redact", "64,0,99,32"} + kTiny)
                     .problemAsRefusal(3, {"--redact", "64,0,99,32", "128 x 64"}),
                 QByteArray());
        QCOMPARE(m_program.run(QStringList{"ask", one, other, "What?", "--redact", "0,0,9,9"} + kTiny)
                     .problemAsRefusal(2, {"--redact", "2 pictures"}),
                 QByteArray());
    }

    /// The words of random weights name no place.
    void aSecondLookNeedsAPlace() {
        const QStringList question{picture(), "Where is it?", "--max-tokens=4", "--zoom"};
        const nlohmann::json answer = askJson(question);
        QCOMPARE(answer["looks"].size(), std::size_t{1});
        QCOMPARE(answer["looks"][0]["part"], nlohmann::json({0, 0, 96, 160}));
        QCOMPARE(answer["looks"][0]["prompt_tokens"], answer["prompt_tokens"]);
        QCOMPARE(answer["why_one_look"], nlohmann::json("the first answer names no place to look closer at"));
        const ProgramResult result = ask(question);
        QCOMPARE(result.out.toStdString(), answer["answer"].get<std::string>() + "\n");
        QVERIFY(result.err.contains("no second look: the first answer names no place to look closer at"));
        const ProgramResult both = m_program.run(QStringList{"ask"} + question + QStringList{"--show-prompt"} + kTiny);
        QCOMPARE(both.problemAsRefusal(2, {"--show-prompt", "--zoom"}), QByteArray());
    }

    void peopleReadTheAnswerOnStandardOutput() {
        const QStringList question{picture(), "What is this?", "--max-tokens", "8"};
        const ProgramResult result = ask(question);
        const std::string text = askJson(question)["answer"];
        QCOMPARE(result.out.toStdString().substr(0, text.size() + 1), text + "\n");
        for (const char* word : {"prompt", "first token", "prefill", "kept", "blocks"})
            QVERIFY2(result.err.contains(word), word);
    }

    void thePromptIsShownInsteadOfAnAnswer() {
        const QStringList question{picture(), "What is this?", "--strategy", "raster", "--tau", "0.05"};
        const nlohmann::json answer = askJson(question + QStringList{"--max-tokens", "1", "--no-log"});
        const ProgramResult result = ask(question + QStringList{"--show-prompt"});
        const nlohmann::json image = valueAt(answer, "images").at(0);
        const QByteArray counts = QByteArray::number(image.at("kept").get<int>()) + " of " +
                                  QByteArray::number(image.at("blocks").get<int>());
        QVERIFY2(result.out.startsWith("<|im_start|>user\n<|vision_start|><|image_pad|> x " + counts +
                                       "<|vision_end|>What is this?<|im_end|>\n<|im_start|>assistant\n"),
                 result.out);
        for (const QByteArray& words :
             {picture().toUtf8() + ", 96 x 160 px, seen as", counts + " blocks", QByteArray("at input"),
              QByteArray("next position"), QByteArray("input:raster,tau=0.05")})
            QVERIFY2(result.out.contains(words), words);
        QVERIFY(!std::filesystem::exists(m_program.logFile()));
    }

    void theShownPromptIsTheOneThatIsRun() {
        const QStringList question{
            picture(),  dataFile("qwen3vl/images/large.png"), "Which?", "--plan", "post:pred_2d,tau=0.02", "--system",
            "Be brief."};
        const nlohmann::json answer = askJson(question + QStringList{"--max-tokens", "1", "--no-log"});
        const nlohmann::json shown = askJson(question + QStringList{"--show-prompt"});
        for (const char* key : {"prompt_tokens", "prompt_tokens_full", "plan", "model"})
            QCOMPARE(valueAt(shown, key), valueAt(answer, key));
        for (std::size_t i = 0; i < 2; ++i)
            for (const char* key : {"image", "width", "height", "resized", "rows", "cols", "blocks", "kept", "mask"})
                QCOMPARE(valueAt(shown, "images").at(i).at(key), valueAt(answer, "images").at(i).at(key));
        QCOMPARE(valueAt(shown, "token_ids").size(), valueAt(shown, "prompt_tokens").get<std::size_t>());
        QCOMPARE(valueAt(shown, "token_ids_full").size(), valueAt(shown, "prompt_tokens_full").get<std::size_t>());
        QCOMPARE(valueAt(shown, "place"), nlohmann::json("post"));
        const std::string text = valueAt(shown, "text");
        QVERIFY2(text.starts_with("<|im_start|>system\nBe brief.<|im_end|>\n"), text.c_str());
        QCOMPARE(valueAt(shown, "tokens").back().at("position").at(0).get<int>() + 1,
                 valueAt(shown, "next_position").get<int>());
        QVERIFY(!std::filesystem::exists(m_program.logFile()));
    }

    void everyQuestionIsLogged() {
        const nlohmann::json answer = askJson({picture(), "First?", "--max-tokens", "2"});
        ask({picture(), "Second?", "--max-tokens", "2"});
        ask({picture(), "Not this one", "--max-tokens", "2", "--no-log"});
        int skipped = -1;
        const auto records = readRecords(m_program.logFile().string(), &skipped);
        QCOMPARE(skipped, 0);
        QCOMPARE(records.size(), std::size_t{2});
        QCOMPARE(records[0].question, std::string("First?"));
        QCOMPARE(records[1].question, std::string("Second?"));
        QVERIFY(records[0].answer == answer);
        QVERIFY(records[0].id != records[1].id && records[0].session != records[1].session);
    }

    void pictureOrQuestionMayComeFromStandardInput() {
        QFile file(picture());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList options = QStringList{"--max-tokens", "2", "--json"} + kTiny;
        const nlohmann::json expected = askJson({picture(), "What is this?", "--max-tokens", "2"});
        const nlohmann::json fromBytes =
            m_program.runReading(file.readAll(), QStringList{"ask", "-", "What is this?"} + options).json();
        QCOMPARE(valueAt(fromBytes, "token_ids"), valueAt(expected, "token_ids"));
        QCOMPARE(valueAt(fromBytes, "images").at(0).at("image"), nlohmann::json("standard input"));
        const nlohmann::json fromText =
            m_program.runReading("\n What is this?\n", QStringList{"ask", picture(), "-"} + options).json();
        QCOMPARE(valueAt(fromText, "prompt_tokens"), valueAt(expected, "prompt_tokens"));
        QCOMPARE(valueAt(fromText, "token_ids"), valueAt(expected, "token_ids"));
        const auto records = valueAt(m_program.run({"export", "--json"}).json(), "records");
        QCOMPARE(records.size(), std::size_t{3});
        for (const nlohmann::json& record : records)
            QCOMPARE(valueAt(record, "question"), nlohmann::json("What is this?"));
    }

    void aQuestionFromStandardInputIsThere_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("empty") << QByteArray() << QStringList{"standard input", "no question"};
        QTest::newRow("blank") << QByteArray(" \n\t\n") << QStringList{"standard input", "no question"};
        QTest::newRow("endless") << QByteArray(2'000'000, 'x') << QStringList{"standard input", "more than 1 MB"};
    }
    void aQuestionFromStandardInputIsThere() {
        QFETCH(QByteArray, input);
        QFETCH(QStringList, words);
        const ProgramResult result = m_program.runReading(input, QStringList{"ask", picture(), "-"} + kTiny);
        QCOMPARE(result.problemAsRefusal(3, words), QByteArray());
    }

    void aFullDiskCostsTheRecordAndNotTheAnswer() {
        if (!std::filesystem::exists("/dev/full"))
            QSKIP("this machine has no /dev/full");
        const ProgramResult result = ask({picture(), "What?", "--max-tokens", "2", "--json", "--log", "/dev/full"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(valueAt(result.json(), "token_ids").size(), std::size_t{2});
        QVERIFY2(result.err.contains("not logged") && result.err.contains("/dev/full") &&
                     result.err.contains("No space left"),
                 result.err);
    }

    void aPromptLongerThanTheContextIsRefused() {
        const ProgramResult result =
            m_program.run(QStringList{"ask", picture(), QString("word ").repeated(4000)} + kTiny);
        const QByteArray problem = result.problemAsRefusal(3, {"4096"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void aSignalStopsTheAnswerAndKeepsIt_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("Ctrl-C") << SIGINT;
        QTest::newRow("terminate") << SIGTERM;
    }
    void aSignalStopsTheAnswerAndKeepsIt() {
        QFETCH(int, signal);
        std::filesystem::remove(m_program.logFile());
        const auto process = m_program.start(endlessQuestion());
        QVERIFY(process->waitForReadyRead(60'000));
        ::kill(static_cast<pid_t>(process->processId()), signal);
        const ProgramResult result = ProgramRunner::finish(*process);
        QCOMPARE(result.exitCode, 130);
        QVERIFY(result.out.endsWith('\n'));
        const auto records = readRecords(m_program.logFile().string());
        QCOMPARE(records.size(), std::size_t{1});
        QCOMPARE(records[0].answer["finish_reason"], nlohmann::json("cancelled"));
        QVERIFY(records[0].answer["token_ids"].size() < 3500);
        QCOMPARE(result.out.toStdString().substr(0, result.out.size() - 1),
                 records[0].answer["answer"].get<std::string>());
    }

    void aReaderThatGoesAwayStopsTheAnswer() {
        QProcess shell;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_DATA_HOME", QString::fromStdString(m_program.dataHome().string()));
        shell.setProcessEnvironment(environment);
        const QStringList script{"-c", "(\"$0\" \"$@\"; echo \"exit $?\" >&2) | head -c 1", ProgramRunner::program()};
        shell.start("sh", script + endlessQuestion());
        const ProgramResult result = ProgramRunner::finish(shell);
        QVERIFY2(result.err.contains("exit 0\n"), result.err);
        const auto records = readRecords(m_program.logFile().string());
        QCOMPARE(records.size(), std::size_t{1});
        QVERIFY(records[0].answer["token_ids"].size() < 3500);
    }
};

QTEST_GUILESS_MAIN(TestAskCommand)
#include "tst_ask_command.moc"
