#include "core/base/error.h"
#include "model/families/families.h"
#include "model/families/gguf_model.h"
#include "model/files/ggml_types.h"
#include "model/files/ollama_store.h"
#include "tests/model/gguf_bytes.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <map>

using namespace prunescope;
using namespace prunescope::model;
using test::GgufBytes;
namespace fs = std::filesystem;

namespace {

fs::path dataFile(const char* name) {
    return test::dataFolder() / "gguf" / name;
}

void writeAll(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(content.data(), std::ssize(content));
}

std::string textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A file taken apart, to be written again with changes.
struct Parts {
    std::map<std::string, std::pair<std::uint32_t, std::string>> values; ///< type and bytes
    std::map<std::string, StoredTensor> tensors;
    std::shared_ptr<const GgufFile> file; ///< keeps the bytes

    explicit Parts(const char* name) : file(GgufFile::open(dataFile(name).string())) {
        for (const auto& [key, value] : file->header().values()) {
            std::string bytes;
            if (value.isList) {
                test::appendNumber(bytes, static_cast<std::uint32_t>(value.type));
                test::appendNumber(bytes, value.count);
            }
            values[key] = {value.isList ? 9U : static_cast<std::uint32_t>(value.type), bytes + textOf(value.bytes)};
        }
        tensors = {file->tensors().begin(), file->tensors().end()};
    }

    void setText(const std::string& key, const std::string& value) {
        std::string bytes;
        test::appendText(bytes, value);
        values[key] = {8, bytes};
    }
    void setNumber(const std::string& key, std::uint32_t value) {
        std::string bytes;
        test::appendNumber(bytes, value);
        values[key] = {4, bytes};
    }

    GgufBytes bytes() const {
        GgufBytes written;
        for (const auto& [key, value] : values)
            written.raw(key, value.first, value.second);
        for (const auto& [name, tensor] : tensors)
            add(written, name, tensor);
        return written;
    }
    static void add(GgufBytes& written, const std::string& name, const StoredTensor& tensor) {
        const auto type = std::ranges::find(ggmlTypes(), tensor.dtype, &GgmlType::name);
        written.tensor(name, {tensor.shape.rbegin(), tensor.shape.rend()}, type->id, textOf(tensor.bytes));
    }
};

/// The number that packaging/compare/gguf_tiny.py gives a tensor.
float valueOf(const std::string& name, std::size_t index) {
    std::uint32_t hash = 2166136261U;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return (static_cast<float>((std::uint64_t{hash} + 37 * index) % 256) - 128) / 256;
}

float halfAt(const std::byte* bytes) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes, 2);
    const int exponent = bits >> 10 & 31;
    const float fraction = static_cast<float>(bits & 1023) / 1024;
    const float value = exponent ? std::ldexp(1 + fraction, exponent - 15) : std::ldexp(fraction, -14);
    return bits & 0x8000 ? -value : value;
}

float storedValue(const StoredTensor& tensor, std::size_t index) {
    const std::byte* bytes = tensor.bytes.data();
    if (tensor.dtype == "F16")
        return halfAt(bytes + 2 * index);
    if (tensor.dtype == "Q8_0") {
        const std::byte* block = bytes + index / 32 * 34;
        return halfAt(block) * static_cast<float>(static_cast<std::int8_t>(block[2 + index % 32]));
    }
    float value = 0;
    std::memcpy(&value, bytes + 4 * index, 4);
    return value;
}

/// The largest difference from what the name says.
double errorOf(const std::string& name, const StoredTensor& tensor) {
    double error = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(tensor.values()); ++i)
        error = std::max(error, std::abs(double(storedValue(tensor, i)) - double(valueOf(name, i))));
    return error;
}

std::map<std::string, StoredTensor> tensorsOf(const WeightFiles& files) {
    std::map<std::string, StoredTensor> all;
    for (const auto& file : files)
        for (const auto& [name, tensor] : file->tensors())
            all.emplace(name, tensor);
    return all;
}

