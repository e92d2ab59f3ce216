#include "core/base/error.h"
#include "model/families/families.h"
#include "tests/support/golden.h"

#include <QTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// A family on Qwen2's language layers, with the folder of its golden values.
struct TestedFamily {
    const char* modelType;
    const char* folder;
};
constexpr std::array<TestedFamily, 2> kTested{{{"qwen2_5_vl", "qwen25vl"}, {"internvl", "internvl"}}};

const FamilyEntry& entryOf(const std::string& modelType) {
    return *familyNamed(modelType);
}

json goldenConfig(const std::string& folder) {
    return test::readJson(test::goldenFolder() / folder / "model" / "config.json");
}

json goldenPreprocessor(const std::string& folder) {
    return test::readJson(test::goldenFolder() / folder / "model" / "preprocessor_config.json");
}

ModelConfig read(const json& config) {
    return entryOf(config.at("model_type").get<std::string>()).configOf(JsonFields(config, "config.json"));
}

PixelLimits readImages(const json& config, const json& preprocessor) {
    return entryOf(config.at("model_type").get<std::string>())
        .imagesOf(JsonFields(preprocessor, "preprocessor_config.json"), read(config).images);
}

/// The one line with which `call` fails; empty when it does not.
template <typename Call>
QByteArray messageOf(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

void compareLine(const QByteArray& found, const QByteArray& file, const QByteArray& says) {
    QVERIFY2(found.startsWith(file + ": "), found.constData());
    QVERIFY2(found.contains(says), found.constData());
    QVERIFY2(!found.contains('\n'), found.constData());
}

/// Moves the text's fields of a flat config to where newer programs save them.
json nested(const json& flat) {
    json config = flat;
    json& text = config["text_config"];
    for (const char* name : {"hidden_act", "max_position_embeddings", "rms_norm_eps", "use_sliding_window",
                             "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                             "num_attention_heads", "num_key_value_heads", "eos_token_id", "sliding_window"}) {
        text[name] = config.at(name);
        config.erase(name);
    }
    text["model_type"] = "qwen2_5_vl_text";
    text["sliding_window"] = nullptr;
    text["layer_types"] = std::vector<std::string>(text["num_hidden_layers"].get<std::size_t>(), "full_attention");
    text["rope_parameters"] = {{"rope_type", "default"},
                               {"type", "mrope"},
                               {"rope_theta", config.at("rope_theta")},
                               {"mrope_section", config.at("rope_scaling").at("mrope_section")}};
    config.erase("rope_theta");
    config.erase("rope_scaling");
    return config;
}

ordered_json chatRows(const std::string& folder) {
    std::ifstream in(test::goldenFolder() / folder / "chat.json", std::ios::binary);
    return ordered_json::parse(in);
}

Message messageOf(const ordered_json& row) {
    Message message{row["role"].get<std::string>(), {}};
    const ordered_json& content = row["content"];
    if (content.is_string())
        message.parts.push_back(Part::ofText(content.get<std::string>()));
    else
        for (const auto& part : content)
            message.parts.push_back(part["type"] == "image" ? Part::ofImage()
                                                            : Part::ofText(part["text"].get<std::string>()));
    return message;
}

std::vector<PromptPiece> render(const char* modelType, const std::vector<Message>& messages,
                                const ChatOptions& options = {}) {
    return entryOf(modelType).renderChat(messages, ordered_json::array(), options);
}

void addFamilies() {
    QTest::addColumn<QByteArray>("modelType");
    QTest::addColumn<QByteArray>("folder");
    for (const TestedFamily& family : kTested)
        QTest::newRow(family.modelType) << QByteArray(family.modelType) << QByteArray(family.folder);
}

void addPatches() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("says");
}

} // namespace

