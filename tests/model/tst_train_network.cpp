#include "model/engine/load_network.h"
#include "model/train/model_writer.h"
#include "tests/model/network_golden.h"
#include "tests/model/train_samples.h"
#include "tests/support/golden.h"

#include <ATen/core/grad_mode.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;

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
    return at::linear(network.answerStates(batch, network.encode(batch)), network.text().head());
}

/// One step of plain descent on the answers.
void descend(TrainingNetwork& network, const TrainBatch& batch, double rate) {
    const at::Tensor logits = at::linear(network.answerStates(batch, network.encode(batch)), network.text().head());
    at::cross_entropy_loss(logits, batch.labels).backward();
    const at::NoGradGuard guard;
    for (Parameter& parameter : network.parameters().all())
        if (parameter.live.grad().defined())
            parameter.master.sub_(parameter.live.grad(), rate);
    network.parameters().refresh();
    network.parameters().clearGradients();
}

std::vector<PreparedExample> samples(const ExampleEncoder& encoder, bool severalSizes) {
    std::vector<PreparedExample> examples;
    examples.push_back(prepared(example(6, 7, 1, {{"read", "What is this?", "A window", {}}}), encoder));
    examples.push_back(prepared(example(severalSizes ? 2 : 6, severalSizes ? 4 : 7, 2,
                                        {{"value", "What is the name?", "Ada Lovelace", {}},
                                         {"checked", "Is it on?", "yes", {}},
                                         {"count", "How many?", "12", {}}}),
                                encoder));
    examples.push_back(prepared(example(6, severalSizes ? 5 : 7, 3), encoder));
    return examples;
}

} // namespace

/// The network in training is the engine's: same numbers from the same weights, whole and pruned.
class TestTrainNetwork : public QObject {
    Q_OBJECT

    TrainModel m_model;
    std::unique_ptr<VisionLanguageModel> m_engine;

    static std::map<std::string, at::Tensor> masters(const TrainingNetwork& network) {
        std::map<std::string, at::Tensor> copies;
        for (const Parameter& parameter : network.parameters().all())
            copies[parameter.name] = parameter.master.clone();
        return copies;
    }

private Q_SLOTS:
    void initTestCase() {
        m_model = goldenTrainModel();
        m_engine = engineNetwork(m_model.companions);
    }

    void saysWhatTheEngineSays_data() {
        QTest::addColumn<QString>("plan");
        QTest::addColumn<bool>("severalSizes");
        QTest::addColumn<bool>("levelled");
        for (const char* plan : {"input:keep_all", "input:pred_2d", "input:random,tau=0.05", "input:raster,tau=0.1"})
            for (const bool severalSizes : {false, true})
                for (const bool levelled : {false, true})
                    QTest::addRow("%s, %s, %s", plan, severalSizes ? "several sizes" : "one size",
                                  levelled ? "levelled" : "as they are")
                        << plan << severalSizes << levelled;
    }
    void saysWhatTheEngineSays() {
        QFETCH(QString, plan);
        QFETCH(bool, severalSizes);
        QFETCH(bool, levelled);
        const auto examples = samples(*m_model.encoder, severalSizes);
        BatchOptions options;
        options.plan = parsePlan(plan.toStdString());
        options.levelled = levelled;
        const TrainBatch batch = makeBatch(examples, options, *m_model.encoder, 5);
        const at::Tensor found = logitsOf(*m_model.network, batch), expected = engineLogits(*m_engine, examples, batch);
        const std::string problem = difference("logits", found, expected);
        QVERIFY2(problem.empty(), problem.c_str());
        QVERIFY(at::equal(found.argmax(-1), expected.argmax(-1)));
        if (options.plan.prunes())
            QVERIFY(batch.keptShare < 1);
    }

