#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "model/engine/load_network.h"
#include "model/families/families.h"
#include "model/files/safetensors.h"
#include "model/study/logit_trace.h"
#include "tests/model/small_folders.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/InferenceMode.h>

namespace fs = std::filesystem;

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// Largest relative L2 distance of a row of logits from what the writer's library says.
constexpr double kTolerance = 1e-3;

std::shared_ptr<const WeightFile> golden() {
    return openSafetensors((test::dataFolder() / "folders" / "golden.safetensors").string());
}

template <typename Value>
at::Tensor stored(const std::string& name, at::ScalarType type) {
    const auto file = golden();
    const StoredTensor* found = file->find(name);
    if (found == nullptr)
        throw std::runtime_error("golden.safetensors has no " + name);
    const auto* values = reinterpret_cast<const Value*>(found->bytes.data());
    return at::tensor(c10::ArrayRef<Value>(values, static_cast<std::size_t>(found->values())), type)
        .reshape(found->shape);
}

std::vector<std::int64_t> storedIds(const std::string& name) {
    const at::Tensor ids = stored<std::int64_t>(name, at::kLong);
    return {ids.const_data_ptr<std::int64_t>(), ids.const_data_ptr<std::int64_t>() + ids.numel()};
}

LoadedNetwork load(const std::string& folder) {
    LoadOptions options;
    options.folder = folder;
    options.device = "cpu";
    options.dtype = "float32";
    return loadNetwork(options, {}, {});
}

/// The stored prompt of that name: "text", or "picture" with the picture that the manifest names.
NetworkPrompt promptOf(const LoadedNetwork& loaded, const std::string& name) {
    NetworkPrompt prompt;
    std::vector<BlockGrid> grids;
    if (name == "picture") {
        const auto manifest = test::readJson(test::dataFolder() / "folders" / "manifest.json");
        const fs::path image = test::dataFolder() / manifest.at("image").get<std::string>();
        // A GGUF file says nothing of how small pictures may be: all are shown the base's picture.
        const PixelLimits limits = readPixelLimits((test::dataFolder() / "folders" / "base").string());
        const PixelBlocks blocks(resizeForModel(readImage(image.string()), limits), limits.geometry);
        grids.push_back(blocks.grid());
        prompt.vision = {.images = {blocks}, .masks = {KeepMask::all(blocks.grid())}};
    }
    prompt.tokens = makeSequence(storedIds(name + ".ids"), grids, loaded.network->traits().config.tokens);
    return prompt;
}

double largestRowError(const at::Tensor& expected, const at::Tensor& found) {
    return ((found - expected).norm(2, 1) / expected.norm(2, 1)).max().item<double>();
}

} // namespace

/// Each kind of model folder gives the logits of the library that wrote it.
class FoldersGoldenTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesTheWritersLogits_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("prompt");
        for (const std::string& kind : test::smallFolderKinds())
            for (const char* prompt : {"text", "picture"})
                QTest::addRow("%s %s", kind.c_str(), prompt) << QString::fromStdString(kind) << prompt;
    }

    void givesTheWritersLogits() {
        QFETCH(QString, kind);
        QFETCH(QString, prompt);
        const c10::InferenceMode guard;
        const QTemporaryDir scratch;
        const std::string name = kind.toStdString() + "/" + prompt.toStdString();
        const LoadedNetwork loaded =
            load(test::makeSmallFolder(kind.toStdString(), fs::path(scratch.path().toStdString()) / "model"));
        QCOMPARE(loaded.info.keeping, keepingText(loaded.folder.checkpoint()));
        const at::Tensor expected = stored<float>(name + ".logits", at::kFloat);
        const LogitTrace said = traceLogits(*loaded.network, promptOf(loaded, prompt.toStdString()),
                                            static_cast<int>(expected.size(0)) - 1, {});
        QCOMPARE(said.ids, storedIds(name + ".chosen"));
        const double error = largestRowError(expected, said.logits);
        QVERIFY2(error <= kTolerance, qPrintable(QString("relative L2 distance of a row: %1").arg(error)));
    }
};

QTEST_GUILESS_MAIN(FoldersGoldenTest)
#include "tst_folders_golden.moc"
