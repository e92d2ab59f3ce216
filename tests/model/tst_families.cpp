#include "core/base/error.h"
#include "model/families/chat_file.h"
#include "model/families/families.h"
#include "model/files/safetensors.h"
#include "tests/model/bad_configs_llava.h"
#include "tests/model/bad_configs_qwen3_5.h"
#include "tests/model/bad_configs_qwen3_vl.h"
#include "tests/model/chat_rows.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <array>
#include <map>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

struct BadConfigs {
    const char* modelType;
    const std::vector<test::BadConfig>& list;
};

/// One row a family.
const std::array kBadConfigs{
    BadConfigs{"qwen3_vl", test::kBadQwen3Vl},
    BadConfigs{"qwen3_5", test::kBadQwen35},
    BadConfigs{"llava", test::kBadLlava},
};

struct Neighbour {
    const char* modelType;
    const char* said;
};

constexpr std::array kNeighbours{
    Neighbour{"qwen3_vl_moe", "a mixture of experts"},
    Neighbour{"qwen3_5_moe", "a mixture of experts"},
    Neighbour{"qwen3_8_flash_next", "another architecture"},
    Neighbour{"internvl_chat", "convert it to InternVL3-*-hf"},
    Neighbour{"llava_next", "the generation after LLaVA-1.5"},
    Neighbour{"llava_onevision", "the generation after LLaVA-1.5"},
    Neighbour{"qwen2_vl", "the generation before Qwen2.5-VL"},
    Neighbour{"qwen3_5_text", "without a vision encoder"},
    Neighbour{"gemma3", "model_type is \"gemma3\", expected one of qwen3_vl, qwen3_5"},
    Neighbour{"", "model_type is \"\", expected one of qwen3_vl"},
    Neighbour{"Qwen3_VL", "model_type is \"Qwen3_VL\""},
};

struct Count {
    std::string_view shape;
    std::int64_t all, vision;
};

