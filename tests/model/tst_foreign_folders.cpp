#include "core/base/error.h"
#include "model/families/families.h"
#include "model/families/model_folder.h"
#include "model/families/weight_layout.h"
#include "model/files/adapter_base.h"
#include "model/files/other_formats.h"
#include "model/files/weight_check.h"
#include "model/files/weight_folder.h"
#include "tests/model/foreign_folders.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongest = 400;

/// All that is done before weights are read.
ModelFolder openWhole(const std::string& path) {
    ModelFolder folder = ModelFolder::open(path);
    const FamilyEntry& family = findFamily(folder.config(), folder.configPath());
    const ModelConfig config = family.configOf(JsonFields(folder.config(), folder.configPath()));
    preparedImages(folder.texts().images, family, config.images);
    requireTokenizer(folder.path());
    BpeTokenizer::load(folder.file("tokenizer.json"));
    requireLayout(config, folder.configPath(), folder.checkpoint());
    return folder;
}

void copyModel(const fs::path& from, const fs::path& to) {
    fs::copy(from, to);
    for (const auto& file : fs::directory_iterator(to))
        fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
}

/// How a program calls the tensor that was released as `name`.
struct Renaming {
    const char* name;
    std::function<std::string(const std::string&)> nameOf;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// "model." before all that is not the head, as wrapped in the class around the model; the other way round.
std::string inModel(const std::string& name) {
    return name.starts_with("lm_head.") || name.starts_with("model.") ? name : "model." + name;
}

std::string outOfModel(const std::string& name) {
    return name.starts_with("model.") ? name.substr(6) : name;
}

Renaming beginning(const char* text) {
    return {text, [text](const std::string& name) { return text + name; }};
}

const std::vector<Renaming>& renamings() {
    static const std::vector<Renaming> list{
        {"as released", [](const std::string& name) { return name; }},
        beginning("model."),
        beginning("model.model."),
        beginning("module."),
        beginning("module.model."),
        beginning("model.module."),
        beginning("base_model.model."),
        beginning("_orig_mod."),
        beginning("module._orig_mod."),
        beginning("_forward_module."),
        beginning("_fsdp_wrapped_module."),
        {"in the model", inModel},
        {"the inner model", outOfModel},
        {"compiled layers", [](const std::string& name) { return replaced(name, "layers.", "layers._orig_mod."); }},
        {"wrapped layers",
         [](const std::string& name) { return replaced(name, "mlp.", "_checkpoint_wrapped_module.mlp."); }},
        {"MLX",
         [](const std::string& name) {
             const std::string old = replaced(name, "model.language_model.", "language_model.model.");
             return replaced(replaced(old, "model.visual.", "vision_tower."), "lm_head.", "language_model.lm_head.");
         }},
        {"transformers 4",
         [](const std::string& name) {
             return replaced(replaced(name, "model.language_model.", "model."), "model.visual.", "visual.");
         }},
    };
    return list;
}

constexpr const char* kFamilies[] = {"qwen3vl", "qwen35", "qwen25vl", "llava", "internvl"};

} // namespace

