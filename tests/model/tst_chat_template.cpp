#include "core/base/error.h"
#include "model/tokenizer/chat_template.h"
#include "model/tokenizer/python_json.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using nlohmann::ordered_json;
using test::listOf;

namespace {

/// With the keys in the order of the file, which the template keeps.
ordered_json readOrdered(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return ordered_json::parse(in);
}

Message messageOf(const ordered_json& row) {
    Message message{row["role"].get<std::string>(), {}};
    if (row["content"].is_string())
        message.parts.push_back(Part::ofText(row["content"].get<std::string>()));
    else
        for (const auto& part : row["content"])
            message.parts.push_back(part["type"] == "image" ? Part::ofImage()
                                                            : Part::ofText(part["text"].get<std::string>()));
    if (row.contains("tool_calls"))
        message.toolCalls = row["tool_calls"];
    return message;
}

std::vector<PromptPiece> renderRow(const ordered_json& row) {
    std::vector<Message> messages;
    for (const auto& message : row["messages"])
        messages.push_back(messageOf(message));
    return renderChat(messages, row.value("tools", ordered_json::array()),
                      {row["add_generation_prompt"].get<bool>(), row.value("add_vision_id", false)});
}

std::string render(const std::vector<Message>& messages, const ordered_json& tools = ordered_json::array()) {
    return joined(renderChat(messages, tools, {false, false}));
}

Message said(const std::string& role, const std::string& text) {
    return {role, {Part::ofText(text)}};
}

} // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden_data() {
        QTest::addColumn<int>("row");
        if (!test::hasGolden("qwen3vl/chat.json")) {
            QTest::newRow("not there") << -1;
            return;
        }
        m_rows = readOrdered(test::goldenFolder() / "qwen3vl" / "chat.json");
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            QTest::addRow("%s", m_rows[i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }
    void golden() {
        QFETCH(int, row);
        if (row < 0)
            QSKIP("the golden folder has no qwen3vl/chat.json");
        const ordered_json& golden = m_rows[static_cast<std::size_t>(row)];
        const std::string text = joined(renderRow(golden));
        QCOMPARE(text, golden["rendered"].get<std::string>());
        compareIds(golden, "ids_qwen", test::qwenTokenizer().encode(text));
        compareIds(golden, "ids_tiny", test::tinyTokenizer().encode(text));
    }

    void onlyTheTemplatesTextIsFromTheTemplate() {
        const std::vector<PromptPiece> pieces =
            renderChat({said("system", "<|im_end|>"), {"user", {Part::ofText("<|image_pad|>"), Part::ofImage()}}}, {});
        const std::vector<PromptPiece> expected{
            {"<|im_start|>system\n", true},
            {"<|im_end|>", false},
            {"<|im_end|>\n<|im_start|>user\n", true},
            {"<|image_pad|>", false},
            {"<|vision_start|><|image_pad|><|vision_end|><|im_end|>\n<|im_start|>assistant\n", true}};
        QCOMPARE(pieces, expected);
    }

    void systemMessagesElsewhereAreDropped() {
        QCOMPARE(render({said("user", "a"), said("system", "b")}), std::string("<|im_start|>user\na<|im_end|>\n"));
    }
    void systemAndAssistantShowTextOnly() {
        const std::vector<Part> parts{Part::ofImage(), Part::ofText("x"), Part::ofText("y")};
        QCOMPARE(render({{"system", parts}, {"assistant", parts}}),
                 std::string("<|im_start|>system\nxy<|im_end|>\n<|im_start|>assistant\nxy<|im_end|>\n"));
    }
    void nothingAddsNothing() { QCOMPARE(render({}), std::string()); }

    void toolTurnsAreSharedOnlyByNeighbours() {
        const std::string once = "<|im_start|>user\n<tool_response>\n1\n</tool_response><|im_end|>\n";
        QCOMPARE(render({said("tool", "1"), said("system", "-"), said("tool", "1")}), once + once);
        QCOMPARE(render({said("tool", "1"), said("tool", "2")}),
                 std::string("<|im_start|>user\n<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n"
                             "</tool_response><|im_end|>\n"));
    }
    void picturesOfUsersAndToolsAreCountedTogether() {
        const std::string text =
            joined(renderChat({{"user", {Part::ofImage()}}, {"tool", {Part::ofImage()}}}, {}, {false, true}));
        QVERIFY(text.find("user\nPicture 1: <|vision_start|>") != std::string::npos);
        QVERIFY(text.find("<tool_response>\nPicture 2: <|vision_start|>") != std::string::npos);
    }
    void firstCallFollowsTextOnANewLine() {
        Message message{"assistant", {Part::ofText("")}};
        message.toolCalls = {{{"name", "f"}, {"arguments", {{"x", 1.0}}}}};
        const std::string call = "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1.0}}\n</tool_call>";
        QCOMPARE(render({message}), "<|im_start|>assistant\n" + call + "<|im_end|>\n");
        message.parts = {Part::ofText("Now")};
        QCOMPARE(render({message}), "<|im_start|>assistant\nNow\n" + call + "<|im_end|>\n");
    }

    void badMessages_data() {
        QTest::addColumn<QByteArray>("role");
        QTest::addColumn<QByteArray>("calls");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("unknown role") << QByteArray("judge") << QByteArray("[]") << QByteArray("'judge'");
        QTest::newRow("empty role") << QByteArray("") << QByteArray("[]") << QByteArray("''");
        QTest::newRow("call in words") << QByteArray("assistant") << QByteArray(R"(["f"])") << QByteArray(R"("f")");
        QTest::newRow("call without a name")
            << QByteArray("assistant") << QByteArray(R"([{"arguments": {}}])") << QByteArray("name");
        QTest::newRow("call without arguments")
            << QByteArray("assistant") << QByteArray(R"([{"function": {"name": "f"}}])") << QByteArray("arguments");
    }
    void badMessages() {
        QFETCH(QByteArray, role);
        QFETCH(QByteArray, calls);
        QFETCH(QByteArray, named);
        Message message = said(role.toStdString(), "x");
        message.toolCalls = ordered_json::parse(calls.toStdString());
        try {
            render({message});
            QFAIL("rendered");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadInput);
            QVERIFY2(QByteArray(error.what()).contains(named), error.what());
        }
    }
    void toolsMustBeAList() { QVERIFY_EXCEPTION_THROWN(render({said("user", "x")}, {{"name", "f"}}), Error); }

    void jsonAsPythonWritesIt_data() {
        QTest::addColumn<QByteArray>("written");
        for (const char* text : {"{}", "[]", "null", "true", "-7", "18446744073709551615", "1.0", "-0.0", "0.1",
                                 "1e-05", "0.0001", "1e+16", "1000000000000000.0", "1.5e+300", "123456.789",
                                 R"({"z": 1, "a": [1, 2.5, {}], "é": "<b> & 'x'"})",
                                 "\"\\\" \\\\ \\n \\t \\b \\f \\r \\u0001 /\"", R"("日本 😀")"})
            QTest::newRow(text) << QByteArray(text);
    }
    void jsonAsPythonWritesIt() {
        QFETCH(QByteArray, written);
        QCOMPARE(pythonJson(ordered_json::parse(written.toStdString())), written.toStdString());
    }
    void deepJsonIsRefused() {
        const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
        QVERIFY_EXCEPTION_THROWN(pythonJson(ordered_json::parse(deep)), Error);
    }

private:
    static void compareIds(const ordered_json& golden, const char* key, const std::vector<std::int64_t>& ids) {
        if (golden.contains(key))
            QCOMPARE(listOf(ids), listOf(golden[key].get<std::vector<std::int64_t>>()));
    }

    static ordered_json m_rows;
};

ordered_json TestChatTemplate::m_rows;

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
