#include "model/api/closer_look.h"

#include "core/base/error.h"
#include "model/api/engine.h"

#include <QTest>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr int kBlock = 32;

Region regionAt(std::vector<double> px, int picture = 0) {
    const auto kind = px.size() == 4 ? Region::Kind::Box : Region::Kind::Point;
    Region region{kind, "", px, px, 0, 1};
    region.picture = picture;
    return region;
}

Request requestOf(std::vector<Size> sizes) {
    std::vector<ImageInput> images;
    for (const Size size : sizes)
        images.push_back(
            {Picture(size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.area()) * 3)), "p.png", {}});
    Request request = makeRequest(std::move(images), "Where?");
    request.plan = parsePlan("input:pred_2d; post:divprune,keep=1/3");
    request.maxTokens = 77;
    return request;
}

/// Answers with what a test says, and keeps what it was asked.
class FakeEngine final : public Engine {
public:
    const ModelInfo& info() const override { return m_info; }
    void setAdapter(const std::string&, const LoadProgress&, std::stop_token) override {}
    PromptView showPrompt(const Request&) override { return {}; }
    Answer answer(const Request& request, const AnswerEvents& events, std::stop_token stop) override {
        asked.push_back(request);
        Answer answer;
        answer.text = "look " + std::to_string(asked.size());
        answer.regions = regions.at(asked.size() - 1);
        answer.promptTokens = 100 / static_cast<int>(asked.size());
        answer.promptTokensFull = 2 * answer.promptTokens;
        answer.tokenIds = {1, 2, 3};
        answer.times.set(stage::kTotal, 10);
        if (events.onText)
            events.onText(answer.text);
        if (onAnswer)
            onAnswer();
        if (stop.stop_requested())
            answer.finishReason = FinishReason::Cancelled;
        return answer;
    }

    std::vector<std::vector<Region>> regions;
    std::vector<Request> asked;
    std::function<void()> onAnswer;

private:
    ModelInfo m_info;
};

} // namespace

