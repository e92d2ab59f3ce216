#include "core/base/error.h"
#include "model/jinja/template.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Pieces = std::vector<jinja::MarkedPiece>;
Q_DECLARE_METATYPE(Json)
Q_DECLARE_METATYPE(Pieces)
Q_DECLARE_METATYPE(jinja::Limits)
Q_DECLARE_METATYPE(prunescope::ErrorKind)

namespace {

fs::path folder() {
    return test::dataFolder() / "templates";
}

std::string readText(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Json readOrdered(const fs::path& path) {
    return Json::parse(readText(path));
}

std::vector<fs::path> templates() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder()))
        if (entry.path().extension() == ".jinja")
            found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

/// The clock of packaging/compare/templates.py: Friday, 5 July 2024, 14:07:09.
std::tm fixedTime() {
    std::tm time{};
    time.tm_year = 124;
    time.tm_mon = 6;
    time.tm_mday = 5;
    time.tm_hour = 14;
    time.tm_min = 7;
    time.tm_sec = 9;
    time.tm_wday = 5;
    time.tm_yday = 186;
    return time;
}

jinja::Context contextOf(const Json& variables) {
    jinja::Context context;
    context.variables = variables;
    context.now = fixedTime();
    return context;
}

Pieces render(const std::string& text, const Json& variables, const jinja::Limits& limits = {}) {
    return jinja::Template::parse(text, "T").render(contextOf(variables), limits);
}

/// The text, or what went wrong.
struct Outcome {
    std::string text;
    std::string error;
    ErrorKind kind = ErrorKind::Internal;
};

Outcome outcomeOf(const std::string& text, const Json& variables, const jinja::Limits& limits = {}) {
    try {
        return {jinja::joined(render(text, variables, limits)), {}, ErrorKind::Internal};
    } catch (const Error& error) {
        return {{}, error.what(), error.kind()};
    }
}

std::string repeated(const std::string& part, int times) {
    std::string whole;
    for (int i = 0; i < times; ++i)
        whole += part;
    return whole;
}

/// A conversation of one message of the user.
Json said(const std::string& content) {
    return {{"messages", {{{"role", "user"}, {"content", content}}}}};
}

void addPieces(const char* name, const char* text, const Json& variables, const Pieces& expected) {
    QTest::newRow(name) << std::string(text) << variables << expected;
}

void addFailure(const char* name, const std::string& text, ErrorKind kind, const std::string& message) {
    QTest::newRow(name) << text << kind << message;
}

} // namespace

Q_DECLARE_METATYPE(std::string)

