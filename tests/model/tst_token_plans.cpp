#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/token_options.h"
#include "model/engine/load_engine.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <map>
#include <set>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const std::vector<std::string> kFamilies{"qwen3vl", "qwen35", "qwen25vl", "llava", "internvl"};
constexpr int kAnswerTokens = 6;

std::unique_ptr<Engine> engineOf(const std::string& family) {
    LoadOptions options;
    options.folder = (test::dataFolder() / family / "model").string();
    options.device = "cpu";
    options.dtype = "float32";
    return loadEngine(options);
}

/// A method where it chooses among tokens.
struct Spot {
    const MethodEntry* method = nullptr;
    Place place = Place::AfterEncoder;

    std::string text(const std::string& options = {}) const {
        return placeText(place, 0) + ":" + std::string(method->name) + (options.empty() ? "" : "," + options);
    }
    bool takesKeep() const { return method->option(kKeep.name) != nullptr; }
};

std::vector<Spot> spots() {
    std::vector<Spot> found;
    for (const MethodEntry& method : methods())
        for (const Place place : {Place::AfterEncoder, Place::LanguageLayer})
            if (method.standsAt(place) && (!method.pixels || place == Place::LanguageLayer))
                found.push_back({&method, place});
    return found;
}

ImageInput picture(int rows, int cols, std::uint32_t seed) {
    return {test::randomScreen(rows, cols, seed), "screen", {}};
}

Request requestOf(std::vector<ImageInput> images, const std::string& plan,
                  const std::string& question = "Where is Save?") {
    Request request = makeRequest(std::move(images), question);
    request.plan = parsePlan(plan);
    request.maxTokens = kAnswerTokens;
    request.stopAtEnd = false;
    request.minPixels = 32 * 32; // pictures as they are
    request.maxPixels = 1 << 22;
    request.reuse = false;
    return request;
}

/// Tokens of a picture that are left after the last stage.
int leftOf(const Answer& answer, std::size_t image) {
    return answer.pruning.stages.empty() ? -1 : answer.pruning.stages.back().images.at(image).kept;
}

int aliveOf(const std::vector<BlockFate>& blocks) {
    return static_cast<int>(
        std::ranges::count_if(blocks, [](const BlockFate& fate) { return fate.droppedBy == BlockFate::kNone; }));
}

/// Whether a method makes rows of several blocks, so that blocks outnumber rows or the other way round.
bool merges(const std::vector<BlockFate>& blocks) {
    return std::ranges::any_of(blocks, [](const BlockFate& fate) { return fate.mergedInto >= 0; });
}

} // namespace

