#include "core/base/error.h"
#include "model/datasets/question_set_writer.h"
#include "model/engine/load_engine.h"
#include "model/files/safetensors.h"
#include "model/train/checkpoint.h"
#include "model/train/trainer.h"
#include "tests/model/train_samples.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/support/weights_edit.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct RunLog {
    std::vector<Json> lines;
    TrainResult result;
    std::string error; ///< message; empty where the run came to its end

    Json last() const { return lines.empty() ? Json() : lines.back(); }
    std::vector<Json> having(const char* key) const {
        std::vector<Json> found;
        for (const Json& line : lines)
            if (line.contains(key))
                found.push_back(line);
        return found;
    }
};

/// Runs a config; stops it when the line of step `stopAt` is written.
RunLog run(const Json& config, std::int64_t stopAt = -1) {
    RunLog log;
    std::stop_source stop;
    try {
        log.result = Trainer(parseTrainConfig(config, "config", "."))
                         .run(
                             [&](const nlohmann::ordered_json& line) {
                                 log.lines.push_back(line);
                                 if (line.contains("loss") && line["step"] == stopAt)
                                     stop.request_stop();
                             },
                             stop.get_token());
    } catch (const Error& error) {
        log.error = error.what();
    }
    return log;
}

std::string bytesOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::int64_t stepOf(const fs::path& checkpoint) {
    const auto file = openSafetensors(checkpoint.string());
    std::int64_t step = 0;
    std::memcpy(&step, file->find("step")->bytes.data(), sizeof step);
    return step;
}

double mean(const std::vector<double>& values, std::size_t first, std::size_t count) {
    double sum = 0;
    for (std::size_t i = first; i < first + count; ++i)
        sum += values[i];
    return sum / static_cast<double>(count);
}

} // namespace

/// Whole runs of the smallest models.
class TestTrainRun : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Json config(const std::string& output, int steps, const std::string& set = "qwen3vl") const {
        return smallestConfig(path(output), steps, set);
    }
    fs::path checkpoint(const std::string& output) const { return path(output) / "checkpoint.safetensors"; }

