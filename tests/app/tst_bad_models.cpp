#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QtTest>

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
        row("unknown architecture", {"config.json", "llava", "qwen3_vl"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) {
                json["model_type"] = "llava";
                json["architectures"] = {"LlavaForConditionalGeneration"};
            });
        });
        row("quantised weights", {"config.json", "quantization_config"}, [](const ModelCopy& copy) {
            copy.edit("config.json", [](nlohmann::json& json) { json["quantization_config"] = {{"bits", 4}}; });
        });
        row("missing shard", {"model-00002-of-00002.safetensors"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors.index.json",
                       R"({"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}})");
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
