#include "core/base/output_file.h"
#include "model/engine/load_network.h"
#include "model/train/model_writer.h"
#include "tests/model/network_golden.h"
#include "tests/model/train_samples.h"
#include "tests/support/golden.h"
#include "tests/support/weights_edit.h"

#include <ATen/core/grad_mode.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;
using Json = nlohmann::json;

namespace {

std::unique_ptr<VisionLanguageModel> engineNetwork(const std::string& folder) {
    LoadOptions options;
    options.folder = folder;
    options.device = "cpu";
    options.dtype = "float32";
    return loadNetwork(options, {}, {}).network;
}

/// What the engine's network says of every token of one training example, under the mask that a batch has used:
/// [tokens, vocab].
at::Tensor engineLogits(const VisionLanguageModel& network, const PreparedExample& example,
                        const std::vector<int>& blocks) {
    const c10::InferenceMode guard;
    KeepMask mask(example.blocks.grid());
    for (const int block : blocks)
        mask.keep(block);
    at::Tensor logits;
    const Observer observer{[&](std::string_view name, const at::Tensor& value) {
                                if (name == "logits")
                                    logits = value.clone();
                            },
                            {}};
    const VisionFeatures features = network.encode({{VisionImage(example.blocks)}, {mask}}, {});
    KvCache cache = network.makeCache();
    network.prefill(keepBlocks(example.encoded.tokens, {mask}), features, cache, observer);
    return logits;
}

/// The rows of it that predict the answers of a batch.
at::Tensor engineLogits(const VisionLanguageModel& network, const std::vector<PreparedExample>& examples,
                        const TrainBatch& batch) {
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const at::Tensor logits = engineLogits(network, examples[i], batch.vision.blocks[i]);
        const auto dropped = examples[i].blocks.grid().count() - static_cast<int>(batch.vision.blocks[i].size());
        for (const AnswerSpan& answer : examples[i].encoded.answers)
            rows.push_back(logits.narrow(0, answer.first - dropped - 1, answer.count));
    }
    const c10::InferenceMode guard;
    return at::cat(rows);
}

at::Tensor logitsOf(const TrainingNetwork& network, const TrainBatch& batch) {
    const at::NoGradGuard guard;
    return at::linear(network.answerStates(batch, network.encode(batch)), network.head());
}

/// One step of plain descent on the answers.
void descend(TrainingNetwork& network, const TrainBatch& batch, double rate) {
    const at::Tensor logits = at::linear(network.answerStates(batch, network.encode(batch)), network.head());
    at::cross_entropy_loss(logits, batch.labels).backward();
    const at::NoGradGuard guard;
    for (Parameter& parameter : network.parameters().all())
        if (parameter.live.grad().defined())
            parameter.master.sub_(parameter.live.grad(), rate);
    network.parameters().refresh();
    network.parameters().clearGradients();
}

/// A tensor's name without the beginnings that newer programs write.
std::string shortName(std::string name) {
    const std::string text = "language_model.", vision = "visual.", model = "model.";
    if (name.starts_with(model + vision))
        return name.substr(model.size());
    return name.starts_with(model + text) ? model + name.substr(model.size() + text.size()) : name;
}

/// How far logits may be away: those of the golden model with the delta rule are large.
double closeness(const QString& name) {
    return name == "qwen35" ? 2e-4 : 1e-4;
}

/// A model in training, and what its folder answers.
struct Pair {
    TrainModel model;
    std::unique_ptr<VisionLanguageModel> engine;
};

Pair pairOf(TrainModel model) {
    Pair pair{std::move(model), nullptr};
    pair.engine = engineNetwork(pair.model.companions);
    return pair;
}

/// A new network as it is saved.
TrainModel savedNewModel(const std::filesystem::path& folder, const std::string& set) {
    const TrainConfig config = parseTrainConfig(numberConfig(folder, "run", 1, set), "config", ".");
    const TrainModel made = openTrainModel(config, at::kCPU, at::kFloat, {});
    const std::string saved = (folder / "model").string();
    writeModelFolder(saved, made.config, made.network->parameters(), made.companions);
    return goldenTrainModel({{"model", {{"folder", saved}}}});
}

} // namespace

