#include "core/base/error.h"
#include "model/api/engine.h"
#include "model/engine/load_engine.h"
#include "model/engine/load_network.h"
#include "model/engine/prefix_cache.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <random>

using namespace prunescope;
using namespace prunescope::model;

namespace {

LoadOptions tinyModel() {
    LoadOptions options;
    options.folder = (test::dataFolder() / "qwen3vl/model").string();
    options.device = "cpu";
    options.dtype = "float32";
    return options;
}

ImageInput screen(std::uint32_t seed, int rows = 4, int cols = 6) {
    return {test::randomScreen(rows, cols, seed), "screen", {}};
}

Request question(std::vector<ImageInput> images, const std::string& text, const std::string& plan) {
    Request request = makeRequest(std::move(images), text);
    request.plan = parsePlan(plan);
    request.maxTokens = 8;
    request.stopAtEnd = false;
    return request;
}

} // namespace

/// A prompt that takes over from the one before it answers as if it were the first one, and computes only what differs.
class TestPrefixCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_engine = loadEngine(tinyModel()); }

    void theSameQuestionRunsItsLastTokenOnly() {
        const Request request = question({screen(1)}, "Where is Save?", "input:pred_2d");
        const Answer first = ask(request), again = ask(request);
        QVERIFY(!first.reuse.any());
        QCOMPARE(again.reuse, (Reuse{again.promptTokens - 1, 1}));
        QCOMPARE(again.tokenIds, first.tokenIds);
    }

    void anotherQuestionKeepsThePicture() {
        ask(question({screen(1)}, "Where is Save?", "input:pred_2d"));
        const Answer other = askAndCompare(question({screen(1)}, "What does it say?", "input:pred_2d"));
        QCOMPARE(other.reuse.pictures, 1);
        QVERIFY(other.reuse.promptTokens >= other.images.front().mask.keptCount());
        QVERIFY(other.reuse.promptTokens < other.promptTokens - 1);
    }

    void aFurtherTurnKeepsTheAnswerToo() {
        Request request = question({screen(1)}, "Where is Save?", "input:pred_2d");
        const Answer first = ask(request);
        request.messages.push_back({"assistant", {Part::ofText(first.text)}, {}});
        request.messages.push_back({"user", {Part::ofText("And Open?")}, {}});
        const Answer second = askAndCompare(request);
        QCOMPARE(second.reuse.pictures, 1);
        // The opening of the first answer, and more where its text encodes to the ids that were chosen.
        QVERIFY(second.reuse.promptTokens >= first.promptTokens);
    }

    void anotherTauWithTheSameMaskCostsNothing() {
        const ImageInput flat{test::flatBlocks(3, 4, std::vector<int>(12, 90)), "flat", {}};
        ask(question({flat}, "Where?", "input:pred_2d,tau=0"));
        const Answer other = askAndCompare(question({flat}, "Where?", "input:pred_2d,tau=0.1"));
        QCOMPARE(other.reuse, (Reuse{other.promptTokens - 1, 1}));
    }

    void anotherMaskBeforeTheEncoderRunsIt() {
        ask(question({screen(3)}, "Where?", "input:keep_all"));
        const Answer other = askAndCompare(question({screen(3)}, "Where?", "input:pred_2d,tau=0.1"));
        QCOMPARE(other.reuse.pictures, 0);
        QVERIFY(other.reuse.promptTokens > 0); // what the template writes before a picture
        QVERIFY(other.reuse.promptTokens < 10);
    }

    void anotherMaskAfterTheEncoderDoesNot() {
        ask(question({screen(3)}, "Where?", "post:keep_all"));
        const Answer other = askAndCompare(question({screen(3)}, "Where?", "post:pred_2d,tau=0.1"));
        QCOMPARE(other.reuse.pictures, 1);
        QVERIFY(other.images.front().mask.keptCount() < other.images.front().mask.count());
    }

    /// Encoder blocks before the cut are run once.
    void anotherMaskInsideTheEncoderGoesOnFromThere() {
        const c10::InferenceMode guard;
        const LoadedNetwork loaded = loadNetwork(tinyModel(), {}, {});
        PrefixCache prefixCache(*loaded.network);
        std::vector<std::string> ran;
        const Observer observer{[&](std::string_view name, const at::Tensor&) {
                                    if (name.starts_with("vit/block."))
                                        ran.emplace_back(name.substr(10));
                                },
                                {}};
        const auto encode = [&](const char* text) {
            ran.clear();
            const PrunePlan plan = parsePlan(text);
            ReferenceRandom draws(0);
            return prefixCache.encode({prepareImage(screen(3), plan, {}, true, draws)}, plan, {}, observer);
        };
        encode("vit@2:pred_2d");
        const std::size_t all = ran.size();
        QCOMPARE(ran.front(), std::string("0"));
        const VisionFeatures later = encode("vit@2:pred_2d,tau=0.1");
        QCOMPARE(ran.front(), std::string("2"));
        QCOMPARE(ran.size(), all - 2);
        encode("vit@1:pred_2d"); // another place
        QCOMPARE(ran.front(), std::string("0"));
        prefixCache.clear();
        QVERIFY(at::allclose(encode("vit@2:pred_2d,tau=0.1").merged, later.merged, 1e-4, 1e-4));
        QCOMPARE(ran.size(), all);
    }

    void onlyPicturesThatChangedAreEncoded() {
        ask(question({screen(1), screen(2)}, "Where?", "input:pred_2d"));
        const Answer second = askAndCompare(question({screen(1), screen(5)}, "Where?", "input:pred_2d"));
        QCOMPARE(second.reuse.pictures, 1);
        QVERIFY(second.reuse.promptTokens >= second.images.front().mask.keptCount());
        const Answer swapped = askAndCompare(question({screen(5), screen(1)}, "Where?", "input:pred_2d"));
        QCOMPARE(swapped.reuse.pictures, 2);
        QVERIFY(swapped.reuse.promptTokens < 10);
        const Answer third =
            askAndCompare(question({screen(5), screen(1), screen(5)}, "Where?", "input:pred_2d")); // the same one twice
        QCOMPARE(third.reuse.pictures, 3);
    }

    void anotherRegionIsAnotherPicture() {
        Request request = question({{test::noise({320, 192}, 5), "noise", {}}}, "Where?", "input:pred_2d");
        ask(request);
        request.images.front().region = {64, 32, 96, 64};
        QCOMPARE(askAndCompare(request).reuse.pictures, 0);
    }

    void equalPixelsInOtherMemoryAreTheSamePicture() {
        ask(question({screen(1)}, "Where?", "input:pred_2d"));
        QCOMPARE(ask(question({screen(1)}, "Where?", "input:pred_2d")).reuse.pictures, 1);
        const Picture same = screen(1).picture;
        std::vector<std::uint8_t> bytes(same.data(), same.data() + same.sizeBytes());
        bytes.at(0) ^= 1;
        const ImageInput other{Picture(same.size(), bytes), "other", {}};
        QCOMPARE(askAndCompare(question({other}, "Where?", "input:pred_2d")).reuse.pictures, 0);
    }

    void measurementsComputeEverything() {
        Request request = question({screen(1)}, "Where?", "input:pred_2d");
        ask(request);
        request.reuse = false;
        QVERIFY(!ask(request).reuse.any());
    }

    void stoppedAndFailedPromptsLeaveNothingWrongBehind() {
        const Request request = question({screen(1)}, "Where?", "input:pred_2d");
        const auto expected = ask(request).tokenIds;
        for (const char* at : {"vit", "prefill", "sample", "decode_per_token"}) {
            std::stop_source source;
            const AnswerEvents events{{}, [&](std::string_view stage) {
                                          if (stage == at)
                                              source.request_stop();
                                      }};
            m_engine->answer(question({screen(2)}, "Something else?", "input:keep_all"), events, source.get_token());
            QCOMPARE(ask(request).tokenIds, expected);
        }
        Request tooLong = request;
        tooLong.messages.back().parts.push_back(Part::ofText(QByteArray(40000, 'x').toStdString()));
        QVERIFY_EXCEPTION_THROWN(ask(tooLong), Error);
        QCOMPARE(ask(request).tokenIds, expected);
    }

    void anyOrderOfQuestionsAnswersAsIfEachWereTheFirst() {
        const auto fresh = loadEngine(tinyModel());
        const std::vector<std::string> plans{"input:keep_all", "input:pred_2d", "input:pred_2d,tau=0.1",
                                             "vit@2:pred_2d",  "post:pred_2d",  "input:random,tau=0.1"};
        const std::vector<std::string> words{"Where is Save?", "Where is Open?", "Read it."};
        std::mt19937 random(7);
        const auto pick = [&](std::size_t count) { return random() % count; };
        int reused = 0;
        for (int round = 0; round < 60; ++round) {
            std::vector<ImageInput> images;
            for (std::size_t i = 0, count = pick(3); i < count; ++i)
                images.push_back(screen(static_cast<std::uint32_t>(pick(2))));
            Request request = question(std::move(images), words[pick(words.size())], plans[pick(plans.size())]);
            if (pick(3) == 0) {
                request.messages.push_back({"assistant", {Part::ofText("There.")}, {}});
                request.messages.push_back({"user", {Part::ofText("Sure?")}, {}});
            }
            const Answer answer = ask(request);
            reused += answer.reuse.promptTokens;
            request.reuse = false;
            QCOMPARE(answer.tokenIds, fresh->answer(request, {}, {}).tokenIds);
        }
        QVERIFY(reused > 300);
    }

private:
    Answer ask(const Request& request) { return m_engine->answer(request, {}, {}); }
    /// With what is remembered, and then without.
    Answer askAndCompare(Request request) {
        Answer answer = ask(request);
        static const std::unique_ptr<Engine> fresh = loadEngine(tinyModel());
        request.reuse = false;
        if (fresh->answer(request, {}, {}).tokenIds != answer.tokenIds)
            QTest::qFail("the answer depends on what was asked before", __FILE__, __LINE__);
        return answer;
    }

    std::unique_ptr<Engine> m_engine;
};

QTEST_APPLESS_MAIN(TestPrefixCache)
#include "tst_prefix_cache.moc"
