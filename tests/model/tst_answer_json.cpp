#include "core/base/error.h"
#include "model/values/answer.h"
#include "model/values/request.h"
#include "model/values/stored_answer.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;

namespace {

Answer exampleAnswer() {
    Answer answer;
    answer.text = "Sa\u00e9";
    answer.tokenIds = {5, 7};
    answer.finishReason = FinishReason::Length;
    answer.regions = {{Region::Kind::Box, "Save", {1, 2, 3, 4}, {10, 20, 30, 40}, 0, 3},
                      {Region::Kind::Point, "", {5, 6}, {50.5, 60}, 0, 3}};
    answer.promptTokens = 9;
    answer.promptTokensFull = 12;
    KeepMask mask(BlockGrid{2, 3});
    mask.keep(0);
    mask.keep(4);
    answer.images = {{"a.png", {97, 65}, MethodSettings{}, mask, {}}};
    answer.plan = "input:pred_2d";
    answer.times.set(stage::kVit, 2.5);
    answer.times.set(stage::kTtft, 4);
    answer.memory = {1000, 200, 900};
    answer.model = "tiny";
    answer.device = "cpu";
    answer.dtype = "float32";
    answer.weights = "int8";
    answer.shape = {"tiny", 4, 192, 768, 3, 256, 4, 768, 4, 2, 64, 151936};
    return answer;
}

/// With all that is not in every answer.
Answer fullAnswer() {
    Answer answer = exampleAnswer();
    answer.thought = "So.";
    answer.thinking = true;
    answer.unread = {{"no box", 1, 2}};
    answer.regions[1].picture = 1;
    answer.pruning.plan = {"input:pred_2d", "llm@2:fastv,keep=1/2"};
    answer.pruning.stages = {{0, 0, {{2, 6}}, 0.5}, {1, 2, {{1, 2}}, 0.25}};
    answer.pruning.languageLayers = 4;
    answer.pruning.equivalentTokens = 1.5;
    answer.times.set(stage::kMethod, 0.75);
    answer.reuse = {3, 1};
    answer.memory.stateBytes = 77;
    answer.adapter = "lora";
    answer.shape.reach = {64, 4, 576};
    answer.shape.linear = {3, 1, 2, 16, 16, 4};
    answer.shape.gatedQueries = true;
    answer.looks = {{0, {1, 2, 3, 4}, "Save", {answer.regions[0]}, FinishReason::Stop, 9, 12, 2, answer.times}};
    answer.whyOneLook = "the place is large already";
    return answer;
}

std::vector<std::string> keysOf(const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items())
        keys.push_back(key);
    return keys; // sorted
}

} // namespace

class TestAnswerJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exactlyTheseKeys() {
        const json object = toJson(exampleAnswer());
        QCOMPARE(keysOf(object),
                 (std::vector<std::string>{"answer", "device", "dtype", "finish_reason", "images", "memory", "model",
                                           "plan", "prompt_tokens", "prompt_tokens_full", "regions", "times_ms",
                                           "token_ids", "weights"}));
        QCOMPARE(keysOf(object["times_ms"]), (std::vector<std::string>{"decode_per_token", "prefill", "preprocess",
                                                                       "sample", "select", "total", "ttft", "vit"}));
        Answer second = exampleAnswer();
        second.reuse = {7, 1};
        const json reused = toJson(second)["reused"]; // only where there is something to say
        QVERIFY(reused == (json{{"prompt_tokens", 7}, {"pictures", 1}}));
        second.thinking = true;
        second.thought = "so";
        QVERIFY(toJson(second)["thinking"] == true && toJson(second)["thought"] == "so");
        QCOMPARE(keysOf(object["regions"][0]), (std::vector<std::string>{"kind", "label", "norm", "px"}));
    }

    void values() {
        const json object = toJson(exampleAnswer());
        QCOMPARE(object["answer"].get<std::string>(), std::string("Sa\u00e9"));
        QVERIFY(object["token_ids"] == json::array({5, 7}));
        QVERIFY(object["finish_reason"] == "length");
        QVERIFY(object["prompt_tokens"] == 9);
        QVERIFY(object["prompt_tokens_full"] == 12);
        QVERIFY(object["plan"] == "input:pred_2d");
        QVERIFY(object["times_ms"]["vit"] == 2.5);
        QVERIFY(object["times_ms"]["ttft"] == 4.0);
        QVERIFY(object["times_ms"]["decode_per_token"] == 0.0);
        QVERIFY(object["memory"] == (json{{"peak_bytes", 1000}, {"kv_bytes", 200}, {"estimate_bytes", 900}}));
        QVERIFY(object["model"] == "tiny" && object["device"] == "cpu" && object["dtype"] == "float32");
        QVERIFY(object["weights"] == "int8");
    }

    void regions() {
        const json regions = toJson(exampleAnswer())["regions"];
        QVERIFY(regions[0] ==
                json::parse(R"({"label": "Save", "kind": "box", "norm": [1, 2, 3, 4], "px": [10, 20, 30, 40]})"));
        QVERIFY(regions[1] == json::parse(R"({"label": "", "kind": "point", "norm": [5, 6], "px": [50.5, 60]})"));
    }

    void imagesAreMaskObjects() {
        const Answer answer = exampleAnswer();
        const json images = toJson(answer)["images"];
        QCOMPARE(images.size(), std::size_t{1});
        QVERIFY(images[0] == prunescope::toJson(answer.images[0], answer.shape));
        QVERIFY(images[0]["kept"] == 2 && images[0]["resized"] == json::array({96, 64}));
    }

    void nothingIsEmptyListsNotNull() {
        const json object = toJson(Answer{});
        for (const char* key : {"token_ids", "regions", "images"})
            QVERIFY2(object[key].is_array() && object[key].empty(), key);
    }

    void finishReasons() {
        QCOMPARE(toText(FinishReason::Stop), "stop");
        QCOMPARE(toText(FinishReason::Length), "length");
        QCOMPARE(toText(FinishReason::Cancelled), "cancelled");
    }

    void whatIsStoredComesBack_data() {
        QTest::addColumn<bool>("isFull");
        QTest::newRow("an empty one") << false;
        QTest::newRow("all that there can be") << true;
    }
    void whatIsStoredComesBack() {
        QFETCH(bool, isFull);
        const Answer answer = isFull ? fullAnswer() : Answer{};
        const json stored = toStoredJson(answer);
        const Answer again = answerFromJson(json::parse(stored.dump()));
        QCOMPARE(QByteArray::fromStdString(json::diff(toStoredJson(again), stored).dump()), QByteArray("[]"));
        QVERIFY(toJson(again) == toJson(answer));
        if (!isFull)
            return;
        QCOMPARE(again.regions[0].textEnd, std::size_t{3});
        QCOMPARE(again.regions[1].picture, 1);
        QVERIFY(again.images[0].mask == answer.images[0].mask);
        QVERIFY(again.pruning.stages[1].images[0] == (BlockCounts{1, 2}));
        QCOMPARE(again.shape.reach.tilePatches, 576);
    }

    void aRecordOfTheLogIsRead() {
        const Answer again = answerFromJson(toJson(fullAnswer()));
        QCOMPARE(again.text, exampleAnswer().text);
        QCOMPARE(again.regions[0].px[3], 40.0);
    }

    void whatIsNoAnswerIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("empty") << QByteArray("{}");
        QTest::newRow("a place without numbers")
            << QByteArray(R"([{"label": "", "kind": "box", "norm": [], "px": []}])");
    }
    void whatIsNoAnswerIsRefused() {
        QFETCH(QByteArray, text);
        json object = json::parse(text.toStdString());
        if (object.is_array() && !object.empty()) {
            json whole = toJson(exampleAnswer());
            whole["regions"] = object;
            object = whole;
        }
        try {
            (void)answerFromJson(object);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadFile);
            QVERIFY(!QByteArray(error.what()).contains('\n'));
        }
    }

    void requestOfOneTurn() {
        const Request request =
            makeRequest({ImageInput{{}, "a.png", {}}, ImageInput{{}, "b.png", {}}}, "Where?", "Be brief.");
        QCOMPARE(request.images.size(), std::size_t{2});
        QCOMPARE(request.images[1].name, std::string("b.png"));
        QCOMPARE(request.messages.size(), std::size_t{2});
        QCOMPARE(request.messages[0].role, std::string("system"));
        QCOMPARE(request.messages[0].parts.at(0).text, std::string("Be brief."));
        const Message& user = request.messages[1];
        QCOMPARE(user.role, std::string("user"));
        QCOMPARE(user.parts.size(), std::size_t{3});
        QCOMPARE(user.parts[0].kind, Part::Kind::Image);
        QCOMPARE(user.parts[1].kind, Part::Kind::Image);
        QCOMPARE(user.parts[2].kind, Part::Kind::Text);
        QCOMPARE(user.parts[2].text, std::string("Where?"));
    }
    void requestWithoutSystemText() {
        const Request request = makeRequest({}, "Hi");
        QCOMPARE(request.messages.size(), std::size_t{1});
        QCOMPARE(request.messages[0].role, std::string("user"));
        QCOMPARE(request.messages[0].parts.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestAnswerJson)
#include "tst_answer_json.moc"