class TestQwen2Families : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void qwen25Vl() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl/model/config.json");
        const json file = goldenConfig("qwen25vl");
        const ModelConfig config = read(file);
        QCOMPARE(config.vision.depth, file["vision_config"]["depth"].get<std::int64_t>());
        QCOMPARE(config.vision.windowBlocks, file["vision_config"]["window_size"].get<std::int64_t>() / 28);
        QCOMPARE(config.vision.fullLayers,
                 file["vision_config"]["fullatt_block_indexes"].get<std::vector<std::int64_t>>());
        QCOMPARE(config.vision.tableSide, std::int64_t{0});
        QVERIFY(config.vision.norm == NormKind::Rms && config.vision.activation == Activation::SwiGlu);
        QCOMPARE(config.projector.inner, 4 * config.vision.width);
        QCOMPARE(config.text.headDim, std::int64_t{16});
        QCOMPARE(config.text.ropeSections, (std::array<std::int64_t, 3>{2, 3, 3}));
        QVERIFY(config.text.chunkedSections && config.text.qkvBias && !config.text.headNorms && config.text.tiedHead);
        QCOMPARE(config.text.maxPositions, std::int64_t{128000});
        QCOMPARE(config.tokens.imagePad, std::int64_t{500});
        QCOMPARE(config.tokens.visionStart, std::int64_t{502});
        QVERIFY(config.tokens.gridPositions && !config.tokens.wrapsPads);
        QVERIFY(!config.places.input && !config.places.inside && config.places.afterEncoder);
        QCOMPARE(config.coordinates, CoordinateScale::ResizedPixels);
        // Released files have "model." for the language model, which re-saved ones begin with, too.
        QCOMPARE(config.prefixes.front().language, std::string_view("model.language_model."));
        QCOMPARE(config.prefixes.back().language, std::string_view("model."));
    }

    void internVl() {
        PRUNESCOPE_NEEDS_GOLDEN("internvl/model/config.json");
        const ModelConfig config = read(goldenConfig("internvl"));
        QCOMPARE(config.vision.tableSide, std::int64_t{4});
        QVERIFY(config.vision.tiles && !config.vision.flatTables && !config.vision.rotary);
        QCOMPARE(config.vision.geometry, (PatchGeometry{14, 2, 1}));
        QCOMPARE(config.projector.epsilon, 1e-5);
        QVERIFY(config.projector.normAfterGrouping);
        QCOMPARE(config.text.headDim, std::int64_t{16});
        QCOMPARE(config.text.ropeTheta, 1e6);
        QCOMPARE(config.text.maxPositions, std::int64_t{32768});
        QVERIFY(config.text.qkvBias && !config.text.headNorms && !config.text.tiedHead);
        QVERIFY(config.tokens.wrapsPads && !config.tokens.gridPositions);
        QVERIFY(!config.places.input && !config.places.inside && !config.places.afterEncoder);
        QCOMPARE(config.images.fit, PictureFit::Tiled);
        QCOMPARE(config.images.sidePx, 56);
    }

    void nestedIsAsFlat() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl/model/config.json");
        const json file = goldenConfig("qwen25vl");
        const ModelConfig flat = read(file), deep = read(nested(file));
        QCOMPARE(deep.text.width, flat.text.width);
        QCOMPARE(deep.text.layers, flat.text.layers);
        QCOMPARE(deep.text.ropeTheta, flat.text.ropeTheta);
        QCOMPARE(deep.text.ropeSections, flat.text.ropeSections);
        QCOMPARE(deep.text.rmsEpsilon, flat.text.rmsEpsilon);
        QCOMPARE(deep.text.endTokens, flat.text.endTokens);
        QCOMPARE(deep.text.tiedHead, flat.text.tiedHead);
        QCOMPARE(QByteArray(flat.fields.languageLayers), QByteArray("num_hidden_layers"));
        QCOMPARE(QByteArray(deep.fields.languageLayers), QByteArray("text_config.num_hidden_layers"));
        // Where both say something the nested one holds.
        json both = nested(file);
        both["num_hidden_layers"] = 77;
        QCOMPARE(read(both).text.layers, flat.text.layers);
    }

    void defaults_data() {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<double>("value");
        QTest::newRow("epsilon") << QByteArray("rms_norm_eps") << 1e-5;
        QTest::newRow("base") << QByteArray("rope_theta") << 1e6;
        QTest::newRow("positions") << QByteArray("max_position_embeddings") << 32768.0;
        QTest::newRow("window") << QByteArray("window_size") << 4.0;
    }
    void defaults() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl/model/config.json");
        QFETCH(QByteArray, field);
        QFETCH(double, value);
        json file = goldenConfig("qwen25vl");
        file.erase(field.toStdString());
        file["vision_config"].erase(field.toStdString());
        const ModelConfig config = read(file);
        const std::map<QByteArray, double> found{{"rms_norm_eps", config.text.rmsEpsilon},
                                                 {"rope_theta", config.text.ropeTheta},
                                                 {"max_position_embeddings", double(config.text.maxPositions)},
                                                 {"window_size", double(config.vision.windowBlocks)}};
        QCOMPARE(found.at(field), value);
    }

    /// Other-families spec 9: either flag ties a head that is not stored.
    void tiedHeads_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<bool>("tied");
        QTest::newRow("none") << QByteArray("{}") << false;
        QTest::newRow("outside") << QByteArray(R"({"tie_word_embeddings": true})") << true;
        QTest::newRow("inside") << QByteArray(R"({"text_config": {"tie_word_embeddings": true}})") << true;
        QTest::newRow("both") << QByteArray(
                                     R"({"tie_word_embeddings": true, "text_config": {"tie_word_embeddings": false}})")
                              << true;
        QTest::newRow("both no")
            << QByteArray(R"({"tie_word_embeddings": false, "text_config": {"tie_word_embeddings": false}})") << false;
    }
    void tiedHeads() {
        PRUNESCOPE_NEEDS_GOLDEN("internvl/model/config.json");
        QFETCH(QByteArray, patch);
        QFETCH(bool, tied);
        json config = goldenConfig("internvl");
        config.merge_patch(json::parse(patch.toStdString()));
        QCOMPARE(read(config).text.tiedHead, tied);
    }

    void goodConfigs_data() {
        addPatches();
        QTest::newRow("sides as numbers")
            << QByteArray("internvl") << QByteArray(R"({"vision_config": {"image_size": 56, "patch_size": 14}})")
            << QByteArray();
        QTest::newRow("plain positions") << QByteArray("internvl")
                                         << QByteArray(R"({"text_config": {"rope_scaling": null}})") << QByteArray();
        QTest::newRow("positions of transformers 5")
            << QByteArray("internvl") << QByteArray(R"({"text_config": {"rope_scaling": null, "rope_theta": null,
                              "rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1000000.0}}})")
            << QByteArray();
        QTest::newRow("positions saved again")
            << QByteArray("qwen25vl") << QByteArray(R"({"rope_scaling": {"type": "default", "rope_type": "default"}})")
            << QByteArray();
    }
    void goodConfigs() {
        QFETCH(QByteArray, folder);
        QFETCH(QByteArray, patch);
        if (!test::hasGolden(folder.toStdString()))
            QSKIP("the golden folder has not this family");
        json config = goldenConfig(folder.toStdString());
        const ModelConfig before = read(config);
        config.merge_patch(json::parse(patch.toStdString()));
        const ModelConfig after = read(config);
        QCOMPARE(after.text.ropeTheta, before.text.ropeTheta);
        QCOMPARE(after.text.ropeSections, before.text.ropeSections);
        QCOMPARE(after.vision.tableSide, before.vision.tableSide);
    }

    void badConfigs_data() {
        addPatches();
        for (const TestedFamily& family : kTested) {
            const auto path = std::filesystem::path(PRUNESCOPE_MODEL_TESTS) /
                              (std::string("bad_configs_") + family.modelType + ".json");
            for (const auto& row : test::readJson(path))
                QTest::addRow("%s: %s", family.modelType, row["name"].get<std::string>().c_str())
                    << QByteArray(family.folder) << QByteArray::fromStdString(row["patch"].dump())
                    << QByteArray::fromStdString(row["says"].get<std::string>());
        }
    }
    void badConfigs() {
        QFETCH(QByteArray, folder);
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, says);
        if (!test::hasGolden(folder.toStdString()))
            QSKIP("the golden folder has not this family");
        json config = goldenConfig(folder.toStdString());
        // A merge patch removes what is null, which is the same as null for the reader of a config.
        config.merge_patch(json::parse(patch.toStdString()));
        compareLine(messageOf([&] { read(config); }), "config.json", says);
    }

    void pictures() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl/model/config.json");
        const json config = goldenConfig("qwen25vl");
        const json preprocessor = goldenPreprocessor("qwen25vl");
        const PixelLimits read = readImages(config, preprocessor);
        QCOMPARE(read.minPixels, preprocessor["min_pixels"].get<std::int64_t>());
        QCOMPARE(read.maxPixels, preprocessor["max_pixels"].get<std::int64_t>());
        QCOMPARE(read.geometry, (PatchGeometry{14, 2, 2}));
        const PixelLimits released = readImages(config, json::object());
        QCOMPARE(released.minPixels, std::int64_t{3136});
        QCOMPARE(released.maxPixels, std::int64_t{12845056});
    }
    void tiles() {
        PRUNESCOPE_NEEDS_GOLDEN("internvl/model/config.json");
        json preprocessor = goldenPreprocessor("internvl");
        preprocessor.merge_patch({{"crop_to_patches", false}, {"min_patches", 2}, {"max_patches", 6}});
        const PixelLimits limits = readImages(goldenConfig("internvl"), preprocessor);
        QCOMPARE(limits.fit, PictureFit::Tiled);
        QCOMPARE(limits.sidePx, 56);
        QCOMPARE(limits.leastTiles, 2);
        QCOMPARE(limits.mostTiles, 6);
    }

    void badPreprocessors_data() {
        addPatches();
        const auto row = [](const char* name, const char* folder, const char* patch, const char* says) {
            QTest::newRow(name) << QByteArray(folder) << QByteArray(patch) << QByteArray(says);
        };
        row("mean of Qwen3-VL", "qwen25vl", R"({"image_mean": [0.5, 0.5, 0.5]})",
            "image_mean is [0.5,0.5,0.5], expected [0.4814546");
        row("two deviations", "qwen25vl", R"({"image_std": [0.26862954, 0.26130258]})", "image_std is");
        row("patches", "qwen25vl", R"({"patch_size": 16})", "patch_size is 16, expected 14");
        row("bilinear", "qwen25vl", R"({"resample": 2})", "resample is 2, expected 3");
        row("not normalised", "qwen25vl", R"({"do_normalize": false})", "do_normalize is false, expected true");
        row("no areas between", "qwen25vl", R"({"min_pixels": 5000, "max_pixels": 4000})", "at least 5000");
        row("CLIP's mean", "internvl", R"({"image_mean": [0.48145466, 0.4578275, 0.40821073]})",
            "expected [0.485, 0.456, 0.406]");
        row("another side", "internvl", R"({"size": {"height": 448}})", "size.height is 448, expected 56");
        row("no tiles", "internvl", R"({"max_patches": 0})", "max_patches is 0, expected a whole number from 1");
        row("too few tiles", "internvl", R"({"min_patches": 13})", "min_patches is 13, expected a whole number from 1");
        row("another scale", "internvl", R"({"rescale_factor": 1.0})", "rescale_factor is 1.0, expected 1/255");
    }
    void badPreprocessors() {
        QFETCH(QByteArray, folder);
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, says);
        if (!test::hasGolden(folder.toStdString()))
            QSKIP("the golden folder has not this family");
        json preprocessor = goldenPreprocessor(folder.toStdString());
        preprocessor.merge_patch(json::parse(patch.toStdString()));
        const json config = goldenConfig(folder.toStdString());
        compareLine(messageOf([&] { readImages(config, preprocessor); }), "preprocessor_config.json", says);
    }

    void chats_data() { addFamilies(); }
    void chats() {
        QFETCH(QByteArray, modelType);
        QFETCH(QByteArray, folder);
        if (!test::hasGolden(folder.toStdString() + "/chat.json"))
            QSKIP("the golden folder has not this family");
        for (const auto& row : chatRows(folder.toStdString())) {
            std::vector<Message> messages;
            for (const auto& message : row["messages"])
                messages.push_back(messageOf(message));
            const bool open = row["add_generation_prompt"].get<bool>();
            const auto pieces = render(modelType, messages, {.generationPrompt = open});
            QCOMPARE(joined(pieces), row["rendered"].get<std::string>());
            QCOMPARE(pieces.back().opensAnswer, open);
        }
    }
    void picturesAreCountedByQwenAlone() {
        const std::vector<Message> messages{{"user", {Part::ofImage()}}, {"tool", {Part::ofImage()}}};
        const std::string text = joined(render("qwen2_5_vl", messages, {.addVisionId = true}));
        QVERIFY(text.find("user\nPicture 1: <|vision_start|>") != std::string::npos);
        QVERIFY(text.find("tool\nPicture 2: <|vision_start|>") != std::string::npos);
        QCOMPARE(joined(render("internvl", messages, {.addVisionId = true})), joined(render("internvl", messages)));
    }
    void whatTheTemplateCannotSay_data() { addFamilies(); }
    void whatTheTemplateCannotSay() {
        QFETCH(QByteArray, modelType);
        const FamilyEntry& family = entryOf(modelType.toStdString());
        const Message said{"user", {Part::ofText("x")}};
        Message caller{"assistant", {Part::ofText("x")}};
        caller.toolCalls = {{{"name", "f"}, {"arguments", ordered_json::object()}}};
        QVERIFY(messageOf([&] { family.renderChat({said}, {{{"name", "f"}}}, {}); }).contains("has tools"));
        QVERIFY(messageOf([&] { render(modelType, {said, caller}); }).contains("message 2 calls tools"));
        QVERIFY(messageOf([&] { render(modelType, {{"judge", {}}}); }).contains("'judge'"));
    }
    void onlyTheTemplatesTextIsFromTheTemplate() {
        const std::vector<PromptPiece> expected{
            {"<|im_start|>user\n", true},
            {"<IMG_CONTEXT>", false},
            {"<IMG_CONTEXT>\n<|im_end|>\n", true},
            {"<|im_start|>assistant\n", true, true},
        };
        QCOMPARE(render("internvl", {{"user", {Part::ofText("<IMG_CONTEXT>"), Part::ofImage()}}}), expected);
    }

    void published_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("headDim");
        QTest::addColumn<bool>("tied");
        QTest::newRow("3b") << QByteArray("qwen2.5-vl-3b") << 36 << 2048 << 128 << true;
        QTest::newRow("7b") << QByteArray("qwen2.5-vl-7b") << 28 << 3584 << 128 << false;
        QTest::newRow("1b") << QByteArray("internvl3-1b") << 24 << 896 << 64 << false;
        QTest::newRow("8b") << QByteArray("internvl3-8b") << 28 << 3584 << 128 << false;
    }
    void published() {
        QFETCH(QByteArray, name);
        const ModelConfig config = publishedConfig(name.toStdString());
        QTEST(static_cast<int>(config.text.layers), "layers");
        QTEST(static_cast<int>(config.text.width), "width");
        QTEST(static_cast<int>(config.text.headDim), "headDim");
        QTEST(config.text.tiedHead, "tied");
        QCOMPARE(config.tokens.imagePad, std::int64_t{name.startsWith("qwen") ? 151655 : 151667});
    }

private:
    static std::vector<PromptPiece> render(const QByteArray& modelType, const std::vector<Message>& messages,
                                           const ChatOptions& options = {}) {
        return ::render(modelType.constData(), messages, options);
    }
};

QTEST_GUILESS_MAIN(TestQwen2Families)
#include "tst_qwen2_families.moc"