/// The interpreter of chat templates, compared with jinja2 in the environment of transformers
/// (packaging/compare/templates.py).
class TestJinja : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chats_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Json>("variables");
        QTest::addColumn<Json>("expected");
        const Json contexts = readOrdered(folder() / "contexts.json");
        const Json expected = readOrdered(folder() / "expected.json");
        for (const fs::path& path : templates())
            for (const auto& [name, variables] : contexts.items())
                QTest::newRow((path.stem().string() + ", " + name).c_str())
                    << readText(path) << variables << expected.at(path.stem().string()).at(name);
    }

    void chats() {
        QFETCH(std::string, text);
        QFETCH(Json, variables);
        QFETCH(Json, expected);
        const Outcome outcome = outcomeOf(text, variables);
        if (expected.contains("text")) {
            QVERIFY2(outcome.error.empty(), outcome.error.c_str());
            QCOMPARE(QString::fromStdString(outcome.text), QString::fromStdString(expected["text"].get<std::string>()));
            return;
        }
        QVERIFY(outcome.error.starts_with("T: line "));
        const bool raised = expected["error"].get<std::string>().starts_with("TemplateError: ");
        QCOMPARE(outcome.kind, raised ? ErrorKind::BadInput : ErrorKind::BadFile);
    }

    void thereAreManyTemplates() { QVERIFY(templates().size() >= 40); }

    void expressions_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Json>("values");
        QTest::addColumn<Json>("expected");
        const Json table = readOrdered(folder() / "expressions.json");
        int number = 0;
        for (const Json& row : table["rows"])
            QTest::newRow((std::to_string(++number) + ": " + row[0].dump(-1, ' ', true)).c_str())
                << row[0].get<std::string>() << table["values"] << row[1];
    }

    void expressions() {
        QFETCH(std::string, text);
        QFETCH(Json, values);
        QFETCH(Json, expected);
        const Outcome outcome = outcomeOf(text, values);
        if (expected.is_null()) {
            QVERIFY2(outcome.error.starts_with("T: line "), outcome.text.c_str());
            QVERIFY2(outcome.error.find('\n') == std::string::npos, outcome.error.c_str());
            return;
        }
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QCOMPARE(QString::fromStdString(outcome.text), QString::fromStdString(expected.get<std::string>()));
    }

    void whoWroteIt_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Json>("variables");
        QTest::addColumn<Pieces>("expected");
        constexpr bool kTemplate = true, kPeople = false;
        const Json hi = said("<|x|>");
        addPieces("content", "<|{{ messages[0].role }}|>{{ messages[0].content }}<|end|>", hi,
                  {{"<|user|>", kTemplate}, {"<|x|>", kPeople}, {"<|end|>", kTemplate}});
        addPieces("joined with ~ and +", "{{ '<a>' ~ messages[0].content + '<b>' }}", hi,
                  {{"<a>", kTemplate}, {"<|x|>", kPeople}, {"<b>", kTemplate}});
        addPieces("repeated", "{{ ('a' ~ messages[0].content) * 2 }}", said("b"),
                  {{"a", kTemplate}, {"b", kPeople}, {"a", kTemplate}, {"b", kPeople}});
        addPieces("trimmed", "{{ (' ' ~ messages[0].content ~ ' ')|trim }}", said(" b "), {{"b", kPeople}});
        addPieces("sliced", "{{ ('ab' ~ messages[0].content ~ 'yz')[1:-1] }}", said("<é>"),
                  {{"b", kTemplate}, {"<é>", kPeople}, {"y", kTemplate}});
        addPieces("sliced backwards", "{{ ('ab' ~ messages[0].content)[::-1] }}", said("cé"),
                  {{"éc", kPeople}, {"ba", kTemplate}});
        addPieces("split", "{{ ('<a>,' ~ messages[0].content).split(',')|join('+') }}", said("<b>,<c>"),
                  {{"<a>+", kTemplate}, {"<b>", kPeople}, {"+", kTemplate}, {"<c>", kPeople}});
        addPieces("replaced in what people wrote", "{{ messages[0].content|replace('<image>', '<pad>') }}",
                  said("a<image>b"), {{"a", kPeople}, {"<pad>", kTemplate}, {"b", kPeople}});
        addPieces("people's words put into a text", "{{ '[x]'.replace('x', messages[0].content) }}", said("<s>"),
                  {{"[", kTemplate}, {"<s>", kPeople}, {"]", kTemplate}});
        addPieces("upper case", "{{ ('<a>' ~ messages[0].content)|upper }}", said("<é>"),
                  {{"<A>", kTemplate}, {"<É>", kPeople}});
        addPieces("title and capitalize", "{{ messages[0].content|title ~ messages[0].content|capitalize }}",
                  said("a b"), {{"A BA b", kPeople}});
        addPieces("put into a format", "{{ '<%s>' % messages[0].content }}{{ '<{}>'.format(messages[0].content) }}",
                  said("b"), {{"<", kTemplate}, {"b", kPeople}, {"><", kTemplate}, {"b", kPeople}, {">", kTemplate}});
        addPieces("a format that people wrote", "{{ messages[0].content.format('<t>') }}", said("<{}>"),
                  {{"<", kPeople}, {"<t>", kTemplate}, {">", kPeople}});
        addPieces("as JSON", "{{ messages[0].content|tojson }};{{ {'a': 1}|tojson }}", hi,
                  {{"\"<|x|>\"", kPeople}, {";{\"a\": 1}", kTemplate}});
        addPieces("JSON with something of people", "{{ {'name': '<t>', 'text': messages[0].content}|tojson }}", hi,
                  {{R"({"name": "<t>", "text": "<|x|>"})", kPeople}});
        addPieces("a printed list", "{{ [messages[0].content] }}{{ ['<t>'] }}", hi,
                  {{"['<|x|>']", kPeople}, {"['<t>']", kTemplate}});
        addPieces(
            "in a variable, a macro, a namespace and a block",
            "{% set a = messages[0].content %}{% macro m(x) %}<{{ x }}>{% endmacro %}{% set ns = namespace(v=a) %}"
            "{% set b %}({{ ns.v }}){% endset %}{{ m(a) }}{{ b }}",
            said("p"), {{"<", kTemplate}, {"p", kPeople}, {">(", kTemplate}, {"p", kPeople}, {")", kTemplate}});
        addPieces("each character of it", "{% for c in messages[0].content %}{{ c }}.{% endfor %}", said("<>"),
                  {{"<", kPeople}, {".", kTemplate}, {">", kPeople}, {".", kTemplate}});
        addPieces("through a filter of the list", "{{ messages|map(attribute='content')|map('upper')|join('|') }}",
                  said("a"), {{"A", kPeople}});
        addPieces("lines indented", "{{ messages[0].content|indent(2, true) }}", said("a\nb"),
                  {{"  ", kTemplate}, {"a", kPeople}, {"\n  ", kTemplate}, {"b", kPeople}});
        addPieces("names of members", "{% for k in messages[0] %}{{ k }},{% endfor %}", said("a"),
                  {{"role", kPeople}, {",", kTemplate}, {"content", kPeople}, {",", kTemplate}});
        addPieces("a number of people is digits", "{{ messages[0].n + 1 }}", {{"messages", {{{"n", 4}}}}},
                  {{"5", kTemplate}});
        addPieces("a role that is no word", "<{{ messages[0].role }}>", {{"messages", {{{"role", "a|>b"}}}}},
                  {{"<", kTemplate}, {"a|>b", kPeople}, {">", kTemplate}});
        addPieces("a type in a list of parts", "{{ messages[0].content[0].type }}{{ messages[0].content[0].text }}",
                  {{"messages", {{{"content", {{{"type", "text"}, {"text", "t"}}}}}}}},
                  {{"text", kTemplate}, {"t", kPeople}});
        addPieces("a type deep in arguments", "{{ messages[0].tool_calls[0].function.arguments.type }}",
                  {{"messages", {{{"tool_calls", {{{"function", {{"arguments", {{"type", "x"}}}}}}}}}}}},
                  {{"x", kPeople}});
        addPieces("tools", "{{ tools[0].name }}{{ tools|tojson }}", {{"tools", {{{"name", "<t>"}}}}},
                  {{R"(<t>[{"name": "<t>"}])", kPeople}});
        addPieces("what the program hands in", "{{ bos_token }}{{ messages[0].content }}",
                  {{"bos_token", "<s>"}, {"messages", {{{"content", "<s>"}}}}}, {{"<s>", kTemplate}, {"<s>", kPeople}});
        addPieces("nothing", "{{ '' }}{{ messages[0].content }}", said(""), {});
        addPieces("a date", "{{ strftime_now('%d %b') }}", Json::object(), {{"05 Jul", kTemplate}});
    }

    void whoWroteIt() {
        QFETCH(std::string, text);
        QFETCH(Json, variables);
        QFETCH(Pieces, expected);
        const Pieces pieces = render(text, variables);
        std::string shown;
        for (const jinja::MarkedPiece& piece : pieces)
            shown += (piece.fromTemplate ? "template [" : "people [") + piece.text + "] ";
        QVERIFY2(pieces == expected, shown.c_str());
    }

    /// Whatever a template does to what people typed, it stays theirs.
    void typedTokensAreNeverTheTemplates() {
        const Json variables = readOrdered(folder() / "contexts.json").at("typed tokens");
        for (const fs::path& path : templates())
            for (const jinja::MarkedPiece& piece : render(readText(path), variables)) {
                QVERIFY2(!piece.text.empty(), path.c_str());
                const bool typed = piece.text.find("vil") != std::string::npos ||
                                   piece.text.find("\xC3\xA9") != std::string::npos ||
                                   piece.text.find("[/INST]</s>") != std::string::npos;
                QVERIFY2(!(typed && piece.fromTemplate), (path.string() + ": " + piece.text).c_str());
            }
    }

    void neighboursDiffer() {
        const Json contexts = readOrdered(folder() / "contexts.json");
        for (const fs::path& path : templates())
            for (const auto& [name, variables] : contexts.items()) {
                if (!outcomeOf(readText(path), variables).error.empty())
                    continue;
                const Pieces pieces = render(readText(path), variables);
                for (std::size_t i = 1; i < pieces.size(); ++i)
                    QVERIFY2(pieces[i].fromTemplate != pieces[i - 1].fromTemplate, (path.string() + name).c_str());
            }
    }

    void failures_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<std::string>("message");
        const auto bad = ErrorKind::BadFile, unsupported = ErrorKind::Unsupported;
        addFailure("unknown filter", "a\n\n{{ 1|foo }}", bad, "T: line 3: filter \"foo\" is unknown");
        addFailure("unknown filter in a branch", "\n{% if 1 %}\n{{ 1|foo }}{% endif %}", bad,
                   "T: line 3: filter \"foo\" is unknown");
        addFailure("known to others", "{{ 'a'|urlize }}", unsupported, "T: line 1: filter \"urlize\" is not supported");
        addFailure("unknown test", "{{ 1 is foo }}", bad, "T: line 1: test \"foo\" is unknown");
        addFailure("unknown tag", "\n{% foo %}", bad,
                   "T: line 2: the tag \"foo\" is unknown or stands in the wrong place");
        addFailure("a tag of page templates", "{% include 'a' %}", unsupported,
                   "T: line 1: the tag \"include\" is not supported");
        addFailure("no end", "{% if 1 %}\na", bad,
                   "T: line 2: found the end of the template, expected \"{% endif %}\"");
        addFailure("the wrong end", "{% for a in b %}{% endif %}", bad,
                   "T: line 1: the tag \"endif\" is unknown or stands in the wrong place");
        addFailure("an open comment", "a{# b", bad, "T: line 1: a comment does not end");
        addFailure("an open tag", "{{ a", bad, "T: line 1: a tag does not end");
        addFailure("an open text", "{{ 'a }}", bad, "T: line 1: a text in quotes does not end");
        addFailure("brackets", "{{ (1] }}", bad, "T: line 1: found ']', expected ')'");
        addFailure("a strange character", "{{ 1 $ 2 }}", bad, "T: line 1: the character '$' is not expected in a tag");
        addFailure("no value", "{{ 1 + }}", bad, "T: line 1: found the end of the tag, expected a value");
        addFailure("two values", "{{ 1 2 }}", bad, "T: line 1: found \"2\", expected \"}}\"");
        addFailure("a break outside", "{% break %}", bad, "T: line 1: found \"break\", expected it in a loop");
        addFailure("undefined inside undefined", "\n\n{{ a.b }}", bad, "T: line 3: 'a' is undefined");
        addFailure("a member of a member", "{{ {}.a.b }}", bad, "T: line 1: 'dict object' has no attribute 'a'");
        addFailure("kinds that do not fit", "{{ 'a' + 1 }}", bad,
                   "T: line 1: can only concatenate str (not \"int\") to str");
        addFailure("division", "{{ 1 / 0 }}", bad, "T: line 1: division by zero");
        addFailure("a change of data", "{{ [].append(1) }}", bad,
                   "T: line 1: access to attribute 'append' of 'list' object is unsafe.");
        addFailure("the inside of the interpreter", "{{ ''.__class__.__mro__ }}", bad,
                   "T: line 1: access to attribute '__class__' of 'str' object is unsafe.");
        addFailure("in a macro", "{% macro m(a) %}\n{{ a.b.c }}\n{% endmacro %}\n\n{{ m({}) }}", bad,
                   "T: line 2: 'dict object' has no attribute 'b'");
        addFailure("what the template itself says", "\n{{ raise_exception('No\\nsystem!') }}", ErrorKind::BadInput,
                   "T: line 2: No system!");
        addFailure("a method that is not here", "{{ 'a'.encode() }}", unsupported,
                   "T: line 1: a method of str that the template calls is not supported");
    }

    void failures() {
        QFETCH(std::string, text);
        QFETCH(ErrorKind, kind);
        QFETCH(std::string, message);
        const Outcome outcome = outcomeOf(text, Json::object());
        QCOMPARE(QString::fromStdString(outcome.error), QString::fromStdString(message));
        QCOMPARE(outcome.kind, kind);
    }

    void limits_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<jinja::Limits>("limits");
        QTest::addColumn<std::string>("message");
        const jinja::Limits usual;
        const auto few = [](std::int64_t steps) { return jinja::Limits{.steps = steps}; };
        const auto add = [](const char* name, const std::string& text, const jinja::Limits& limits,
                            const char* message) { QTest::newRow(name) << text << limits << std::string(message); };
        const std::string long10 =
            "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}"
            "{% endfor %}";
        add("a loop in a loop in a loop",
            "{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}{% endfor %}{% endfor %}"
            "{% endfor %}",
            few(100'000), "the template takes more than 100000 steps");
        add("a text that doubles", long10, usual, "the template makes a text of more than 67108864 bytes");
        add("a repeated text", "{{ 'abc' * 999999999999 }}", usual, "makes a text of more than");
        add("a repeated list", "{{ ([1] * 999999999)|length }}", few(1000), "takes more than 1000 steps");
        add("a wide format", "{{ '%999999999d' % 1 }}", usual, "makes a text of more than");
        add("a wide format of the other kind", "{{ '{:>999999999}'.format(1) }}", usual, "makes a text of more than");
        add("centered", "{{ 'a'.center(9999999999) }}", usual, "makes a text of more than");
        add("filled with zeros", "{{ 'a'.zfill(9999999999) }}", usual, "makes a text of more than");
        add("indented JSON", "{{ [1]|tojson(indent=9999999999) }}", usual, "makes a text of more than");
        add("an indented line", "{{ 'a'|indent(9999999999) }}", usual, "makes a text of more than");
        add("a replaced text", "{% set a = 'aaaaaaaa' * 4000 %}{{ a|replace('a', a) }}", usual,
            "makes a text of more than");
        add("the text as a whole", "{% for i in range(100) %}{{ 'a' * 1000 }}{% endfor %}",
            jinja::Limits{.textBytes = 50'000}, "makes a text of more than 50000 bytes");
        add("a range", "{{ range(100001) }}", usual, "a range has more than 100000 numbers");
        add("a large number", "{{ 10 ** 99 }}", usual, "an integer is too large");
        add("a number that doubles", "{{ 2 ** 126 * 2 * 2 }}", usual, "an integer is too large");
        add("a macro in itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", usual,
            "the template nests its parts more than 700 deep");
        add("parentheses", "{{ " + repeated("(", 100'000) + "1" + repeated(")", 100'000) + " }}", usual,
            "nests its parts more than 150 deep");
        add("lists", "{{ " + repeated("[", 100'000) + repeated("]", 100'000) + " }}", usual,
            "nests its parts more than 150 deep");
        add("not", "{{ " + repeated("not ", 100'000) + "1 }}", usual, "nests its parts more than 150 deep");
        add("minus", "{{ " + repeated("-", 100'000) + "1 }}", usual, "nests its parts more than 150 deep");
        add("a long sum", "{{ 1" + repeated("+1", 100'000) + " }}", usual, "more than 500 parts inside each other");
        add("a long path", "{{ a" + repeated(".a", 100'000) + " }}", usual, "more than 500 parts inside each other");
        add("many filters", "{{ a" + repeated("|list", 100'000) + " }}", usual,
            "more than 500 parts inside each other");
        add("if in if", repeated("{% if 1 %}", 50'000), usual, "nests its parts more than 150 deep");
        add("for in for", repeated("{% for i in a %}", 50'000), usual, "nests its parts more than 150 deep");
        add("a list in a list",
            "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}", usual,
            "lists and objects are nested more than 200 deep");
        add("a filter in a filter",
            "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = ns.x|map('string') %}{% endfor %}",
            usual, "lists and objects are nested more than 200 deep");
        add("a method of a method's list",
            "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x.count] %}{% endfor %}", usual,
            "lists and objects are nested more than 200 deep");
        add("a namespace in itself", "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}", usual,
            "nests its parts more than 700 deep");
        add("a long template", std::string((std::size_t{1} << 20) + 1, 'a'), usual,
            "the template has 1048577 bytes, expected at most 1048576");
    }

    void limits() {
        QFETCH(std::string, text);
        QFETCH(jinja::Limits, limits);
        QFETCH(std::string, message);
        const Outcome outcome = outcomeOf(text, Json::object(), limits);
        QVERIFY2(outcome.error.starts_with("T: line "), outcome.error.c_str());
        QVERIFY2(outcome.error.find(message) != std::string::npos, outcome.error.c_str());
        QCOMPARE(outcome.kind, ErrorKind::Unsupported);
    }

    void deepDataIsRefused() {
        Json deep = Json::array();
        for (int i = 0; i < 300; ++i)
            deep = Json::array({deep});
        const Outcome outcome = outcomeOf("{{ a }}", {{"a", deep}});
        QCOMPARE(outcome.kind, ErrorKind::Unsupported);
        QVERIFY(outcome.error.find("nested more than 200 deep") != std::string::npos);
    }

    /// Macros and namespaces hold each other: nothing of that outlives a rendering, and none sees the one before.
    void renderingsAreIndependent() {
        const auto chat = jinja::Template::parse("{% set ns = namespace(n=0) %}{% macro m() %}{% set ns.n = ns.n + 1 %}"
                                                 "{{ ns.n }}{% endmacro %}{% set ns.m = m %}{{ m() }}{{ ns.m() }}",
                                                 "T");
        for (int i = 0; i < 3; ++i)
            QCOMPARE(QString::fromStdString(jinja::joined(chat.render(contextOf(Json::object())))), QString("12"));
    }

    /// A prompt with the opening of an answer begins with the one without.
    void theOpeningOfAnAnswerComesLast() {
        const auto chat = jinja::Template::parse(readText(folder() / "vision-macro.jinja"), "T");
        Json variables = readOrdered(folder() / "contexts.json").at("pictures");
        const std::string with = jinja::joined(chat.render(contextOf(variables)));
        variables["add_generation_prompt"] = false;
        const std::string without = jinja::joined(chat.render(contextOf(variables)));
        QVERIFY(with.starts_with(without));
        QCOMPARE(QString::fromStdString(with.substr(without.size())), QString("<|im_start|>assistant\n<think>\n"));
    }

    void usesVariables() {
        const auto chat = jinja::Template::parse(
            "{% set own = 1 %}{{ own }}{% for tool in tools %}{{ tool }}{% endfor %}{{ enable_thinking is defined }}",
            "T");
        QVERIFY(chat.uses("tools") && chat.uses("enable_thinking"));
        QVERIFY(!chat.uses("own") && !chat.uses("tool") && !chat.uses("messages"));
    }
};

QTEST_APPLESS_MAIN(TestJinja)
#include "tst_jinja.moc"
