#include "core/base/error.h"
#include "model/families/families.h"
#include "tests/model/chat_rows.h"
#include "tests/support/golden.h"

#include <QTest>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

const FamilyEntry& llava() {
    return *familyNamed("llava");
}

ModelConfig configOf(const json& config) {
    return llava().configOf(JsonFields(config, "config.json"));
}

json goldenConfig() {
    return test::readJson(test::goldenFolder() / "llava" / "model" / "config.json");
}

json releasedConfig() {
    return json::parse(llava().shapes.front().config);
}

/// As configOf, with the pictures of preprocessor_config.json.
PixelLimits imagesOf(const json& preprocessor) {
    return llava().imagesOf(JsonFields(preprocessor, "preprocessor_config.json"), configOf(releasedConfig()).images);
}

/// The released file's.
json preprocessor() {
    return json::parse(R"({"crop_size": {"height": 336, "width": 336}, "do_center_crop": true, "do_convert_rgb": true,
        "do_normalize": true, "do_rescale": true, "do_resize": true, "resample": 3,
        "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "CLIPImageProcessor", "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": 336}})");
}

Message said(const std::string& role, const std::string& text) {
    return {role, {Part::ofText(text)}};
}

const ordered_json kNoTools = ordered_json::array();

/// Text of the error that `work` throws; empty: none.
template <typename Work>
QByteArray errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

