#include "core/base/error.h"
#include "model/engine/adapter_exchange.h"
#include "model/engine/load_engine_within.h"
#include "model/files/adapter_base.h"
#include "model/files/adapter_folder.h"
#include "model/files/safetensors_writer.h"
#include "model/layers/linear.h"
#include "model/study/logit_trace.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

fs::path adapters() {
    return test::dataFolder() / "adapters";
}

/// Of the small Qwen3-VL with an adapter in tests/data/adapters, or "none".
LoadOptions with(const std::string& adapter, const std::string& dtype = "float32",
                 const std::string& weights = "native") {
    LoadOptions options;
    options.folder = (test::dataFolder() / "qwen3vl/model").string();
    options.adapter = adapter == kNoAdapter ? adapter : (adapters() / adapter).string();
    options.device = "cpu";
    options.dtype = dtype;
    options.weights = weights;
    return options;
}

std::string folderOf(const std::string& adapter) {
    return with(adapter).adapter;
}

/// What a network says of a picture and a few words, and after them.
LogitTrace saidBy(const VisionLanguageModel& network) {
    const PixelBlocks blocks(test::randomScreen(3, 5, 1));
    const ImageTokens& special = network.traits().config.tokens;
    std::vector<std::int64_t> ids{1, 2, special.visionStart};
    ids.insert(ids.end(), static_cast<std::size_t>(blocks.grid().count()), special.imagePad);
    ids.insert(ids.end(), {special.visionEnd, 3, 4, 5});
    const NetworkPrompt prompt{makeSequence(ids, {blocks.grid()}, special),
                               {.images = {blocks}, .masks = {KeepMask::all(blocks.grid())}}};
    return traceLogits(network, prompt, 4, {});
}

void verifySame(const ModelInfo& found, const ModelInfo& expected) {
    QCOMPARE(found.name, expected.name);
    QCOMPARE(found.adapter, expected.adapter);
    QCOMPARE(found.adapterFolder, expected.adapterFolder);
    QCOMPARE(found.keeping, expected.keeping);
    QCOMPARE(found.parameters, expected.parameters);
    QCOMPARE(found.weightBytes, expected.weightBytes);
    QCOMPARE(found.notes, expected.notes);
}

Request question() {
    Request request = makeRequest({{test::randomScreen(3, 5, 1), "screen", {}}}, "Where is Save?");
    request.maxTokens = 6;
    request.stopAtEnd = false;
    return request;
}

/// An adapter whose one tensor is not finite: nothing is wrong with it before it is read.
void writeDamaged(const fs::path& folder) {
    const std::vector<float> numbers(64, std::numeric_limits<float>::infinity());
    writeSafetensors(
        (folder / kAdapterWeightsFile).string(),
        {{"base_model.model.model.language_model.norm.weight", "F32", {64}, std::as_bytes(std::span(numbers))}});
    std::ofstream(folder / kAdapterConfigFile) << R"({"peft_type": "LORA"})";
}

std::string errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