/// What the specifications say (qwen3-vl 1.1, qwen3-5 1, other-families 0).
constexpr std::array kCounts{
    Count{"qwen3-vl-2b", 2'127'532'032, 406'957'056}, Count{"qwen3-vl-4b", 4'437'815'808, 415'347'712},
    Count{"qwen3-vl-8b", 8'767'123'696, 576'388'336}, Count{"qwen3.5-0.8b", 852'985'920, 100'592'896},
    Count{"qwen3.5-2b", 2'213'241'664, 331'416'576},  Count{"qwen3.5-4b", 4'539'265'536, 333'514'240},
    Count{"qwen3.5-9b", 9'409'813'744, 456'010'480},
};

const PublishedShape& smallest(const FamilyEntry& family) {
    return family.shapes.front();
}

ModelConfig configOf(const json& config, const std::string& path = "config.json") {
    return findFamily(config, path).configOf(JsonFields(config, path));
}

/// Golden folders that hold a model.
std::vector<fs::path> goldenModels() {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(test::goldenFolder()))
        if (fs::exists(entry.path() / "model" / "config.json"))
            folders.push_back(entry.path());
    std::ranges::sort(folders);
    return folders;
}

/// The error that `work` ends with; empty when there is none.
template <typename Work>
std::string errorOf(Work&& work) {
    try {
        work();
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

void verifyMessage(const std::string& message, std::string_view beginning, std::string_view said) {
    QVERIFY2(message.starts_with(beginning), message.c_str());
    QVERIFY2(message.find(said) != std::string::npos, message.c_str());
    QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
}

/// All tensors of a checkpoint but those that nothing has use for.
std::map<std::string, std::vector<std::int64_t>> usedTensors(const WeightFile& file) {
    std::map<std::string, std::vector<std::int64_t>> used;
    for (const auto& [name, tensor] : file.tensors())
        if (!name.starts_with("mtp.") && name.find("post_layernorm.") == std::string::npos)
            used[name] = tensor.shape;
    return used;
}

std::int64_t product(const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    for (const std::int64_t side : shape)
        count *= side;
    return count;
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

} // namespace

/// What is particular to families, as their configs, their templates and the published sizes show it.
class TestFamilies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badConfigs_data() {
        QTest::addColumn<int>("family");
        QTest::addColumn<int>("row");
        for (std::size_t family = 0; family < kBadConfigs.size(); ++family)
            for (std::size_t row = 0; row < kBadConfigs[family].list.size(); ++row)
                QTest::addRow("%s: %s", kBadConfigs[family].modelType, kBadConfigs[family].list[row].name)
                    << static_cast<int>(family) << static_cast<int>(row);
    }
    void badConfigs() {
        QFETCH(int, family);
        QFETCH(int, row);
        const BadConfigs& table = kBadConfigs[static_cast<std::size_t>(family)];
        const test::BadConfig& bad = table.list[static_cast<std::size_t>(row)];
        json config = json::parse(smallest(*familyNamed(table.modelType)).config);
        QCOMPARE(errorOf([&] { configOf(config); }), std::string());
        config.merge_patch(json::parse(bad.patch));
        verifyMessage(errorOf([&] { configOf(config); }), "config.json: ", bad.said);
    }
    void everyTableIsLong() {
        for (const BadConfigs& table : kBadConfigs)
            QVERIFY2(table.list.size() >= 20, table.modelType);
    }

    void neighbours_data() {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < kNeighbours.size(); ++i)
            QTest::addRow("\"%s\"", kNeighbours[i].modelType) << static_cast<int>(i);
    }
    void neighbours() {
        QFETCH(int, row);
        const Neighbour& other = kNeighbours[static_cast<std::size_t>(row)];
        const json config{{"model_type", other.modelType}};
        const std::string message = errorOf([&] { findFamily(config, "a/config.json"); });
        verifyMessage(message, "a/config.json: model_type is ", other.said);
        QVERIFY2(message.ends_with(modelTypes()), message.c_str());
    }
    void noModelTypeInWords() {
        verifyMessage(errorOf([] { findFamily({{"model_type", 3}}, "c"); }), "c: model_type is 3", "expected a text");
        verifyMessage(errorOf([] { findFamily(json::array(), "c"); }), "c: ", "no JSON object");
    }
    void familiesAreFoundByName() {
        for (const FamilyEntry& family : families())
            QCOMPARE(familyNamed(family.modelType), &family);
        QVERIFY(!familyNamed("qwen3"));
    }

    /// Under the names that transformers 5 gives them.
    void innerModelsAreOfTheirFamily() {
        const std::map<std::string, std::string> names{{"qwen3_vl", "Qwen3VLModel"},
                                                       {"qwen3_5", "Qwen3_5Model"},
                                                       {"qwen2_5_vl", "Qwen2_5_VLModel"},
                                                       {"llava", "LlavaModel"},
                                                       {"internvl", "InternVLModel"}};
        for (const FamilyEntry& family : families()) {
            json config{{"model_type", family.modelType}, {"architectures", {names.at(std::string(family.modelType))}}};
            QCOMPARE(&findFamily(config, "config.json"), &family);
            config["architectures"] = {"Other" + names.at(std::string(family.modelType))};
            QVERIFY_THROWS_EXCEPTION(Error, findFamily(config, "config.json"));
        }
    }

    /// The published ones for embeddings have the config.json of Qwen3-VL.
    void modelsWithoutWords() {
        QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "mine";
        const fs::path named = folder / "Qwen3-VL-Embedding-2B";
        fs::create_directories(named);
        const json config = json::parse(smallest(*familyNamed("qwen3_vl")).config);
        QCOMPARE(errorOf([&] { configOf(config, folder / "config.json"); }), std::string());
        verifyMessage(errorOf([&] { configOf(config, named / "config.json"); }), (named / "config.json").string(),
                      "the folder is called \"Qwen3-VL-Embedding-2B\"");
        write(folder / "modules.json", "[]");
        verifyMessage(errorOf([&] { configOf(config, folder / "config.json"); }), (folder / "modules.json").string(),
                      "the model is one for embeddings");
    }

    void publishedShapes_data() {
        QTest::addColumn<QByteArray>("name");
        for (const ModelShape& shape : modelShapes())
            QTest::addRow("%s", shape.name.c_str()) << QByteArray(shape.name.c_str());
    }
    void publishedShapes() {
        QFETCH(QByteArray, name);
        const ModelConfig config = publishedConfig(name.toStdString());
        const ModelShape& shape = model::findModelShape(name.toStdString());
        QCOMPARE(shape.name, name.toStdString());
        QCOMPARE(static_cast<std::int64_t>(shape.languageWidth), config.text.width);
        QCOMPARE(static_cast<std::int64_t>(shape.languageLayers), config.text.layers);
        QVERIFY(!config.text.endTokens.empty());
        QVERIFY(config.images.geometry == config.vision.geometry);
        const auto count = std::ranges::find(kCounts, std::string_view(name.constData()), &Count::shape);
        if (count == kCounts.end())
            return;
        QCOMPARE(parameterCount(config).all(), count->all);
        QCOMPARE(parameterCount(config).vision(), count->vision);
    }
    void everyCountIsOfAShape() {
        for (const Count& count : kCounts)
            QCOMPARE(model::findModelShape(count.shape).name, std::string(count.shape));
    }
    void shapesAreInOrder() {
        const auto shapes = modelShapes();
        const std::array first{"qwen3-vl-2b", "qwen3-vl-4b", "qwen3-vl-8b", "tiny"};
        for (std::size_t i = 0; i < first.size(); ++i)
            QCOMPARE(shapes[i].name, std::string(first[i]));
        verifyMessage(errorOf([] { publishedConfig("70b"); }), "shape '70b' is unknown", "qwen3-vl-2b, qwen3-vl-4b");
    }

    void goldenConfigs_data() { goldenRows(); }
    /// The sizes in config.json are those of the tensors, to the last number.
    void goldenConfigs() {
        QFETCH(QByteArray, folder);
        const fs::path model = fs::path(folder.toStdString()) / "model";
        const ModelConfig config = configOf(test::readJson(model / "config.json"), (model / "config.json").string());
        const auto tensors = usedTensors(*openSafetensors((model / "model.safetensors").string()));
        const auto prefixes = std::ranges::find_if(config.prefixes, [&](const TensorPrefixes& names) {
            return tensors.contains(std::string(names.language) + "embed_tokens.weight");
        });
        QVERIFY(prefixes != config.prefixes.end());
        const std::string language(prefixes->language), vision(prefixes->vision);
        const LanguageConfig& text = config.text;
        const std::vector<std::int64_t> embedding{text.vocab, text.width}, gate{text.inner, text.width};
        QCOMPARE(tensors.at(language + "embed_tokens.weight"), embedding);
        const std::string last = language + "layers." + std::to_string(text.layers - 1);
        QCOMPARE(tensors.at(last + ".mlp.gate_proj.weight"), gate);
        const std::string layer = vision + std::string(config.vision.names.layer);
        const auto has = [&](const std::string& beginning) {
            const auto found = tensors.lower_bound(beginning);
            return found != tensors.end() && found->first.starts_with(beginning);
        };
        QVERIFY(has(layer + std::to_string(config.vision.depth - 1) + "."));
        QVERIFY(!has(layer + std::to_string(config.vision.depth) + "."));
        std::int64_t numbers = 0;
        for (const auto& [name, shape] : tensors)
            numbers += product(shape);
        const bool stored = tensors.contains(std::string(prefixes->head) + "weight");
        const std::int64_t head = stored && text.tiedHead ? text.vocab * text.width : 0;
        QCOMPARE(numbers, parameterCount(config).all() + head);
    }

    void goldenChats_data() {
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<int>("row");
        for (const fs::path& folder : goldenModels()) {
            const ordered_json rows = test::readOrdered(folder / "chat.json");
            for (std::size_t i = 0; i < rows.size(); ++i)
                QTest::addRow("%s: %s", folder.filename().c_str(), rows[i]["name"].get<std::string>().c_str())
                    << QByteArray(folder.c_str()) << static_cast<int>(i);
        }
    }
    void goldenChats() {
        QFETCH(QByteArray, folder);
        QFETCH(int, row);
        const fs::path path(folder.toStdString());
        const FamilyEntry& family = findFamily(test::readJson(path / "model" / "config.json"), "config.json");
        const ordered_json golden = test::readOrdered(path / "chat.json")[static_cast<std::size_t>(row)];
        QCOMPARE(joined(test::renderRow(family, golden)), golden["rendered"].get<std::string>());
    }

    void goldenTokens_data() { goldenRows(); }
    void goldenTokens() {
        QFETCH(QByteArray, folder);
        const fs::path model = fs::path(folder.toStdString()) / "model";
        const json file = test::readJson(model / "config.json");
        const FamilyEntry& family = findFamily(file, "config.json");
        const ModelConfig config = family.configOf(JsonFields(file, "config.json"));
        const std::string path = (model / "tokenizer.json").string();
        const BpeTokenizer tokenizer = BpeTokenizer::load(path);
        const ImageTokens tokens = resolvedTokens(config, family, tokenizer, path);
        QCOMPARE(tokens.imagePad, config.tokens.imagePad);
        for (const auto& [mark, id] :
             {std::pair(family.marks.start, tokens.visionStart), std::pair(family.marks.end, tokens.visionEnd)})
            if (!mark.empty())
                QCOMPARE(tokenizer.id(mark), std::optional(id));
        ModelConfig other = config;
        ++other.tokens.imagePad;
        verifyMessage(errorOf([&] { resolvedTokens(other, family, tokenizer, path); }), path + ": ",
                      "as in config.json");
        other = config;
        other.text.vocab = 300;
        verifyMessage(errorOf([&] { resolvedTokens(other, family, tokenizer, path); }), path + ": ", "300");
    }

    /// Only what is needed is in config.json, null elsewhere, as transformers 5 writes it (qwen3-5 spec 16).
    void qwen35InOtherWords() {
        json config = json::parse(smallest(*familyNamed("qwen3_5")).config);
        config.merge_patch(json::parse(R"({"tie_word_embeddings": false, "text_config": {"eos_token_id": null,
            "rope_parameters": {"rope_type": "default"}, "tie_word_embeddings": true, "max_position_embeddings": null},
            "vision_config": {"rope_parameters": {"rope_type": "axial"}}})"));
        config["text_config"]["rope_parameters"].erase("rope_theta");
        config["text_config"]["mtp_num_hidden_layers"] = nullptr;
        const LanguageConfig text = configOf(config).text;
        QCOMPARE(text.ropeTheta, 10000.0);
        QCOMPARE(text.rotaryDim, 64);
        QCOMPARE(text.headDim, 256);
        QCOMPARE(text.endTokens, std::vector<std::int64_t>());
        QVERIFY(text.tiedHead && text.centredNorms && text.gatedQueries && text.headNorms && !text.qkvBias);
        for (std::int64_t layer = 0; layer < text.layers; ++layer)
            QCOMPARE(text.isLinear(layer), layer % 4 != 3);
    }

    void trainedFamilies() {
        std::string trained;
        for (const FamilyEntry& family : families())
            if (family.completeNew)
                trained += (trained.empty() ? "" : ", ") + std::string(family.modelType);
        for (const FamilyEntry& family : families()) {
            const json config{{"model_type", family.modelType}};
            const std::string message = errorOf([&] { findTrainedFamily(config, "a/config.json"); });
            if (family.completeNew)
                QCOMPARE(message, std::string());
            else
                verifyMessage(message, "a/config.json: models of type \"" + std::string(family.modelType) + "\" ",
                              "can't be trained, expected one of " + trained);
        }
        QCOMPARE(&findTrainedFamily(json::object(), "config.json"), &families().front());
        verifyMessage(errorOf([] { findTrainedFamily({{"model_type", "llama"}}, "c"); }), "c: model_type is ", "llama");
    }

    /// Programs write it to one place or the other.
    void tiedHeads() {
        for (const FamilyEntry& family : families())
            for (const char* flags : {"11", "10", "01", "00", "1-", "-1", "--"}) {
                json config = json::parse(smallest(family).config);
                json& text = config.contains("text_config") ? config["text_config"] : config;
                config.erase("tie_word_embeddings");
                text.erase("tie_word_embeddings");
                if (flags[1] != '-' && (&text != &config || flags[0] == '-'))
                    text["tie_word_embeddings"] = flags[1] == '1';
                if (flags[0] != '-')
                    config["tie_word_embeddings"] = flags[0] == '1';
                const bool either = flags[0] == '1' || (flags[1] == '1' && (&text != &config || flags[0] == '-'));
                QVERIFY2(configOf(config).text.tiedHead == either, (std::string(family.modelType) + flags).c_str());
            }
    }

    void pixelPlaces() {
        for (const ModelShape& shape : modelShapes()) {
            const ModelConfig config = publishedConfig(shape.name);
            for (const Place place : {Place::Input, Place::VisionLayer, Place::AfterEncoder, Place::LanguageLayer}) {
                const std::string message = errorOf([&] { requirePixelPlace(config, place); });
                if (place == Place::LanguageLayer || config.places.has(place))
                    QCOMPARE(message, std::string());
                else
                    verifyMessage(message, "plan: pruning ",
                                  config.places.afterEncoder ? "after the encoder (post:METHOD)"
                                                             : "nowhere (keep_all)");
            }
        }
    }

    void pruneLayers() {
        const auto allowed = [](const char* shape, std::int64_t layer) {
            return errorOf([&] { checkPruneLayer(publishedConfig(shape), layer); }).empty();
        };
        for (std::int64_t layer = -1; layer <= 25; ++layer) {
            QCOMPARE(allowed("qwen3-vl-2b", layer), (layer >= 0 && layer <= 5) || (layer >= 18 && layer <= 24));
            QCOMPARE(allowed("qwen3.5-2b", layer), layer >= 0 && layer <= 24);
        }
        verifyMessage(errorOf([] { checkPruneLayer(publishedConfig("qwen3-vl-2b"), 6); }),
                      "plan: vit@6 is not possible for this model", "expected 1 to 5 or 18 to 24");
    }

private:
    static void goldenRows() {
        QTest::addColumn<QByteArray>("folder");
        for (const fs::path& folder : goldenModels())
            QTest::addRow("%s", folder.filename().c_str()) << QByteArray(folder.c_str());
    }

    static std::string modelTypes() {
        std::string names;
        for (const FamilyEntry& family : families())
            names += (names.empty() ? "" : ", ") + std::string(family.modelType);
        return names;
    }
};

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
