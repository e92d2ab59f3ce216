// A judge on a server of this machine: what it is asked, what its replies mean, and what happens when it fails.
#include "core/base/error.h"
#include "model/judge/judge.h"
#include "tests/model/eval_fakes.h"
#include "tests/support/web_server.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

namespace {

EvalRecord undecided(bool isChoice) {
    EvalRecord record;
    record.asked = {isChoice ? "choice" : "vqa", "What is it?", isChoice ? "B" : "a fox", {}};
    if (isChoice)
        record.asked.options = {{'A', "a dog"}, {'B', "a fox"}};
    record.answer = "hard to say";
    record.scores = {{"choice", 0}, {"own_choice", 0}};
    record.decided = false;
    return record;
}

std::string completion(const std::string& reply) {
    return nlohmann::json{{"choices", {{{"message", {{"role", "assistant"}, {"content", reply}}}}}}}.dump();
}

Page pageOf(const std::string& content) {
    Page page;
    page.content = content;
    return page;
}

QByteArray problem(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestJudge : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replies_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<QByteArray>("read");
        QTest::addColumn<double>("score");
        const auto row = [](const char* kind, const char* reply, const char* read, double score) {
            QTest::addRow("%s: %s", kind, reply) << QByteArray(kind) << QByteArray(reply) << QByteArray(read) << score;
        };
        row("choice", "B", "B", 1);
        row("choice", "**B**.", "B", 1);
        row("choice", "A", "A", 0);
        row("choice", "Z", "Z", 0);
        row("choice", "<think>A or B?</think>\nB", "B", 1);
        row("choice", "A or B", "", 0);
        row("choice", "b", "", 0);
        row("choice", "", "", 0);
        row("words", "Yes", "Yes", 1);
        row("words", "no.", "No", 0);
        row("words", "yes and no", "", 0);
        row("words", "Perhaps", "", 0);
    }
    void replies() {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, reply);
        QFETCH(QByteArray, read);
        QFETCH(double, score);
        const auto found = readReply(undecided(kind == "choice"), nullptr, reply.toStdString());
        QCOMPARE(QByteArray::fromStdString(found ? found->read : ""), read);
        QCOMPARE(found ? found->score : 0, score);
    }

    void yesNoSetsAreAskedWhatTheAnswerSays() {
        const SetRule* rule = setRule("POPE");
        QVERIFY(rule);
        EvalRecord record = undecided(false);
        record.asked.answer = "No";
        QVERIFY(judgeQuestion(record, rule).find("yes or no") != std::string::npos);
        QVERIFY(judgeQuestion(record, rule).find("Right answer") == std::string::npos);
        QCOMPARE(readReply(record, rule, "No")->score, 1.0);
        QCOMPARE(readReply(record, rule, "Yes")->score, 0.0);
        QVERIFY(!readReply(record, rule, "Unknown"));
    }

    void theReplyIsKept() {
        WebServer server;
        server.add("/v1/models", pageOf(R"({"data": [{"id": "small-judge"}]})"));
        server.add("/v1/chat/completions", pageOf(completion("B")));
        ChatServer chat(server.address() + "/v1/", "secret");
        QCOMPARE(chat.firstModel({}), std::string("small-judge"));
        EvalRecord record = undecided(true);
        judgeBy(chat, "small-judge")(record, nullptr, {});
        QVERIFY(record.decided && record.isRight() && record.read == "B");
        QVERIFY((record.judged == Judgement{"small-judge", "B"}));
        QCOMPARE(server.requests("completions").size(), std::size_t{1});
        QCOMPARE(server.requests("completions")[0].headers.at("authorization"), std::string("Bearer secret"));
    }

    void aReplyThatSaysNothingLeavesItOpen() {
        WebServer server;
        server.add("/chat/completions", pageOf(completion("I can't tell.")));
        EvalRecord record = undecided(true);
        judgeBy(ChatServer(server.address(), ""), "m")(record, nullptr, {});
        QVERIFY(!record.decided && !record.isRight());
        QCOMPARE(record.judged->reply, std::string("I can't tell."));
    }

    void whatPassesIsTriedAgain() {
        WebServer server;
        server.add("/chat/completions", pageOf(completion("A")));
        Fault busy;
        busy.path = "completions";
        busy.times = 1;
        busy.status = 503;
        server.add(busy);
        QCOMPARE(ChatServer(server.address(), "").reply("m", "q", {}), std::string("A"));
        QCOMPARE(server.requests("completions").size(), std::size_t{2});
    }

    void failuresAreSaid() {
        WebServer server;
        server.add("/none/models", pageOf(R"({"data": []})"));
        server.add("/html/models", pageOf("<html>"));
        server.add("/odd/chat/completions", pageOf("{}"));
        const auto of = [&](const char* path) { return ChatServer(server.address() + path, ""); };
        for (const char* path : {"/none", "/html", "/nowhere"}) {
            const QByteArray found = problem([&] { of(path).firstModel({}); });
            QVERIFY2(found.startsWith("--judge: ") && !found.contains('\n'), found);
        }
        QVERIFY(problem([&] { of("/odd").reply("m", "q", {}); }).contains("choices[0]"));
        QVERIFY(problem([&] { ChatServer("localhost:8000", ""); }).contains("http://"));
        QVERIFY(problem([&] { ChatServer("http://example.org/v1", "secret"); }).contains("https://"));
        QVERIFY(!problem([&] { ChatServer("http://example.org/v1", "secret"); }).contains("secret"));
    }

    /// A whole run: only what the rules left open is judged.
    void aRunAsksTheJudgeWhatIsOpen() {
        WebServer server;
        server.add("/chat/completions", pageOf(completion("B")));
        FakeEngine engine;
        class Choices final : public QuestionSet {
        public:
            std::string name() const override { return "AI2D_mine"; }
            std::int64_t size() const override { return 3; }
            std::int64_t questions() const override { return 3; }
            QuestionGroup at(std::int64_t index) const override {
                AskedQuestion asked{"choice", "Number " + std::to_string(index), "B", {}};
                asked.options = {{'A', "a dog"}, {'B', "a fox"}};
                return {"p", {{"p", flatBlocks(2, 4, std::vector<int>(8, 3))}}, {asked}};
            }
        };
        EvalOptions options;
        options.plans = {PrunePlan::none()};
        options.style = &promptStyle("plain");
        engine.say = [&](const Request&) { return engine.requests.size() == 1 ? "B" : "hard to say"; };
        options.judge = judgeBy(ChatServer(server.address(), ""), "m");
        const EvalRun run = runEval(engine, Choices(), options, nullptr, {}, {});
        QCOMPARE(server.requests("completions").size(), std::size_t{2});
        QVERIFY(!run.records[0].judged && run.records[1].judged && run.records[2].judged);
        for (const EvalRecord& record : run.records)
            QVERIFY(record.isRight() && record.decided);
    }
};

QTEST_APPLESS_MAIN(TestJudge)
#include "tst_judge.moc"
