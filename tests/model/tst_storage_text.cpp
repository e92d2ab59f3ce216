#include "model/families/model_folder.h"
#include "model/files/safetensors.h"
#include "tests/model/small_folders.h"

#include <QTemporaryDir>
#include <QtTest>
#include <map>

using namespace prunescope;
using namespace prunescope::model;

namespace {

struct Said {
    const char* storage;
    const char* keeping;
};

/// Of each kind of folder, what people are told of its weights.
const std::map<std::string, Said> kSaid{
    {"base", {"bf16", ""}},
    {"lora", {"bf16", ""}},
    {"lora-dora", {"bf16", ""}},
    {"lora-patterns", {"bf16", ""}},
    {"fp8-dynamic", {"bf16, fp8", "kept as stored"}},
    {"fp8-block", {"bf16, fp8", "kept as stored"}},
    {"qwen-fp8", {"bf16, fp8", "kept as stored"}},
    {"w8a8", {"bf16, int8", "kept as stored"}},
    {"w4a16", {"bf16, int4", "repacked without loss"}},
    {"w4a16-asym", {"bf16, int4", "repacked without loss"}},
    {"nvfp4a16", {"bf16, nvfp4", "kept as stored"}},
    {"awq", {"bf16, int4", "repacked without loss"}},
    {"gptq", {"bf16, int4", "repacked without loss"}},
    {"gguf", {"f16, q6_k, q8_0, q4_k, q5_k, f32", "kept as stored"}},
};

/// A tensor of zeros in a file of its own making.
struct Part {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::int32_t> words = {}; ///< instead of zeros
};

std::size_t bytesOf(const Part& part) {
    std::size_t bytes = part.dtype == "I32" || part.dtype == "F32" ? 4 : part.dtype == "I64" ? 8 : 2;
    for (const std::int64_t side : part.shape)
        bytes *= static_cast<std::size_t>(side);
    return bytes;
}

Checkpoint checkpointOf(const std::vector<Part>& parts) {
    nlohmann::json header = nlohmann::json::object();
    std::string data;
    for (const Part& part : parts) {
        const std::size_t begin = data.size(), size = bytesOf(part);
        data.resize(begin + size);
        if (!part.words.empty())
            std::memcpy(data.data() + begin, part.words.data(), size);
        header[part.name] = {{"dtype", part.dtype}, {"shape", part.shape}, {"data_offsets", {begin, begin + size}}};
    }
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    const std::string content = std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + data;
    const auto bytes = std::as_bytes(std::span(content.data(), content.size()));
    return {"model", {readSafetensors(MappedFile::ofContent("model.safetensors", bytes))}};
}

/// GPTQ's words of a matrix [32, 64], whose columns are in groups of 32.
std::vector<Part> gptq(int bits, const std::vector<std::int32_t>& groupOf) {
    return {{"a.qweight", "I32", {64 * bits / 32, 32}},
            {"a.qzeros", "I32", {2, 32 * bits / 32}},
            {"a.scales", "F16", {2, 32}},
            {"a.g_idx", "I32", {64}, groupOf}};
}

std::vector<std::int32_t> halves(bool inOrder) {
    std::vector<std::int32_t> groupOf(64);
    for (int col = 0; col < 64; ++col)
        groupOf[static_cast<std::size_t>(col)] = inOrder ? col / 32 : col % 2;
    return groupOf;
}

} // namespace

/// What people are told of how weights are stored, and of what becomes of them.
class TestStorageText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kinds_data() {
        QTest::addColumn<QString>("kind");
        for (const std::string& kind : test::smallFolderKinds())
            QTest::newRow(kind.c_str()) << QString::fromStdString(kind);
    }

    void kinds() {
        QFETCH(QString, kind);
        const auto said = kSaid.find(kind.toStdString());
        QVERIFY2(said != kSaid.end(), "a new kind of folder: what is said of it?");
        const QTemporaryDir scratch;
        const auto folder = ModelFolder::open(
            test::makeSmallFolder(kind.toStdString(), std::filesystem::path(scratch.path().toStdString()) / "model"));
        std::string storage = storageText(folder.checkpoint());
        QCOMPARE(QString::fromStdString(storage), QString(said->second.storage));
        QCOMPARE(keepingText(folder.checkpoint()), std::string(said->second.keeping));
        QCOMPARE(isQuantized(folder.checkpoint()), !std::string(said->second.keeping).empty());
    }

    void words() {
        QCOMPARE(storageText(checkpointOf(gptq(4, halves(true)))), std::string("int4"));
        QCOMPARE(storageText(checkpointOf(gptq(8, halves(true)))), std::string("int8"));
        QCOMPARE(keepingText(checkpointOf(gptq(4, halves(true)))), std::string("repacked without loss"));
        QCOMPARE(keepingText(checkpointOf(gptq(4, halves(false)))), std::string("widened"));
    }

    /// What can't be read is refused elsewhere, in a line that says why.
    void damaged() {
        const Checkpoint lonely = checkpointOf({{"a.qweight", "I32", {8, 32}}});
        QCOMPARE(storageText(lonely), std::string("int"));
        const Checkpoint odd = checkpointOf({{"a.weight_packed", "I32", {32, 8}},
                                             {"a.weight_scale", "BF16", {32, 1}},
                                             {"a.weight_shape", "BF16", {2}}}); // no whole numbers
        QCOMPARE(storageText(odd), std::string("int"));
        QCOMPARE(keepingText(odd), std::string("repacked without loss"));
    }
};

QTEST_APPLESS_MAIN(TestStorageText)
#include "tst_storage_text.moc"
