#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "model/api/engine.h"
#include "model/engine/load_engine.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<Engine> tinyEngine(const std::string& dtype = "float32", const std::string& weights = "native") {
    LoadOptions options;
    options.folder = (test::dataFolder() / "qwen3vl/model").string();
    options.device = "cpu";
    options.dtype = dtype;
    options.weights = weights;
    return loadEngine(options);
}

ImageInput picture(std::uint32_t seed = 1, int rows = 3, int cols = 5) {
    return {test::randomScreen(rows, cols, seed), "screen", {}};
}

Request question(int maxTokens = 12) {
    Request request = makeRequest({picture()}, "Where is Save?");
    request.maxTokens = maxTokens;
    request.stopAtEnd = false;
    return request;
}

/// The question anew for the pictures and the plan of `request`: its text names every picture.
Request makeSame(const Request& request) {
    Request same = makeRequest(request.images, "Where is Save?");
    same.plan = request.plan;
    same.maxTokens = request.maxTokens;
    return same;
}

} // namespace

/// The whole way from pictures and words to an answer, with the tiny model of random weights: its words mean nothing,
/// but what it sees, when it stops and what it reports do.
class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_engine = tinyEngine(); }

    void answersAndReports() {
        std::string streamed;
        std::vector<std::string> stages;
        const AnswerEvents events{[&](std::string_view text) { streamed += text; },
                                  [&](std::string_view stage) { stages.emplace_back(stage); }};
        Request request = question();
        request.plan.pixelStage().settings.set(kTau, 0.02);
        const Answer answer = m_engine->answer(request, events, {});
        QCOMPARE(static_cast<int>(answer.tokenIds.size()), 12);
        QCOMPARE(answer.finishReason, FinishReason::Length);
        QCOMPARE(answer.text, streamed);
        QCOMPARE(stages, (std::vector<std::string>{"preprocess", "vit", "prefill", "sample", "decode_per_token"}));
        QCOMPARE(answer.images.size(), std::size_t{1});
        const KeepMask& mask = answer.images.front().mask;
        QCOMPARE(answer.promptTokensFull - answer.promptTokens, mask.count() - mask.keptCount());
        QCOMPARE(mask, makeMask(PixelBlocks(request.images.front().picture), request.plan.pixelStage().settings));
        double sum = 0;
        for (const char* name : {"preprocess", "select", "vit", "prefill", "sample"}) {
            QVERIFY2(answer.times.has(name), name);
            sum += answer.times.ms(name);
        }
        QVERIFY(qAbs(answer.times.ms("ttft") - sum) < 1e-9);
        QVERIFY(answer.times.ms("total") >= answer.times.ms("ttft"));
        QVERIFY(answer.times.ms("decode_per_token") > 0);
        QVERIFY(answer.memory.kvBytes > 0 && answer.memory.peakBytes > answer.memory.kvBytes);
        QCOMPARE(answer.device, std::string("cpu"));
        QCOMPARE(answer.dtype, std::string("float32"));
    }

    void everyMethodAnswers() {
        for (const MethodEntry& method : pixelMethods()) {
            Request request = question(2);
            request.plan = PrunePlan::of(MethodSettings(method).set(kTau, 0.02));
            const Answer answer = m_engine->answer(request, {}, {});
            const KeepMask& mask = answer.images.front().mask;
            const PixelBlocks blocks(request.images.front().picture);
            QVERIFY2(mask == makeMask(blocks, request.plan.pixelStage().settings), method.name.data());
            QCOMPARE(answer.promptTokensFull - answer.promptTokens, blocks.grid().count() - mask.keptCount());
        }
    }

    void picturesOfAPromptDrawFromOneStream() {
        Request request = question(1);
        request.images.push_back(request.images.front());
        request.plan = PrunePlan::of(MethodSettings("random").set(kTau, 0.05));
        const Answer answer = m_engine->answer(makeSame(request), {}, {});
        const PixelBlocks blocks(request.images.front().picture);
        ReferenceRandom draws(request.plan.seed());
        for (const MaskReport& image : answer.images)
            QVERIFY(image.mask == makeMask(blocks, request.plan.pixelStage().settings, draws));
    }

    void greedyAnswersRepeatAlsoInASecondEngine() {
        const auto first = m_engine->answer(question(), {}, {}).tokenIds;
        QCOMPARE(m_engine->answer(question(), {}, {}).tokenIds, first);
        QCOMPARE(tinyEngine()->answer(question(), {}, {}).tokenIds, first);
    }

    void pruningNothingChangesNothing() {
        Request full = question();
        full.plan = PrunePlan::none();
        // Blocks that all differ: Pred-2D keeps every one.
        full.images.front().picture = test::noise({96, 64}, 3);
        Request pruned = full;
        pruned.plan = PrunePlan();
        QCOMPARE(m_engine->answer(pruned, {}, {}).tokenIds, m_engine->answer(full, {}, {}).tokenIds);
    }

    void placesGiveOtherAnswersButKeepTheSameBlocks() {
        Request request = question();
        std::vector<int> lengths;
        for (const char* plan : {"input:pred_2d", "vit@1:pred_2d", "vit@6:pred_2d", "post:pred_2d"}) {
            request.plan = parsePlan(plan);
            lengths.push_back(m_engine->answer(request, {}, {}).promptTokens);
        }
        QCOMPARE(lengths, std::vector<int>(4, lengths.front()));
        request.plan = parsePlan("vit@3:pred_2d"); // between DeepStack features
        QVERIFY_EXCEPTION_THROWN(m_engine->answer(request, {}, {}), Error);
    }

    void severalPicturesAndTurns() {
        Request request;
        request.images = {picture(1), picture(2, 4, 2)};
        request.messages = {{"system", {Part::ofText("Be brief.")}, {}},
                            {"user", {Part::ofImage(), Part::ofText("Where is Save?")}, {}},
                            {"assistant", {Part::ofText("At the top.")}, {}},
                            {"user", {Part::ofText("And here: "), Part::ofImage()}, {}}};
        request.maxTokens = 4;
        const Answer answer = m_engine->answer(request, {}, {});
        QCOMPARE(answer.images.size(), std::size_t{2});
        request.images.pop_back(); // one picture fewer than the messages speak of
        QVERIFY_EXCEPTION_THROWN(m_engine->answer(request, {}, {}), Error);
    }

    void wordsAlone() {
        Request request = makeRequest({}, "Hello there.");
        request.maxTokens = 3;
        request.stopAtEnd = false;
        const Answer answer = m_engine->answer(request, {}, {});
        QCOMPARE(answer.promptTokens, 20); // ids_tiny of chat.json, user_text
        QCOMPARE(answer.tokenIds.size(), std::size_t{3});
    }

    /// A region is what the model sees; the blocks of its mask are those of the cut-out.
    void regionIsAllThatIsSeen() {
        Request whole = question();
        whole.images.front().picture = test::noise({320, 192}, 5);
        Request part = whole;
        part.images.front().region = {64, 32, 96, 64};
        Request cut = whole;
        cut.images.front().picture = whole.images.front().picture.cropped({64, 32, 96, 64});
        QCOMPARE(m_engine->answer(part, {}, {}).tokenIds, m_engine->answer(cut, {}, {}).tokenIds);
        QVERIFY(m_engine->answer(part, {}, {}).promptTokens < m_engine->answer(whole, {}, {}).promptTokens);
        part.images.front().region = {1000, 1000, 10, 10};
        QVERIFY_EXCEPTION_THROWN(m_engine->answer(part, {}, {}), Error);
    }

    void samplingFollowsItsSeed() {
        Request request = question(20);
        request.decoding.sample = true;
        request.decoding.temperature = 2;
        const auto first = m_engine->answer(request, {}, {}).tokenIds;
        QCOMPARE(m_engine->answer(request, {}, {}).tokenIds, first);
        request.decoding.seed = 43;
        QVERIFY(m_engine->answer(request, {}, {}).tokenIds != first);
        request.decoding.topK = 1; // of the best one alone
        request.decoding.seed = 42;
        const auto best = m_engine->answer(request, {}, {}).tokenIds;
        request.decoding.sample = false;
        QCOMPARE(m_engine->answer(request, {}, {}).tokenIds, best);
    }

    void stopsWithinOneToken() {
        std::stop_source source;
        int pieces = 0;
        Request request = question(2000);
        const AnswerEvents events{{}, [&](std::string_view stage) {
                                      if (stage == "decode_per_token")
                                          source.request_stop();
                                      ++pieces;
                                  }};
        const Answer answer = m_engine->answer(request, events, source.get_token());
        QCOMPARE(answer.finishReason, FinishReason::Cancelled);
        QVERIFY(answer.tokenIds.size() <= 1);
        QCOMPARE(m_engine->answer(question(3), {}, {}).tokenIds.size(), std::size_t{3}); // still usable
    }

    void stopsBeforeTheFirstToken() {
        std::stop_source source;
        source.request_stop();
        const Answer answer = m_engine->answer(question(), {}, source.get_token());
        QCOMPARE(answer.finishReason, FinishReason::Cancelled);
        QVERIFY(answer.text.empty());
    }

    /// The third token of an answer, declared to be an end token in generation_config.json, ends it and is not shown.
    void endTokenStopsAndIsNotShown() {
        const auto ids = m_engine->answer(question(), {}, {}).tokenIds;
        const QTemporaryDir folder;
        const fs::path copy = fs::path(folder.path().toStdString()) / "model";
        fs::copy(test::dataFolder() / "qwen3vl/model", copy);
        fs::remove(copy / "generation_config.json");
        std::ofstream(copy / "generation_config.json") << nlohmann::json{{"eos_token_id", ids[2]}};
        LoadOptions options;
        options.folder = copy.string();
        options.device = "cpu";
        options.dtype = "float32";
        Request request = question();
        request.stopAtEnd = true;
        const Answer answer = loadEngine(options)->answer(request, {}, {});
        const auto end = std::find(ids.begin(), ids.end(), ids[2]);
        QCOMPARE(answer.tokenIds, std::vector<std::int64_t>(ids.begin(), end));
        QCOMPARE(answer.finishReason, FinishReason::Stop);
    }

    void promptLongerThanTheContext() {
        std::string text;
        for (int i = 0; i < 3000; ++i)
            text += "save the file ";
        try {
            m_engine->answer(makeRequest({picture()}, text), {}, {});
            QFAIL("accepted");
        } catch (const Error& e) {
            QCOMPARE(exitCode(e.kind()), 3);
            QVERIFY2(std::string(e.what()).find("4096") != std::string::npos, e.what());
        }
        QCOMPARE(m_engine->answer(question(2), {}, {}).tokenIds.size(), std::size_t{2});
    }

    void answersEndWithTheContext() {
        Request request = question(1 << 20);
        const Answer answer = m_engine->answer(request, {}, {});
        QCOMPARE(answer.finishReason, FinishReason::Length);
        QVERIFY(answer.tokenIds.size() <= 4096);
        QVERIFY(answer.tokenIds.size() > 4000);
    }

    void picturesThatCannotBeUsed() {
        Request request = question();
        request.images.front().picture = test::noise({2100, 10}, 1);
        QVERIFY_EXCEPTION_THROWN(m_engine->answer(request, {}, {}), Error);
        request.images.front().picture = test::noise({33, 64}, 1);
        request.resize = false;
        QVERIFY_EXCEPTION_THROWN(m_engine->answer(request, {}, {}), Error);
    }

    void bfloat16Answers() {
        const Answer answer = tinyEngine("bfloat16")->answer(question(), {}, {});
        QCOMPARE(answer.dtype, std::string("bfloat16"));
        QCOMPARE(answer.tokenIds.size(), std::size_t{12});
    }

    void packedWeightsAnswer() {
        const std::int64_t native = m_engine->info().weightBytes;
        QCOMPARE(m_engine->answer(question(1), {}, {}).weights, std::string("native"));
        for (const char* weights : {"int8", "int4"}) {
            const std::unique_ptr<Engine> engine = tinyEngine("bfloat16", weights);
            QCOMPARE(engine->info().weights, std::string(weights));
            QCOMPARE(engine->info().parameters, m_engine->info().parameters);
            QVERIFY(engine->info().weightBytes < native / 3);
            const Answer answer = engine->answer(question(), {}, {});
            QCOMPARE(answer.weights, std::string(weights));
            QCOMPARE(answer.tokenIds.size(), std::size_t{12});
            QCOMPARE(tinyEngine("bfloat16", weights)->answer(question(), {}, {}).tokenIds, answer.tokenIds);
        }
    }

    void unknownWeightsAreRefused() {
        try {
            tinyEngine("float32", "int2");
            QFAIL("accepted");
        } catch (const Error& e) {
            QCOMPARE(e.kind(), ErrorKind::Usage);
            for (const char* word : {"int2", "native", "int8", "int4"})
                QVERIFY2(std::string(e.what()).find(word) != std::string::npos, e.what());
        }
    }

private:
    std::unique_ptr<Engine> m_engine;
};

QTEST_APPLESS_MAIN(TestEngine)
#include "tst_engine.moc"
