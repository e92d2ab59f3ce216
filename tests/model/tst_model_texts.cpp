#include "core/base/error.h"
#include "core/image/image_file.h"
#include "model/families/families.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Golden folders that hold a model, one of each family at least.
std::vector<fs::path> goldenModels() {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(test::goldenFolder()))
        if (fs::exists(entry.path() / "model" / "preprocessor_config.json"))
            folders.push_back(entry.path() / "model");
    std::ranges::sort(folders);
    return folders;
}

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

template <typename Work>
std::string errorOf(Work&& work) {
    try {
        work();
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

bool holds(const std::vector<std::string>& notes, std::string_view part) {
    return std::ranges::any_of(notes, [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

} // namespace

/// The small files of a model folder.
class TestModelTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "mine";
        write(m_folder / "config.json", std::string(familyNamed("qwen3_vl")->shapes.front().config));
    }

    void everyFamilyIsThere() {
        std::vector<std::string> found;
        for (const fs::path& model : goldenModels())
            found.push_back(test::readJson(model / "config.json").at("model_type"));
        for (const FamilyEntry& family : families())
            QVERIFY2(std::ranges::find(found, family.modelType) != found.end(), std::string(family.modelType).c_str());
    }

    void nestedSettings_data() { goldenRows(); }
    /// transformers 5 writes what was preprocessor_config.json into processor_config.json, and null for what is unset.
    void nestedSettings() {
        QFETCH(QByteArray, folder);
        const fs::path model(folder.toStdString());
        const PixelLimits expected = readPixelLimits(model);
        json settings = test::readJson(model / "preprocessor_config.json");
        for (const char* name : {"data_format", "device", "input_data_format", "return_tensors", "pad_size"})
            settings[name] = nullptr;
        useConfigOf(model);
        write(m_folder / "processor_config.json", json{{"image_processor", settings},
                                                       {"processor_class", "SomeProcessor"},
                                                       {"video_processor", {{"size", 3}}}}
                                                      .dump());
        QVERIFY(readPixelLimits(m_folder) == expected);
        QVERIFY(readModelTexts(m_folder).notes.empty());
        settings["image_mean"] = {0.1, 0.2, 0.3};
        write(m_folder / "processor_config.json", json{{"image_processor", settings}}.dump());
        verifyMessage(errorOf([&] { readPixelLimits(m_folder); }),
                      "processor_config.json: image_processor: image_mean is [0.1,0.2,0.3], expected [");
    }

    void ignoredNowhere_data() {
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("says");
        for (const fs::path& model : goldenModels())
            for (const auto& [patch, says] :
                 {std::pair(R"({"do_resize": false})", "do_resize is false, expected true: pictures are resized"),
                  std::pair(R"({"do_rescale": false})", "do_rescale is false, expected true"),
                  std::pair(R"({"do_normalize": false})", "do_normalize is false, expected true"),
                  std::pair(R"({"resample": 2})", "resample is 2, expected 3"),
                  std::pair(R"({"rescale_factor": 0.5})", "rescale_factor is 0.5, expected 1/255"),
                  std::pair(R"({"image_std": [1, 1, 1]})", "image_std is [1,1,1], expected ["),
                  std::pair(R"({"size": 5})", "size is 5, expected ")})
                QTest::addRow("%s %s", model.parent_path().filename().c_str(), patch)
                    << QByteArray(model.c_str()) << QByteArray(patch) << QByteArray(says);
    }
    /// What a folder asks for and this program does not do is refused by name, in either file.
    void ignoredNowhere() {
        QFETCH(QByteArray, folder);
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, says);
        const fs::path model(folder.toStdString());
        json settings = test::readJson(model / "preprocessor_config.json");
        settings.merge_patch(json::parse(patch.toStdString()));
        useConfigOf(model);
        write(m_folder / "processor_config.json", json{{"image_processor", settings}}.dump());
        verifyMessage(errorOf([&] { readPixelLimits(m_folder); }), says.toStdString());
        write(m_folder / "preprocessor_config.json", settings.dump());
        verifyMessage(errorOf([&] { readPixelLimits(m_folder); }), "/preprocessor_config.json: " + says.toStdString());
    }

    void areas_data() {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<qint64>("least");
        QTest::addColumn<qint64>("most");
        const auto row = [](const char* settings, qint64 least, qint64 most) {
            QTest::newRow(settings) << QByteArray(settings) << least << most;
        };
        row("{}", 65536, 16777216);
        row(R"({"size": {"shortest_edge": 4096, "longest_edge": 131072}})", 4096, 131072);
        row(R"({"size": {"shortest_edge": 4096.0, "longest_edge": 1.31072e5}})", 4096, 131072);
        row(R"({"size": {"shortest_edge": 4096}, "min_pixels": 8192.0, "max_pixels": 16384})", 8192, 16384);
        row(R"({"size": {"shortest_edge": 4096, "longest_edge": 131072}, "min_pixels": null, "max_pixels": null})",
            4096, 131072);
        row(R"({"size": {"shortest_edge": null, "longest_edge": null}, "min_pixels": 4096})", 4096, 16777216);
        row(R"({"size": null, "max_pixels": 131072})", 65536, 131072);
        row(R"({"size": {"min_pixels": 4096, "max_pixels": 131072}})", 4096, 131072);
        row(R"({"size": {"longest_edge": 2147483647}})", 65536, kMaxPicturePixels);
        row(R"({"max_pixels": 1e300})", 65536, kMaxPicturePixels);
        row(R"({"max_pixels": 18446744073709551615})", 65536, kMaxPicturePixels);
    }
    void areas() {
        QFETCH(QByteArray, settings);
        QFETCH(qint64, least);
        QFETCH(qint64, most);
        for (const char* file : {"preprocessor_config.json", "processor_config.json"}) {
            const std::string text = settings.toStdString();
            const bool nested = std::string_view(file) == "processor_config.json";
            write(m_folder / file, nested ? R"({"image_processor": )" + text + "}" : text);
            const PixelLimits limits = readPixelLimits(m_folder);
            QCOMPARE(limits.minPixels, std::int64_t{least});
            QCOMPARE(limits.maxPixels, std::int64_t{most});
            fs::remove(m_folder / file);
        }
    }

    void badAreas_data() {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* settings, const char* says) {
            QTest::newRow(settings) << QByteArray(settings) << QByteArray(says);
        };
        row(R"({"max_pixels": 4096.5})", "max_pixels is 4096.5, expected a whole number of pixels from 1");
        row(R"({"max_pixels": "many"})", "max_pixels is \"many\", expected a whole number of pixels");
        row(R"({"size": {"longest_edge": -4096.0}})", "size.longest_edge is -4096.0, expected a whole number");
        row(R"({"size": {"shortest_edge": 0}})", "size.shortest_edge is 0, expected a whole number");
        row(R"({"size": {"height": 384, "width": 384}})", "expected shortest_edge and longest_edge");
        row(R"({"min_pixels": 8192, "max_pixels": 4096})", "at least 8192 pixels and at most 4096");
    }
    void badAreas() {
        QFETCH(QByteArray, settings);
        QFETCH(QByteArray, says);
        write(m_folder / "preprocessor_config.json", settings.toStdString());
        verifyMessage(errorOf([&] { readPixelLimits(m_folder); }), says.toStdString());
    }

    /// What a small picture became where the file of transformers 5 was not read: 320x224.
    void smallPicturesStaySmall() {
        write(m_folder / "processor_config.json", R"({"image_processor": {"do_convert_rgb": true, "do_normalize": true,
            "do_rescale": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5],
            "image_processor_type": "Qwen2VLImageProcessor", "image_std": [0.5, 0.5, 0.5], "merge_size": 2,
            "patch_size": 16, "resample": 3, "rescale_factor": 0.00392156862745098,
            "size": {"longest_edge": 262144, "shortest_edge": 4096}, "temporal_patch_size": 2},
            "processor_class": "Qwen3VLProcessor"})");
        QVERIFY(modelSize({128, 96}, readPixelLimits(m_folder)) == (Size{128, 96}));
        fs::remove(m_folder / "processor_config.json");
        QVERIFY(modelSize({128, 96}, readPixelLimits(m_folder)) == (Size{320, 224}));
    }

    void aMissingHeadIsANote() {
        json config = test::readJson(m_folder / "config.json");
        config["architectures"] = {"Qwen3VLModel"};
        write(m_folder / "config.json", config.dump());
        QVERIFY(holds(readModelTexts(m_folder).notes, R"(architectures is "Qwen3VLModel", a model saved without its)"));
    }

    void whoSettlesImages() {
        QVERIFY(holds(readModelTexts(m_folder).notes, "no preprocessor_config.json, and no image_processor"));
        write(m_folder / "processor_config.json", R"({"processor_class": "Qwen3VLProcessor"})");
        QVERIFY(holds(readModelTexts(m_folder).notes, "no preprocessor_config.json, and no image_processor"));
        QCOMPARE(readPixelLimits(m_folder).maxPixels, 16777216);
        write(m_folder / "processor_config.json", R"({"image_processor": {"max_pixels": 131072}})");
        QCOMPARE(readPixelLimits(m_folder).maxPixels, 131072);
        write(m_folder / "preprocessor_config.json", R"({"max_pixels": 131072, "do_resize": true})");
        QVERIFY(readModelTexts(m_folder).notes.empty());
        write(m_folder / "preprocessor_config.json", R"({"max_pixels": 262144})");
        QCOMPARE(readPixelLimits(m_folder).maxPixels, 262144);
        QVERIFY(holds(readModelTexts(m_folder).notes, R"(image_processor in processor_config.json ("max_pixels"))"));
        write(m_folder / "processor_config.json", "{");
        QCOMPARE(readPixelLimits(m_folder).maxPixels, 262144);
        QVERIFY(holds(readModelTexts(m_folder).notes,
                      "processor_config.json: not valid JSON (line 1, column 2): preprocessor_config"));
    }

    void damagedFiles_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        for (const char* file :
             {"config.json", "preprocessor_config.json", "processor_config.json", "generation_config.json"})
            for (const auto& [text, says] :
                 {std::pair("", "not valid JSON"), std::pair("{", "not valid JSON"),
                  std::pair("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "run git lfs pull")})
                QTest::addRow("%s: %s", file, text) << QByteArray(file) << QByteArray(text) << QByteArray(says);
        QTest::newRow("a list") << QByteArray("processor_config.json") << QByteArray("[]")
                                << QByteArray("no JSON object");
        QTest::newRow("a number") << QByteArray("processor_config.json") << QByteArray(R"({"image_processor": 3})")
                                  << QByteArray("image_processor is 3, expected an object");
    }
    void damagedFiles() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        write(m_folder / file.toStdString(), text.toStdString());
        const std::string message = errorOf([&] { readModelTexts(m_folder); });
        verifyMessage(message, says.toStdString());
        QVERIFY2(message.starts_with((m_folder / file.toStdString()).string() + ": "), message.c_str());
    }
    void aLinkToNothing() {
        fs::create_symlink("../nowhere", m_folder / "preprocessor_config.json");
        verifyMessage(errorOf([&] { readModelTexts(m_folder); }),
                      "preprocessor_config.json: No such file or directory: a link to ");
    }

    void names() {
        QCOMPARE(readModelTexts(m_folder).name, std::string("mine"));
        QCOMPARE(readModelTexts(m_folder.string() + "//").path, m_folder.string());
        const fs::path snapshot = m_folder / "models--Qwen--Qwen3-VL" / "snapshots" / "0123";
        write(snapshot / "config.json", "{}");
        QCOMPARE(readModelTexts(snapshot).name, std::string("Qwen3-VL"));
        verifyMessage(errorOf([&] { readModelTexts(m_folder / "none"); }), "none: no such ");
    }

    /// The newest file wins; one that can't be read is as good as none, and people are told.
    void templates() {
        QCOMPARE(templatesNow(), std::string());
        write(m_folder / "tokenizer_config.json", R"({"chat_template": [{"name": "tool_use", "template": "a"},
            {"name": "default", "template": "b"}, {"name": "rag", "template": "c"}]})");
        QCOMPARE(templatesNow(), std::string("default=b rag=c tool_use=a"));
        write(m_folder / "tokenizer_config.json", R"({"chat_template": "d"})");
        QCOMPARE(templatesNow(), std::string("default=d"));
        write(m_folder / "tokenizer_config.json", R"({"chat_template": null})");
        QCOMPARE(templatesNow(), std::string());
        write(m_folder / "chat_template.json", R"({"chat_template": "e"})");
        QCOMPARE(templatesNow(), std::string("default=e"));
        write(m_folder / "chat_template.jinja", "f\n");
        QCOMPARE(templatesNow(), std::string("default=f\n"));
        write(m_folder / "additional_chat_templates" / "tool_use.jinja", "g");
        write(m_folder / "additional_chat_templates" / "README.md", "no template");
        QCOMPARE(templatesNow(), std::string("default=f\n tool_use=g"));
        QCOMPARE(readModelTexts(m_folder).templates.back().where,
                 (m_folder / "additional_chat_templates" / "tool_use.jinja").string());
        fs::remove(m_folder / "chat_template.jinja");
        QCOMPARE(templatesNow(), std::string("default=e tool_use=g"));
    }

    void unreadableTemplates_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* file, const QByteArray& text, const char* says) {
            QTest::addRow("%s: %s", file, says) << QByteArray(file) << text << QByteArray(says);
        };
        row("chat_template.jinja", "", "empty, expected a chat template: it is ignored");
        row("chat_template.jinja", "\xff", "not UTF-8");
        row("chat_template.jinja", QByteArray(2 << 20, 'x'), "more than 1.05 MB");
        row("chat_template.json", "{", "not valid JSON (line 1, column 2): its chat template is ignored");
        row("chat_template.json", "[]", "no JSON object");
        row("chat_template.json", R"({"chat_template": 3})", "chat_template is 3, expected a text, or a list");
        row("chat_template.json", R"({"chat_template": [3]})", "no JSON object");
        row("chat_template.json", R"({"chat_template": [{"name": "default"}]})", "chat_template.template is missing");
        row("chat_template.json", R"({"chat_template": [{"template": "x"}]})", "chat_template.name is missing");
        row("chat_template.jinja", "version https://git-lfs.github.com/spec/v1", "run git lfs pull");
        row("additional_chat_templates/tool_use.jinja", "\xff", "not UTF-8");
    }
    void unreadableTemplates() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        write(m_folder / "tokenizer_config.json", R"({"chat_template": "b"})");
        const auto before = readModelTexts(m_folder).notes.size();
        write(m_folder / file.toStdString(), text.toStdString());
        QCOMPARE(templatesNow(), std::string("default=b"));
        const std::vector<std::string> notes = readModelTexts(m_folder).notes;
        QCOMPARE(notes.size(), before + 1);
        verifyMessage(notes.back(), says.toStdString());
        QVERIFY2(notes.back().starts_with((m_folder / file.toStdString()).string() + ": "), notes.back().c_str());
    }
    void templatesThatAreNoFiles() {
        fs::create_directories(m_folder / "chat_template.jinja");
        fs::create_symlink("nowhere", m_folder / "chat_template.json");
        write(m_folder / "tokenizer_config.json", R"({"chat_template": "b"})");
        QCOMPARE(templatesNow(), std::string("default=b"));
        QVERIFY(holds(readModelTexts(m_folder).notes, "chat_template.jinja: can't be read"));
        QVERIFY(holds(readModelTexts(m_folder).notes, "chat_template.json: No such file or directory: a link to "));
        for (int i = 0; i < 40; ++i)
            write(m_folder / "additional_chat_templates" / (std::to_string(i) + ".jinja"), "x");
        QCOMPARE(templatesNow(), std::string("default=b"));
        QVERIFY(holds(readModelTexts(m_folder).notes, "additional_chat_templates: 40 files"));
    }

private:
    static void goldenRows() {
        QTest::addColumn<QByteArray>("folder");
        for (const fs::path& model : goldenModels())
            QTest::newRow(model.parent_path().filename().c_str()) << QByteArray(model.c_str());
    }

    void useConfigOf(const fs::path& model) const {
        fs::copy(model / "config.json", m_folder / "config.json", fs::copy_options::overwrite_existing);
    }

    static void verifyMessage(const std::string& message, const std::string& says) {
        QVERIFY2(message.find(says) != std::string::npos, message.c_str());
        QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
    }

    std::string templatesNow() const {
        std::string all;
        for (const ChatTemplateText& one : readModelTexts(m_folder).templates)
            all += (all.empty() ? "" : " ") + one.name + "=" + one.text;
        return all;
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_APPLESS_MAIN(TestModelTexts)
#include "tst_model_texts.moc"