    void onePictureAloneSaysTheSame() {
        const auto examples = samples(*m_model.encoder, true);
        BatchOptions options;
        options.plan = parsePlan("input:pred_2d");
        const TrainBatch all = makeBatch(examples, options, *m_model.encoder, 5);
        options.levelled = false;
        std::vector<at::Tensor> alone;
        for (const PreparedExample& one : examples)
            alone.push_back(logitsOf(*m_model.network, makeBatch({one}, options, *m_model.encoder, 5)));
        const std::string problem = difference("logits", logitsOf(*m_model.network, all), at::cat(alone));
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void savedFolderSaysTheSame_data() {
        QTest::addColumn<QByteArray>("change");
        QTest::newRow("all parameters") << QByteArray("{}");
        QTest::newRow("adapters merged") << QByteArray(
            R"({"lora": {"rank": 4, "alpha": 8, "targets": ["q_proj", "o_proj", "qkv", "linear_fc1"]}})");
    }
    /// After some steps, and in bfloat16, as weights are saved.
    void savedFolderSaysTheSame() {
        QFETCH(QByteArray, change);
        QTemporaryDir folder;
        TrainModel model = goldenTrainModel(nlohmann::json::parse(change.toStdString()));
        const auto examples = samples(*model.encoder, true);
        const TrainBatch batch = makeBatch(examples, {}, *model.encoder, 5);
        for (int i = 0; i < 3; ++i)
            descend(*model.network, batch, 0.05);
        const std::string saved = folder.filePath("model").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions, 200'000);
        QVERIFY(std::filesystem::exists(saved + "/model.safetensors.index.json"));
        QCOMPARE(readJson(saved + "/config.json").at("dtype"), nlohmann::json("bfloat16"));
        const TrainModel again = goldenTrainModel({{"model", {{"folder", saved}}}});
        for (const Parameter& parameter : again.network->parameters().all()) {
            const Parameter* trained = model.network->parameters().find(parameter.name);
            const at::Tensor merged = model.network->parameters().merged(*trained).to(at::kBFloat16).to(at::kFloat);
            QVERIFY2(at::equal(parameter.master, merged), parameter.name.c_str());
        }
        const at::Tensor found = engineLogits(*engineNetwork(saved), examples, batch);
        const std::string problem = difference("logits", found, logitsOf(*again.network, batch));
        QVERIFY2(problem.empty(), problem.c_str());
        const at::Tensor expected = logitsOf(*model.network, batch);
        const double rounding = ((found - expected).norm() / expected.norm()).item<double>();
        QVERIFY2(rounding < 0.05, qPrintable(QString::number(rounding)));
    }

    void onlyAdaptersAreTrained() {
        TrainModel model = goldenTrainModel({{"lora", {{"rank", 4}, {"targets", {"q_proj", "down_proj"}}}}});
        const auto examples = samples(*model.encoder, false);
        const TrainBatch batch = makeBatch(examples, {}, *model.encoder, 5);
        const std::string same =
            difference("as the model", logitsOf(*model.network, batch), logitsOf(*m_model.network, batch));
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
        QCOMPARE(adapters, 2 * 2 * 4); // two targets in each of four layers
        QVERIFY(!difference("moved", logitsOf(*model.network, batch), logitsOf(*m_model.network, batch)).empty());
    }

    void frozenPartsStay() {
        TrainModel model = goldenTrainModel({{"freeze", {"model.visual.", "model.language_model.embed_tokens"}}});
        const auto before = masters(*model.network);
        descend(*model.network, makeBatch(samples(*model.encoder, false), {}, *model.encoder, 5), 0.1);
        for (const auto& [name, master] : masters(*model.network)) {
            const bool frozen = name.starts_with("model.visual.") || name.ends_with("embed_tokens.weight");
            QVERIFY2(at::equal(master, before.at(name)) == frozen, name.c_str());
        }
    }

    void theOcrHeadsAreNotSaved() {
        QTemporaryDir folder;
        TrainModel model = goldenTrainModel();
        model.network->addOcrHeads(1);
        const std::string saved = folder.filePath("model").toStdString();
        writeModelFolder(saved, model.config, model.network->parameters(), model.companions);
        const auto file = SafetensorsFile::open(saved + "/model.safetensors");
        QCOMPARE(file->tensors().size(), m_model.network->parameters().all().size());
    }
};

QTEST_GUILESS_MAIN(TestTrainNetwork)
#include "tst_train_network.moc"