/// LLaVA 1.5 as data (other-families spec 2).
class TestLlava : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void releasedSizes() {
        const ModelConfig model = configOf(releasedConfig());
        const VisionConfig& vision = model.vision;
        QCOMPARE(vision.depth, std::int64_t{24});
        QCOMPARE(vision.runLayers(), std::int64_t{23});
        QCOMPARE(vision.headDim(), std::int64_t{64});
        QCOMPARE(vision.tableSide, std::int64_t{24});
        QVERIFY((vision.geometry == PatchGeometry{14, 1, 1}));
        QVERIFY(vision.tiles && !vision.rotary && !vision.patchBias);
        QVERIFY(vision.deepstackLayers.empty());
        QCOMPARE(vision.epsilon, 1e-5);
        QCOMPARE(model.projector.inner, std::int64_t{4096});
        QCOMPARE(model.projector.outWidth, std::int64_t{4096});
        const LanguageConfig& text = model.text;
        QCOMPARE(text.vocab, std::int64_t{32064});
        QCOMPARE(text.inner, std::int64_t{11008});
        QCOMPARE(text.layers, std::int64_t{32});
        QCOMPARE(text.kvHeads, std::int64_t{32});
        QCOMPARE(text.headDim, std::int64_t{128});
        QCOMPARE(text.ropeTheta, 10000.0);
        QCOMPARE(text.rmsEpsilon, 1e-5);
        QCOMPARE(text.maxPositions, std::int64_t{4096});
        QVERIFY(!text.qkvBias && !text.headNorms && !text.tiedHead);
        QCOMPARE(model.tokens.imagePad, std::int64_t{32000});
        QVERIFY(!model.tokens.gridPositions);
        QCOMPARE(model.images.fit, PictureFit::Cropped);
        QCOMPARE(model.images.sidePx, 336);
    }

    /// Parameters of the released checkpoint (spec 0), which has a last norm of the encoder that nothing reads.
    void releasedParameters() {
        const ModelConfig model = configOf(releasedConfig());
        const std::int64_t lastNorm = 2 * model.vision.width;
        QCOMPARE(parameterCount(model).encoder + lastNorm, std::int64_t{303'507'456});
        QCOMPARE(parameterCount(model).all() + lastNorm, std::int64_t{7'063'427'072});
    }

    void goldenSizes() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/model/config.json");
        const json config = goldenConfig(), &vision = config["vision_config"], &text = config["text_config"];
        const ModelConfig model = configOf(config);
        QCOMPARE(model.vision.runLayers(), vision["num_hidden_layers"].get<std::int64_t>() - 1);
        QCOMPARE(model.vision.tableSide * 14, vision["image_size"].get<std::int64_t>());
        QCOMPARE(model.text.headDim * text["num_attention_heads"].get<std::int64_t>(), model.text.width);
        QCOMPARE(model.tokens.imagePad, config["image_token_index"].get<std::int64_t>());
    }

    /// Every tensor of the golden checkpoint that a part must have is found by its names.
    void namesAreThoseOfTheCheckpoint() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/manifest.json");
        json left = test::readJson(test::goldenFolder() / "llava" / "manifest.json")["tensors_in_checkpoint"];
        const ModelConfig model = configOf(goldenConfig());
        const TensorPrefixes& prefixes = model.prefixes.front();
        const auto take = [&](const std::string& name) { QVERIFY2(left.erase(name) == 1, name.c_str()); };
        const auto joined = [](auto... parts) { return (std::string(parts) + ...); };
        const VisionNames& names = model.vision.names;
        take(joined(prefixes.vision, names.classToken));
        take(joined(prefixes.vision, names.positions));
        take(joined(prefixes.vision, names.patches, ".weight"));
        for (const char* kind : {".weight", ".bias"}) {
            take(joined(prefixes.vision, names.firstNorm, kind));
            take(joined(prefixes.vision, "post_layernorm", kind)); // of no use
            for (std::int64_t layer = 0; layer < model.vision.depth; ++layer)
                for (const auto part :
                     {names.norm1, names.norm2, names.q, names.k, names.v, names.proj, names.fc1, names.fc2})
                    take(joined(prefixes.vision, names.layer, std::to_string(layer), ".", part, kind));
            for (const auto part : {model.projector.fc1, model.projector.fc2})
                take(joined(prefixes.projector, part, kind));
        }
        take(joined(prefixes.language, "embed_tokens.weight"));
        take(joined(prefixes.head, "weight"));
        for (const auto& [name, shape] : left.items())
            QVERIFY2(name.starts_with(prefixes.language), name.c_str());
    }

    void prefixesDiffer() {
        const auto all = configOf(releasedConfig()).prefixes;
        QCOMPARE(all.size(), std::size_t{4});
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(all[i].vision != all[j].vision);
    }

    void featureLayer_data() {
        QTest::addColumn<int>("layer");
        QTest::addColumn<qint64>("run");
        QTest::newRow("last") << -1 << qint64{24};
        QTest::newRow("before it") << -2 << qint64{23};
        QTest::newRow("first, from the end") << -24 << qint64{1};
        QTest::newRow("first") << 1 << qint64{1};
        QTest::newRow("all") << 24 << qint64{24};
    }
    void featureLayer() {
        QFETCH(int, layer);
        QFETCH(qint64, run);
        json config = releasedConfig();
        config["vision_feature_layer"] = layer;
        QCOMPARE(configOf(config).vision.runLayers(), run);
    }

    /// What config.json leaves out, or writes in another way, is the same model.
    void sameModel_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("class's values") << QByteArray(R"({"vision_config": null, "image_token_index": null,
            "vision_feature_layer": null, "projector_hidden_act": null, "tie_word_embeddings": null})");
        QTest::newRow("the token's other name")
            << QByteArray(R"({"image_token_index": null, "image_token_id": 32000})");
        QTest::newRow("both names") << QByteArray(R"({"image_token_id": 32000})");
        QTest::newRow("complete, newer") << QByteArray(R"({"image_seq_length": 576, "multimodal_projector_bias": true,
            "text_config": {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "head_dim": 128,
                "num_attention_heads": 32, "num_key_value_heads": 32, "hidden_act": "silu", "attention_bias": false,
                "mlp_bias": false, "eos_token_id": 2, "rope_scaling": null, "tie_word_embeddings": false,
                "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
            "vision_config": {"hidden_act": "quick_gelu", "layer_norm_eps": 1e-05, "num_channels": 3}})");
        QTest::newRow("plain positions, older")
            << QByteArray(R"({"text_config": {"rope_theta": 10000, "rope_scaling": {"type": "default"}}})");
    }
    void sameModel() {
        QFETCH(QByteArray, patch);
        json config = releasedConfig();
        config.merge_patch(json::parse(patch.toStdString()));
        const ModelConfig found = configOf(config), expected = configOf(releasedConfig());
        for (const auto size : {&VisionConfig::depth, &VisionConfig::width, &VisionConfig::inner, &VisionConfig::heads,
                                &VisionConfig::tableSide, &VisionConfig::layersRun})
            QCOMPARE(found.vision.*size, expected.vision.*size);
        for (const auto size : {&LanguageConfig::vocab, &LanguageConfig::width, &LanguageConfig::inner,
                                &LanguageConfig::layers, &LanguageConfig::heads, &LanguageConfig::kvHeads,
                                &LanguageConfig::headDim, &LanguageConfig::maxPositions})
            QCOMPARE(found.text.*size, expected.text.*size);
        QCOMPARE(found.text.ropeTheta, expected.text.ropeTheta);
        QCOMPARE(found.text.endTokens, expected.text.endTokens);
        QCOMPARE(found.text.tiedHead, expected.text.tiedHead);
        QCOMPARE(found.tokens.imagePad, expected.tokens.imagePad);
        QVERIFY(found.images == expected.images);
    }
    void eitherFlagTiesTheHead() {
        for (const char* patch :
             {R"({"tie_word_embeddings": true})", R"({"text_config": {"tie_word_embeddings": true}})"}) {
            json config = releasedConfig();
            config.merge_patch(json::parse(patch));
            QVERIFY(configOf(config).text.tiedHead);
        }
    }

    void pictures_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<bool>("padded");
        QTest::addColumn<QByteArray>("says"); // empty: it can be read
        const auto good = [](const char* name, const char* patch, bool padded) {
            QTest::newRow(name) << QByteArray(patch) << padded << QByteArray();
        };
        good("released", "{}", false);
        good("saved again", R"({"size": {"height": 336, "width": 336, "shortest_edge": null}, "do_pad": false})",
             false);
        good("sizes as numbers", R"({"size": 336, "crop_size": 336})", false);
        good("padded", R"({"do_pad": true})", true);
        good("nulls", R"({"image_mean": null, "do_resize": null, "size": null})", false);
        const auto bad = [](const char* name, const char* patch, const char* says) {
            QTest::newRow(name) << QByteArray(patch) << false << QByteArray(says);
        };
        bad("another size", R"({"size": {"shortest_edge": 224}})", "size.shortest_edge is 224, expected 336");
        bad("another crop", R"({"crop_size": {"width": 224}})", "crop_size.width is 224, expected 336");
        bad("another crop, a number", R"({"crop_size": 224})", "crop_size is 224, expected 336");
        bad("limit of area", R"({"size": {"shortest_edge": null, "longest_edge": 336}})",
            R"(size is {"longest_edge":336}, expected shortest_edge)");
        bad("no crop", R"({"do_center_crop": false})", "do_center_crop is false, expected true");
        bad("no resize", R"({"do_resize": false})", "do_resize is false, expected true");
        bad("bilinear", R"({"resample": 2})", "resample is 2, expected 3");
        bad("another mean", R"({"image_mean": [0.5, 0.5, 0.5]})", "image_mean is [0.5,0.5,0.5], expected [0.4814546");
        bad("two values", R"({"image_std": [0.26862954, 0.26130258]})",
            "image_std is [0.26862954,0.26130258], expected");
        bad("another factor", R"({"rescale_factor": 1.0})", "rescale_factor is 1.0, expected 1/255");
    }
    void pictures() {
        QFETCH(QByteArray, patch);
        QFETCH(bool, padded);
        QFETCH(QByteArray, says);
        json file = preprocessor();
        file.merge_patch(json::parse(patch.toStdString()));
        PixelLimits limits;
        const QByteArray message = errorOf([&] { limits = imagesOf(file); });
        QVERIFY2(message.contains(says), message);
        QCOMPARE(message.isEmpty(), says.isEmpty());
        if (!says.isEmpty())
            return;
        QCOMPARE(limits.sidePx, 336);
        QCOMPARE(limits.fit, padded ? PictureFit::Padded : PictureFit::Cropped);
        QVERIFY((limits.geometry == PatchGeometry{14, 1, 1}));
    }
    void goldenPictures() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/model/preprocessor_config.json");
        const json file = test::readJson(test::goldenFolder() / "llava" / "model" / "preprocessor_config.json");
        const json config = goldenConfig();
        const PixelLimits limits =
            llava().imagesOf(JsonFields(file, "preprocessor_config.json"), configOf(config).images);
        QCOMPARE(limits.sidePx, config["vision_config"]["image_size"].get<int>());
        QCOMPARE(limits.fit, PictureFit::Cropped);
    }

    void onlyTheTemplatesTextIsFromTheTemplate() {
        const Message question{"user", {Part::ofText("</s><image>"), Part::ofImage()}};
        const std::vector<PromptPiece> expected{
            {"USER: <image>\n", true}, {"</s><image>", false}, {" ", true}, {"ASSISTANT:", true, true}};
        QVERIFY(llava().renderChat({question}, kNoTools, {}) == expected);
    }
    /// The ids of a prompt are those of its whole text, the first of all prompts before them.
    void idsOfPrompts() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/chat.json");
        const std::filesystem::path folder = test::goldenFolder() / "llava";
        const auto tokenizer = BpeTokenizer::load((folder / "model" / "tokenizer.json").string());
        const ImageTokens tokens = configOf(goldenConfig()).tokens;
        for (const ordered_json& row : test::readOrdered(folder / "chat.json")) {
            std::vector<std::int64_t> expected{tokenizer.id("<s>").value()};
            const auto rest = tokenizer.encode(row["rendered"].get<std::string>());
            expected.insert(expected.end(), rest.begin(), rest.end());
            const auto images = std::count(expected.begin(), expected.end(), tokens.imagePad);
            const std::vector<BlockGrid> single(static_cast<std::size_t>(images), BlockGrid{1, 1});
            QVERIFY(encodePrompt(tokenizer, test::renderRow(llava(), row), single, tokens).ids == expected);
        }
    }
    void chatsThatTheTemplateHasNoPlaceFor() {
        const auto render = [](const Message& message, const ordered_json& tools) {
            return errorOf([&] { llava().renderChat({said("user", "Hi"), message}, tools, {}); });
        };
        QCOMPARE(render(said("tool", "4"), kNoTools),
                 QByteArray("message 2 has the role 'tool', expected system, user or assistant"));
        QVERIFY(render(said("user", "Hi"), ordered_json::array({{{"name", "f"}}})).contains("tools are given, which"));
        Message calling = said("assistant", "");
        calling.toolCalls = ordered_json::array({{{"name", "f"}}});
        QVERIFY(render(calling, kNoTools).startsWith("message 2 calls tools, which"));
    }
};

QTEST_GUILESS_MAIN(TestLlava)
#include "tst_llava.moc"
