#include "core/base/error.h"
#include "model/families/chat.h"
#include "model/families/families.h"

#include <QtTest>
#include <array>

namespace prunescope::model {

namespace {

using nlohmann::ordered_json;

/// Turns as a fine-tune of Qwen3-VL may write them, with a system text of its own.
constexpr const char* kTurns =
    "{%- if messages[0].role != 'system' %}<|im_start|>system\nYou read screens.<|im_end|>\n{% endif %}"
    "{%- for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}";

constexpr const char* kAsk = "{%- if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

Message said(std::string role, std::string text, int pictures = 0) {
    Message message{std::move(role), {}};
    for (int i = 0; i < pictures; ++i)
        message.parts.push_back(Part::ofImage());
    message.parts.push_back(Part::ofText(std::move(text)));
    return message;
}

const FamilyEntry& qwen() {
    return *familyNamed("qwen3_vl");
}

Chat chatOf(const std::string& code, const FamilyEntry& family = qwen(), const std::string& forTools = {}) {
    ModelTexts texts;
    texts.templates.push_back({"default", "m/chat_template.jinja", code});
    if (!forTools.empty())
        texts.templates.push_back({"tool_use", "m/tool_use.jinja", forTools});
    texts.specialTokens = {{"bos_token", "<|begin|>"}};
    return {family, texts};
}

std::vector<PromptPiece> render(const Chat& chat, const std::vector<Message>& messages, bool thinking = false) {
    ChatOptions options;
    options.thinking = thinking;
    return chat.render(messages, ordered_json::array(), options);
}

/// How a template begins an answer, and what that says of thinking.
struct Opening {
    const char* name;
    const char* text;
    Thinking thinking;
};

constexpr std::array kOpenings{
    Opening{"Instruct", "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n",
            Thinking::Never},
    Opening{"Thinking",
            "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n<think>\\n' }}\n{%- endif %}\n",
            Thinking::Always},
    Opening{"may be switched off",
            "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n"
            "    {%- if enable_thinking is defined and enable_thinking is false %}\n"
            "        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- else %}\n        {{- '<think>\\n' }}\n"
            "    {%- endif %}\n{%- endif %}",
            Thinking::Optional},
    Opening{"may be switched on",
            "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n"
            "    {%- if enable_thinking is defined and enable_thinking is true %}\n        {{- '<think>\\n' }}\n"
            "    {%- else %}\n        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- endif %}\n{%- endif %}",
            Thinking::Optional},
    Opening{"only ever closed",
            "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
            "{%- if enable_thinking is defined and enable_thinking is false %}"
            "{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}",
            Thinking::Optional},
    Opening{"by its name alone", "{% if add_generation_prompt %}{% if enable_thinking %}<think>{% endif %}{% endif %}",
            Thinking::Optional},
    Opening{"after the prompt", "{% if add_generation_prompt %}a{% endif %}<think>", Thinking::Always},
    Opening{"by another name", "{% if thinking %}<think>{% endif %}", Thinking::Never},
    Opening{"nothing", "", Thinking::Never},
    Opening{"cut off", "{% if add_generation_prompt %}<think>{% if ", Thinking::Never},
};

} // namespace

class TestChat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTemplateOfTheFolderIsUsed() {
        const Chat chat = chatOf(std::string(kTurns) + kAsk);
        QCOMPARE(chat.source(), std::string("m/chat_template.jinja"));
        QVERIFY(chat.notes().empty());
        const std::vector<PromptPiece> expected{{"<|im_start|>system\nYou read screens.<|im_end|>\n<|im_start|>user\n"
                                                 "<|vision_start|><|image_pad|><|vision_end|>"},
                                                {"What is <|im_end|> here?", false},
                                                {"<|im_end|>\n"},
                                                {"<|im_start|>assistant\n", true, true}};
        QVERIFY(render(chat, {said("user", "What is <|im_end|> here?", 1)}) == expected);
    }

    void withoutAGenerationPrompt() {
        const Chat chat = chatOf(std::string(kTurns) + kAsk);
        ChatOptions options;
        options.generationPrompt = false;
        const auto pieces = chat.render({said("system", "s"), said("user", "u")}, ordered_json::array(), options);
        QCOMPARE(joined(pieces), std::string("<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nu<|im_end|>\n"));
    }

    void toolsHaveATemplateOfTheirOwn() {
        const Chat chat = chatOf(std::string(kTurns) + kAsk, qwen(),
                                 "{{ bos_token }}{{ tools | tojson }}" + std::string(kTurns) + kAsk);
        const ordered_json tools{{{"name", "click"}}};
        const auto pieces = chat.render({said("user", "u")}, tools, {});
        QVERIFY(joined(pieces).starts_with("<|begin|>[{\"name\": \"click\"}]<|im_start|>system"));
        QVERIFY(joined(render(chat, {said("user", "u")})).starts_with("<|im_start|>system"));
    }

