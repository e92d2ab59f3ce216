#include "core/base/error.h"
#include "model/files/safetensors.h"
#include "model/files/safetensors_writer.h"
#include "model/files/weight_folder.h"
#include "model/weights/adapted_weights.h"
#include "model/weights/stored_parts.h"
#include "model/weights/weight_source.h"
#include "tests/support/golden.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

fs::path adapters() {
    return test::dataFolder() / "adapters";
}

Checkpoint base() {
    const std::string folder = (test::dataFolder() / "qwen3vl/model").string();
    return {folder, openWeightFiles(folder)};
}

std::shared_ptr<const WeightChange> changeBy(const fs::path& folder) {
    return adaptedWeights(AdapterChanges(AdapterFolder::open(folder.string()), base()));
}

/// The rows of packaging/compare/adapter_goldens.py: [3, width]
at::Tensor probe(std::int64_t width) {
    at::Tensor rows = at::empty({3, width});
    for (std::int64_t i = 0; i < 3; ++i)
        for (std::int64_t j = 0; j < width; ++j)
            rows[i][j] = static_cast<float>((31 * i + 7 * j) % 17 - 8) / 8.0F;
    return rows;
}

/// What peft's layer makes of the probe with this weight.
at::Tensor outputOf(const std::string& name, const at::Tensor& weight) {
    if (weight.dim() == 1)
        return weight;
    const at::Tensor matrix = weight.view({weight.size(0), -1});
    const bool isTable = name.ends_with("embed_tokens.weight");
    return isTable ? at::matmul(probe(matrix.size(0)), matrix) : at::linear(probe(matrix.size(1)), matrix);
}

at::Tensor storedWeight(const Checkpoint& from, const std::string& name) {
    return mappedTensor(from.find(name).data, name).to(at::kFloat);
}

std::vector<std::int64_t> shapeOf(const std::string& name) {
    const std::string stored = name == "lm_head.weight" ? "model.language_model.embed_tokens.weight" : name;
    return base().find(stored).shape;
}

double relativeError(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
}

const WeightTarget kPlain{at::kCPU, at::kFloat, WeightFormat::Native};

} // namespace

/// Merged weights against what peft's own layers calculate, unmerged.
class TestAdaptedWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsAreThoseOfPeft_data() {
        QTest::addColumn<QString>("adapter");
        QTest::addColumn<QString>("weight");
        for (const auto& entry : fs::directory_iterator(adapters())) {
            const auto expected = openSafetensors((entry.path() / "expected.safetensors").string());
            for (const auto& [name, tensor] : expected->tensors())
                QTest::addRow("%s: %s", entry.path().filename().c_str(), name.c_str())
                    << QString::fromStdString(entry.path().string()) << QString::fromStdString(name);
        }
    }

    void weightsAreThoseOfPeft() {
        QFETCH(QString, adapter);
        QFETCH(QString, weight);
        const fs::path folder = adapter.toStdString();
        const std::string name = weight.toStdString();
        const auto file = openSafetensors((folder / "expected.safetensors").string());
        const at::Tensor expected = mappedTensor({file, file->find(name), name}, name).to(at::kFloat);
        const auto weights = folderWeights(base(), kPlain, {}, {}, changeBy(folder));
        const bool isBase = name == "lm_head.weight" && !weights->has(name); // tied: it is the embedding
        const std::string asked = isBase ? "model.language_model.embed_tokens.weight" : name;
        const at::Tensor found = outputOf(name, weights->get(asked, shapeOf(asked)));
        const double error = relativeError(found, expected);
        QVERIFY2(error < 1e-5, qPrintable(QString("relative error %1").arg(error)));
    }

    /// Under the names that other files of the same model have.
    void otherNamesAskForTheSame() {
        const auto change = changeBy(adapters() / "plain");
        const std::string name = "model.language_model.layers.0.self_attn.q_proj.weight";
        const at::Tensor stored = storedWeight(base(), name);
        QVERIFY(change->changes("model.layers.0.self_attn.q_proj.weight"));
        QVERIFY(at::equal(change->changed("language_model.model.layers.0.self_attn.q_proj.weight", stored),
                          change->changed(name, stored)));
        QVERIFY(!at::equal(change->changed(name, stored), stored));
        QVERIFY(at::equal(stored, storedWeight(base(), name))); // the mapped file is not written to
    }

    void whatIsNotChangedIsStillAViewOfTheFile() {
        const auto weights = folderWeights(base(), kPlain, {}, {}, changeBy(adapters() / "plain"));
        weights->get("model.language_model.layers.1.self_attn.q_proj.weight", {128, 64});
        const std::int64_t mapped = weights->mappedBytes();
        QCOMPARE(mapped, 128 * 64 * 4);
        weights->get("model.language_model.layers.0.self_attn.q_proj.weight", {128, 64});
        QCOMPARE(weights->mappedBytes(), mapped);
        QCOMPARE(weights->bytes(), 2 * mapped);
    }

    void changedMatricesArePacked() {
        const auto change = changeBy(adapters() / "plain");
        const std::string name = "model.language_model.layers.0.self_attn.q_proj.weight";
        const auto weights = folderWeights(base(), {at::kCPU, at::kFloat, WeightFormat::Int8}, {}, {}, change);
        const WeightMatrix packed = weights->matrix(name, 128, 64, MatrixKind::Projection);
        QVERIFY(packed.isPacked());
        const at::Tensor exact = change->changed(name, storedWeight(base(), name));
        QVERIFY(relativeError(packed.product(probe(64), {}), at::linear(probe(64), exact)) < 0.02);
    }

    /// A module that was trained and stored whole is the adapter's; the head that it was tied to stays the base's.
    void aStoredEmbeddingLeavesTheHead() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const std::string name = "model.language_model.embed_tokens.weight";
        const at::Tensor table = at::arange(512 * 64, at::kFloat).view({512, 64}) / 1000;
        const auto bytes = std::as_bytes(std::span(table.const_data_ptr<float>(), 512 * 64));
        writeSafetensors((path / kAdapterWeightsFile).string(),
                         {{"base_model.model." + name, "F32", {512, 64}, bytes}});
        const auto write = [&](const char* saved) {
            std::ofstream(path / kAdapterConfigFile)
                << R"({"peft_type": "LORA", "modules_to_save": [)" << saved << "]}";
        };
        write("\"embed_tokens\"");
        const auto separate = folderWeights(base(), kPlain, {}, {}, changeBy(path));
        QVERIFY(at::equal(separate->get(name, {512, 64}), table));
        QVERIFY(at::equal(separate->get("lm_head.weight", {512, 64}), storedWeight(base(), name)));
        write(""); // saved with save_embedding_layers: the base's own matrix, which is its head as well
        const auto shared = folderWeights(base(), kPlain, {}, {}, changeBy(path));
        QVERIFY(at::equal(shared->get(name, {512, 64}), table));
        QVERIFY(!shared->has("lm_head.weight"));
    }

    void damagedAdaptersAreNamed() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const std::vector<float> numbers(64, std::numeric_limits<float>::quiet_NaN());
        const std::string name = "model.language_model.norm.weight";
        writeSafetensors((path / kAdapterWeightsFile).string(),
                         {{"base_model.model." + name, "F32", {64}, std::as_bytes(std::span(numbers))}});
        std::ofstream(path / kAdapterConfigFile) << R"({"peft_type": "LORA"})";
        try {
            changeBy(path)->changed(name, {});
            QFAIL("took NaN for a weight");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("is NaN or infinite, expected finite numbers"), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestAdaptedWeights)
#include "tst_adapted_weights.moc"