/// Adapters that are exchanged on a loaded model give what they give when it is loaded with them.
class TestAdapterExchange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void networksAreThoseLoadedWithTheAdapter_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QString>("weights");
        const auto row = [](const std::string& from, const std::string& to, const char* dtype, const char* weights) {
            QTest::addRow("%s to %s, %s, %s", from.c_str(), to.c_str(), dtype, weights)
                << QString::fromStdString(from) << QString::fromStdString(to) << dtype << weights;
        };
        for (const auto& entry : fs::directory_iterator(adapters())) {
            const std::string name = entry.path().filename().string();
            row(kNoAdapter, name, "float32", "native");
            row(name, kNoAdapter, "float32", "native");
            row(name, "plain", "bfloat16", "native");
            row("plain", name, "float32", "int8");
        }
    }

    void networksAreThoseLoadedWithTheAdapter() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, dtype);
        QFETCH(QString, weights);
        const c10::InferenceMode guard;
        const auto load = [&](const QString& adapter) {
            return loadNetwork(with(adapter.toStdString(), dtype.toStdString(), weights.toStdString()), {}, {});
        };
        const LoadedNetwork expected = load(to);
        LoadedNetwork loaded = load(from);
        double progress = 0;
        const AdapterExchange adapters(loaded.folder, loaded.weights, freeMemory);
        adapters.exchange(loaded.network, loaded.info, folderOf(to.toStdString()),
                          [&](double fraction) { progress = fraction; }, {});
        QVERIFY(at::equal(saidBy(*loaded.network).logits, saidBy(*expected.network).logits));
        QVERIFY(progress > 0.9);
        QCOMPARE(adapters.mappedBytes(), expected.weights->mappedBytes());
        QCOMPARE(loaded.network->traits().weightBytes, expected.network->traits().weightBytes);
        verifySame(loaded.info, expected.info);
    }

    void adaptersSayOtherThings() {
        const c10::InferenceMode guard;
        const at::Tensor plain = saidBy(*loadNetwork(with(kNoAdapter), {}, {}).network).logits;
        for (const auto& entry : fs::directory_iterator(adapters())) {
            const LoadedNetwork loaded = loadNetwork(with(entry.path().filename().string()), {}, {});
            QVERIFY2(!at::equal(saidBy(*loaded.network).logits, plain), entry.path().c_str());
        }
    }

    /// In float32 in memory of their own: those that no adapter changes are not even copied.
    void weightsThatNoAdapterChangesStayWhereTheyAre() {
        const c10::InferenceMode guard;
        LoadedNetwork loaded = loadNetwork(with(kNoAdapter, "bfloat16", "int8"), {}, {});
        const auto layer = [&](std::size_t index) { return loaded.network->text().weights().layers[index]; };
        const void* changed = layer(0).attention->q.view().data;
        const void* unchanged = layer(1).attention->q.view().data;
        const LanguageLayer first = layer(0); // so that its memory is not used again
        const AdapterExchange exchanged(loaded.folder, loaded.weights, freeMemory);
        exchanged.exchange(loaded.network, loaded.info, folderOf("plain"), {}, {});
        QVERIFY(layer(0).attention->q.view().data != changed);
        QCOMPARE(layer(1).attention->q.view().data, unchanged);
    }

    /// As on a GPU: what is stacked is one matrix, whose rows are all that there is of its parts.
    void stackedMatricesAreNotCopiedAgain() {
        std::vector<Linear> parts(3);
        std::vector<Linear*> all;
        for (Linear& part : parts) {
            part.weight = at::randn({4, 8});
            all.push_back(&part);
        }
        const at::Tensor expected =
            at::cat({parts[0].weight.native(), parts[1].weight.native(), parts[2].weight.native()});
        const at::Tensor stacked = stack(all)->weight.native();
        QVERIFY(at::equal(stacked, expected));
        QCOMPARE(stack(all)->weight.native().data_ptr(), stacked.data_ptr());
        QVERIFY(at::equal(stack(all)->weight.native(), expected));
        parts[1].weight = at::zeros({4, 8});
        const at::Tensor other = stack(all)->weight.native();
        QVERIFY(other.data_ptr() != stacked.data_ptr());
        QVERIFY(at::equal(other.slice(0, 8), expected.slice(0, 8)) &&
                at::equal(other.slice(0, 4, 8), at::zeros({4, 8})));
        std::swap(all[0], all[2]); // in one matrix, in another order
        QVERIFY(at::equal(stack(all)->weight.native(),
                          at::cat({other.slice(0, 8), other.slice(0, 4, 8), other.slice(0, 0, 4)})));
    }

    /// Also of a prompt that was answered before, with another adapter.
    void answersAreThoseOfAFreshEngine() {
        const auto engine = loadEngine(with(kNoAdapter));
        engine->answer(question(), {}, {});
        for (const char* adapter : {"plain", "dora", "head", kNoAdapter}) {
            engine->setAdapter(folderOf(adapter), {}, {});
            const auto fresh = loadEngine(with(adapter));
            const Answer found = engine->answer(question(), {}, {}), expected = fresh->answer(question(), {}, {});
            QCOMPARE(found.tokenIds, expected.tokenIds);
            QVERIFY(!found.reuse.any());
            QCOMPARE(found.model, expected.model);
            QCOMPARE(found.adapter, expected.adapter);
            verifySame(engine->info(), fresh->info());
        }
    }

    void whatGoesWrongLeavesTheModelAsItWas() {
        QTemporaryDir damaged;
        writeDamaged(damaged.path().toStdString());
        const auto engine = loadEngine(with("plain"));
        const auto expected = engine->answer(question(), {}, {}).tokenIds;
        const ModelInfo info = engine->info();
        std::stop_source stop;
        stop.request_stop();
        const std::string nothing = (adapters() / "nothing").string();
        const std::string damage = damaged.path().toStdString();
        QVERIFY(errorOf([&] { engine->setAdapter(nothing, {}, {}); }).find("adapter_config.json") != std::string::npos);
        QVERIFY(errorOf([&] { engine->setAdapter(damage, {}, {}); }).find("is NaN or infinite") != std::string::npos);
        QVERIFY(errorOf([&] { engine->setAdapter(folderOf("dora"), {}, stop.get_token()); }).find("stopped") !=
                std::string::npos);
        verifySame(engine->info(), info);
        QCOMPARE(engine->answer(question(), {}, {}).tokenIds, expected);
        engine->setAdapter(folderOf("dora"), {}, {});
        QCOMPARE(engine->answer(question(), {}, {}).tokenIds,
                 loadEngine(with("dora"))->answer(question(), {}, {}).tokenIds);
    }

    void whatDoesNotFitIsNotRead() {
        FreeMemory free{std::int64_t{1} << 40, std::int64_t{1} << 40};
        const auto engine = loadEngineWithin([&](at::Device) { return free; }, with(kNoAdapter), {}, {});
        free = {1000, 1000}; // nothing is copied of the base, which is stored in float32
        const std::string said = errorOf([&] { engine->setAdapter(folderOf("plain"), {}, {}); });
        QVERIFY2(said.find("the weights that the adapter changes take") != std::string::npos, said.c_str());
        QVERIFY(engine->info().adapter.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdapterExchange)
#include "tst_adapter_exchange.moc"
