#include "core/base/error.h"
#include "model/api/engine.h"
#include "model/budget/host_memory.h"
#include "model/device/device.h"
#include "model/engine/load_engine.h"
#include "model/files/safetensors.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/support/sanitizer.h"
#include "tests/support/weights_edit.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <unistd.h>

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

/// Edits the header of model.safetensors.
Change header(const std::function<void(nlohmann::json&)>& change) {
    return [=](const fs::path& folder) { test::editHeader(folder / "model.safetensors", change); };
}

constexpr const char* kNorm = "model.language_model.norm.weight"; // [64]

/// One entry of the header, in JSON Merge Patch.
Change headerEntry(const nlohmann::json& patch) {
    return header([=](nlohmann::json& json) { json[kNorm].merge_patch(patch); });
}

/// The final norm's bytes as another type of this many bytes.
Change storedAs(const char* dtype, int valueBytes) {
    return headerEntry({{"dtype", dtype}, {"shape", {256 / valueBytes}}});
}

Change damagedValue(const char* tensor, float value) {
    return [=](const fs::path& folder) { test::setValue(folder / "model.safetensors", tensor, 3, value); };
}

Change onlyFile(const char* name) {
    return [=](const fs::path& folder) { fs::rename(folder / "model.safetensors", folder / name); };
}

Change linkToItself(const char* name) {
    return [=](const fs::path& folder) {
        fs::remove(folder / name);
        fs::create_symlink(name, folder / name);
    };
}

/// Two shards, both with all tensors.
void twoFullShards(const fs::path& folder) {
    fs::copy(folder / "model.safetensors", folder / "second.safetensors");
    writeAll(folder / "model.safetensors.index.json",
             nlohmann::json{{"weight_map", {{"a", "model.safetensors"}, {"b", "second.safetensors"}}}}.dump());
}

/// A file of 300 MB that takes no room on the disk, whose header claims 200 MB.
void hugeHeader(const fs::path& folder) {
    writeAll(folder / "model.safetensors", std::string("\x00\xc2\xeb\x0b\0\0\0\0", 8));
    fs::resize_file(folder / "model.safetensors", 300'000'000);
}

const std::string kLfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4255140312\n";