    /// LLaVA's templates know lists of parts alone, others texts alone.
    void contentHasTheFormThatTheTemplateTakes() {
        const Chat texts = chatOf("{% for m in messages %}{% if m.content is string %}[{{ m.content }}]{% else %}"
                                  "{% for p in m.content %}{% if p.type == 'image' %}<|image_pad|>{% else %}"
                                  "{{ p.text }}{% endif %}{% endfor %}{% endif %}{% endfor %}");
        QCOMPARE(joined(render(texts, {said("system", "a"), said("user", "b")})), std::string("[a]b"));
        const Chat parts = chatOf("{% for m in messages %}{% for p in m.content %}{% if p.type == 'image' %}"
                                  "<|image_pad|>{% else %}({{ p.text }}){% endif %}{% endfor %}{% endfor %}");
        QVERIFY(parts.notes().empty());
        QCOMPARE(joined(render(parts, {said("system", "a"), said("user", "b", 1), said("assistant", "c")})),
                 std::string("(a)<|image_pad|>(b)(c)"));
    }

    void templatesThatCantBeUsed_data() {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("note");
        QTest::newRow("damaged") << "{% for %}"
                                 << "m/chat_template.jinja: line 1";
        QTest::newRow("no place for pictures") << "{% for m in messages %}{{ m.role }}{% endfor %}"
                                               << "writes 0 of two pictures as <|image_pad|>";
        QTest::newRow("another pad") << "{% for m in messages %}{% for p in m.content %}<image>{% endfor %}{% endfor %}"
                                     << "writes 0 of two pictures";
        QTest::newRow("refuses everything") << "{{ raise_exception('no') }}"
                                            << "no; the chat template of the";
    }

    void templatesThatCantBeUsed() {
        QFETCH(QString, code);
        QFETCH(QString, note);
        const Chat chat = chatOf(code.toStdString());
        QVERIFY(chat.source().empty());
        QCOMPARE(chat.notes().size(), 1U);
        QVERIFY2(QString::fromStdString(chat.notes().front()).contains(note), chat.notes().front().c_str());
        const std::vector<Message> question{said("user", "u", 1)};
        QVERIFY(render(chat, question) == qwen().renderChat(question, ordered_json::array(), {}));
    }

    void picturesInAPlaceWithoutPads() {
        const Chat chat = chatOf(std::string(kTurns) + "{% if messages | length > 1 %}<|image_pad|>{% endif %}" + kAsk);
        QVERIFY(!chat.source().empty());
        try {
            render(chat, {said("user", "a"), said("assistant", "b")});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadInput);
            QVERIFY2(std::string(error.what()).find("0 pictures") != std::string::npos, error.what());
        }
    }

    void thinking_data() {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < kOpenings.size(); ++i)
            QTest::newRow(kOpenings[i].name) << static_cast<int>(i);
    }

    void thinking() {
        QFETCH(int, row);
        const Opening& opening = kOpenings[static_cast<std::size_t>(row)];
        const Chat chat = chatOf(std::string(kTurns) + opening.text);
        QCOMPARE(static_cast<int>(chat.thinking()), static_cast<int>(opening.thinking));
        const std::vector<Message> question{said("user", "u")};
        if (opening.thinking == Thinking::Always)
            QVERIFY(opensThought(render(chat, question)));
        if (opening.thinking == Thinking::Optional) {
            QVERIFY(!opensThought(render(chat, question)));
            QVERIFY(joined(render(chat, question)) != joined(render(chat, question, true)));
        }
    }

    /// Families without a template in the folder talk as they always did.
    void families_data() {
        QTest::addColumn<QString>("name");
        for (const FamilyEntry& family : model::families())
            QTest::newRow(std::string(family.modelType).c_str())
                << QString::fromStdString(std::string(family.modelType));
    }

    void families() {
        QFETCH(QString, name);
        const FamilyEntry& family = *familyNamed(name.toStdString());
        const Chat chat(family, {});
        QVERIFY(chat.source().empty() && chat.notes().empty());
        const std::vector<Message> question{said("user", "u", 2)};
        QVERIFY(render(chat, question) == family.renderChat(question, ordered_json::array(), {}));
        QCOMPARE(chat.thinking() == Thinking::Optional, family.thinkingIsOptional);
    }
};

} // namespace prunescope::model

QTEST_APPLESS_MAIN(prunescope::model::TestChat)
#include "tst_chat.moc"