/// The second look around the place that the first one names.
class TestCloserLook : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parts_data() {
        QTest::addColumn<Size>("size");
        QTest::addColumn<std::vector<double>>("px");
        QTest::addColumn<PixelRect>("part");
        const auto row = [](const char* name, Size size, std::vector<double> px, PixelRect part) {
            QTest::newRow(name) << size << px << part;
        };
        row("half of it, around a box", {640, 320}, {300, 150, 340, 170}, {160, 80, 320, 160});
        row("around a point", {640, 320}, {320, 160}, {160, 80, 320, 160});
        row("in whole blocks", {1000, 500}, {500, 250}, {244, 122, 512, 256});
        row("at the left top", {640, 320}, {0, 0, 10, 10}, {0, 0, 320, 160});
        row("at the right bottom", {640, 320}, {630, 310, 640, 320}, {320, 160, 320, 160});
        row("twice a wide box", {640, 320}, {100, 150, 300, 170}, {0, 80, 416, 160});
        row("all of one side", {640, 320}, {10, 150, 630, 170}, {0, 80, 640, 160});
    }
    void parts() {
        QFETCH(Size, size);
        QFETCH(std::vector<double>, px);
        QFETCH(PixelRect, part);
        Answer first;
        first.regions = {regionAt(px)};
        const CloserLook look = closerLook(requestOf({size}), first, {});
        QCOMPARE(look.whyNot, std::string());
        QCOMPARE(look.part, part);
        QCOMPARE(look.request.images.at(0).region, part);
        QCOMPARE(look.request.maxTokens, 77);
        QCOMPARE(toText(look.request.plan), toText(requestOf({size}).plan));
    }

    /// Inside what was shown, no larger, in whole blocks unless it is all of a side, and with the region in it.
    void everyPart() {
        std::mt19937 random(3);
        const auto below = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
        for (int round = 0; round < 3000; ++round) {
            const Size size{1 + below(900), 1 + below(700)};
            const double left = below(size.width), top = below(size.height);
            Answer first;
            first.regions = {regionAt({left, top, left + below(size.width - static_cast<int>(left)),
                                       top + below(size.height - static_cast<int>(top))})};
            Request request = requestOf({size});
            const CloserLook look = closerLook(request, first, {});
            const PixelRect part = look.part;
            QVERIFY(!part.empty() && part == clipped(part, size));
            QVERIFY(part.width % kBlock == 0 || part.width == size.width);
            QVERIFY(part.height % kBlock == 0 || part.height == size.height);
            const std::vector<double>& px = first.regions[0].px;
            QVERIFY(px[0] >= part.x && px[2] <= part.right() && px[1] >= part.y && px[3] <= part.bottom());
            QCOMPARE(look.whyNot.empty(), part != (PixelRect{0, 0, size.width, size.height}));
        }
    }

    void aPartOfAPart() {
        Request request = requestOf({{640, 640}});
        request.images[0].region = {320, 0, 320, 320};
        Answer first;
        first.regions = {regionAt({330, 10})};
        QCOMPARE(closerLook(request, first, {}).part, (PixelRect{320, 0, 160, 160}));
    }

    void thePictureThatTheAnswerIsAbout() {
        const Request request = requestOf({{640, 320}, {320, 320}, {640, 640}});
        Answer first;
        first.regions = {regionAt({300, 300}, 2)};
        const CloserLook look = closerLook(request, first, {});
        QCOMPARE(look.picture, 2);
        QVERIFY(look.request.images[0].region.empty() && look.request.images[1].region.empty());
        QCOMPARE(look.request.images[2].region, (PixelRect{140, 140, 320, 320}));
    }

    void whereThereIsNone() {
        Answer first;
        QVERIFY(closerLook(requestOf({{640, 320}}), first, {}).whyNot.find("names no place") != std::string::npos);
        QVERIFY(!closerLook(requestOf({}), first, {}).whyNot.empty());
        first.regions = {regionAt({10, 10, 630, 310})};
        QVERIFY(closerLook(requestOf({{640, 320}}), first, {}).whyNot.find("show no more") != std::string::npos);
        first.finishReason = FinishReason::Cancelled;
        QVERIFY(closerLook(requestOf({{640, 320}}), first, {}).whyNot.find("stopped") != std::string::npos);
    }

    void twoLooks() {
        FakeEngine engine;
        engine.regions = {{regionAt({300, 150, 340, 170})}, {regionAt({301, 151, 339, 169})}};
        std::string heard;
        AnswerEvents events;
        events.onText = [&](std::string_view text) { heard += text; };
        const Answer answer = zoomedAnswer(engine, requestOf({{640, 320}}), events, {});
        QCOMPARE(engine.asked.size(), std::size_t{2});
        QCOMPARE(engine.asked[1].images[0].region, (PixelRect{160, 80, 320, 160}));
        QCOMPARE(answer.text, std::string("look 2"));
        QCOMPARE(heard, std::string("look 1look 2"));
        QCOMPARE(answer.regions[0].px[0], 301.0);
        QCOMPARE(answer.looks.size(), std::size_t{2});
        QCOMPARE(answer.looks[0].part, (PixelRect{0, 0, 640, 320}));
        QCOMPARE(answer.looks[0].text, std::string("look 1"));
        const LookTotals totals = totalsOf(answer);
        QCOMPARE(totals.promptTokens, 150);
        QCOMPARE(totals.promptTokensFull, 300);
        QCOMPARE(totals.answerTokens, 6);
        QCOMPARE(totals.totalMs, 20.0);
        const auto looks = toJson(answer)["looks"];
        QCOMPARE(looks.size(), std::size_t{2});
        QVERIFY(looks[1]["part"] == (nlohmann::json{160, 80, 320, 160}));
        QVERIFY(looks[1]["regions"][0]["px"][0] == 301);
        QVERIFY(looks[1]["times_ms"]["total"] == 10);
        QVERIFY(!toJson(answer).contains("why_one_look"));
    }

    void theFirstLookWhereTheSecondNamesNothing() {
        FakeEngine engine;
        engine.regions = {{regionAt({300, 150})}, {}};
        const Answer answer = zoomedAnswer(engine, requestOf({{640, 320}}), {}, {});
        QCOMPARE(answer.text, std::string("look 1"));
        QCOMPARE(answer.regions.size(), std::size_t{1});
        QCOMPARE(answer.looks.size(), std::size_t{2});
    }

    void oneLookWhereThereIsNoPlace() {
        FakeEngine engine;
        engine.regions = {{}};
        const Answer answer = zoomedAnswer(engine, requestOf({{640, 320}}), {}, {});
        QCOMPARE(engine.asked.size(), std::size_t{1});
        QCOMPARE(answer.looks.size(), std::size_t{1});
        QVERIFY(toJson(answer)["why_one_look"].get<std::string>().find("names no place") != std::string::npos);
        QCOMPARE(totalsOf(answer).promptTokens, 100);
    }

    void stoppedInTheFirstLook() {
        FakeEngine engine;
        engine.regions = {{regionAt({300, 150})}};
        std::stop_source stop;
        engine.onAnswer = [&] { stop.request_stop(); };
        const Answer answer = zoomedAnswer(engine, requestOf({{640, 320}}), {}, stop.get_token());
        QCOMPARE(engine.asked.size(), std::size_t{1});
        QCOMPARE(answer.finishReason, FinishReason::Cancelled);
    }

    void stoppedInTheSecondLook() {
        FakeEngine engine;
        engine.regions = {{regionAt({300, 150})}, {regionAt({10, 10})}};
        std::stop_source stop;
        engine.onAnswer = [&] {
            if (engine.asked.size() == 2)
                stop.request_stop();
        };
        const Answer answer = zoomedAnswer(engine, requestOf({{640, 320}}), {}, stop.get_token());
        QCOMPARE(answer.finishReason, FinishReason::Cancelled);
        QCOMPARE(answer.regions[0].px[0], 300.0);
    }
};

QTEST_GUILESS_MAIN(TestCloserLook)
#include "tst_closer_look.moc"