/// Folders that are no model in safetensors are refused by name, in one line with the way out; those that are one in
/// another layout open.
class TestForeignFolders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "model";
        copyModel(test::dataFolder() / "qwen3vl/model", m_folder);
    }

    void refused_data() {
        QTest::addColumn<int>("index");
        QVERIFY(test::foreignFolders().size() >= 60);
        for (std::size_t i = 0; i < test::foreignFolders().size(); ++i)
            QTest::newRow(test::foreignFolders()[i].name) << static_cast<int>(i);
    }

    void refused() {
        QFETCH(int, index);
        const test::ForeignFolder& foreign = test::foreignFolders()[static_cast<std::size_t>(index)];
        const std::string path = foreign.make(m_folder).string();
        try {
            openWhole(path);
            QFAIL("accepted");
        } catch (const Error& e) {
            const std::string message = e.what();
            for (const std::string& word : foreign.said)
                QVERIFY2(message.find(word) != std::string::npos, message.c_str());
            QVERIFY2(message.starts_with(m_temporary->path().toStdString()), message.c_str());
            QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
            QVERIFY2(message.size() < kLongest, message.c_str());
            QVERIFY2(exitCode(e.kind()) == 2 || exitCode(e.kind()) == 3, message.c_str());
            if (qEnvironmentVariableIsSet("PRUNESCOPE_SHOW"))
                qInfo("%s", message.c_str());
        }
    }

    void opened_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < test::goodFolders().size(); ++i)
            QTest::newRow(test::goodFolders()[i].name) << static_cast<int>(i);
    }

    void opened() {
        QFETCH(int, index);
        const ModelFolder whole = openWhole(m_folder.string());
        std::size_t expected = 0;
        for (const auto& [name, tensor] : whole.weights().front()->tensors())
            expected += tensor.bytes.size();
        try {
            const ModelFolder folder =
                openWhole(test::goodFolders()[static_cast<std::size_t>(index)].make(m_folder).string());
            std::size_t bytes = 0;
            for (const auto& file : folder.weights())
                for (const auto& [name, tensor] : file->tensors())
                    bytes += tensor.bytes.size();
            QCOMPARE(bytes, expected);
        } catch (const Error& e) {
            QFAIL(e.what());
        }
    }

    void beginnings_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<int>("index");
        for (const char* family : kFamilies)
            for (std::size_t i = 0; i < renamings().size(); ++i)
                QTest::addRow("%s: %s", family, renamings()[i].name) << QString(family) << static_cast<int>(i);
    }

    /// Every tensor is found by its released name, and no other one.
    void beginnings() {
        QFETCH(QString, family);
        QFETCH(int, index);
        fs::remove_all(m_folder);
        copyModel(test::dataFolder() / family.toStdString() / "model", m_folder);
        const auto nameOf = renamings()[static_cast<std::size_t>(index)].nameOf;
        const WeightFiles released = openWeightFiles((test::dataFolder() / family.toStdString() / "model").string());
        test::renamedTensors(nameOf)(m_folder);
        try {
            const ModelFolder folder = openWhole(m_folder.string());
            const TensorNames names(folder.weights());
            for (const auto& [name, tensor] : released.front()->tensors()) {
                const TensorPlace place = names.find(name);
                QVERIFY2(place, name.c_str());
                QCOMPARE(std::string(place.name), nameOf(name));
                QVERIFY2(std::ranges::equal(place.tensor->bytes, tensor.bytes), name.c_str());
            }
            QVERIFY(!names.find("model.language_model.layers.99.input_layernorm.weight"));
            QVERIFY(!names.find("model.visual.norm.weight")); // of the language
        } catch (const Error& e) {
            QFAIL(e.what());
        }
    }

    void foldersThatMayNotBeRead() {
        fs::permissions(m_folder, fs::perms::none);
        std::string said;
        try {
            openWhole(m_folder.string());
        } catch (const Error& e) {
            said = e.what();
        }
        fs::permissions(m_folder, fs::perms::owner_all);
        std::error_code error;
        if (said.empty())
            QSKIP("the superuser may read everything");
        QVERIFY2(said.find("Permission denied") != std::string::npos, said.c_str());
    }

    void adapters() {
        QVERIFY(!hasAdapter(m_folder.string()));
        test::write(m_folder / "adapter_config.json", "{}");
        QVERIFY(hasAdapter(m_folder.string()));
    }

    void damagedScales_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("bad");
        QTest::newRow("F8_E4M3: no infinity") << "F8_E4M3" << QByteArray::fromHex("7800feff") << 3;
        QTest::newRow("F8_E4M3: sound") << "F8_E4M3" << QByteArray::fromHex("0001807e") << -1;
        QTest::newRow("F8_E5M2: infinity") << "F8_E5M2" << QByteArray::fromHex("007b7c00") << 2;
        QTest::newRow("F8_E8M0") << "F8_E8M0" << QByteArray::fromHex("7ffeff") << 2;
        QTest::newRow("BF16") << "BF16" << QByteArray::fromHex("803fc07f") << 1;
        QTest::newRow("integers") << "I8" << QByteArray::fromHex("7fff") << -1;
    }

    void damagedScales() {
        QFETCH(QString, dtype);
        QFETCH(QByteArray, bytes);
        QFETCH(int, bad);
        StoredTensor tensor;
        tensor.dtype = dtype.toStdString();
        tensor.bytes = std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        const auto found = firstNotFinite(tensor);
        QCOMPARE(found ? static_cast<int>(*found) : -1, bad);
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestForeignFolders)
#include "tst_foreign_folders.moc"