/// Plans that choose among visual tokens, on whole engines: counts, order, and what must not change.
class TestTokenPlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMethod_data() {
        QTest::addColumn<std::string>("plan");
        for (const Spot& spot : spots())
            QTest::newRow(spot.text().c_str()) << spot.text();
    }

    void theListIsNotEmpty() { QVERIFY(spots().size() >= 18); }

    void keepingEverythingChangesNothing_data() {
        QTest::addColumn<std::string>("plan");
        for (const Spot& spot : spots())
            if (spot.takesKeep())
                QTest::newRow(spot.text().c_str()) << spot.text("keep=1");
    }

    void keepingEverythingChangesNothing() {
        QFETCH(std::string, plan);
        const std::vector<ImageInput> images{picture(6, 8, 3)};
        const Answer plain = engine("qwen3vl").answer(requestOf(images, "input:keep_all"), {}, {});
        const Answer kept = engine("qwen3vl").answer(requestOf(images, plan), {}, {});
        QCOMPARE(kept.tokenIds, plain.tokenIds);
        QCOMPARE(kept.promptTokens, plain.promptTokens);
    }

    void countsAreExact_data() {
        QTest::addColumn<std::string>("method");
        QTest::addColumn<std::string>("keep");
        for (const Spot& spot : spots())
            if (spot.takesKeep())
                for (const char* keep : {"1/3", "2/9", "1/9", "17", "47", "0.999"})
                    QTest::addRow("%s %s", spot.text().c_str(), keep) << spot.text() << std::string(keep);
    }

    /// Of one picture and of several, each by itself.
    void countsAreExact() {
        QFETCH(std::string, method);
        QFETCH(std::string, keep);
        const std::vector<ImageInput> images{picture(6, 8, 3), picture(5, 7, 4)};
        const Answer answer = engine("qwen3vl").answer(requestOf(images, method + ",keep=" + keep), {}, {});
        const bool isBounded = method.find("mustdrop") != std::string::npos;
        for (std::size_t image = 0; image < images.size(); ++image) {
            const int all = static_cast<int>(answer.pruning.blocks.at(image).size());
            const int wanted = std::min(all, TokenBudget::parse(keep)->tokensOf(all));
            if (isBounded)
                QVERIFY(leftOf(answer, image) <= wanted && leftOf(answer, image) > 0);
            else
                QCOMPARE(leftOf(answer, image), wanted);
            if (!merges(answer.pruning.blocks[image]))
                QCOMPARE(aliveOf(answer.pruning.blocks[image]), leftOf(answer, image));
        }
        QVERIFY(answer.pruning.equivalentTokens > 0);
        QVERIFY(answer.pruning.equivalentTokens <= answer.promptTokensFull);
    }

    void shareOfTheGridOrOfWhatIsLeft() {
        const std::vector<ImageInput> images{picture(6, 8, 3)};
        const std::string first = "input:random,keep=24; ";
        for (const Spot& spot : spots()) {
            if (!spot.takesKeep() || spot.method->needsGrid || spot.method->name == "mustdrop")
                continue;
            const auto left = [&](const std::string& options) {
                return leftOf(engine("qwen3vl").answer(requestOf(images, first + spot.text(options)), {}, {}), 0);
            };
            QCOMPARE(left("keep=1/3"), 8);
            QCOMPARE(left("keep=1/3,of=grid"), 16);
            QCOMPARE(left("keep=1/2,of=grid"), 24); // no more than are left
        }
    }

    void sameSeedSameChoice_data() { everyMethod_data(); }
    void sameSeedSameChoice() {
        QFETCH(std::string, plan);
        const Request request = requestOf({picture(6, 8, 5)}, withKeep(plan));
        const Answer first = engine("qwen3vl").answer(request, {}, {}),
                     second = engine("qwen3vl").answer(request, {}, {});
        QCOMPARE(first.tokenIds, second.tokenIds);
        for (std::size_t block = 0; block < first.pruning.blocks[0].size(); ++block)
            QCOMPARE(first.pruning.blocks[0][block].droppedBy, second.pruning.blocks[0][block].droppedBy);
    }

    void oneVisualToken_data() { everyMethod_data(); }
    void oneVisualToken() {
        QFETCH(std::string, plan);
        const Answer answer = engine("qwen3vl").answer(requestOf({picture(1, 1, 5)}, withKeep(plan)), {}, {});
        QCOMPARE(static_cast<int>(answer.tokenIds.size()), kAnswerTokens);
        const bool dropsAll = parsePlan(withKeep(plan)).stages.front().settings.entry().dropsAll;
        QCOMPARE(leftOf(answer, 0), dropsAll ? 0 : 1);
    }

    void textAlone_data() { everyMethod_data(); }
    void textAlone() {
        QFETCH(std::string, plan);
        const Answer answer = engine("qwen3vl").answer(requestOf({}, withKeep(plan)), {}, {});
        const Answer plain = engine("qwen3vl").answer(requestOf({}, "input:keep_all"), {}, {});
        QCOMPARE(answer.tokenIds, plain.tokenIds);
    }

    /// Everything answers or is refused in one line that names the stage.
    void everyFamily_data() {
        QTest::addColumn<std::string>("family");
        QTest::addColumn<std::string>("plan");
        for (const std::string& family : kFamilies)
            for (const Spot& spot : spots())
                QTest::addRow("%s %s", family.c_str(), spot.text().c_str()) << family << spot.text();
    }

    void everyFamily() {
        QFETCH(std::string, family);
        QFETCH(std::string, plan);
        const Request request = requestOf({picture(6, 8, 3)}, withKeep(plan));
        try {
            const Answer answer = engine(family).answer(request, {}, {});
            QCOMPARE(static_cast<int>(answer.tokenIds.size()), kAnswerTokens);
            const int all = static_cast<int>(answer.pruning.blocks.at(0).size());
            QVERIFY(leftOf(answer, 0) <= all);
        } catch (const Error& error) {
            QVERIFY2(error.kind() == ErrorKind::Usage, error.what());
            QVERIFY2(std::string(error.what()).starts_with("plan: '"), error.what());
            QVERIFY2(family != "qwen3vl", error.what()); // the usual family refuses none
        }
    }

    void stagesAfterPixels_data() { everyMethod_data(); }
    void stagesAfterPixels() {
        QFETCH(std::string, plan);
        if (parsePlan(withKeep(plan)).stages.front().settings.entry().needsGrid) {
            QVERIFY_EXCEPTION_THROWN(parsePlan("input:pred_2d; " + plan), Error);
            return;
        }
        const std::string both = "input:pred_2d,tau=0.02; " + withKeep(plan);
        const Answer answer = engine("qwen3vl").answer(requestOf({picture(6, 8, 3)}, both), {}, {});
        const std::vector<StageOutcome>& stages = answer.pruning.stages;
        QVERIFY(stages.size() >= 2);
        QCOMPARE(stages.front().images[0].kept, answer.images.front().mask.keptCount());
        for (std::size_t i = 1; i < stages.size(); ++i)
            QCOMPARE(stages[i].images[0].all, stages[i - 1].images[0].kept);
        for (const BlockFate& fate : answer.pruning.blocks[0])
            QVERIFY(fate.droppedBy < static_cast<int>(stages.size()));
    }

    void twoStagesCompound() {
        const Answer answer = engine("qwen3vl").answer(
            requestOf({picture(6, 9, 3)}, "input:keep_all; post:divprune,keep=1/3; llm@2:fastv,keep=1/3"), {}, {});
        QCOMPARE(answer.pruning.stages.size(), std::size_t{2});
        QCOMPARE(answer.pruning.stages[0].images[0].kept, 18);
        QCOMPARE(answer.pruning.stages[1].images[0].all, 18);
        QCOMPARE(answer.pruning.stages[1].images[0].kept, 6);
        QCOMPARE(answer.pruning.stages[1].layer, 2);
        QCOMPARE(answer.pruning.equivalentTokens, (2 * 18 + 2 * 6) / 4.0);
        QCOMPARE(answer.promptTokensFull - answer.promptTokens, 36);
    }

    void whatIsShownSaysWhatComesLater() {
        const Request request =
            requestOf({picture(6, 9, 3)}, "input:keep_all; post:divprune,keep=1/3; llm@2:fastv,keep=1/3");
        const PromptView view = engine("qwen3vl").showPrompt(request);
        QCOMPARE(view.promptTokens, view.promptTokensFull);
        QCOMPARE(join(view.later, "; "), std::string("after the encoder divprune leaves 18 of 54 image tokens; before "
                                                     "layer 2 fastv leaves 6 of 18 image tokens"));
    }

    void poolMakesASmallPicture() {
        const Answer answer = engine("qwen3vl").answer(requestOf({picture(6, 8, 3)}, "post:pool,side=4"), {}, {});
        QCOMPARE(leftOf(answer, 0), 16);
        QCOMPARE(answer.promptTokensFull - answer.promptTokens, 48 - 16);
        const Answer few = engine("qwen3vl").answer(requestOf({picture(3, 8, 3)}, "post:pool,side=4"), {}, {});
        QCOMPARE(leftOf(few, 0), 12); // a side longer than the grid's is cut to it
    }

    /// Everything goes before the layer: what layers above compute does not depend on the picture.
    void vtwLeavesTextAlone() {
        const Answer answer = engine("qwen3vl").answer(requestOf({picture(6, 8, 3)}, "llm@2:vtw"), {}, {});
        QCOMPARE(leftOf(answer, 0), 0);
        QCOMPARE(answer.pruning.equivalentTokens, 24.0);
        try {
            engine("qwen3vl").answer(requestOf({picture(6, 8, 3)}, "llm@16:vtw"), {}, {});
            QFAIL("a model of four layers has no layer 16");
        } catch (const Error& error) {
            QCOMPARE(std::string(error.what()),
                     std::string("plan: 'llm@16:vtw' stands before layer 16 of a model with 4 "
                                 "language layers, expected llm@1 to llm@3"));
        }
    }

    /// A second question about the picture goes on where it may, says so, and is answered as if it were the first.
    void theNextQuestionReuses_data() { everyMethod_data(); }
    void theNextQuestionReuses() {
        QFETCH(std::string, plan);
        const std::vector<ImageInput> images{picture(6, 8, 3)};
        Request first = requestOf(images, withKeep(plan)), second = requestOf(images, withKeep(plan), "What is Open?");
        const Answer alone = engine("qwen3vl").answer(second, {}, {});
        first.reuse = second.reuse = true;
        engine("qwen3vl").answer(first, {}, {});
        const Answer again = engine("qwen3vl").answer(second, {}, {});
        QCOMPARE(again.tokenIds, alone.tokenIds);
        QCOMPARE(again.reuse.pictures, 1);
        QCOMPARE(again.memory.kvBytes, alone.memory.kvBytes);
    }

    void fastvReusesTheLayersBelow() {
        const std::vector<ImageInput> images{picture(6, 8, 3)};
        Request first = requestOf(images, "llm@2:fastv,keep=1/3"),
                second = requestOf(images, "llm@2:fastv,keep=1/3", "What is Open?");
        first.reuse = second.reuse = true;
        engine("qwen3vl").answer(first, {}, {});
        QVERIFY(engine("qwen3vl").answer(second, {}, {}).reuse.promptTokens > 48);
        // Another place of pruning shares nothing but the picture's features.
        second.plan = parsePlan("llm@3:fastv,keep=1/3");
        const Answer other = engine("qwen3vl").answer(second, {}, {});
        QCOMPARE(other.reuse.promptTokens, 0);
        QCOMPARE(other.reuse.pictures, 1);
    }

private:
    /// With a budget, where one must be there.
    static std::string withKeep(const std::string& plan) {
        const bool isRandom = plan.find(":random") != std::string::npos;
        return isRandom ? plan + ",keep=1/3" : plan;
    }

    Engine& engine(const std::string& family) {
        std::unique_ptr<Engine>& engine = m_engines[family];
        if (!engine)
            engine = engineOf(family);
        return *engine;
    }

    std::map<std::string, std::unique_ptr<Engine>> m_engines;
};

QTEST_APPLESS_MAIN(TestTokenPlans)
#include "tst_token_plans.moc"
