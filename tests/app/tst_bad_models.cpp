#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"
#include "tests/support/weights_edit.h"

#include <QtTest>
#include <cmath>

using namespace prunescope::test;

/// A model folder that cannot be used: exit code 3, one line that names the file and the tensor.
class TestBadModels : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    using Damage = std::function<void(const ModelCopy&)>;

private Q_SLOTS:
    void refusals_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QStringList>("words");
        const auto row = [&](const char* name, const QStringList& words, const Damage& damage) {
            const ModelCopy copy(m_program.file(QString(name).replace(' ', '_')).toStdString());
            damage(copy);
            QTest::newRow(name) << QString::fromStdString(copy.folder().string()) << words;
        };
        const auto remove = [](const char* file) {
            return [file](const ModelCopy& copy) { std::filesystem::remove(copy.file(file)); };
        };
        row("missing config", {"config.json"}, remove("config.json"));
        row("missing tokenizer", {"tokenizer.json"}, remove("tokenizer.json"));
        row("missing weights", {"model.safetensors"}, remove("model.safetensors"));
        row("config that is no JSON", {"config.json"},
            [](const ModelCopy& copy) { copy.truncate("config.json", 0.5); });
        row("tokenizer that is no JSON", {"tokenizer.json"},
            [](const ModelCopy& copy) { copy.truncate("tokenizer.json", 0.5); });
        row("truncated weights", {"model.safetensors", "truncated"},
            [](const ModelCopy& copy) { copy.truncate("model.safetensors", 0.5); });
        row("truncated header", {"model.safetensors"},
            [](const ModelCopy& copy) { std::filesystem::resize_file(copy.file("model.safetensors"), 100); });
        row("empty weights", {"model.safetensors"},
            [](const ModelCopy& copy) { std::filesystem::resize_file(copy.file("model.safetensors"), 0); });
        row("wrong shape", {"model.language_model.embed_tokens.weight", "[512, 64]", "[600, 64]"},
            [](const ModelCopy& copy) {
                copy.edit("config.json", [](nlohmann::json& json) { json["text_config"]["vocab_size"] = 600; });
            });
        row("too many layers", {"model.language_model.layers.4."}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) { json["text_config"]["num_hidden_layers"] = 5; });
        });
        row("unknown architecture", {"config.json", "idefics3", "qwen3_vl"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) {
                json["model_type"] = "idefics3";
                json["architectures"] = {"Idefics3ForConditionalGeneration"};
            });
        });
        row("quantized weights", {"config.json", "quantization_config"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) { json["quantization_config"] = {{"bits", 4}}; });
        });
        row("fewer layers than the weights", {"config.json", "num_hidden_layers", "model.language_model.layers.3"},
            [](const ModelCopy& copy) {
                copy.edit("config.json", [](nlohmann::json& json) { json["text_config"]["num_hidden_layers"] = 3; });
            });
        row("another architecture", {"config.json", "qwen3_5", "qwen3_vl"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) { json["model_type"] = "qwen3_5"; });
        });
        row("hqq", {"config.json", "(hqq)"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) {
                json["quantization_config"] = {{"quant_method", "hqq"}};
            });
        });
        row("empty config", {"config.json", "not valid JSON"},
            [](const ModelCopy& copy) { copy.write("config.json", ""); });
        row("GGUF alone", {"model.gguf", "GGUF", "no GGUF file"}, [](const ModelCopy& copy) {
            std::filesystem::rename(copy.file("model.safetensors"), copy.file("model.gguf"));
        });
        row("PyTorch alone", {"pytorch_model.bin", "PyTorch", "safetensors"}, [](const ModelCopy& copy) {
            std::filesystem::rename(copy.file("model.safetensors"), copy.file("pytorch_model.bin"));
        });
        row("LFS pointer", {"model.safetensors", "git lfs pull"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
        });
        row("NaN in a norm", {"model.safetensors", "model.language_model.norm.weight", "NaN"},
            [](const ModelCopy& copy) {
                setValue(copy.file("model.safetensors"), "model.language_model.norm.weight", 0, std::nanf(""));
            });
        row("NaN in a large matrix", {"model.safetensors", "model.visual.merger.linear_fc1.weight", "NaN"},
            [](const ModelCopy& copy) {
                setValue(copy.file("model.safetensors"), "model.visual.merger.linear_fc1.weight", 7, std::nanf(""));
            });
        row("wrong number type", {"model.safetensors", "model.language_model.norm.weight", "I64", "BF16"},
            [](const ModelCopy& copy) {
                editHeader(copy.file("model.safetensors"), [](nlohmann::json& json) {
                    json["model.language_model.norm.weight"].merge_patch({{"dtype", "I64"}, {"shape", {32}}});
                });
            });
        row("header that lies", {"model.safetensors", "header claims"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors", std::string(8, '\x7f') + std::string(1000, ' '));
        });
        row("circle of links", {"model.safetensors"}, [](const ModelCopy& copy) {
            std::filesystem::remove(copy.file("model.safetensors"));
            std::filesystem::create_symlink("model.safetensors", copy.file("model.safetensors"));
        });
        row("tensor in two shards", {"second.safetensors", "model.safetensors", "once"}, [](const ModelCopy& copy) {
            std::filesystem::copy(copy.file("model.safetensors"), copy.file("second.safetensors"));
            copy.write("model.safetensors.index.json",
                       R"({"weight_map": {"a": "model.safetensors", "b": "second.safetensors"}})");
        });
        row("tokenizer without special tokens", {"tokenizer.json", "<|image_pad|>"}, [](const ModelCopy& copy) {
            copy.edit("tokenizer.json", [](nlohmann::json& json) { json["added_tokens"] = nlohmann::json::array(); });
        });
        row("tokenizer of another model", {"tokenizer.json", "<|image_pad|>", "config.json"},
            [](const ModelCopy& copy) {
                copy.edit("config.json", [](nlohmann::json& json) { json["image_token_id"] = 3; });
            });
        row("nonsense for decoding", {"generation_config.json", "eos_token_id"}, [](const ModelCopy& copy) {
            copy.edit("generation_config.json", [](nlohmann::json& json) { json["eos_token_id"] = "end"; });
        });
        row("other brightness", {"preprocessor_config.json", "image_mean"}, [](const ModelCopy& copy) {
            copy.edit("preprocessor_config.json", [](nlohmann::json& json) {
                json["image_mean"] = {0.48, 0.46, 0.41};
            });
        });
        row("missing shard", {"model-00002-of-00002.safetensors"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors.index.json",
                       R"({"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}})");
        });
        row("shard of a numbered set", {"model-00001-of-00002.safetensors", "missing shard"},
            [](const ModelCopy& copy) {
                std::filesystem::rename(copy.file("model.safetensors"), copy.file("model-00002-of-00002.safetensors"));
            });
        row("web page", {"model.safetensors", "web page", "download"},
            [](const ModelCopy& copy) { copy.write("model.safetensors", "<!doctype html><html></html>"); });
        row("adapter alone", {"adapter_config.json", "adapter"}, [](const ModelCopy& copy) {
            copy.write("adapter_config.json", "{}");
            copy.write("training_args.bin", "x");
            std::filesystem::remove(copy.file("config.json"));
            std::filesystem::remove(copy.file("model.safetensors"));
        });
        row("names with another beginning", {"all 145 tensors", "foo.", "save_pretrained"}, [](const ModelCopy& copy) {
            editHeader(copy.file("model.safetensors"), [](nlohmann::json& json) {
                nlohmann::json renamed;
                for (const auto& [name, entry] : json.items())
                    renamed[name == "__metadata__" ? name : "foo." + name] = entry;
                json = renamed;
            });
        });
        row("one level too high", {"\"model\"", "expected the folder of one model"}, [](const ModelCopy& copy) {
            const auto inner = copy.file("model");
            std::filesystem::create_directory(inner);
            for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"})
                std::filesystem::rename(copy.file(name), inner / name);
        });
        row("shard outside the folder", {"model.safetensors.index.json", "../"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors.index.json", R"({"weight_map": {"a": "../model.safetensors"}})");
        });
        row("other patches", {"preprocessor_config.json", "patch_size"}, [](const ModelCopy& copy) {
            copy.edit("preprocessor_config.json", [](nlohmann::json& json) { json["patch_size"] = 14; });
        });
    }
    void refusals() {
        QFETCH(QString, folder);
        QFETCH(QStringList, words);
        const auto result =
            m_program.run({"ask", dataFile("masks/quad_64x64.png"), "What?", "--model", folder, "--device", "cpu"});
        const QByteArray problem = result.problemAsRefusal(3, words);
        QVERIFY2(problem.isEmpty(), problem);
    }

    void aModelThatIsNotThere() {
        const auto ask = [&](const QString& model) {
            return m_program.run({"ask", dataFile("masks/quad_64x64.png"), "What?", "--model", model});
        };
        const QByteArray unknown = ask("Qwen3-VL-99B").problemAsRefusal(3, {"--model", "Qwen3-VL-99B"});
        QVERIFY2(unknown.isEmpty(), unknown);
        const QString file = dataFile("qwen3vl/model/model.safetensors");
        const QByteArray aFile = ask(file).problemAsRefusal(3, {"--model", file, "folder"});
        QVERIFY2(aFile.isEmpty(), aFile);
    }

    void aDeviceThatIsNotThere() {
        const auto result = m_program.run({"ask", dataFile("masks/quad_64x64.png"), "What?", "--model",
                                           dataFile("qwen3vl/model"), "--device", "cuda:999"});
        const QByteArray problem = result.problemAsRefusal(4, {"cuda:999"});
        QVERIFY2(problem.isEmpty(), problem);
    }
};

QTEST_GUILESS_MAIN(TestBadModels)
#include "tst_bad_models.moc"
