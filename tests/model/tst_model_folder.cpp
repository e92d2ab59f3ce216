#include "core/base/error.h"
#include "model/engine.h"
#include "model/families/family.h"
#include "model/families/model_types.h"
#include "model/io/safetensors.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

using Change = std::function<void(const fs::path&)>;

std::string readAll(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeAll(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

/// Changes one value of a JSON file; `pointer` as in RFC 6901.
Change setJson(const char* file, const char* pointer, const nlohmann::json& value) {
    return [=](const fs::path& folder) {
        auto json = nlohmann::json::parse(readAll(folder / file));
        json[nlohmann::json::json_pointer(pointer)] = value;
        writeAll(folder / file, json.dump());
    };
}

Change eraseJson(const char* file, const char* key) {
    return [=](const fs::path& folder) {
        auto json = nlohmann::json::parse(readAll(folder / file));
        json.erase(key);
        writeAll(folder / file, json.dump());
    };
}

/// Replaces text in the header of model.safetensors by text of the same length.
Change patchHeader(const std::string& from, const std::string& to) {
    return [=](const fs::path& folder) {
        std::string content = readAll(folder / "model.safetensors");
        const auto at = content.find(from);
        if (at == std::string::npos || from.size() != to.size())
            qFatal("the header has no %s", from.c_str());
        writeAll(folder / "model.safetensors", content.replace(at, from.size(), to));
    };
}

Change writeFile(const char* file, const std::string& content) {
    return [=](const fs::path& folder) { writeAll(folder / file, content); };
}

Change removeFile(const char* file) {
    return [=](const fs::path& folder) { fs::remove(folder / file); };
}

Change truncateFile(const char* file, double share) {
    return [=](const fs::path& folder) {
        fs::resize_file(folder / file,
                        static_cast<std::uintmax_t>(static_cast<double>(fs::file_size(folder / file)) * share));
    };
}

/// Splits nothing, but names the one file through an index, as sharded models do.
Change useIndex(const std::string& shard) {
    return [=](const fs::path& folder) {
        writeAll(folder / "model.safetensors.index.json",
                 nlohmann::json{{"weight_map", {{"model.language_model.norm.weight", shard}}}}.dump());
    };
}

struct BadFolder {
    const char* name;
    Change change;
    const char* said;
};

const std::vector<BadFolder>& badFolders() {
    static const std::vector<BadFolder> list{
        {"no config.json", removeFile("config.json"), "config.json: no such file"},
        {"no tokenizer.json", removeFile("tokenizer.json"), "tokenizer.json"},
        {"no weights", removeFile("model.safetensors"), "no weights"},
        {"config.json is no JSON", writeFile("config.json", "{\"model_type\": "), "config.json: not valid JSON"},
        {"config.json is nested deeply", writeFile("config.json", "{\"model_type\": " + std::string(100000, '[')),
         "config.json: JSON nested more than 100 deep"},
        {"tokenizer.json is nested deeply", writeFile("tokenizer.json", "{\"model\": " + std::string(100000, '[')),
         "tokenizer.json: JSON nested more than 100 deep"},
        {"config.json is a list", writeFile("config.json", "[]"), "config.json: no JSON object"},
        {"another architecture", setJson("config.json", "/model_type", "llama"), "model_type is \"llama\""},
        {"quantised", setJson("config.json", "/quantization_config", {{"quant_method", "awq"}}), "quantization_config"},
        {"other rotary type", setJson("config.json", "/text_config/rope_scaling/rope_type", "yarn"),
         "rope_type is \"yarn\""},
        {"other activation", setJson("config.json", "/text_config/hidden_act", "relu"), "hidden_act is \"relu\""},
        {"other patch size", setJson("config.json", "/vision_config/patch_size", 14), "patch_size is 14, expected 16"},
        {"no text_config", eraseJson("config.json", "text_config"), "text_config is missing"},
        {"negative size", setJson("config.json", "/text_config/hidden_size", -64), "hidden_size is -64"},
        {"size is a text", setJson("config.json", "/text_config/num_hidden_layers", "four"),
         "num_hidden_layers is \"four\""},
        {"heads do not divide", setJson("config.json", "/text_config/num_key_value_heads", 3),
         "num_key_value_heads is 3"},
        {"widths do not fit", setJson("config.json", "/vision_config/out_hidden_size", 32),
         "out_hidden_size is 32, expected 64"},
        {"tap after the last block", setJson("config.json", "/vision_config/deepstack_visual_indexes", {2, 9}),
         "deepstack_visual_indexes"},
        {"image token outside", setJson("config.json", "/image_token_id", 512), "image_token_id is 512"},
        {"wrong shape", setJson("config.json", "/text_config/intermediate_size", 128),
         "is [96, 64], expected [128, 64]"},
        {"one layer too many", setJson("config.json", "/text_config/num_hidden_layers", 5),
         "model.language_model.layers.4.input_layernorm.weight is missing"},
        {"untied head is missing", setJson("config.json", "/tie_word_embeddings", false), "lm_head.weight is missing"},
        {"0-byte weights", truncateFile("model.safetensors", 0), "model.safetensors: truncated: 0 bytes"},
        {"truncated weights", truncateFile("model.safetensors", 0.7), "model.safetensors: truncated"},
        {"truncated header", truncateFile("model.safetensors", 0.001), "model.safetensors: truncated"},
        {"no safetensors", writeFile("model.safetensors", std::string(4000, 'x')), "no safetensors file"},
        {"header is no JSON", writeFile("model.safetensors", std::string("\x04\0\0\0\0\0\0\0oops", 12)),
         "header is no JSON object"},
        {"unknown dtype", patchHeader("\"F32\"", "\"Q42\""), "dtype \"Q42\" is unknown"},
        {"integer weights", patchHeader("\"F32\"", "\"I32\""), "is stored as I32"},
        {"shard outside the folder", useIndex("../model.safetensors"), "expected a file name without a folder"},
        {"missing shard", useIndex("model-00001-of-00002.safetensors"),
         "model-00001-of-00002.safetensors: missing shard"},
        {"index without names", writeFile("model.safetensors.index.json", "{\"weight_map\": {}}"),
         "weight_map is empty"},
        {"index is no JSON", writeFile("model.safetensors.index.json", "x"), "index.json: not valid JSON"},
        {"sections of another head", setJson("config.json", "/text_config/rope_scaling/mrope_section", {1, 1, 1}),
         "head_dim is 32, expected 6"},
        {"contradictory limits", setJson("preprocessor_config.json", "/size/shortest_edge", 99999),
         "at least 99999 pixels and at most 25600"},
        {"other mean", setJson("preprocessor_config.json", "/image_mean", {0.4, 0.5, 0.5}),
         "image_mean is [0.4,0.5,0.5]"},
        {"bad pixel limit", setJson("preprocessor_config.json", "/size/longest_edge", 0), "longest_edge is 0"},
        {"bad end token", setJson("generation_config.json", "/eos_token_id", "x"), "eos_token_id"},
        {"tokenizer is no JSON", writeFile("tokenizer.json", ""), "tokenizer.json"},
        {"tokenizer of another model", setJson("tokenizer.json", "/added_tokens/0/id", 499), "tokenizer.json"},
    };
    return list;
}

} // namespace

/// Folders that can't be used each say so in one line that names the file and what is wrong; good ones in other layouts
/// load.
class TestModelFolder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "model";
        fs::copy(test::dataFolder() / "qwen3vl/model", m_folder);
        for (const auto& file : fs::directory_iterator(m_folder))
            fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    }

    void refused_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < badFolders().size(); ++i)
            QTest::newRow(badFolders()[i].name) << static_cast<int>(i);
    }

    void refused() {
        QFETCH(int, index);
        const BadFolder& bad = badFolders()[static_cast<std::size_t>(index)];
        bad.change(m_folder);
        try {
            load();
            QFAIL("accepted");
        } catch (const Error& e) {
            const std::string message = e.what();
            QVERIFY2(message.find(bad.said) != std::string::npos, message.c_str());
            QVERIFY2(message.starts_with(m_folder.string()), message.c_str());
            QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
            QVERIFY2(exitCode(e.kind()) == 2 || exitCode(e.kind()) == 3, message.c_str());
        }
    }

    void everyFamilyIsNamed() {
        QCOMPARE(families().size(), kModelTypes.size());
        for (std::size_t i = 0; i < kModelTypes.size(); ++i)
            QVERIFY(families()[i].modelType == kModelTypes[i]);
    }

    void missingFolder() {
        fs::remove_all(m_folder);
        QVERIFY_EXCEPTION_THROWN(load(), Error);
    }

    void otherLayoutsLoad_data() {
        QTest::addColumn<QString>("layout");
        for (const char* layout : {"index", "rope_parameters", "no generation_config", "no preprocessor_config"})
            QTest::newRow(layout) << layout;
    }

    void otherLayoutsLoad() {
        QFETCH(QString, layout);
        if (layout == "index")
            useIndex("model.safetensors")(m_folder);
        else if (layout == "rope_parameters")
            moveRotary();
        else if (layout == "no generation_config")
            fs::remove(m_folder / "generation_config.json");
        else
            fs::remove(m_folder / "preprocessor_config.json");
        const auto engine = load();
        QCOMPARE(engine->info().parameters > 100000, true);
        QCOMPARE(engine->info().limits.maxPixels, layout == "no preprocessor_config" ? 16777216 : 25600);
        Request request = makeRequest({}, "Hello there.");
        request.maxTokens = 2;
        engine->answer(request, {}, {});
    }

    void loadingReportsAndStops() {
        std::vector<double> fractions;
        load([&](double fraction) { fractions.push_back(fraction); });
        QVERIFY(std::is_sorted(fractions.begin(), fractions.end()));
        QVERIFY(fractions.back() > 0.99 && fractions.back() <= 1.0);
        std::stop_source source;
        try {
            load([&](double) { source.request_stop(); }, source.get_token());
            QFAIL("not stopped");
        } catch (const Error& e) {
            QCOMPARE(e.kind(), ErrorKind::Cancelled);
        }
    }

private:
    std::unique_ptr<Engine> load(const LoadProgress& progress = {}, std::stop_token stop = {}) const {
        LoadOptions options;
        options.folder = m_folder.string();
        options.device = "cpu";
        return loadEngine(options, progress, std::move(stop));
    }

    /// As newer exporters write it: everything about the rotary in one object.
    void moveRotary() const {
        auto json = nlohmann::json::parse(readAll(m_folder / "config.json"));
        auto& text = json["text_config"];
        text["rope_parameters"] = text["rope_scaling"];
        text["rope_parameters"]["rope_theta"] = text["rope_theta"];
        text.erase("rope_scaling");
        text.erase("rope_theta");
        writeAll(m_folder / "config.json", json.dump());
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_APPLESS_MAIN(TestModelFolder)
#include "tst_model_folder.moc"