private Q_SLOTS:
    void theLossFallsAndTheModelAnswers() {
        Json json = numberConfig(path("learn"), "run", 60);
        json["stages"][0]["batch"] = 8;
        json["optimizer"] = {{"lr", 0.004}, {"adam_lr", 0.004}};
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        QVERIFY(log.result.finished);
        const std::vector<double> values = losses(log.lines);
        QCOMPARE(values.size(), std::size_t{60});
        const double first = mean(values, 0, 5), last = mean(values, 55, 5);
        QVERIFY2(last < 0.6 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
        QVERIFY(log.having("losses").back()["losses"].contains("box")); // this tokenizer has numbers
        QCOMPARE(jsonLines(path("learn/run/progress.jsonl")), log.lines);

        LoadOptions options;
        options.folder = log.result.modelFolder;
        options.device = "cpu";
        options.dtype = "float32";
        Request request = makeRequest({{randomScreen(5, 5, 1), "screen", {}}}, "Where is Save?");
        request.maxTokens = 8;
        request.stopAtEnd = false;
        QCOMPARE(loadEngine(options)->answer(request, {}, {}).tokenIds.size(), std::size_t{8});
    }

    /// A student with layers of the delta rule, half of whose loss is what it says of whole pictures itself: 50 batches
    /// of four drawn screens.
    void theLossOfAStudentFalls() {
        Json json = numberConfig(path("student"), "run", 50, "qwen35");
        json["stages"][0]["batch"] = 4;
        json["optimizer"] = {{"lr", 0.004}, {"adam_lr", 0.004}};
        json["distill"] = {{"alpha", 0.5}};
        json["reading"] = {{"weight", 0}};
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        const std::vector<double> values = losses(log.lines);
        QCOMPARE(values.size(), std::size_t{50});
        const double first = mean(values, 0, 5), last = mean(values, 45, 5);
        QVERIFY2(last < 0.75 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
        double taught = 0;
        for (const Json& line : log.having("losses"))
            taught += line["losses"].value("distillation", 0.0);
        QVERIFY(std::isfinite(taught) && taught > 0);
        QCOMPARE(log.having("start")[0]["start"]["parameters"], log.having("start")[0]["start"]["trained"]);

        LoadOptions options;
        options.folder = log.result.modelFolder;
        options.device = "cpu";
        options.dtype = "float32";
        Request request = makeRequest({{randomScreen(5, 5, 1), "screen", {}}}, "Where is Save?");
        request.maxTokens = 8;
        request.stopAtEnd = false;
        QCOMPARE(loadEngine(options)->answer(request, {}, {}).tokenIds.size(), std::size_t{8});
    }

    void resumedRunsAreTheSame_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<bool>("distills");
        QTest::addColumn<int>("accumulate");
        QTest::addColumn<int>("stopAt");
        for (const int accumulate : {1, 2, 3})
            for (const int stopAt : {1, 2, 3}) // four batches make a group: stops lie within and between them
                QTest::addRow("%d batches a step, stopped after %d", accumulate, stopAt)
                    << "qwen3vl" << false << accumulate << stopAt;
        for (const bool distills : {false, true})
            for (const int stopAt : {1, 3})
                QTest::addRow("delta rule, %s, stopped after %d", distills ? "with a teacher" : "alone", stopAt)
                    << "qwen35" << distills << 2 << stopAt;
    }
    void resumedRunsAreTheSame() {
        QFETCH(QString, set);
        QFETCH(bool, distills);
        QFETCH(int, accumulate);
        QFETCH(int, stopAt);
        const std::string name = QTest::currentDataTag(), model = set.toStdString();
        Json whole = config("whole" + name, 4, model), parts = config("parts" + name, 4, model);
        whole["accumulate"] = parts["accumulate"] = accumulate;
        if (distills)
            whole["distill"] = parts["distill"] = {{"alpha", 0.5}};
        const RunLog expected = run(whole), before = run(parts, stopAt);
        QVERIFY(expected.result.finished && !before.result.finished);
        QCOMPARE(before.result.steps, std::int64_t{stopAt});
        QCOMPARE(before.last()["end"], Json("stopped"));
        QCOMPARE(stepOf(checkpoint("parts" + name)), std::int64_t{stopAt});
        QVERIFY(!fs::exists(path("parts" + name) / "model"));
        const fs::path left = path("parts" + name) / ("." + checkpoint("").filename().string() + ".00c0ffee.part");
        std::ofstream(left) << "what a kill leaves behind";
        const RunLog after = run(parts);
        QVERIFY(after.result.finished);
        QCOMPARE(after.lines.front()["start"]["step"], Json(stopAt));
        QCOMPARE(losses(jsonLines(path("parts" + name) / "progress.jsonl")), losses(expected.lines));
        QVERIFY(bytesOf(checkpoint("parts" + name)) == bytesOf(checkpoint("whole" + name)));
        QVERIFY(bytesOf(path("parts" + name) / "model/model.safetensors") ==
                bytesOf(path("whole" + name) / "model/model.safetensors"));
        QVERIFY(!fs::exists(left));
    }

    void aFinishedRunStaysFinished() {
        const Json json = config("finished", 2);
        const RunLog first = run(json), again = run(json);
        QVERIFY(again.result.finished);
        QVERIFY(losses(again.lines).empty());
        Json longer = json;
        longer["stages"][0]["steps"] = 3;
        QCOMPARE(losses(run(longer).lines).size(), std::size_t{1});
    }

    void aTornCheckpointIsNamed() {
        const Json json = config("torn", 2);
        run(json);
        const std::string good = bytesOf(checkpoint("torn"));
        fs::resize_file(checkpoint("torn"), good.size() / 2);
        const std::string error = run(json).error;
        QVERIFY2(error.find("checkpoint.safetensors") != std::string::npos, error.c_str());
    }

    void theCheckpointOfAnotherRunIsNamed() {
        const Json json = config("other", 1);
        run(json);
        Json lora = json;
        lora["lora"] = {{"rank", 2}};
        const std::string error = run(lora).error;
        QVERIFY2(error.find("checkpoint.safetensors: has no ") != std::string::npos &&
                     error.find("lora_a") != std::string::npos,
                 error.c_str());
    }

    /// Neither looking at held-out pictures nor timing a step moves anything.
    void looksDoNotDisturb() {
        Json plain = config("plain", 3), looking = config("looking", 3);
        looking["evaluate"] = {{"every", 1}, {"pictures", 3}};
        looking["compare_batches"] = 2;
        const RunLog expected = run(plain), found = run(looking);
        QCOMPARE(losses(found.lines), losses(expected.lines));
        const auto evaluations = found.having("eval");
        QCOMPARE(evaluations.size(), std::size_t{2 * 3}); // whole and pruned
        for (const Json& line : evaluations)
            for (const auto& [task, share] : line["eval"].items())
                QVERIFY2(share >= 0 && share <= 1, task.c_str());
        const Json ratio = found.having("ratio").at(0)["ratio"];
        QVERIFY(ratio["step_time"] > 0 && ratio["memory"] >= 0 && ratio["full_ms"] > 0 && ratio["pruned_ms"] > 0);
        QVERIFY(ratio["plan"].get<std::string>().starts_with("input:pred_2d"));
    }

    void distillation() {
        Json self = config("self", 3);
        self["distill"] = {{"alpha", 0.5}};
        self["stages"][0]["plans"] = {{{"plan", "input:raster,tau=0.3"}}};
        const RunLog pruned = run(self);
        QVERIFY2(pruned.error.empty(), pruned.error.c_str());
        for (const Json& line : pruned.having("loss")) {
            QVERIFY(line["losses"]["distillation"] > 0);
            QVERIFY(std::isfinite(line["losses"]["distillation"].get<double>()));
        }
        Json folder = config("folder", 2); // the teacher is what the student begins as
        folder["distill"] = {{"teacher", goldenModel().string()}, {"sum", true}};
        folder["stages"][0]["plans"] = {{{"plan", "input:keep_all"}}};
        const RunLog whole = run(folder);
        QVERIFY2(whole.error.empty(), whole.error.c_str());
        const auto lines = whole.having("loss");
        QVERIFY(std::abs(lines.at(0)["losses"]["distillation"].get<double>()) < 1e-5);
        QVERIFY(lines.at(1)["losses"]["distillation"] > 0); // the student has moved on
    }

    /// A model of another family teaches too, where its words are the same.
    void aTeacherMayBeOfAnotherFamily() {
        Json json = config("families", 2, "qwen35");
        json["distill"] = {{"teacher", goldenModel("qwen3vl").string()}, {"alpha", 0.5}};
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        for (const Json& line : log.having("loss"))
            QVERIFY(line["losses"]["distillation"] > 0 && std::isfinite(line["loss"].get<double>()));
    }

    void aTeacherOfAnotherVocabularyIsNamed() {
        Json json = numberConfig(path("vocabulary"), "run", 1);
        json["distill"] = {{"teacher", goldenModel().string()}};
        const std::string error = run(json).error;
        QVERIFY2(error.find("distill.teacher") != std::string::npos && error.find("512") != std::string::npos,
                 error.c_str());
    }

    void adaptersAloneAreStored() {
        Json json = config("lora", 2);
        json["lora"] = {{"rank", 2}, {"targets", {"q_proj"}}};
        json["reading"] = {{"weight", 0}};
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        const auto stored = openSafetensors(checkpoint("lora").string());
        for (const auto& [name, tensor] : stored->tensors())
            QVERIFY2(name == "step" || name.find(".q_proj.weight.lora_") != std::string::npos, name.c_str());
        const auto before = openSafetensors((goldenModel() / "model.safetensors").string());
        const auto after = openSafetensors(log.result.modelFolder + "/model.safetensors");
        QCOMPARE(after->tensors().size(), before->tensors().size());
        const auto tensorOf = [](const StoredTensor& tensor, at::ScalarType type) {
            return at::from_blob(const_cast<std::byte*>(tensor.bytes.data()), tensor.shape, type);
        };
        for (const auto& [name, tensor] : before->tensors()) {
            const bool same =
                at::equal(tensorOf(tensor, at::kFloat).to(at::kBFloat16), tensorOf(*after->find(name), at::kBFloat16));
            QVERIFY2(same != name.ends_with("q_proj.weight"), name.c_str());
        }
    }

    void ocrAloneLeavesTheLanguageLayers() {
        Json json = config("reading", 2);
        json["stages"][0]["answers"] = false;
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        for (const Json& line : log.having("loss"))
            QVERIFY(line["losses"].contains("own") && !line["losses"].contains("answers"));
        const auto stored = openSafetensors(checkpoint("reading").string());
        const auto before = openSafetensors((goldenModel() / "model.safetensors").string());
        for (const auto& [name, tensor] : before->tensors()) {
            const bool language = name.find(".layers.") != std::string::npos;
            const StoredTensor* master = stored->find("master." + name);
            const bool same = std::equal(tensor.bytes.begin(), tensor.bytes.end(), master->bytes.begin());
            if (language || name.ends_with("blocks.0.attn.qkv.weight"))
                QVERIFY2(same == language, name.c_str());
        }
    }

    void filesAreLearnedFrom() {
        QuestionSetWriter writer(path("set.jsonl").string());
        for (std::uint32_t i = 0; i < 3; ++i)
            writer.add({"screen",
                        {{"screen", randomScreen(3, 4 + static_cast<int>(i), i)}},
                        {{"locate", "Where is Save?", "{\"bbox_2d\": [0, 0, 500, 250]}", PixelBox{0, 0, 64, 24}},
                         {"chat", "What is it?", "A window.", {}}}});
        Json json = config("files", 30);
        json["stages"][0]["data"] = {{{"file", path("set.jsonl").string()}, {"text_tokens", 400}}};
        json["optimizer"] = {{"lr", 0.003}};
        json["evaluate"] = {{"every", 30}, {"pictures", 4}};
        const RunLog log = run(json);
        QVERIFY2(log.error.empty(), log.error.c_str());
        const std::vector<double> values = losses(log.lines);
        QVERIFY(mean(values, 27, 3) < 0.7 * mean(values, 0, 3));
        QCOMPARE(log.having("start")[0]["start"]["parameters"], log.having("start")[0]["start"]["trained"]);
        const auto stored = openSafetensors(checkpoint("files").string());
        for (const auto& [name, tensor] : stored->tensors())
            QVERIFY2(name.find("reading.") == std::string::npos, name.c_str()); // nothing to read by: no heads
    }

    void bfloat16FollowsFloat32_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<double>("first"); // how far losses may be away
        QTest::addColumn<double>("later"); // after a step the weights are no longer the same
        QTest::newRow("attention") << "qwen3vl" << 0.002 << 0.05;
        QTest::newRow("delta rule") << "qwen35" << 0.01 << 0.1;
    }
    void bfloat16FollowsFloat32() {
        QFETCH(QString, set);
        QFETCH(double, first);
        QFETCH(double, later);
        const std::string model = set.toStdString();
        Json wide = config("wide" + model, 3, model), narrow = config("narrow" + model, 3, model);
        narrow["dtype"] = "bfloat16";
        const auto expected = losses(run(wide).lines), found = losses(run(narrow).lines);
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            QVERIFY2(std::abs(found[i] / expected[i] - 1) < (i == 0 ? first : later),
                     qPrintable(QString("%1 and %2").arg(found[i]).arg(expected[i])));
    }

    void aDamagedModelIsRefused() {
        fs::copy(goldenModel(), path("damaged"));
        setValue(path("damaged/model.safetensors"), "model.language_model.norm.weight", 3,
                 std::numeric_limits<float>::quiet_NaN());
        Json json = config("refused", 3);
        json["model"] = {{"folder", path("damaged").string()}};
        const std::string error = run(json).error;
        QVERIFY2(error.find("model.safetensors: model.language_model.norm.weight") != std::string::npos, error.c_str());
        QVERIFY(!fs::exists(checkpoint("refused")));
    }

    /// Weights that blow up in the middle: the checkpoint from before stays as it is.
    void aLossThatIsNoNumberKeepsTheCheckpoint() {
        Json json = config("blown", 2);
        run(json);
        setValue(checkpoint("blown"), "master.model.language_model.norm.weight", 3, 3e38f);
        const std::string before = bytesOf(checkpoint("blown"));
        json["stages"][0]["steps"] = 6;
        json["checkpoint_minutes"] = 0.001;
        const RunLog log = run(json);
        QVERIFY2(log.error.find("step 3: the ") != std::string::npos, log.error.c_str());
        QVERIFY(log.error.find("expected a finite number") != std::string::npos);
        QCOMPARE(jsonLines(path("blown/progress.jsonl")).back()["end"], Json("error"));
        QVERIFY(bytesOf(checkpoint("blown")) == before);
        QCOMPARE(stepOf(checkpoint("blown")), std::int64_t{2});
    }

    void aFullDiskKeepsTheCheckpoint() {
        Json json = config("full", 2);
        run(json);
        const std::string before = bytesOf(checkpoint("full"));
        json["stages"][0]["steps"] = 3;
        {
            const FileSizeLimit limit(1 << 20); // enough for the log
            const RunLog log = run(json);
            QVERIFY2(log.error.find("checkpoint.safetensors: cannot be written") != std::string::npos,
                     log.error.c_str());
            QCOMPARE(log.last()["end"], Json("error"));
        }
        QVERIFY(bytesOf(checkpoint("full")) == before);
        const fs::path killed = path("full/.checkpoint.safetensors.0123abcd.part");
        std::ofstream(killed) << "what a kill left";
        const RunLog after = run(json); // there is room again
        QVERIFY(!fs::exists(killed));
        for (const auto& file : fs::directory_iterator(path("full")))
            QVERIFY2(file.path().extension() != ".part", file.path().c_str());
        QVERIFY(after.result.finished);
        QCOMPARE(losses(after.lines).size(), std::size_t{1});
    }

    void aTornLineStaysAlone() {
        const Json json = config("tornline", 1);
        fs::create_directories(path("tornline"));
        std::ofstream(path("tornline/progress.jsonl")) << "{\"step\": 1, \"lo"; // as a kill leaves it
        QVERIFY(run(json).result.finished);
        std::ifstream in(path("tornline/progress.jsonl"));
        std::string line;
        std::getline(in, line);
        for (int lines = 0; std::getline(in, line); ++lines)
            QVERIFY2(Json::accept(line), line.c_str());
    }

    void twoRunsDoNotShareAFolder() {
        const Json json = config("shared", 3);
        std::string second;
        Trainer(parseTrainConfig(json, "config", "."))
            .run(
                [&](const nlohmann::ordered_json& line) {
                    if (line.contains("loss") && second.empty())
                        second = run(json).error;
                },
                {});
        QVERIFY2(second.find("progress.jsonl: another program") != std::string::npos, second.c_str());
        QCOMPARE(losses(jsonLines(path("shared/progress.jsonl"))).size(), std::size_t{3});
    }

    void aLogThatCannotBeWrittenIsNamed() {
        const FileSizeLimit limit(20); // a part of the first line
        const std::string error = run(config("log", 1)).error;
        QVERIFY2(error.find("progress.jsonl: cannot be written") != std::string::npos, error.c_str());
    }
};

QTEST_GUILESS_MAIN(TestTrainRun)
#include "tst_train_run.moc"
