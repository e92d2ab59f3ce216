#include "core/base/error.h"
#include "model/train/trainer.h"
#include "tests/model/train_samples.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;
using Json = nlohmann::json;

namespace {

/// Sets the value at a JSON pointer; a value of "-" removes it.
Json changed(Json config, const char* pointer, const Json& value) {
    const Json::json_pointer place(pointer);
    if (value == "-")
        config.at(place.parent_pointer()).erase(place.back());
    else
        config[place] = value;
    return config;
}

/// What is wrong with this refusal; empty where it is one line that has all of the words.
QByteArray problemOf(const std::function<void()>& work, const QStringList& words) {
    try {
        work();
    } catch (const Error& error) {
        const QByteArray found = error.what();
        if (error.kind() == ErrorKind::Internal)
            return "an error of ours: " + found;
        if (found.contains('\n'))
            return "several lines: " + found;
        for (const QString& word : words)
            if (!found.contains(word.toUtf8()))
                return "no \"" + word.toUtf8() + "\" in: " + found;
        return {};
    }
    return "nothing was thrown";
}

} // namespace

/// What a config says, and what it must not say.
class TestTrainConfig : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    Json good() const { return smallestConfig(path("run"), 10); }

    TrainConfig parsed(const Json& json) const { return parseTrainConfig(json, "a.json", "/base"); }

    static void addRow(const char* pointer, const Json& value, const QStringList& words) {
        QTest::addRow("%s = %s", pointer, value.dump().substr(0, 60).c_str())
            << QByteArray(pointer) << QByteArray::fromStdString(value.dump()) << words;
    }