std::string messageOf(const std::function<void()>& action) {
    try {
        action();
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

} // namespace

class TestGgufModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void texts_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("name");
        QTest::newRow("text beside mmproj") << QString::fromStdString(dataFile("tiny.gguf").string()) << "tiny";
        QTest::newRow("one file with both") << QString::fromStdString(dataFile("both.gguf").string()) << "both";
    }

    /// config.json as the model had it before.
    void texts() {
        QFETCH(QString, path);
        QFETCH(QString, name);
        const GgufModel model = GgufModel::open(path.toStdString());
        const ModelTexts& texts = model.texts();
        QCOMPARE(texts.path, path.toStdString());
        QCOMPARE(texts.name, name.toStdString());
        const nlohmann::json released = test::readJson(dataFile("config.json"));
        requireSame(texts.config.json, released, "");
        const FamilyEntry& family = findFamily(texts.config.json, texts.config.where);
        const ModelConfig found = family.configOf(JsonFields(texts.config.json, texts.config.where));
        const ModelConfig expected = family.configOf(JsonFields(released, "config.json"));
        QVERIFY(parameterCount(found).all() == parameterCount(expected).all());
        QVERIFY(found.text.ropeSections == expected.text.ropeSections);
        QVERIFY(found.text.rmsEpsilon == expected.text.rmsEpsilon && found.text.ropeTheta == expected.text.ropeTheta);
        QVERIFY(found.vision.deepstackLayers == (std::vector<std::int64_t>{0, 2}));
        QVERIFY(found.text.tiedHead);
        QCOMPARE(texts.templates.size(), std::size_t{2});
        QCOMPARE(texts.templates[0].name, std::string("default"));
        QCOMPARE(texts.templates[1].text, std::string("{{ tools }}"));
        QVERIFY(texts.generation && texts.generation->json["eos_token_id"] == nlohmann::json{506});
    }

    void pictureSizes() {
        const GgufModel both = GgufModel::open(dataFile("both.gguf").string());
        QVERIFY(both.texts().images->json["size"] ==
                (nlohmann::json{{"shortest_edge", 4096}, {"longest_edge", 25600}}));
        QVERIFY(both.texts().notes.empty());
        const GgufModel apart = GgufModel::open(dataFile("tiny.gguf").string());
        QVERIFY(!apart.texts().images->json.contains("size"));
        QCOMPARE(apart.texts().notes.size(), std::size_t{1});
        const FamilyEntry& family = *familyNamed("qwen3_vl");
        for (const GgufModel* model : {&both, &apart}) // mean and deviation are what the family expects
            preparedImages(model->texts().images, family, {});
    }

    void weights_data() { texts_data(); }

    /// Every tensor has its released name, shape and numbers, wherever its parts were.
    void weights() {
        QFETCH(QString, path);
        const WeightFiles files = GgufModel::open(path.toStdString()).weights();
        const auto tensors = tensorsOf(files);
        QCOMPARE(tensors.size(), std::size_t{2 + 2 * 11 + 3 + 3 * 12 + 3 * 6});
        for (const auto& [name, tensor] : tensors) {
            const double allowed = tensor.dtype == "Q8_0" ? 0.003 : 0;
            QVERIFY2(errorOf(name, tensor) <= allowed, name.c_str());
        }
        using Shape = std::vector<std::int64_t>;
        QVERIFY(tensors.at("model.visual.patch_embed.proj.weight").shape == (Shape{16, 3, 2, 16, 16}));
        QVERIFY(tensors.at("model.visual.blocks.2.attn.qkv.weight").shape == (Shape{48, 16}));
        QVERIFY(tensors.at("model.visual.blocks.2.attn.qkv.bias").shape == Shape{48});
        QVERIFY(tensors.at("model.visual.deepstack_merger_list.1.linear_fc2.weight").shape == (Shape{32, 64}));
        QVERIFY(tensors.at("model.language_model.embed_tokens.weight").shape == (Shape{512, 32}));
    }

    /// Letting go of what was put together must not lose it.
    void joinedTensorsSurvive() {
        for (const auto& file : GgufModel::open(dataFile("both.gguf").string()).weights())
            for (const auto& [name, tensor] : file->tensors()) {
                file->release(tensor);
                QVERIFY2(errorOf(name, tensor) == 0, name.c_str());
            }
    }

    /// Ollama's files have values in Q8_0 beside queries and keys in F16.
    void valuesInBlocks() {
        Parts parts("both.gguf");
        for (const char* part : {"q", "k", "v"})
            parts.tensors.erase(std::string("v.blk.0.attn_") + part + ".weight");
        GgufBytes bytes = parts.bytes();
        // [16, 16] has no rows of 32, so the numbers of two rows stand in one: what is joined is the same.
        std::string rows(256 * 2, '\0');
        std::string blocks;
        for (int i = 0; i < 8; ++i)
            blocks += std::string("\x00\x3c", 2) + std::string(32, static_cast<char>(i - 4)); // factor 1
        bytes.tensor("v.blk.0.attn_q.weight", {16, 16}, 1, rows);
        bytes.tensor("v.blk.0.attn_k.weight", {16, 16}, 1, rows);
        bytes.tensor("v.blk.0.attn_v.weight", {32, 8}, 8, blocks);
        writeAll(m_folder / "x.gguf", bytes.bytes());
        const auto files = GgufModel::open((m_folder / "x.gguf").string()).weights();
        const StoredTensor tensor = tensorsOf(files).at("model.visual.blocks.0.attn.qkv.weight");
        QCOMPARE(tensor.dtype, std::string("F32"));
        for (std::size_t i = 0; i < 768; ++i)
            QCOMPARE(storedValue(tensor, i), i < 512 ? 0.0F : static_cast<float>((i - 512) / 32) - 4);
    }

    void wrongTokenizers_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        QTest::newRow("model") << "tokenizer.ggml.model"
                               << "llama"
                               << "model is \"llama\", expected \"gpt2\"";
        QTest::newRow("pieces") << "tokenizer.ggml.pre"
                                << "llama-bpe"
                                << "pre is \"llama-bpe\", expected \"qwen2\"";
        QTest::newRow("merges") << "tokenizer.ggml.merges"
                                << "x"
                                << "merges is \"x\", expected a list of texts";
    }

    void wrongTokenizers() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        Parts parts("both.gguf");
        parts.setText(key.toStdString(), value.toStdString());
        requireRefused(parts, expected, [](const GgufModel& model) { model.tokenizer(); });
    }

    void shards() {
        const Parts parts("tiny.gguf");
        std::vector<GgufBytes> files(3);
        for (const auto& [key, value] : parts.values) // as llama.cpp splits: the first has all keys
            files[0].raw(key, value.first, value.second);
        std::size_t next = 0;
        for (const auto& [name, tensor] : parts.tensors)
            Parts::add(files[next++ % 3], name, tensor);
        for (std::size_t i = 0; i < 3; ++i)
            writeAll(m_folder / ("m-0000" + std::to_string(i + 1) + "-of-00003.gguf"), files[i].bytes());
        fs::copy(dataFile("mmproj-tiny.gguf"), m_folder / "mmproj-m.gguf");
        for (const char* name : {"", "m-00001-of-00003.gguf", "m-00003-of-00003.gguf", "mmproj-m.gguf"}) {
            const GgufModel model = GgufModel::open((m_folder / name).string());
            QCOMPARE(model.texts().name, std::string("m"));
            QCOMPARE(tensorsOf(model.weights()).size(), std::size_t{81});
        }
        fs::remove(m_folder / "m-00002-of-00003.gguf");
        const std::string message = messageOf([&] { GgufModel::open(m_folder.string()); });
        QVERIFY2(message.find("m-00002-of-00003.gguf: missing") != std::string::npos, message.c_str());
    }

    void refused_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("expected");
        QTest::newRow("another family") << "general.architecture=qwen2vl"
                                        << "GGUF of \"qwen2vl\" can't be read yet, expected qwen3vl: use the "
                                           "safetensors folder";
        QTest::newRow("a text alone") << "general.architecture=llama"
                                      << "GGUF of \"llama\" can't be read yet";
        QTest::newRow("stretched rope") << "qwen3vl.rope.scaling.type=yarn"
                                        << "type is \"yarn\", expected none";
        QTest::newRow("no layers") << "-qwen3vl.block_count"
                                   << "qwen3vl.block_count is missing";
        QTest::newRow("layers") << "qwen3vl.block_count#3"
                                << "\"blk.2.attn_norm.weight\" is missing";
        QTest::newRow("no heads") << "qwen3vl.attention.head_count#0"
                                  << "head_count is 0, expected a number from 1";
        QTest::newRow("no words") << "!token_embd.weight"
                                  << "\"token_embd.weight\" is missing";
        QTest::newRow("no patches") << "!v.patch_embed.weight"
                                    << "\"v.patch_embd.weight\" is missing";
        QTest::newRow("half an attention") << "!v.blk.1.attn_k.weight"
                                           << "\"v.blk.1.attn_qkv.weight\" is missing";
        QTest::newRow("encoder alone") << "general.architecture=clip"
                                       << "only the encoder of pictures";
        QTest::newRow("epsilon") << "qwen3vl.vision.attention.layer_norm_epsilon#1"
                                 << "epsilon is 1, expected 1e-06";
        QTest::newRow("embeddings") << "qwen3vl.pooling_type#3"
                                    << "pooling_type is 3, expected 0";
        QTest::newRow("no pictures") << "!v."
                                     << "no mmproj file beside it";
        QTest::newRow("a type of GGUF") << "~blk.0.ffn_up.weight"
                                        << "is Q5_0, expected F32, F16, BF16, Q8_0";
    }

    void refused() {
        QFETCH(QString, change);
        QFETCH(QString, expected);
        Parts parts("both.gguf");
        const std::string text = change.toStdString();
        const std::string name = text.substr(1);
        if (text[0] == '!')
            std::erase_if(parts.tensors, [&](const auto& tensor) { return tensor.first.starts_with(name); });
        else if (text[0] == '-')
            parts.values.erase(name);
        else if (text[0] == '~')
            parts.tensors[name] = {"Q5_0", {64, 32}, parts.tensors[name].bytes.first(64 * 22)};
        else if (const auto at = text.find('#'); at != std::string::npos)
            parts.setNumber(text.substr(0, at), static_cast<std::uint32_t>(std::stoul(text.substr(at + 1))));
        else
            parts.setText(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
        requireRefused(parts, expected, [](const GgufModel&) {});
    }

    void encoders() {
        fs::copy(dataFile("tiny.gguf"), m_folder / "tiny.gguf");
        QVERIFY(refusedBy("no mmproj file beside it"));
        Parts other("mmproj-tiny.gguf");
        other.setNumber("clip.vision.projection_dim", 2048);
        writeAll(m_folder / "mmproj-other.gguf", other.bytes().bytes());
        QVERIFY(refusedBy("the encoder of pictures of another model"));
        fs::copy(dataFile("mmproj-tiny.gguf"), m_folder / "mmproj-F16.gguf");
        QCOMPARE(encoderUsed(), std::string("mmproj-F16.gguf"));
        Parts exact("mmproj-tiny.gguf");
        exact.tensors["v.patch_embd.weight"].dtype = "BF16"; // the largest tensor
        writeAll(m_folder / "mmproj-Z.gguf", exact.bytes().bytes());
        QCOMPARE(encoderUsed(), std::string("mmproj-Z.gguf"));
        exact.setText("general.name", "a model of the same size");
        writeAll(m_folder / "mmproj-Z.gguf", exact.bytes().bytes());
        QCOMPARE(encoderUsed(), std::string("mmproj-F16.gguf"));
        fs::copy(dataFile("both.gguf"), m_folder / "second.gguf");
        QVERIFY(refusedBy("2 models in GGUF, expected the path of one of them: second.gguf, tiny.gguf"));
    }

    void whatIsGguf() {
        QVERIFY(isGgufModel(dataFile("tiny.gguf").string()));
        QVERIFY(isGgufModel((test::dataFolder() / "gguf").string()));
        QVERIFY(!isGgufModel((test::dataFolder() / "qwen3vl" / "model").string()));
        QVERIFY(!isGgufModel((test::dataFolder() / "nowhere").string()));
        fs::copy(dataFile("tiny.gguf"), m_folder / "sha256-0123");
        QVERIFY(isGgufModel((m_folder / "sha256-0123").string()));
        writeAll(m_folder / "model.safetensors", "");
        fs::copy(dataFile("tiny.gguf"), m_folder / "tiny.gguf");
        QVERIFY(!isGgufModel(m_folder.string()));
    }

    void ollama() {
        const fs::path library = m_folder / "manifests" / "registry.ollama.ai" / "library" / "qwen3-vl";
        fs::create_directories(m_folder / "blobs");
        fs::copy(dataFile("both.gguf"), m_folder / "blobs" / "sha256-aa");
        fs::copy(dataFile("tiny.gguf"), m_folder / "blobs" / "sha256-bb");
        fs::copy(dataFile("mmproj-tiny.gguf"), m_folder / "blobs" / "sha256-cc");
        writeAll(library / "one", manifest({{"model", "aa"}}));
        writeAll(library / "two", manifest({{"model", "bb"}, {"projector", "cc"}}));
        writeAll(library / "gone", manifest({{"model", "dd"}}));
        writeAll(library / "none", manifest({{"template", "aa"}}));
        writeAll(library / "out", manifest({{"model", "../aa"}}));
        writeAll(m_folder / "manifests" / "hf.co" / "someone" / "Model-GGUF" / "Q8_0", manifest({{"model", "aa"}}));
        const auto manifests = ollamaManifests(m_folder);
        QCOMPARE(manifests.size(), std::size_t{6});
        QCOMPARE(readOllamaManifest(manifests[0]).name, std::string("hf.co/someone/Model-GGUF:Q8_0"));
        for (const char* tag : {"one", "two"}) {
            const std::string path = (library / tag).string();
            QVERIFY(isGgufModel(path));
            const GgufModel model = GgufModel::open(path);
            QCOMPARE(model.texts().name, std::string("qwen3-vl:") + tag);
            QCOMPARE(tensorsOf(model.weights()).size(), std::size_t{81});
        }
        const auto message = [&](const char* tag) {
            return messageOf([&] { GgufModel::open((library / tag).string()); });
        };
        QVERIFY(message("gone").find("`ollama pull qwen3-vl:gone` completes it") != std::string::npos);
        QVERIFY(message("none").find("has no weights in GGUF") != std::string::npos);
        QVERIFY(message("out").find("expected sha256:...") != std::string::npos);
    }

private:
    static std::string manifest(const std::vector<std::pair<std::string, std::string>>& layers) {
        nlohmann::json json{{"schemaVersion", 2}, {"layers", nlohmann::json::array()}};
        for (const auto& [kind, digest] : layers)
            json["layers"].push_back(
                {{"mediaType", "application/vnd.ollama.image." + kind}, {"digest", "sha256:" + digest}, {"size", 1}});
        return json.dump();
    }

    /// Everything that `found` says is said by `expected` too.
    static void requireSame(const nlohmann::json& found, const nlohmann::json& expected, const std::string& where) {
        for (const auto& [key, value] : found.items()) {
            QVERIFY2(expected.contains(key), (where + key).c_str());
            if (value.is_object())
                requireSame(value, expected[key], where + key + ".");
            else if (key == "eos_token_id")
                QVERIFY(value == nlohmann::json{expected[key]});
            else
                QVERIFY2(value == expected[key], (where + key + " is " + value.dump()).c_str());
        }
    }

    void requireRefused(const Parts& parts, const QString& expected,
                        const std::function<void(const GgufModel&)>& use) const {
        const std::string path = (m_folder / "x.gguf").string();
        writeAll(path, parts.bytes().bytes());
        const std::string message = messageOf([&] { use(GgufModel::open(path)); });
        QVERIFY2(QString::fromStdString(message).contains(expected), message.c_str());
        QVERIFY2(message.find(m_folder.string()) != std::string::npos, message.c_str());
        QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
    }

    bool refusedBy(const char* expected) const {
        const std::string message = messageOf([&] { GgufModel::open(m_folder.string()); });
        if (message.find(expected) == std::string::npos)
            qWarning("%s", message.c_str());
        return message.find(expected) != std::string::npos;
    }

    std::string encoderUsed() const {
        return fs::path(GgufModel::open(m_folder.string()).parts().vision->path()).filename().string();
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_APPLESS_MAIN(TestGgufModel)
#include "tst_gguf_model.moc"