/// The network in training is the engine's: same numbers from the same weights, whole and pruned.
class TestTrainNetwork : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::map<std::string, Pair> m_models; ///< by golden set; "new" is one of the delta rule, made here

    static std::map<std::string, at::Tensor> masters(const TrainingNetwork& network) {
        std::map<std::string, at::Tensor> copies;
        for (const Parameter& parameter : network.parameters().all())
            copies[parameter.name] = parameter.master.clone();
        return copies;
    }

    static void goldenRows() {
        QTest::addColumn<QString>("set");
        for (const char* set : {"qwen3vl", "qwen35"})
            QTest::newRow(set) << set;
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* set : {"qwen3vl", "qwen35"})
            m_models[set] = pairOf(goldenTrainModel(Json::object(), set));
        m_models["new"] = pairOf(savedNewModel(m_folder.path().toStdString(), "qwen35"));
    }

    void saysWhatTheEngineSays_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("plan");
        QTest::addColumn<bool>("severalSizes");
        QTest::addColumn<bool>("levelled");
        for (const auto& [name, pair] : m_models)
            for (const char* plan :
                 {"input:keep_all", "input:pred_2d", "input:random,tau=0.05", "input:raster,tau=0.1"})
                for (const bool severalSizes : {false, true})
                    for (const bool levelled : {false, true})
                        QTest::addRow("%s: %s, %s, %s", name.c_str(), plan, severalSizes ? "several sizes" : "one size",
                                      levelled ? "levelled" : "as they are")
                            << name.c_str() << plan << severalSizes << levelled;
    }
    void saysWhatTheEngineSays() {
        QFETCH(QString, name);
        QFETCH(QString, plan);
        QFETCH(bool, severalSizes);
        QFETCH(bool, levelled);
        const auto& [model, engine] = m_models.at(name.toStdString());
        const auto examples = threeExamples(*model.encoder, severalSizes);
        BatchOptions options;
        options.plan = parsePlan(plan.toStdString());
        options.levelled = levelled;
        const TrainBatch batch = makeBatch(examples, options, *model.encoder, 5);
        const at::Tensor found = logitsOf(*model.network, batch), expected = engineLogits(*engine, examples, batch);
        const std::string problem = difference("logits", found, expected, closeness(name));
        QVERIFY2(problem.empty(), problem.c_str());
        QVERIFY(at::equal(found.argmax(-1), expected.argmax(-1)));
        if (options.plan.prunes())
            QVERIFY(batch.keptShare < 1);
    }

    void onePictureAloneSaysTheSame_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, pair] : m_models)
            QTest::newRow(name.c_str()) << name.c_str();
    }
    void onePictureAloneSaysTheSame() {
        QFETCH(QString, name);
        const TrainModel& model = m_models.at(name.toStdString()).model;
        const auto examples = threeExamples(*model.encoder, true);
        BatchOptions options;
        options.plan = parsePlan("input:pred_2d");
        const TrainBatch all = makeBatch(examples, options, *model.encoder, 5);
        options.levelled = false;
        std::vector<at::Tensor> alone;
        for (const PreparedExample& one : examples)
            alone.push_back(logitsOf(*model.network, makeBatch({one}, options, *model.encoder, 5)));
        const std::string problem =
            difference("logits", logitsOf(*model.network, all), at::cat(alone), closeness(name));
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void savedFolderSaysTheSame_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<double>("rate");
        QTest::addColumn<QByteArray>("change");
        QTest::newRow("all parameters") << "qwen3vl" << 0.05 << QByteArray("{}");
        QTest::newRow("adapters merged")
            << "qwen3vl" << 0.05
            << QByteArray(R"({"lora": {"rank": 4, "alpha": 8, "targets": ["q_proj", "o_proj", "qkv", "linear_fc1"]}})");
        QTest::newRow("delta rule, all parameters") << "qwen35" << 0.01 << QByteArray("{}");
        QTest::newRow("delta rule, adapters merged")
            << "qwen35" << 0.01
            << QByteArray(R"({"lora": {"rank": 4, "alpha": 8, "targets": ["q_proj", "in_proj_qkv", "out_proj"]}})");
    }
    /// After some steps, and in bfloat16, as weights are saved.
    void savedFolderSaysTheSame() {
        QFETCH(QString, set);
        QFETCH(double, rate);
        QFETCH(QByteArray, change);
        QTemporaryDir folder;
        TrainModel model = goldenTrainModel(Json::parse(change.toStdString()), set.toStdString());
        const auto examples = threeExamples(*model.encoder, true);
        const TrainBatch batch = makeBatch(examples, {}, *model.encoder, 5);
        for (int i = 0; i < 3; ++i)
            descend(*model.network, batch, rate);
        const std::string saved = folder.filePath("model").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions, 100'000);
        QVERIFY(std::filesystem::exists(saved + "/model.safetensors.index.json"));
        QCOMPARE(readJson(saved + "/config.json").at("dtype"), nlohmann::json("bfloat16"));
        const TrainModel again = goldenTrainModel({{"model", {{"folder", saved}}}});
        for (const Parameter& parameter : again.network->parameters().all()) {
            const Parameter* trained = model.network->parameters().find(parameter.name);
            const at::Tensor merged = model.network->parameters().merged(*trained).to(at::kBFloat16).to(at::kFloat);
            QVERIFY2(at::equal(parameter.master, merged), parameter.name.c_str());
        }
        const at::Tensor found = engineLogits(*engineNetwork(saved), examples, batch);
        const std::string problem = difference("logits", found, logitsOf(*again.network, batch), closeness(set));
        QVERIFY2(problem.empty(), problem.c_str());
        const at::Tensor expected = logitsOf(*model.network, batch);
        const double rounding = ((found - expected).norm() / expected.norm()).item<double>();
        QVERIFY2(rounding < 0.05, qPrintable(QString::number(rounding)));
    }

    void onlyAdaptersAreTrained_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QStringList>("targets");
        QTest::addColumn<int>("expected");
        QTest::newRow("attention") << "qwen3vl" << QStringList{"q_proj", "down_proj"} << 2 * (4 + 4);
        QTest::newRow("delta rule") << "qwen35" << QStringList{"q_proj", "in_proj_qkv", "out_proj"} << 2 * (1 + 3 + 3);
    }
    void onlyAdaptersAreTrained() {
        QFETCH(QString, set);
        QFETCH(QStringList, targets);
        QFETCH(int, expected);
        Json names = Json::array();
        for (const QString& target : targets)
            names.push_back(target.toStdString());
        TrainModel model = goldenTrainModel({{"lora", {{"rank", 4}, {"targets", names}}}}, set.toStdString());
        const TrainModel& plain = m_models.at(set.toStdString()).model;
        const auto examples = threeExamples(*model.encoder, false);
        const TrainBatch batch = makeBatch(examples, {}, *model.encoder, 5);
        const std::string same =
            difference("as the model", logitsOf(*model.network, batch), logitsOf(*plain.network, batch));
        QVERIFY2(same.empty(), same.c_str()); // adapters begin as nothing
        const auto before = masters(*model.network);
        for (int i = 0; i < 2; ++i) // the first step moves B alone: it begins at 0
            descend(*model.network, batch, 0.1);
        int adapters = 0;
        for (const auto& [name, master] : masters(*model.network)) {
            const bool isAdapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
            QVERIFY2(at::equal(master, before.at(name)) != isAdapter, name.c_str());
            adapters += isAdapter;
        }
        QCOMPARE(adapters, expected); // two for each target of each layer that has it
        QVERIFY(!difference("moved", logitsOf(*model.network, batch), logitsOf(*plain.network, batch)).empty());
    }

    void frozenPartsStay_data() { goldenRows(); }
    /// All others move.
    void frozenPartsStay() {
        QFETCH(QString, set);
        TrainModel model =
            goldenTrainModel({{"freeze", {"model.visual.", "model.language_model.embed_tokens"}}}, set.toStdString());
        const auto before = masters(*model.network);
        descend(*model.network, makeBatch(threeExamples(*model.encoder, false), {}, *model.encoder, 5), 0.1);
        for (const auto& [name, master] : masters(*model.network)) {
            const bool frozen = name.starts_with("model.visual.") || name.ends_with("embed_tokens.weight");
            QVERIFY2(at::equal(master, before.at(name)) == frozen, name.c_str());
        }
    }

    void theOcrHeadsAreNotSaved_data() { goldenRows(); }
    void theOcrHeadsAreNotSaved() {
        QFETCH(QString, set);
        QTemporaryDir folder;
        TrainModel model = goldenTrainModel(Json::object(), set.toStdString());
        model.network->addOcrHeads(1);
        const std::string saved = folder.filePath("model").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions);
        const auto file = openSafetensors(saved + "/model.safetensors");
        const TrainModel& plain = m_models.at(set.toStdString()).model;
        QCOMPARE(file->tensors().size(), plain.network->parameters().all().size());
    }

    /// AutoProcessor of transformers reads a template from a file of its own alone.
    void aTemplateAmongTheTokenizersSettingsIsSavedAsAFileToo() {
        const std::filesystem::path folder = m_folder.filePath("with-template").toStdString();
        std::filesystem::copy(goldenModel("qwen3vl"), folder);
        std::filesystem::remove(folder / "chat_template.jinja");
        std::filesystem::remove(folder / "chat_template.json");
        const std::string text = "{{ messages[0].content }}\n";
        writeFile((folder / "tokenizer_config.json").string(), Json{{"chat_template", text}}.dump(), Readers::Everyone);
        const TrainModel model = goldenTrainModel({{"model", {{"folder", folder.string()}}}});
        const std::string saved = m_folder.filePath("with-template-saved").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions);
        QFile file(QString::fromStdString(saved) + "/chat_template.jinja");
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().toStdString(), text);
    }

    /// Tensors of older names are saved under those of released checkpoints, every one.
    void foldersOfOtherNamesAreSavedWhole() {
        const std::filesystem::path named = m_folder.filePath("named").toStdString();
        std::filesystem::copy(goldenModel("qwen35"), named);
        editHeader(named / "model.safetensors", [](Json& header) {
            Json renamed = Json::object();
            for (const auto& [name, tensor] : header.items())
                renamed[shortName(name)] = tensor;
            header = renamed;
        });
        TrainModel model = goldenTrainModel({{"model", {{"folder", named.string()}}}});
        const std::string saved = m_folder.filePath("named-saved").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions);
        const auto file = openSafetensors(saved + "/model.safetensors");
        QVERIFY(file->find("model.visual.blocks.0.norm1.weight") && file->find("model.language_model.norm.weight"));
        const TrainModel& plain = m_models.at("qwen35").model;
        QCOMPARE(file->tensors().size(), plain.network->parameters().all().size());
    }

    /// In bfloat16 too: decays are exponents of exponents.
    void someAreReadInFloat32() {
        const TrainConfig config = parseTrainConfig(smallestConfig("unused", 1, "qwen35"), "config", ".");
        TrainModel model = openTrainModel(config, at::kCPU, at::kBFloat16, {});
        const auto isWide = [](const std::string& name) {
            return name.ends_with(".A_log") || name.ends_with(".linear_attn.norm.weight");
        };
        BatchOptions options;
        options.type = at::kBFloat16;
        descend(*model.network, makeBatch(threeExamples(*model.encoder, false), options, *model.encoder, 5), 0.01);
        for (const Parameter& parameter : model.network->parameters().all()) {
            QVERIFY2((parameter.live.scalar_type() == at::kFloat) == isWide(parameter.name), parameter.name.c_str());
            QVERIFY2(at::equal(parameter.live, parameter.master.to(parameter.live.scalar_type())),
                     parameter.name.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestTrainNetwork)
#include "tst_train_network.moc"
