#include "core/base/error.h"
#include "model/files/adapter_base.h"
#include "model/files/adapter_changes.h"
#include "model/files/safetensors_writer.h"
#include "model/files/weight_folder.h"
#include "tests/support/golden.h"
#include "tests/support/weights_edit.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <functional>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Change = std::function<void(const fs::path& folder)>;

const std::string kLayer = "model.language_model.layers.0.";
const std::string kQuery = "base_model.model." + kLayer + "self_attn.q_proj.";

fs::path adapters() {
    return test::dataFolder() / "adapters";
}

Checkpoint base() {
    const std::string folder = (test::dataFolder() / "qwen3vl/model").string();
    return {folder, openWeightFiles(folder)};
}

void writeAll(const fs::path& file, const std::string& content) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

Change config(const json& patch) {
    return [=](const fs::path& folder) {
        json edited = test::readJson(folder / kAdapterConfigFile);
        edited.merge_patch(patch);
        writeAll(folder / kAdapterConfigFile, edited.dump());
    };
}

/// Renames tensors in the header.
Change renamed(const std::string& from, const std::string& to) {
    return [=](const fs::path& folder) {
        test::editHeader(folder / kAdapterWeightsFile, [&](json& header) {
            json edited = json::object();
            for (const auto& [name, entry] : header.items()) {
                std::string other = name;
                if (const std::size_t at = name.find(from); at != std::string::npos)
                    other.replace(at, from.size(), to);
                edited[other] = entry;
            }
            header = edited;
        });
    };
}

Change tensor(const std::string& name, const std::string& dtype, const std::vector<std::int64_t>& shape,
              std::size_t size) {
    return [=](const fs::path& folder) {
        const std::vector<std::byte> zeros(size);
        writeSafetensors((folder / kAdapterWeightsFile).string(), {{name, dtype, shape, zeros}});
    };
}

} // namespace