private Q_SLOTS:
    void defaults() {
        Json json = good();
        for (const char* name : {"device", "dtype", "threads", "schedule", "log_every", "evaluate"})
            json.erase(name);
        const TrainConfig config = parsed(json);
        QCOMPARE(config.steps(), std::int64_t{10});
        QCOMPARE(config.device, std::string("auto"));
        QVERIFY(config.muon && !config.distill.on && config.lora.rank == 0 && config.accumulate == 1);
        QVERIFY(config.drawsScreens());
    }

    void theDocumentedExampleIsGood() {
        std::ifstream in(dataFolder().parent_path().parent_path() / "model/train/training.md");
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto begin = text.find("\n    {\n      \"output\""), end = text.find("\n    }\n", begin);
        QVERIFY(begin != std::string::npos && end != std::string::npos);
        const TrainConfig config = parsed(Json::parse(text.substr(begin, end + 6 - begin)));
        QVERIFY(config.lora.rank > 0 && config.distill.on && config.drawsScreens() &&
                config.stages[0].plans.size() == 3);
    }

    void pathsAreTakenFromTheFile() {
        Json json = good();
        json["output"] = "runs/a";
        json["model"] = {{"folder", "../models/b"}};
        json["distill"] = {{"teacher", "c"}};
        json["stages"][0]["data"] = {{{"file", "sets/d.jsonl"}}, {{"file", "/e.tsv"}}};
        const TrainConfig config = parsed(json);
        QCOMPARE(config.output, std::string("/base/runs/a"));
        QCOMPARE(config.modelFolder, std::string("/models/b"));
        QCOMPARE(config.distill.teacher, std::string("/base/c"));
        QCOMPARE(config.stages[0].data[0].file, std::string("/base/sets/d.jsonl"));
        QCOMPARE(config.stages[0].data[1].file, std::string("/e.tsv"));
        json["distill"] = {{"teacher", "self"}};
        QVERIFY(parsed(json).distill.isSelf());
    }

    void stagesFollowEachOther() {
        Json json = good();
        json["stages"].push_back(json["stages"][0]);
        json["stages"][0]["steps"] = 3;
        json["stages"][1]["batch"] = 7;
        const TrainConfig config = parsed(json);
        QCOMPARE(config.steps(), std::int64_t{13});
        std::int64_t first = -1;
        for (const std::int64_t step : {0, 2}) {
            QCOMPARE(&config.stageOf(step, &first), &config.stages[0]);
            QCOMPARE(first, std::int64_t{0});
        }
        for (const std::int64_t step : {3, 12, 100}) {
            QCOMPARE(&config.stageOf(step, &first), &config.stages[1]);
            QCOMPARE(first, std::int64_t{3});
        }
    }

    void theRateRisesStaysAndFalls_data() {
        QTest::addColumn<QByteArray>("schedule");
        QTest::addColumn<int>("step");
        QTest::addColumn<double>("expected");
        const auto row = [](const char* schedule, int step, double expected) {
            QTest::addRow("%s at %d", schedule, step) << QByteArray(schedule) << step << expected;
        };
        const char* linear = R"({"warmup": 10, "decay": 0.5, "decay_to": 0.2})"; // of 100 steps
        row(linear, 0, 0.1);
        row(linear, 4, 0.5);
        row(linear, 9, 1);
        row(linear, 30, 1);
        row(linear, 50, 1);
        row(linear, 75, 0.6);
        row(linear, 99, 0.216);
        row(linear, 100, 0.2);
        const char* cosine = R"({"warmup": 0, "decay": 1, "decay_to": 0.1, "form": "cosine"})";
        row(cosine, 0, 1);
        row(cosine, 50, 0.55);
        row(cosine, 100, 0.1);
        const char* constant = R"({"warmup": 0, "decay": 0})";
        row(constant, 0, 1);
        row(constant, 99, 1);
    }
    void theRateRisesStaysAndFalls() {
        QFETCH(QByteArray, schedule);
        QFETCH(int, step);
        QFETCH(double, expected);
        Json json = good();
        json["schedule"] = Json::parse(schedule.toStdString());
        json["stages"][0]["steps"] = 100;
        const double found = parsed(json).rateFactor(step);
        QVERIFY2(std::abs(found - expected) < 1e-9, qPrintable(QString::number(found)));
    }

    void whatIsWrongIsNamed_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QStringList>("words");
        addRow("/learning_rate", 1, {"unknown field", "learning_rate", "expected one of", "optimizer"});
        addRow("/output", "-", {"output is missing", "a text"});
        addRow("/output", 5, {"output is 5", "a text"});
        addRow("/output", "", {"output is \"\"", "a path"});
        addRow("/seed", -1, {"seed is -1", "a whole number from 0"});
        addRow("/seed", 1.5, {"seed is 1.5", "a whole number"});
        addRow("/device", 0, {"device is 0", "a text"});
        addRow("/threads", 5000, {"threads is 5000", "from 0 to 4096"});
        addRow("/accumulate", 0, {"accumulate is 0", "from 1"});
        addRow("/log_every", "often", {"log_every is \"often\"", "a whole number"});
        addRow("/checkpoint_minutes", 0, {"checkpoint_minutes is 0", "a number from 0.001"});
        addRow("/compare_batches", -3, {"compare_batches is -3"});
        addRow("/freeze", "model.visual.", {"freeze is \"model.visual.\"", "a list of texts"});
        addRow("/model", "-", {"model is missing", "an object"});
        addRow("/model", Json::object(), {"model: expected either folder or new"});
        addRow("/model/new", Json::object(), {"model: expected either folder or new"});
        addRow("/model/path", "x", {"unknown field", "model.path", "folder"});
        addRow("/model", {{"new", Json::object()}}, {"model.tokenizer is missing", "a text"});
        addRow("/optimizer", "adamw", {"optimizer is \"adamw\"", "an object"});
        addRow("/optimizer", {{"kind", "sgd"}}, {"optimizer.kind is \"sgd\"", "muon or adamw"});
        addRow("/optimizer", {{"lr", 10}}, {"optimizer.lr is 10", "a number from"});
        addRow("/optimizer", {{"betas", {0.9, 0.95}}}, {"unknown field", "optimizer.betas", "beta2"});
        addRow("/schedule", {{"form", "step"}}, {"schedule.form is \"step\"", "linear or cosine"});
        addRow("/schedule", {{"decay", 2}}, {"schedule.decay is 2", "from 0.0 to 1.0"});
        addRow("/reading", {{"weight", "high"}}, {"reading.weight is \"high\"", "a number"});
        addRow("/distill", true, {"distill is true", "an object"});
        addRow("/distill", {{"alpha", 1.5}}, {"distill.alpha is 1.5", "from 0.0 to 1.0"});
        addRow("/distill", {{"sum", 1}}, {"distill.sum is 1", "true or false"});
        addRow("/lora", {{"alpha", 8}}, {"lora.rank is missing", "a whole number from 1"});
        addRow("/lora", {{"rank", 4}, {"targets", "q_proj"}}, {"lora.targets is \"q_proj\"", "a list of texts"});
        addRow("/lora", {{"rank", 4}, {"targets", Json::array()}}, {"lora.targets is empty", "q_proj"});
        addRow("/evaluate", {{"pictures", 0}}, {"evaluate.pictures is 0", "from 1"});
        addRow("/stages", "-", {"stages is missing", "a list with at least one entry"});
        addRow("/stages", Json::array(), {"stages is []", "a list with at least one entry"});
        addRow("/stages/0", 5, {"stages has 5", "objects"});
        addRow("/stages/0/steps", "-", {"stages[0].steps is missing", "a whole number"});
        addRow("/stages/0/batch", 0, {"stages[0].batch is 0", "from 1"});
        addRow("/stages/0/lr", 1, {"unknown field", "stages[0].lr", "steps"});
        addRow("/stages/0/data", Json::array(), {"stages[0].data is []", "at least one entry"});
        addRow("/stages/0/data/0/share", 0, {"stages[0].data[0].share is 0", "a number from"});
        addRow("/stages/0/data/0/file", "a.jsonl", {"stages[0].data[0]: expected either file or screens"});
        addRow("/stages/0/data/0", {{"file", "a.xlsx"}}, {"stages[0].data[0].file is \"a.xlsx\"", "FILE.jsonl"});
        addRow("/stages/0/data/0/screens/sizes", {{100, 100}},
               {"stages[0].data[0].screens", "sizes", "multiples of 32"});
        addRow("/stages/0/data/0/screens/fonts", 3, {"stages[0].data[0].screens", "fonts"});
        addRow("/stages/0/plans", "-", {"stages[0].plans is missing", "at least one entry"});
        addRow("/stages/0/plans/0/share", 0, {"stages[0].plans[0].share is 0"});
        addRow("/stages/0/plans/0/plan", "input:best", {"stages[0].plans[0].plan", "best"});
        addRow("/stages/0/plans/0/plan", "input:resize", {"stages[0].plans[0].plan", "resize", "drops blocks"});
        addRow("/stages/0/plans/0/plan", "vit@1:pred_2d", {"stages[0].plans[0].plan", "vit@1", "a plan at input"});
        addRow("/stages/0/plans/0/plan", "post:pred_2d", {"stages[0].plans[0].plan", "post", "a plan at input"});
        addRow("/stages/0/answers", "no", {"stages[0].answers is \"no\"", "true or false"});
        addRow("/stages/0",
               Json{{"steps", 1},
                    {"answers", false},
                    {"data", {{{"file", "a.jsonl"}}}},
                    {"plans", {{{"plan", "input:pred_2d"}}}}},
               {"stages[0].answers is false", "drawn screens"});
    }
    void whatIsWrongIsNamed() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QStringList, words);
        const Json json = changed(good(), pointer, Json::parse(value.toStdString()));
        const QByteArray problem = problemOf([&] { parsed(json); }, words + QStringList{"a.json"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void nothingWouldBeLearned() {
        Json json = good();
        json["reading"] = {{"weight", 0}};
        json["stages"][0]["answers"] = false;
        const QByteArray problem =
            problemOf([&] { parsed(json); }, {"a.json", "stages[0].answers is false", "reading.weight is 0"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void filesThatAreNoConfigs() {
        std::ofstream(path("broken.json")) << "{\"output\": ";
        std::ofstream(path("list.json")) << "[]";
        for (const auto& [name, word] : {std::pair{"none.json", "no such file"},
                                         {"broken.json", "not valid JSON"},
                                         {"list.json", "no JSON object"}}) {
            const std::string file = path(name);
            const QByteArray problem = problemOf([&] { readTrainConfig(file); }, {name, word});
            QVERIFY2(problem.isEmpty(), problem);
        }
    }

    void whatARunCannotUseIsNamed_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QStringList>("words");
        addRow("/device", "gpu", {"device", "gpu", "cuda:N"});
        addRow("/dtype", "float16", {"dtype", "float16", "bfloat16"});
        addRow("/model/folder", path("nowhere"), {"nowhere"});
        addRow("/model/folder", path("broken"), {"broken", "config.json"});
        addRow("/output", path("file/run"), {"output", "file/run", "cannot be made"});
        addRow("/freeze", {"model.vision."}, {"a.json", "freeze has \"model.vision.\"", "model.visual."});
        addRow("/freeze", {"model."}, {"a.json", "freeze leaves no parameter"});
        addRow("/lora", {{"rank", 2}, {"targets", {"query"}}}, {"a.json", "lora.targets has \"query\"", "q_proj"});
        addRow("/distill", {{"teacher", path("nowhere")}}, {"nowhere"});
        addRow("/stages/0/data/0", {{"file", path("lost.jsonl")}}, {"lost.jsonl"});
        addRow("/stages/0/data/0", {{"file", path("empty.jsonl")}}, {"empty.jsonl"});
        addRow("/model", {{"new", Json::object()}, {"tokenizer", path("nowhere")}}, {"nowhere", "tokenizer.json"});
        addRow("/model", {{"new", Json::object()}, {"tokenizer", path("tokenizer")}},
               {"a.json: model.new", "is missing"});
        Json small = smallestNetwork();
        small["text_config"]["vocab_size"] = 100;
        addRow("/model", {{"new", small}, {"tokenizer", path("tokenizer")}},
               {"a.json: model.new", "text_config.vocab_size is 100", "tokens of tokenizer.json"});
    }
    void whatARunCannotUseIsNamed() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QStringList, words);
        std::ofstream(path("file")) << "no folder";
        std::ofstream(path("empty.jsonl")) << "\n";
        std::filesystem::create_directories(path("broken"));
        std::ofstream(path("broken/config.json")) << "{";
        std::ofstream(path("broken/tokenizer.json")) << std::ifstream(goldenModelFile("tokenizer.json")).rdbuf();
        writeNumberTokenizer(path("tokenizer"));
        Json json = good();
        json["reading"] = {{"weight", 0}};
        const TrainConfig config = parsed(changed(json, pointer, Json::parse(value.toStdString())));
        const QByteArray problem = problemOf([&] { Trainer(config).run({}, {}); }, words);
        QVERIFY2(problem.isEmpty(), problem);
    }

private:
    static std::filesystem::path goldenModelFile(const char* name) {
        return goldenFolder() / "qwen3vl" / "model" / name;
    }
};

QTEST_GUILESS_MAIN(TestTrainConfig)
#include "tst_train_config.moc"
