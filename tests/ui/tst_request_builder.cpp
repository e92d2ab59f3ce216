#include "core/pruning/pixel_options.h"
#include "model/families/families.h"
#include "tests/support/pictures.h"
#include "ui/session/cost_figures.h"
#include "ui/session/request_builder.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

Turn turnOf(const QString& question, const std::string& answer, PixelRect region = {}) {
    Turn turn;
    turn.question = question;
    turn.region = region;
    turn.state = Turn::State::Done;
    turn.answer.text = answer;
    return turn;
}

QString rolesOf(const model::Request& request) {
    QStringList roles;
    for (const model::Message& message : request.messages)
        roles << QString::fromStdString(message.role);
    return roles.join(' ');
}

int picturesIn(const model::Message& message) {
    return static_cast<int>(std::ranges::count(message.parts, model::Part::Kind::Image, &model::Part::kind));
}

Screenshot screenshot() {
    Screenshot shot;
    shot.picture = test::blocksFromText("012/345");
    shot.name = "drawn";
    return shot;
}

} // namespace

class TestRequestBuilder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstQuestionCarriesThePicture() {
        Turn next;
        next.question = "What?";
        next.plan.pixelStage().settings.set(kTau, 0.02);
        const model::Request request = requestFor(screenshot(), {}, next);
        QCOMPARE(rolesOf(request), "user");
        QCOMPARE(picturesIn(request.messages[0]), 1);
        QCOMPARE(request.messages[0].parts.back().text, std::string("What?"));
        QCOMPARE(request.images.size(), 1U);
        QVERIFY(request.images[0].region.empty());
        QVERIFY(!request.images[0].decodedOnWhite);
        QVERIFY(request.plan == next.plan);
        Screenshot transparent = screenshot();
        transparent.notes.onWhite = true;
        QVERIFY(requestFor(transparent, {}, next).images[0].decodedOnWhite);
    }

    void earlierTurnsComeFirst() {
        Turn next;
        next.question = "And now?";
        const std::vector<Turn> earlier{turnOf("What?", "This."), turnOf("Where?", "There.")};
        const model::Request request = requestFor(screenshot(), earlier, next);
        QCOMPARE(rolesOf(request), "user assistant user assistant user");
        QCOMPARE(picturesIn(request.messages[0]), 1);
        QCOMPARE(picturesIn(request.messages[2]) + picturesIn(request.messages[4]), 0);
        QCOMPARE(request.messages[3].parts[0].text, std::string("There."));
    }

    void turnsThatFailedOrSaidNothingAreLeftOut() {
        Turn failed = turnOf("Bad?", "half");
        failed.state = Turn::State::Failed;
        Turn next;
        next.question = "And now?";
        const std::vector<Turn> earlier{failed, turnOf("Empty?", "")};
        QCOMPARE(rolesOf(requestFor(screenshot(), earlier, next)), "user");
    }

    void aRegionIsAConversationOfItsOwn() {
        Turn next;
        next.question = "Here?";
        next.region = {32, 0, 32, 32};
        const std::vector<Turn> earlier{turnOf("All?", "Yes."), turnOf("Here too?", "Yes.", next.region)};
        const model::Request request = requestFor(screenshot(), earlier, next);
        QCOMPARE(rolesOf(request), "user assistant user");
        QCOMPARE(request.messages[0].parts.back().text, std::string("Here too?"));
        QVERIFY(request.images[0].region == next.region);
    }

    void costsGrowWithTheKeptBlocks() {
        const CostFigures costs =
            costFigures(PrunePlan{}, {{34, 60}, 639, 2040}, 64, model::findModelShape("qwen3-vl-2b"), std::nullopt);
        QCOMPARE(costs.promptTokens, 639 + 64);
        QCOMPARE(costs.promptTokensFull, 2040 + 64);
        QVERIFY(std::abs(costs.flops / 1e12 - 4.409469) < 1e-5); // the cost model's worked example
        QVERIFY(std::abs(costs.flopsFull / 1e12 - 18.830493) < 1e-5);
        QVERIFY(!costs.firstTokenMs);
    }

    void firstTokenIsScaledFromTheLastAnswers() {
        model::Answer answer;
        answer.shape = model::findModelShape("qwen3-vl-2b");
        answer.images.resize(1);
        answer.images[0].mask = KeepMask::all(BlockGrid{34, 60});
        answer.promptTokens = 2040 + 64;
        answer.times.set(stage::kPreprocess, 3);
        answer.times.set(stage::kSelect, 1);
        answer.times.set(stage::kVit, 70);
        answer.times.set(stage::kPrefill, 30);
        answer.times.set(stage::kTtft, 104);
        const auto speed = speedOf(answer);
        QVERIFY(speed);
        const CostFigures costs = costFigures(PrunePlan{}, {{34, 60}, 0, 2040}, 64, answer.shape, speed);
        QVERIFY(std::abs(*costs.firstTokenFullMs - 103) < 1e-6); // nothing is selected
        QVERIFY(*costs.firstTokenMs > 4 && *costs.firstTokenMs < 20);
        QCOMPARE(costs.answers, 1);
        QVERIFY(!speedOf(model::Answer{}));
    }

    /// The first answer sets things up, and one may come while the machine is busy.
    void oneSlowAnswerMovesNoExpectation() {
        SpeedHistory history;
        QVERIFY(!history.median());
        for (const double ms : {900.0, 10.0, 12.0, 11.0, 400.0})
            history.add({ms, 2 * ms, 3, 1, 1});
        QCOMPARE(history.median()->vitMsPerFlop, 12.0);
        QCOMPARE(history.median()->promptMsPerFlop, 24.0);
        QCOMPARE(history.median()->answers, 5);
        for (int i = 0; i < 20; ++i)
            history.add({1, 1, 1, 1, 1});
        QCOMPARE(history.median()->vitMsPerFlop, 1.0);
        QCOMPARE(history.median()->answers, 9);
    }
};

QTEST_GUILESS_MAIN(TestRequestBuilder)
#include "tst_request_builder.moc"