/// What is read of adapters of peft, and what is refused.
class TestAdapterFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path root() const { return m_folder->path().toStdString(); }
    /// A copy of a good adapter, changed.
    fs::path copyOf(const std::string& name, const Change& change) const {
        const fs::path folder = root() / "adapter";
        fs::copy(adapters() / name, folder);
        fs::remove(folder / "expected.safetensors");
        if (change)
            change(folder);
        return folder;
    }
    std::string problemOf(const fs::path& folder) const {
        try {
            AdapterChanges(AdapterFolder::open(folder.string()), base());
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("HF_HUB_CACHE", QFile::encodeName(m_folder->path() + "/hub"));
    }

    void adaptersOfPeftFit_data() {
        QTest::addColumn<QString>("name");
        for (const auto& entry : fs::directory_iterator(adapters()))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().filename().string());
    }

    /// Each changes exactly the weights that peft's own layers calculate with others.
    void adaptersOfPeftFit() {
        QFETCH(QString, name);
        const fs::path folder = adapters() / name.toStdString();
        const AdapterChanges changes(AdapterFolder::open(folder.string()), base());
        const auto expected = test::readJson(folder / kAdapterConfigFile);
        QCOMPARE(changes.adapter().config().base, expected["base_model_name_or_path"].get<std::string>());
        QVERIFY(!changes.adapter().weights().empty());
        for (const auto& [weight, change] : changes.adapter().weights())
            QVERIFY2(changes.find(weight) != nullptr, weight.c_str());
        QCOMPARE(changes.find("model.language_model.layers.1.self_attn.q_proj.weight"), nullptr);
    }

    void modulesAreFoundUnderOtherNames_data() {
        QTest::addColumn<QString>("prefix");
        for (const char* prefix : {"base_model.model.model.language_model.", "base_model.model.language_model.model.",
                                   "base_model.model.model.", "base_model.model.language_model.", "base_model.model.",
                                   "model.model.", "base_model.model.module.model.language_model."})
            QTest::newRow(prefix) << QString(prefix);
    }

    void modulesAreFoundUnderOtherNames() {
        QFETCH(QString, prefix);
        const fs::path folder =
            copyOf("plain", renamed("base_model.model.model.language_model.", prefix.toStdString()));
        const AdapterChanges changes(AdapterFolder::open(folder.string()), base());
        for (const char* beginning : {"model.language_model.", "model.language_model.model.", "language_model.model.",
                                      "language_model.", "model."})
            QVERIFY2(changes.find(beginning + std::string("layers.0.self_attn.q_proj.weight")), beginning);
        QCOMPARE(changes.source("model.layers.0.self_attn.q_proj.weight"), kLayer + "self_attn.q_proj.weight");
    }

    void namesMayHoldTheAdaptersName() {
        const fs::path folder = copyOf("plain", renamed("lora_A.weight", "lora_A.default.weight"));
        QCOMPARE(problemOf(folder), std::string());
    }

    /// In the base both are one matrix.
    void aHeadIsAddedWhereOnlyOneOfBothChanges_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("adds");
        QTest::newRow("a pair on the embedding") << "table" << true;
        QTest::newRow("a pair on the head") << "head" << true;
        QTest::newRow("pairs on both") << "tied" << true;
        QTest::newRow("rows of the embedding, which are the head's too") << "tokens" << false;
        QTest::newRow("neither") << "plain" << false;
    }

    void aHeadIsAddedWhereOnlyOneOfBothChanges() {
        QFETCH(QString, name);
        QFETCH(bool, adds);
        const AdapterChanges changes(AdapterFolder::open((adapters() / name.toStdString()).string()), base());
        QCOMPARE(changes.adds("lm_head.weight"), adds);
        QCOMPARE(changes.addedValues(), adds ? 512 * 64 : 0);
        if (adds)
            QCOMPARE(changes.source("lm_head.weight"), std::string("model.language_model.embed_tokens.weight"));
    }

    void scales_data() {
        QTest::addColumn<QString>("module");
        QTest::addColumn<double>("scale");
        QTest::newRow("its own alpha by an expression") << "k_proj" << 7 / std::sqrt(3.0);
        QTest::newRow("its own rank and alpha, the first that matches") << "v_proj" << 7.0;
        QTest::newRow("those of all") << "q_proj" << 3 / std::sqrt(2.0);
    }

    void scales() {
        QFETCH(QString, module);
        QFETCH(double, scale);
        const auto adapter = AdapterFolder::open((adapters() / "patterns").string());
        const std::string name = kLayer + "self_attn." + module.toStdString() + ".weight";
        QVERIFY(std::abs(adapter.weights().at(name).scale - scale) < 1e-12);
    }

    void theFirstPatternOfTheFileCounts() {
        const fs::path folder = copyOf("plain", {});
        std::string text = test::readJson(folder / kAdapterConfigFile).dump();
        const std::string empty = "\"alpha_pattern\":{}";
        text.replace(text.find(empty), empty.size(), R"("alpha_pattern":{"q_proj":6,".*proj":4})");
        writeAll(folder / kAdapterConfigFile, text);
        const auto adapter = AdapterFolder::open(folder.string());
        QCOMPARE(adapter.weights().at(kLayer + "self_attn.q_proj.weight").scale, 3.0);
        QCOMPARE(adapter.weights().at(kLayer + "mlp.down_proj.weight").scale, 2.0);
    }

    void startsThatLeaveTheBaseAsItIs_data() {
        QTest::addColumn<QString>("start");
        for (const char* start :
             {"true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\"", "\"mica\"", "\"lora_ga\""})
            QTest::newRow(start) << start;
    }

    void startsThatLeaveTheBaseAsItIs() {
        QFETCH(QString, start);
        QCOMPARE(problemOf(copyOf("plain", config({{"init_lora_weights", json::parse(start.toStdString())}}))),
                 std::string());
    }

    void whatTrainingAloneLooksAtIsIgnored() {
        QCOMPARE(problemOf(copyOf("plain", config({{"fan_in_fan_out", true},
                                                   {"target_modules", "all-linear"},
                                                   {"runtime_config", {{"ephemeral_gpu_offload", true}}},
                                                   {"velora_config", {{"x", 1}}},
                                                   {"a_field_of_later_versions", 7}}))),
                 std::string());
    }

    void badAdapters_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* title, const char* name, const Change& change, const std::string& message) {
            QTest::newRow(title) << name << change << QString::fromStdString(message);
        };
        const auto refused = [&](const char* field, const json& value, const std::string& found) {
            row(field, "plain", config({{field, value}}),
                std::string("adapter_config.json: ") + field + " is " + found);
        };
        for (const char* kind : {"ADALORA", "IA3", "LOHA", "LOKR", "VERA", "OFT", "BOFT", "LN_TUNING", "XLORA", "MISS",
                                 "SHIRA", "HRA", "FOURIERFT", "TRAINABLE_TOKENS"})
            row(kind, "plain", config({{"peft_type", kind}}),
                std::string("peft_type is \"") + kind +
                    "\", expected \"LORA\": merge it with peft (merge_and_unload, save_pretrained) and open the merged "
                    "model");
        for (const char* kind : {"PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING", "ADAPTION_PROMPT"})
            row(kind, "plain", config({{"peft_type", kind}}),
                "expected \"LORA\": it learned a prompt, which needs peft");
        row("no peft_type", "plain", config({{"peft_type", nullptr}}), "peft_type is missing, expected a text");
        for (const char* start : {"pissa", "pissa_niter_16", "olora", "corda", "loftq"})
            row(start, "plain", config({{"init_lora_weights", start}}),
                std::string("init_lora_weights is \"") + start + "\", expected a start that leaves the base's weights");
        refused("use_qalora", true, "true");
        refused("layer_replication", {{0, 1}}, "[[0,1]]");
        refused("target_parameters", {"mlp.experts"}, "[\"mlp.experts\"]");
        refused("arrow_config", {{"top_k", 2}}, "{\"top_k\":2}");
        refused("kasa_config", {{"beta", 1}}, "{\"beta\":1}");
        refused("use_bdlora", {{"nblocks", 2}}, "{\"nblocks\":2}");
        refused("monteclora_config", {{"num_samples", 2}}, "{\"num_samples\":2}");
        refused("alora_invocation_tokens", {1, 2}, "[1,2], expected it not to be set: an adapter that begins");
        refused("r", 0, "0, expected a whole number from 1");
        row("a rank in quotes", "plain", config({{"r", "8"}}), "r is \"8\", expected a whole number");
        refused("lora_alpha", "16", "\"16\", expected a number");
        refused("use_rslora", 1, "1, expected true or false");
        refused("rank_pattern", json::array({"q_proj"}), "[\"q_proj\"], expected an object");
        row("half a rank", "plain", config({{"rank_pattern", {{"q_proj", 1.5}}}}),
            "rank_pattern.q_proj is 1.5, expected a whole number");
        refused("modules_to_save", {7}, "[7], expected a list of names");
        row("another rank", "plain", config({{"r", 4}}), "expected 4 as its rank (r, rank_pattern in ");
        row("a pattern with a rank of its own", "plain", config({{"rank_pattern", {{"q_proj", 4}}}}),
            "q_proj.lora_B.weight\" is of a pair with [2, 64], expected 4 as its rank");
        for (const auto& [pattern, what] : {std::pair{"(q_proj", "has a ( without a )"},
                                            {"q_proj)", "has a ) without a ("},
                                            {"*q", "nothing to repeat"},
                                            {"[a-", "has a [ without a ]"},
                                            {"[z-a]", "has a range"},
                                            {"a{3,2}", "has a count whose end"},
                                            {"q\\", "ends with a backslash"},
                                            {"(?=q)", "uses a group that begins with (?"},
                                            {"\\bq", "uses \\b"},
                                            {"(q)\\1", "uses \\1"}})
            row(pattern, "plain", config({{"alpha_pattern", {{pattern, 4}}}}), what);
        row("a pattern that would take exponential time", "plain",
            config({{"alpha_pattern", {{"((((((((((a?){999}b?){999}c?){999}d?){999}.*)*)*)*)*)*)*!", 4}}}}), "");
        row("no pair", "plain", renamed("q_proj.lora_B", "k_proj.lora_B"), "is without its lora_");
        row("a magnitude too many", "dora", config({{"use_dora", false}}), "has no place: use_dora is false");
        row("no magnitude", "plain", config({{"use_dora", true}}), "is without its lora_magnitude_vector");
        row("a bias too many", "biases", config({{"lora_bias", false}}), "has no place: lora_bias is false");
        row("a bias on a layer without one", "biases",
            renamed("visual.blocks.1.attn.proj", "language_model.layers.0.self_attn.v_proj"),
            "adds a bias (lora_bias) to a layer of ");
        row("rows without ids", "tokens", config({{"trainable_token_indices", nullptr}}),
            "has no ids in trainable_token_indices");
        row("rows of other ids", "tokens", config({{"trainable_token_indices", {1, 2}}}),
            "is [3, 64], expected a row for each of 2 ids");
        row("rows beyond the table", "tokens", config({{"trainable_token_indices", {1, 2, 512}}}),
            "is part of [3, 64] on");
        row("a module that is not there", "plain", renamed("q_proj.", "qkv_proj."),
            "changes " + kLayer + "self_attn.qkv_proj.weight, which ");
        row("a layer that is not there", "plain", renamed("layers.0", "layers.9"), "expected an adapter of this model");
        row("another width", "plain", renamed("self_attn.q_proj", "mlp.down_proj.x"), "changes ");
        row("a module of another size", "plain", renamed("self_attn.q_proj", "self_attn.o_proj"),
            "expected one that fits: it was trained on another model, \"someone/qwen3vl-test\"");
        row("a tensor of another method", "plain", renamed("lora_A.weight", "lora_diag"),
            "is no tensor of a LoRA adapter");
        row("the same tensor under two names", "plain", renamed("q_proj.lora_A", "q_proj.base_layer.lora_A"), "");
        row("a saved module that is not there", "plain", tensor("base_model.model.score.weight", "F32", {2}, 8),
            "changes model.language_model.score.weight, which ");
        row("a saved module of another size", "plain", tensor("base_model.model.lm_head.weight", "F32", {4, 64}, 1024),
            "is part of [4, 64] on a weight [512, 64]");
        row("packed numbers", "plain", tensor(kQuery + "lora_A.weight", "I8", {2, 64}, 128),
            "is stored as I8, expected");
        row("a scalar", "plain", tensor(kQuery + "lora_A.weight", "F32", {}, 4), "is without its lora_B");
        row("a name of nothing but points", "plain", tensor("...", "F32", {2}, 8), "changes ");
        row(
            "no tensors", "plain",
            [](const fs::path& folder) { writeSafetensors((folder / kAdapterWeightsFile).string(), {}); },
            "no tensors, expected those of an adapter");
        row(
            "no weights", "plain", [](const fs::path& folder) { fs::remove(folder / kAdapterWeightsFile); },
            "adapter_model.safetensors: ");
        row(
            "weights of PyTorch", "plain",
            [](const fs::path& folder) { fs::rename(folder / kAdapterWeightsFile, folder / "adapter_model.bin"); },
            "adapter_model.bin: weights of PyTorch can't be read, expected adapter_model.safetensors: load the adapter "
            "with peft and save it again (save_pretrained)");
        row(
            "a pointer of Git LFS", "plain",
            [](const fs::path& folder) {
                writeAll(folder / kAdapterWeightsFile, "version https://git-lfs.github.com/spec/v1\n");
            },
            "a Git LFS pointer");
        row(
            "no JSON", "plain", [](const fs::path& folder) { writeAll(folder / kAdapterConfigFile, "{"); },
            "adapter_config.json: not valid JSON");
        row(
            "no object", "plain", [](const fs::path& folder) { writeAll(folder / kAdapterConfigFile, "[]"); },
            "adapter_config.json: no JSON object");
    }

    void badAdapters() {
        QFETCH(QString, name);
        QFETCH(Change, change);
        QFETCH(QString, message);
        const QString problem = QString::fromStdString(problemOf(copyOf(name.toStdString(), change)));
        if (message.isEmpty()) { // good, or refused, but no crash and no hang
            QVERIFY(problem.count('\n') == 0);
            return;
        }
        QVERIFY2(problem.contains(message), qPrintable("found \"" + problem + "\""));
        QCOMPARE(problem.count('\n'), 0);
    }

    void adaptersFindTheirBase() {
        const fs::path folder = copyOf("plain", {});
        QVERIFY(hasAdapter(folder.string()) && isAdapterFolder(folder.string()));
        const fs::path model = root() / "base of the adapter"; // nothing of that name is beside where the test runs
        fs::copy(test::dataFolder() / "qwen3vl/model", model);
        config({{"base_model_name_or_path", model.string()}})(folder);
        const AdaptedModel found = resolveAdapter(folder.string() + "/", "");
        QCOMPARE(found.base, model.string());
        QCOMPARE(found.adapter, folder.string());
        QCOMPARE(adapterName(found), std::string("adapter"));
        QCOMPARE(resolveAdapter(model.string(), folder.string()).adapter, folder.string());
        QCOMPARE(resolveAdapter(model.string(), "").adapter, std::string());
        QCOMPARE(resolveAdapter(folder.string(), kNoAdapter).adapter, std::string());
        config({{"base_model_name_or_path", "../base of the adapter"}})(folder);
        QVERIFY(fs::equivalent(resolveAdapter(folder.string(), "").base, model));
    }

    void adaptersFindTheirBaseInTheHubsCache() {
        const fs::path folder = copyOf("plain", {});
        const fs::path snapshots = root() / "hub/models--someone--qwen3vl-test/snapshots";
        writeAll(snapshots / "1111/config.json", "{}");
        writeAll(snapshots / "2222/config.json", "{}");
        writeAll(snapshots.parent_path() / "refs/main", "1111");
        writeAll(snapshots.parent_path() / "refs/older", "2222");
        QCOMPARE(resolveAdapter(folder.string(), "").base, (snapshots / "1111").string());
        config({{"revision", "older"}})(folder);
        QCOMPARE(resolveAdapter(folder.string(), "").base, (snapshots / "2222").string());
        config({{"revision", "newer"}})(folder);
        QVERIFY(findAdapterBase(folder.string()).empty());
    }

    void adaptersOfABaseAreFound() {
        const fs::path model = root() / "model";
        fs::copy(test::dataFolder() / "qwen3vl/model", model);
        const fs::path runs = root() / "runs";
        const fs::path cached = root() / "hub/models--someone--cats/snapshots/1111";
        for (const fs::path& folder : {runs / "first", runs / "second", runs / "of another", cached}) {
            fs::create_directories(folder.parent_path());
            fs::copy(adapters() / "plain", folder);
            fs::remove(folder / "expected.safetensors");
            if (folder.filename() != "of another")
                config({{"base_model_name_or_path", model.string()}})(folder);
        }
        writeAll(runs / "broken" / kAdapterConfigFile, "{");
        const std::vector<std::string> expected{(runs / "first").string(), (runs / "second").string(), cached.string()};
        QCOMPARE(adaptersOf(model.string(), {runs.string(), runs.string()}), expected);
        QCOMPARE(adapterName({model.string(), cached.string()}), std::string("cats"));
    }

    void anAdapterInItsBasesFolderIsApplied() {
        const fs::path folder = copyOf("plain", {});
        fs::copy(test::dataFolder() / "qwen3vl/model/config.json", folder);
        QVERIFY(isAdapterFolder(folder.string())); // a config alone is no model
        fs::copy(test::dataFolder() / "qwen3vl/model/model.safetensors", folder);
        const AdaptedModel found = resolveAdapter(folder.string(), "");
        QCOMPARE(found.base, folder.string());
        QCOMPARE(found.adapter, folder.string());
        QCOMPARE(adapterName(found), std::string("its own adapter"));
        QCOMPARE(resolveAdapter(folder.string(), kNoAdapter).adapter, std::string());
    }

    void checkpointsAreCalledByTheirRun() {
        QCOMPARE(adapterName({"/models/base", "/runs/cats/checkpoint-500/"}), std::string("cats/checkpoint-500"));
        QCOMPARE(adapterName({"/models/base", ""}), std::string());
    }

    void withoutABaseTheWayOutIsNamed_data() {
        QTest::addColumn<json>("base");
        QTest::addColumn<QString>("message");
        QTest::newRow("not in the cache")
            << json("someone/else")
            << "which is neither a folder nor in the hub's cache: `prunescope pull someone/else` gets it; or name it: "
               "--model BASE --adapter ";
        QTest::newRow("a folder of another machine")
            << json("/elsewhere/models/x")
            << "\"/elsewhere/models/x\", which is neither a folder nor in the hub's cache: name it";
        QTest::newRow("not said") << json() << "base_model_name_or_path is missing, expected the model that it adapts";
    }

    void withoutABaseTheWayOutIsNamed() {
        QFETCH(json, base);
        QFETCH(QString, message);
        const fs::path folder = copyOf("plain", config({{"base_model_name_or_path", base}}));
        try {
            resolveAdapter(folder.string(), "");
            QFAIL("found a base");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(message), error.what());
        }
    }

    void wrongPairsOfBaseAndAdapterAreRefused() {
        const fs::path folder = copyOf("plain", {});
        const std::string model = (test::dataFolder() / "qwen3vl/model").string();
        const auto problem = [](const std::string& path, const std::string& adapter) {
            try {
                resolveAdapter(path, adapter);
            } catch (const Error& error) {
                return QString(error.what());
            }
            return QString();
        };
        QVERIFY(problem(model, model).contains("adapter_config.json: no such file, expected the folder of an adapter"));
        QVERIFY(problem(folder.string(), (adapters() / "dora").string()).contains("expected one"));
        config({{"base_model_name_or_path", (adapters() / "dora").string()}})(folder);
        QVERIFY(problem(folder.string(), "").contains("an adapter itself, expected a model"));
    }
};

QTEST_GUILESS_MAIN(TestAdapterFolder)
#include "tst_adapter_folder.moc"
