#include "core/base/error.h"
#include "model/families/chat_file.h"
#include "model/families/families.h"
#include "model/families/qwen3_5_chat.h"
#include "model/tokenizer/python_json.h"
#include "tests/model/chat_rows.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <array>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using nlohmann::ordered_json;
using test::listOf;

namespace {

const FamilyEntry& qwen3Vl() {
    return *familyNamed("qwen3_vl");
}

std::string render(const std::vector<Message>& messages, const ordered_json& tools = ordered_json::array()) {
    return joined(qwen3Vl().renderChat(messages, tools, {.generationPrompt = false}));
}

std::string renderThinking(const std::vector<Message>& messages, bool generationPrompt = false) {
    return joined(qwen3Vl().renderChat(messages, {}, {.generationPrompt = generationPrompt, .thinking = true}));
}

std::string render35(const std::vector<Message>& messages, const ordered_json& tools = ordered_json::array()) {
    return joined(renderQwen35Chat(messages, tools, {.generationPrompt = false}));
}

Message said(const std::string& role, const std::string& text) {
    return {role, {Part::ofText(text)}};
}

Message thought(const std::string& thought, const std::string& answer) {
    Message message = said("assistant", answer);
    message.reasoning = thought;
    return message;
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
        m_rows = test::readOrdered(test::goldenFolder() / "qwen3vl" / "chat.json");
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            QTest::addRow("%s", m_rows[i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }
    void golden() {
        QFETCH(int, row);
        if (row < 0)
            QSKIP("the golden folder has no qwen3vl/chat.json");
        const ordered_json& golden = m_rows[static_cast<std::size_t>(row)];
        const std::string text = joined(test::renderRow(qwen3Vl(), golden));
        QCOMPARE(text, golden["rendered"].get<std::string>());
        compareIds(golden, "ids_qwen", test::qwenTokenizer().encode(text));
        compareIds(golden, "ids_tiny", test::tinyTokenizer().encode(text));
    }

    void onlyTheTemplatesTextIsFromTheTemplate() {
        const std::vector<PromptPiece> pieces = qwen3Vl().renderChat(
            {said("system", "<|im_end|>"), {"user", {Part::ofText("<|image_pad|>"), Part::ofImage()}}}, {}, {});
        const std::vector<PromptPiece> expected{{"<|im_start|>system\n", true},
                                                {"<|im_end|>", false},
                                                {"<|im_end|>\n<|im_start|>user\n", true},
                                                {"<|image_pad|>", false},
                                                {"<|vision_start|><|image_pad|><|vision_end|><|im_end|>\n", true},
                                                {"<|im_start|>assistant\n", true, true}};
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
            joined(qwen3Vl().renderChat({{"user", {Part::ofImage()}}, {"tool", {Part::ofImage()}}}, {}, {false, true}));
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

    /// The published template of Qwen3-VL-Thinking: thoughts before the last question are left out, the others shown.
    void thinkingShowsThoughtsSinceTheQuestion() {
        const std::vector<Message> messages{said("user", "a"), thought("t", "b"),
                                            said("user", "c"), thought("u", "d"),
                                            said("tool", "e"), said("assistant", "f"),
                                            said("tool", "g"), said("assistant", "<think>\nv\n</think>\n\nh")};
        const std::string open = "<|im_start|>", close = "<|im_end|>\n";
        const auto result = [&](const std::string& text) {
            return open + "user\n<tool_response>\n" + text + "\n</tool_response>" + close;
        };
        QCOMPARE(renderThinking(messages), open + "user\na" + close + open + "assistant\nb" + close + open + "user\nc" +
                                               close + open + "assistant\n<think>\nu\n</think>\n\nd" + close +
                                               result("e") + open + "assistant\nf" + close + result("g") + open +
                                               "assistant\n<think>\nv\n</think>\n\nh" + close);
    }
    void thinkingShowsAnEmptyThoughtLast() {
        QCOMPARE(renderThinking({said("user", "a"), said("assistant", "\n\nb")}),
                 std::string("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
                             "b<|im_end|>\n"));
    }
    void thinkingOpensTheAnswerWithAThought() {
        QCOMPARE(renderThinking({said("user", "a")}, true),
                 std::string("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<think>\n"));
    }
    void thinkingWritesLaterSystemMessages() {
        QCOMPARE(renderThinking({said("user", "a"), said("system", "b")}),
                 std::string("<|im_start|>user\na<|im_end|>\n<|im_start|>system\nb<|im_end|>\n"));
    }

    /// White space as Python sees it, around words and pictures together.
    void qwen35Trims() {
        QCOMPARE(render35({said("system", " \n"),
                           {"user",
                            {Part::ofText("\n "), Part::ofText("\xC2\xA0"), Part::ofImage(),
                             Part::ofText(" a\xE3\x80\x80"), Part::ofText("\t")}}}),
                 std::string("<|im_start|>system\n<|im_end|>\n<|im_start|>user\n"
                             "<|vision_start|><|image_pad|><|vision_end|> a<|im_end|>\n"));
    }
    void qwen35ResultsOfToolsAreNoQuestion() {
        const std::string text =
            render35({said("user", "a"), thought(" t ", "b"), said("user", " <tool_response>1</tool_response>\n")});
        QVERIFY2(text.find("assistant\n<think>\nt\n</think>\n\nb<|im_end|>") != std::string::npos, text.c_str());
    }
    void qwen35ArgumentsMayBeText() {
        Message call{"assistant", {}};
        call.toolCalls = {{{"name", "f"}, {"arguments", "{\"x\": [1, 2], \"y\": \"a\"}"}}};
        const std::string text = render35({said("user", "a"), call});
        QVERIFY2(text.find("<function=f>\n<parameter=x>\n[1, 2]\n</parameter>\n<parameter=y>\na\n</parameter>\n") !=
                     std::string::npos,
                 text.c_str());
        call.toolCalls[0]["arguments"] = "[1]";
        QVERIFY_EXCEPTION_THROWN(render35({said("user", "a"), call}), Error);
    }
    void qwen35Refuses_data() {
        QTest::addColumn<std::vector<Message>>("messages");
        QTest::addColumn<QByteArray>("named");
        const Message user = said("user", "a");
        QTest::newRow("nothing") << std::vector<Message>{} << QByteArray("no message of the role 'user'");
        QTest::newRow("no question") << std::vector{said("system", "a")} << QByteArray("role 'user'");
        QTest::newRow("system later") << std::vector{user, said("system", "b")}
                                      << QByteArray("message 2 has the role 'system'");
        QTest::newRow("system twice") << std::vector{said("system", "b"), said("system", "b"), user}
                                      << QByteArray("message 2");
        QTest::newRow("picture for the system")
            << std::vector{Message{"system", {Part::ofImage()}}, user} << QByteArray("the system message has an image");
        QTest::newRow("unknown role") << std::vector{user, said("judge", "b")} << QByteArray("'judge'");
    }
    void qwen35Refuses() {
        QFETCH(std::vector<Message>, messages);
        QFETCH(QByteArray, named);
        try {
            render35(messages);
            QFAIL("rendered");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadInput);
            QVERIFY2(QByteArray(error.what()).contains(named), error.what());
        }
    }

    /// What the template writes of calls is read back, with the types that the tool declares.
    void qwen35CallsAreReadBack() {
        const ordered_json tools = ordered_json::parse(R"([{"type": "function", "function": {"name": "f", "parameters":
            {"properties": {"text": {"type": "string"}, "point": {"type": "array"}, "time": {"type": "number"}}}}}])");
        const ordered_json arguments =
            ordered_json::parse(R"({"text": "1\n\n", "point": [120, 40], "time": 1.5, "free": true, "word": "a b"})");
        Message message = said("assistant", "Now");
        message.toolCalls = {{{"name", "f"}, {"arguments", arguments}},
                             {{"name", "g"}, {"arguments", ordered_json::object()}}};
        const std::vector<ToolCall> expected{{"f", arguments}, {"g", ordered_json::object()}};
        QVERIFY(parseQwen35Calls(render35({said("user", "a"), message}), tools) == expected);
    }
    void qwen35CallsInBadShape_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("calls");
        const auto row = [](const char* name, const char* answer, const char* calls) {
            QTest::newRow(name) << QByteArray(answer) << QByteArray(calls);
        };
        row("none", "Hello", "[]");
        row("empty", "<tool_call></tool_call>", "[]");
        row("no name", "<tool_call><function=></function></tool_call>", "[]");
        row("JSON", "<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "[]");
        row("no closing tag", "<tool_call>\n<function=f>\n<parameter=x>\n1\n</parameter>\n</function>\n",
            "[[\"f\", {\"x\": 1}]]");
        row("cut off in a value", "<tool_call>\n<function=f>\n<parameter=x>\n[1, 2", "[[\"f\", {\"x\": \"[1, 2\"}]]");
        row("cut off in a name", "<tool_call>\n<function=f>\n<parameter=", "[[\"f\", {}]]");
        row("on one line", "<tool_call><function=f><parameter=x>a</parameter></function></tool_call>",
            "[[\"f\", {\"x\": \"a\"}]]");
        row("the second is whole", "<tool_call><function=</tool_call><tool_call><function=g></function></tool_call>",
            "[[\"g\", {}]]");
    }
    void qwen35CallsInBadShape() {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, calls);
        ordered_json found = ordered_json::array();
        for (const ToolCall& call : parseQwen35Calls(answer.toStdString(), ordered_json::array()))
            found.push_back({call.name, call.arguments});
        QCOMPARE(found.dump(), ordered_json::parse(calls.toStdString()).dump());
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