Change quantized(const char* method) {
    return setJson("config.json", "/quantization_config", {{"quant_method", method}, {"bits", 4}});
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
        {"qwen2_vl", setJson("config.json", "/model_type", "qwen2_vl"), "model_type is \"qwen2_vl\""},
        {"a mixture of experts", setJson("config.json", "/model_type", "qwen3_vl_moe"),
         "model_type is \"qwen3_vl_moe\""},
        {"another family than the sizes", setJson("config.json", "/model_type", "qwen3_5"),
         "vision_config.model_type is \"qwen3_vl\""},
        {"for embeddings", writeFile("modules.json", "[]"), "modules.json: the model is one for embeddings"},
        {"no architecture", eraseJson("config.json", "model_type"), "model_type is \"\""},
        {"architecture is a number", setJson("config.json", "/model_type", 3), "model_type is 3"},
        {"hqq", quantized("hqq"), "(hqq) can't be read"},
        {"bitsandbytes", quantized("bitsandbytes"), "weights quantized with bitsandbytes can't be read"},
        {"quantized somehow", setJson("config.json", "/quantization_config", nlohmann::json::object()),
         "weights quantized (method not named) can't be read"},
        {"empty config.json", writeFile("config.json", ""), "config.json: not valid JSON"},
        {"config.json is null", writeFile("config.json", "null"), "config.json: no JSON object"},
        {"size with a fraction", setJson("config.json", "/text_config/hidden_size", 64.5), "hidden_size is 64.5"},
        {"size of 2^63", setJson("config.json", "/text_config/hidden_size", std::uint64_t{1} << 63), "hidden_size is"},
        {"size of 1e30", setJson("config.json", "/text_config/num_hidden_layers", 1e30), "num_hidden_layers is 1e+30"},
        {"no heads", setJson("config.json", "/text_config/num_attention_heads", 0), "num_attention_heads is 0"},
        {"no blocks", setJson("config.json", "/vision_config/depth", 0), "depth is 0"},
        {"empty vocabulary", setJson("config.json", "/text_config/vocab_size", 0), "vocab_size is 0"},
        {"huge vocabulary", setJson("config.json", "/text_config/vocab_size", 1 << 30), "expected [1073741824, 64]"},
        {"odd heads", setJson("config.json", "/text_config/head_dim", 31), "head_dim is 31, expected an even number"},
        {"encoder heads do not divide", setJson("config.json", "/vision_config/num_heads", 5), "num_heads is 5"},
        {"two sections", setJson("config.json", "/text_config/rope_scaling/mrope_section", {8, 8}),
         "mrope_section is [8,8], expected three numbers"},
        {"negative section", setJson("config.json", "/text_config/rope_scaling/mrope_section", {-1, 9, 8}),
         "mrope_section"},
        {"deepstack layers fall", setJson("config.json", "/vision_config/deepstack_visual_indexes", {3, 1}),
         "deepstack_visual_indexes is [3,1], expected rising numbers"},
        {"equal deepstack layers", setJson("config.json", "/vision_config/deepstack_visual_indexes", {2, 2}),
         "rising numbers"},
        {"positions not square", setJson("config.json", "/vision_config/num_position_embeddings", 63),
         "num_position_embeddings is 63, expected a square number"},
        {"vision_config is null", setJson("config.json", "/vision_config", nullptr), "vision_config is missing"},
        {"one text layer too few", setJson("config.json", "/text_config/num_hidden_layers", 3),
         "text_config.num_hidden_layers says 3 layers, expected 4"},
        {"one block too few", setJson("config.json", "/vision_config/depth", 5), "vision_config.depth says 5 layers"},
        {"one deepstack layer too few", setJson("config.json", "/vision_config/deepstack_visual_indexes", {1, 2}),
         "deepstack_visual_indexes says 2 layers, expected 3"},
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
        {"deepstack layer after the last one",
         setJson("config.json", "/vision_config/deepstack_visual_indexes", {2, 9}), "deepstack_visual_indexes"},
        {"image token outside", setJson("config.json", "/image_token_id", 512), "image_token_id is 512"},
        {"wrong shape", setJson("config.json", "/text_config/intermediate_size", 128),
         "is [96, 64], expected [128, 64]"},
        {"one layer too many", setJson("config.json", "/text_config/num_hidden_layers", 5),
         "model.language_model.layers.4.input_layernorm.weight is missing"},
        {"untied head is missing",
         [](const fs::path& folder) {
             setJson("config.json", "/tie_word_embeddings", false)(folder);
             setJson("config.json", "/text_config/tie_word_embeddings", false)(folder);
         },
         "lm_head.weight is missing"},
        {"0-byte weights", truncateFile("model.safetensors", 0), "model.safetensors: truncated: 0 bytes"},
        {"truncated weights", truncateFile("model.safetensors", 0.7), "model.safetensors: truncated"},
        {"truncated header", truncateFile("model.safetensors", 0.001), "model.safetensors: truncated"},
        {"no safetensors", writeFile("model.safetensors", std::string(4000, 'x')), "no safetensors file"},
        {"header is no JSON", writeFile("model.safetensors", std::string("\x04\0\0\0\0\0\0\0oops", 12)),
         "header is no JSON object"},
        {"unknown dtype", patchHeader("\"F32\"", "\"Q42\""), "dtype \"Q42\" is unknown"},
        {"stored as I64", storedAs("I64", 8), "model.language_model.norm.weight is stored as I64"},
        {"stored as U8", storedAs("U8", 1), "is stored as U8"},
        {"stored as F8_E4M3", storedAs("F8_E4M3", 1), "is stored as F8_E4M3 without a scale"},
        {"dtype is a number", headerEntry({{"dtype", 5}}), "damaged header entry"},
        {"no offsets", headerEntry({{"data_offsets", nullptr}}), "damaged header entry"},
        {"one offset", headerEntry({{"data_offsets", {0}}}), "damaged header entry"},
        {"an offset larger than any number", headerEntry({{"data_offsets", {0, 2.9e56}}}), "damaged header entry"},
        {"an offset with a point", headerEntry({{"data_offsets", {0.0, 256.0}}}), "damaged header entry"},
        {"an offset beyond 63 bits", headerEntry({{"data_offsets", {0, 1ULL << 63}}}), "damaged header entry"},
        {"a side that is true", headerEntry({{"shape", {true}}}), "damaged header entry"},
        {"offsets the wrong way round", headerEntry({{"data_offsets", {256, 0}}}), "model.language_model.norm.weight"},
        {"offsets behind the end", headerEntry({{"data_offsets", {1LL << 60, (1LL << 60) + 256}}}), "truncated"},
        {"overlapping tensors", headerEntry({{"data_offsets", {128, 384}}}), "overlap"},
        {"shape larger than its bytes", headerEntry({{"shape", {65}}}), "256 bytes, expected 260 for F32 [65]"},
        {"shape overflows", headerEntry({{"shape", {1LL << 32, 1LL << 32}}}), "does not fit into the file"},
        {"negative side", headerEntry({{"shape", {-64}}}), "does not fit into the file"},
        {"empty tensor", headerEntry({{"shape", {0}}, {"data_offsets", {0, 0}}}), "is [0], expected [64]"},
        {"entry is a list", header([](nlohmann::json& json) {
             json[kNorm] = {1, 2};
         }),
         "damaged header entry"},
        {"tensor is missing", header([](nlohmann::json& json) { json.erase(kNorm); }),
         "model.language_model.norm.weight is missing"},
        {"huge header", hugeHeader, "the header claims 200000000 bytes"},
        {"header nested deeply",
         [](const fs::path& folder) {
             test::writeWeights(folder / "model.safetensors", "{\"a\": " + std::string(200000, '['), 16);
         },
         "header is no JSON object"},
        {"header of no tensors",
         [](const fs::path& folder) { test::writeWeights(folder / "model.safetensors", "{}", 0); }, "is missing"},
        {"NaN in a norm", damagedValue(kNorm, std::nanf("")),
         "model.language_model.norm.weight: value 3 of [64] is NaN"},
        {"infinity in a bias", damagedValue("model.visual.blocks.0.attn.qkv.bias", -HUGE_VALF),
         "model.visual.blocks.0.attn.qkv.bias: value 3"},
        {"PyTorch weights", onlyFile("pytorch_model.bin"), "pytorch_model.bin\": weights of PyTorch"},
        {"PyTorch weights, .pt", onlyFile("model.pt"), "weights of PyTorch can't be read, expected model.safetensors"},
        {"GGUF weights", onlyFile("model-Q4_K_M.gguf"), "no GGUF file"},
        {"weights are a Git LFS pointer", writeFile("model.safetensors", kLfsPointer), "run git lfs pull"},
        {"tokenizer is a Git LFS pointer", writeFile("tokenizer.json", kLfsPointer), "run git lfs pull"},
        {"weights are a circle of links", linkToItself("model.safetensors"), "model.safetensors: Too many levels"},
        {"config.json is a circle of links", linkToItself("config.json"), "config.json"},
        {"weights are a folder",
         [](const fs::path& folder) {
             fs::remove(folder / "model.safetensors");
             fs::create_directory(folder / "model.safetensors");
         },
         "model.safetensors: not a file"},
        {"a tensor twice", twoFullShards, "second.safetensors: "},
        {"integer weights", patchHeader("\"F32\"", "\"I32\""), "is stored as I32"},
        {"shard outside the folder", useIndex("../model.safetensors"), "expected a file name without a folder"},
        {"missing shard",
         [](const fs::path& folder) {
             useIndex("model-00001-of-00002.safetensors")(folder);
             removeFile("model.safetensors")(folder);
         },
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
        {"other deviation", setJson("preprocessor_config.json", "/image_std", 0.5), "image_std is 0.5"},
        {"preprocessor_config is a list", writeFile("preprocessor_config.json", "[]"), "no JSON object"},
        {"bad pixel limit", setJson("preprocessor_config.json", "/size/longest_edge", 0), "longest_edge is 0"},
        {"bad end token", setJson("generation_config.json", "/eos_token_id", "x"), "eos_token_id"},
        {"tokenizer is no JSON", writeFile("tokenizer.json", ""), "tokenizer.json"},
        {"tokenizer without special tokens", setJson("tokenizer.json", "/added_tokens", nlohmann::json::array()),
         "tokenizer.json: <|image_pad|> is missing"},
        {"tokenizer without a vocabulary", setJson("tokenizer.json", "/model/vocab", nullptr), "tokenizer.json"},
        {"more words than embeddings", setJson("tokenizer.json", "/model/vocab/toomuch", 5000), "tokenizer.json"},
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
        resetPeak(at::kCPU);
        const std::int64_t before = residentBytes();
        const std::clock_t started = std::clock(); // not the wall's: the machine may be busy
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
        QVERIFY(test::kAddressSanitizer || std::clock() - started < CLOCKS_PER_SEC);
        QVERIFY(test::kAddressSanitizer || peakBytes(at::kCPU) - before < std::int64_t{100}
                                                                              << 20); // whatever the files claim
    }

    /// What only shows in the output names its tensor too.
    void damageInALargeMatrix() {
        const char* tensor = "model.visual.merger.linear_fc1.weight";
        damagedValue(tensor, std::nanf(""))(m_folder);
        const auto engine = load();
        const Request request = makeRequest({{test::randomScreen(2, 2, 1), "screen", {}}}, "Where?");
        for (int i = 0; i < 2; ++i) { // and the engine is still there to say so
            try {
                engine->answer(request, {}, {});
                QFAIL("answered");
            } catch (const Error& e) {
                QCOMPARE(e.kind(), ErrorKind::BadFile);
                const std::string message = e.what();
                QVERIFY2(message.find(tensor) != std::string::npos, message.c_str());
                QVERIFY2(message.starts_with(m_folder.string()), message.c_str());
            }
        }
        QVERIFY(!engine->answer(makeRequest({}, "Hello there."), {}, {}).text.empty()); // words do not pass there
    }

    void aFileIsNoFolder() {
        m_folder /= "config.json";
        try {
            load();
            QFAIL("accepted");
        } catch (const Error& e) {
            QVERIFY2(std::string(e.what()).find("config.json: a file, expected the folder") != std::string::npos,
                     e.what());
        }
    }

    void filesThatMayNotBeRead() {
        if (::geteuid() == 0)
            QSKIP("the superuser may read everything");
        for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
            fs::permissions(m_folder / name, fs::perms::none);
            QVERIFY_EXCEPTION_THROWN(load(), Error);
            fs::permissions(m_folder / name, fs::perms::owner_read);
        }
    }

    void missingFolder() {
        fs::remove_all(m_folder);
        QVERIFY_EXCEPTION_THROWN(load(), Error);
    }

    void otherLayoutsLoad_data() {
        QTest::addColumn<QString>("layout");
        for (const char* layout :
             {"index", "stale index", "rope_parameters", "no generation_config", "no preprocessor_config",
              "an unknown tensor", "a damaged chat template", "GGUF beside", "odd sampling"})
            QTest::newRow(layout) << layout;
    }

    void otherLayoutsLoad() {
        QFETCH(QString, layout);
        if (layout == "index")
            useIndex("model.safetensors")(m_folder);
        else if (layout == "stale index")
            useIndex("model-00001-of-00002.safetensors")(m_folder);
        else if (layout == "rope_parameters")
            moveRotary();
        else if (layout == "no generation_config")
            fs::remove(m_folder / "generation_config.json");
        else if (layout == "no preprocessor_config")
            fs::remove(m_folder / "preprocessor_config.json");
        else if (layout == "an unknown tensor")
            header([](nlohmann::json& json) {
                json["some.buffer"] = {{"dtype", "I64"}, {"shape", {0}}, {"data_offsets", {0, 0}}};
            })(m_folder);
        else if (layout == "odd sampling")
            writeAll(m_folder / "generation_config.json", R"({"temperature": "hot", "top_k": -5, "top_p": 2,
                "repetition_penalty": 0, "eos_token_id": [506, 504, 99999]})");
        else if (layout == "a damaged chat template") // the program has the template of the family itself
            writeAll(m_folder / "chat_template.json", "{");
        else
            writeAll(m_folder / "model-Q4_K_M.gguf", "GGUF");
        const auto engine = load();
        QCOMPARE(engine->info().parameters > 100000, true);
        const std::map<QString, std::size_t> notes{
            {"no preprocessor_config", 1}, {"a damaged chat template", 1}, {"odd sampling", 5}};
        const auto expected = notes.find(layout);
        QCOMPARE(engine->info().notes.size(), expected == notes.end() ? std::size_t{0} : expected->second);
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
