#include "core/records/log_reader.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

/// A chat template whose answers begin as `opening` says.
std::string chatTemplate(const std::string& opening) {
    return R"({%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}
{%- for part in message.content %}{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>
{%- else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
)" + opening +
           "{% endif %}";
}

const std::string kAlways = "<think>\n";
const std::string kOptional = "{% if enable_thinking %}<think>\n{% endif %}";

} // namespace

/// What a model's files say of how it is used: notes, thinking, chat template, storage.
class TestModelNotes : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    ModelCopy copy(const char* name) const { return ModelCopy(m_program.dataHome() / "prunescope" / "models" / name); }

    ProgramResult run(const char* command, const QStringList& arguments, const ModelCopy& model) const {
        ProgramResult result = m_program.run(QStringList{command} + arguments +
                                             QStringList{"--model", QString::fromStdString(model.folder().string()),
                                                         "--device", "cpu", "--dtype", "float32"});
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result;
    }
    ProgramResult ask(const ModelCopy& model, const QStringList& options = {}) const {
        return run("ask", QStringList{dataFile("masks/quad_64x64.png"), "What?", "--max-tokens", "4"} + options, model);
    }

private Q_SLOTS:
    void init() {
        fs::remove_all(m_program.dataHome());
        m_program.setVariable("HF_HUB_CACHE", QString::fromStdString((m_program.dataHome() / "hub").string()));
        m_program.setVariable("HOME", QString::fromStdString(m_program.dataHome().string()));
    }

    void everyCommandPrintsThemOnce_data() {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("ask") << QByteArray("ask")
                             << QStringList{dataFile("masks/quad_64x64.png"), "What?", "--max-tokens", "1"};
        QTest::newRow("bench") << QByteArray("bench")
                               << QStringList{dataFile("masks/quad_64x64.png"), "--runs", "1", "--decode", "1"};
    }
    void everyCommandPrintsThemOnce() {
        QFETCH(QByteArray, command);
        QFETCH(QStringList, arguments);
        const ModelCopy model = copy("silent");
        fs::remove(model.file("preprocessor_config.json"));
        const ProgramResult result = run(command, arguments + QStringList{"--json"}, model);
        QCOMPARE(result.err.count("note: "), 1);
        QVERIFY2(result.err.contains("no preprocessor_config.json"), result.err);
        QVERIFY(result.json().is_object());
    }

    void nothingToSayIsNoNote() {
        const ModelCopy model = copy("plain");
        QVERIFY(!ask(model).err.contains("note: "));
        fs::remove(model.file("preprocessor_config.json"));
        QVERIFY(ask(model).err.contains("note: "));
    }

    void aTemplateThatCannotBeReadIsANote() {
        const ModelCopy model = copy("broken");
        model.write("chat_template.jinja", "{% for %}");
        const ProgramResult result = ask(model, {"--show-prompt"});
        QVERIFY2(result.err.contains("note: ") && result.err.contains("chat_template.jinja"), result.err);
        QVERIFY(result.out.contains("built in"));
        QVERIFY(valueAt(ask(model, {"--show-prompt", "--json"}).json(), "chat_template").is_null());
    }

    void thePromptSaysWhereItsTemplateComesFrom() {
        const ModelCopy model = copy("own");
        model.write("chat_template.jinja", chatTemplate(""));
        const std::string file = model.file("chat_template.jinja").string();
        QVERIFY(ask(model, {"--show-prompt"}).out.contains(file.c_str()));
        QCOMPARE(valueAt(ask(model, {"--show-prompt", "--json"}).json(), "chat_template"), nlohmann::json(file));
    }

    void modelsSaysHowTheyAreStored() {
        const ModelCopy model = copy("one");
        fs::remove(model.file("preprocessor_config.json"));
        const nlohmann::json found = valueAt(m_program.run({"models", "--json"}).json(), "models");
        const auto one = std::ranges::find_if(found, [](const auto& entry) { return entry["name"] == "one"; });
        QVERIFY(one != found.end());
        QCOMPARE(valueAt(*one, "weights"), nlohmann::json("f32"));
        QVERIFY(!one->contains("weights_kept"));
        QCOMPARE(valueAt(*one, "notes").size(), std::size_t{1});
        const QByteArray table = m_program.run({"models"}).out;
        QVERIFY2(table.contains("weights") && table.contains("f32"), table);
        QVERIFY2(table.contains("\none: ") && table.contains("no preprocessor_config.json"), table);
    }

    void modelsSaysWhatBecomesOfQuantisedOnes() {
        fs::create_directories(m_program.dataHome() / "prunescope" / "models");
        fs::copy(fs::path(dataFile("gguf").toStdString()), m_program.dataHome() / "prunescope" / "models" / "gguf");
        const nlohmann::json found = valueAt(m_program.run({"models", "--json"}).json(), "models");
        bool any = false;
        for (const nlohmann::json& entry : found)
            if (entry["name"].get<std::string>().starts_with("gguf") && entry["readable"] == true) {
                QVERIFY2(!entry["weights"].get<std::string>().empty(), entry.dump().c_str());
                any = any || entry.value("weights_kept", "") == "kept as stored";
            }
        QVERIFY2(any, found.dump().c_str());
        QVERIFY(m_program.run({"models"}).out.contains("(kept as stored)"));
    }

    /// The weights are random: a thought that has begun has no end.
    void thoughtsAreNoAnswers_data() {
        QTest::addColumn<QString>("opening");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<bool>("thinks");
        QTest::newRow("always") << QString::fromStdString(kAlways) << QStringList() << true;
        QTest::newRow("asked to") << QString::fromStdString(kOptional) << QStringList{"--thinking"} << true;
        QTest::newRow("not asked to") << QString::fromStdString(kOptional) << QStringList() << false;
    }
    void thoughtsAreNoAnswers() {
        QFETCH(QString, opening);
        QFETCH(QStringList, options);
        QFETCH(bool, thinks);
        const ModelCopy model = copy("thinker");
        model.write("chat_template.jinja", chatTemplate(opening.toStdString()));
        const nlohmann::json object = ask(model, options + QStringList{"--json"}).json();
        QCOMPARE(valueAt(object, "thinking"), nlohmann::json(thinks));
        QCOMPARE(object.contains("thought"), thinks);
        QCOMPARE(valueAt(object, "answer").get<std::string>().empty(), thinks);
        const ProgramResult read = ask(model, options);
        const std::string words = valueAt(object, thinks ? "thought" : "answer");
        QCOMPARE(read.out.toStdString(), thinks ? "\n" : words + "\n");
        QCOMPARE(read.err.contains(("thought: " + words + "\n").c_str()), thinks);
        QCOMPARE(read.err.contains("no answer: the thought has no end after 4 tokens"), thinks);
        const auto records = readRecords(m_program.logFile().string());
        QCOMPARE(records.size(), std::size_t{2});
        QCOMPARE(valueAt(records.back().answer, "thinking"), nlohmann::json(thinks));
        QCOMPARE(records.back().answer.contains("thought"), thinks);
    }
};

QTEST_GUILESS_MAIN(TestModelNotes)
#include "tst_model_notes.moc"
