#include "app/folders/gguf_models.h"
#include "app/folders/model_folders.h"
#include "tests/model/gguf_bytes.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::app;
namespace fs = std::filesystem;

namespace {

void writeAll(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(content.data(), std::ssize(content));
}

void copyData(const char* name, const fs::path& to) {
    fs::create_directories(to.parent_path());
    fs::copy(test::dataFolder() / "gguf" / name, to);
}

/// A file of another family.
std::string fileOf(const char* architecture) {
    test::GgufBytes bytes;
    bytes.text("general.architecture", architecture);
    bytes.tensor("token_embd.weight", {4}, 0, std::string(16, '\0'));
    return bytes.bytes();
}

std::string layer(const char* kind, const char* digest) {
    return std::string(R"({"mediaType": "application/vnd.ollama.image.)") + kind + R"(", "digest": "sha256:)" + digest +
           R"("})";
}

} // namespace

/// Models that other programs keep, as `prunescope models` lists them.
class TestGgufPlaces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_home = m_temporary->path().toStdString();
        qputenv("HOME", m_temporary->path().toUtf8());
        qputenv("OLLAMA_MODELS", m_temporary->filePath("ollama").toUtf8());
        for (const char* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
            qunsetenv(name);
        qputenv("PRUNESCOPE_BUNDLE_MODEL", m_temporary->filePath("none").toUtf8());
    }

    void lmStudio() {
        const fs::path models = m_home / ".lmstudio" / "models";
        copyData("tiny.gguf", models / "lmstudio-community" / "One-GGUF" / "One-Q8_0.gguf");
        copyData("mmproj-tiny.gguf", models / "lmstudio-community" / "One-GGUF" / "mmproj-One-F16.gguf");
        copyData("tiny.gguf", models / "someone" / "Two" / "a.gguf");
        copyData("both.gguf", models / "someone" / "Two" / "b.gguf");
        writeAll(models / "someone" / "Llama" / "text.gguf", fileOf("llama"));
        writeAll(models / "someone" / "Gemma" / "text.gguf", fileOf("gemma3"));
        copyData("mmproj-tiny.gguf", models / "someone" / "Gemma" / "mmproj.gguf");
        copyData("both.gguf", m_home / ".cache" / "lm-studio" / "models" / "old" / "Model" / "m.gguf");
        const auto found = findModelFolders();
        requireNames(found,
                     {"lmstudio-community/One-GGUF", "someone/Gemma", "someone/Two/a", "someone/Two/b", "old/Model"});
        QCOMPARE(found[0].problem, std::string());
        QCOMPARE(found[0].architecture, std::string("Qwen3VLForConditionalGeneration"));
        QVERIFY(found[0].sizeBytes > 150000);
        QVERIFY(found[1].problem.find("GGUF of \"gemma3\" can't be read yet") != std::string::npos);
        QVERIFY(found[2].problem.find("no mmproj file beside it") != std::string::npos && found[2].isIncomplete);
        QCOMPARE(resolveModelFolder("One-GGUF"), found[0].folder);
        QCOMPARE(resolveModelFolder("someone/Two/b"), found[3].folder);
    }

    void chosenFolder() {
        copyData("both.gguf", m_home / "elsewhere" / "someone" / "Model" / "m.gguf");
        writeAll(m_home / ".lmstudio" / "settings.json",
                 R"({"downloadsFolder": ")" + (m_home / "elsewhere").string() + R"("})");
        requireNames(findModelFolders(), {"someone/Model"});
    }

    void ollama() {
        const fs::path store = m_home / "ollama";
        const fs::path library = store / "manifests" / "registry.ollama.ai" / "library";
        copyData("both.gguf", store / "blobs" / "sha256-aa");
        writeAll(store / "blobs" / "sha256-bb", fileOf("llama"));
        writeAll(library / "qwen3-vl" / "2b", R"({"layers": [)" + layer("model", "aa") + "]}");
        writeAll(library / "llama3" / "latest", R"({"layers": [)" + layer("model", "bb") + "]}");
        writeAll(library / "llava" / "7b",
                 R"({"layers": [)" + layer("model", "bb") + "," + layer("projector", "aa") + "]}");
        writeAll(library / "gone" / "1b", R"({"layers": [)" + layer("model", "cc") + "]}");
        writeAll(library / "broken" / "1b", "{");
        const auto found = findModelFolders();
        requireNames(found, {"llava:7b", "qwen3-vl:2b"});
        QVERIFY(found[0].problem.find("GGUF of \"llama\" can't be read yet") != std::string::npos);
        QCOMPARE(found[1].problem, std::string());
        QCOMPARE(resolveModelFolder("qwen3-vl:2b"), found[1].folder);
    }

    void ownFolder() {
        const fs::path own = m_home / ".local" / "share" / "prunescope" / "models";
        copyData("tiny.gguf", own / "mine" / "m.gguf");
        copyData("mmproj-tiny.gguf", own / "mine" / "mmproj-m.gguf");
        copyData("both.gguf", own / "two" / "a.gguf");
        copyData("both.gguf", own / "two" / "b.gguf");
        const auto found = findModelFolders();
        requireNames(found, {"mine", "two/a", "two/b"});
        for (const ModelFolder& model : found)
            QCOMPARE(model.problem, std::string());
        QCOMPARE(resolveModelFolder((own / "two" / "a.gguf").string()), (own / "two" / "a.gguf").string());
    }

private:
    static void requireNames(const std::vector<ModelFolder>& found, const std::vector<std::string>& expected) {
        QStringList names;
        for (const ModelFolder& model : found)
            names << QString::fromStdString(model.name);
        QStringList wanted;
        for (const std::string& name : expected)
            wanted << QString::fromStdString(name);
        QCOMPARE(names, wanted);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_home;
};

QTEST_APPLESS_MAIN(TestGgufPlaces)
#include "tst_gguf_places.moc"
