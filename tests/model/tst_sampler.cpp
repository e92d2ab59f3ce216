#include "core/base/error.h"
#include "model/decode/sampler.h"

#include <QtTest>
#include <array>
#include <cmath>

using namespace prunescope;
using namespace prunescope::model;

namespace {

Decoding sampling() {
    Decoding settings;
    settings.sample = true;
    return settings;
}

/// How often each id is drawn from fresh copies of `logits`.
std::vector<int> histogram(const Decoding& settings, const std::vector<float>& logits, int draws) {
    Sampler sampler(settings, {});
    std::vector<int> counts(logits.size(), 0);
    for (int i = 0; i < draws; ++i) {
        std::vector<float> copy = logits;
        ++counts[static_cast<std::size_t>(sampler.next(copy))];
    }
    return counts;
}

} // namespace

class TestSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greedyTakesTheLowestIdOnTies() {
        std::vector<float> logits{1, 5, 2, 5};
        QCOMPARE(Sampler({}, {}).next(logits), 1);
        QVERIFY(Sampler({}, {}).isPlainGreedy());
    }

    void drawsFollowTheProbabilities() {
        const std::vector<float> logits{std::log(0.5f), std::log(0.3f), std::log(0.2f)};
        const auto counts = histogram(sampling(), logits, 20000);
        QVERIFY(std::abs(counts[0] - 10000) < 400);
        QVERIFY(std::abs(counts[1] - 6000) < 400);
        QVERIFY(std::abs(counts[2] - 4000) < 400);
    }

    void temperatureSharpens() {
        Decoding settings = sampling();
        settings.temperature = 0.25;
        const auto counts = histogram(settings, {std::log(0.5f), std::log(0.3f), std::log(0.2f)}, 5000);
        QVERIFY(counts[0] > 4200); // 0.5^4 / (0.5^4 + 0.3^4 + 0.2^4) = 0.866
        settings.temperature = 0;
        QCOMPARE(histogram(settings, {0, 1, 0}, 50)[1], 50);
    }

    /// A device sends the best ones in any order; the draws are those from all logits.
    void theBestAloneGiveTheSameDraws() {
        Decoding settings = sampling();
        settings.topK = 4;
        settings.topP = 0.9;
        settings.temperature = 0.7;
        QCOMPARE(Sampler(settings, {}).bestAreEnough(), 4);
        const std::vector<float> logits{1, 3, 2, 3, 0, 2, 2, -1}; // the fourth best has equals
        const std::vector<std::int64_t> ids{6, 1, 5, 3, 2};
        Sampler all(settings, {}), few(settings, {});
        for (int i = 0; i < 200; ++i) {
            std::vector<float> copy = logits;
            QCOMPARE(few.nextOf(ids, {2, 3, 2, 3, 2}), all.next(copy));
        }
        QVERIFY_EXCEPTION_THROWN(few.nextOf({}, {}), DamagedOutput);
        QVERIFY_EXCEPTION_THROWN(few.nextOf({1}, {NAN}), DamagedOutput);
    }

    void penaltiesAndOtherWaysNeedAllLogits() {
        Decoding settings = sampling();
        settings.topK = 4;
        settings.presencePenalty = 1.5;
        QCOMPARE(Sampler(settings, {}).bestAreEnough(), 0);
        settings.presencePenalty = 0;
        settings.repetitionPenalty = 1.1;
        QCOMPARE(Sampler(settings, {}).bestAreEnough(), 0);
        settings.repetitionPenalty = 1;
        settings.temperature = 0;
        QCOMPARE(Sampler(settings, {}).bestAreEnough(), 0);
        QCOMPARE(Sampler({}, {}).bestAreEnough(), 0);
    }

    void topKKeepsTheBestAndTheirEquals() {
        Decoding settings = sampling();
        settings.topK = 2;
        const auto counts = histogram(settings, {3, 2, 2, 1}, 4000);
        QCOMPARE(counts[3], 0);
        QVERIFY(counts[0] > 0 && counts[1] > 0 && counts[2] > 0);
    }

    void topPDropsTheTail() {
        Decoding settings = sampling();
        settings.topP = 0.75;
        const auto counts = histogram(settings, {std::log(0.5f), std::log(0.3f), std::log(0.2f)}, 4000);
        QCOMPARE(counts[2], 0);
        QVERIFY(counts[1] > 1000);
        settings.topP = 0.01;
        QCOMPARE(histogram(settings, {1, 2, 3}, 100)[2], 100);
    }

    void repetitionPenaltyCountsThePrompt() {
        Decoding settings;
        settings.repetitionPenalty = 2;
        QVERIFY(!Sampler(settings, {}).isPlainGreedy());
        std::vector<float> logits{-1, 3, 2};
        QCOMPARE(Sampler(settings, {1}).next(logits), 2); // 3 / 2 < 2
        std::vector<float> negative{-1, -1.5, -9};
        QCOMPARE(Sampler(settings, {0}).next(negative), 1); // -1 * 2 < -1.5
    }

    void presencePenaltyCountsTheAnswerOnce() {
        Decoding settings;
        settings.presencePenalty = 1.5;
        Sampler sampler(settings, {1});
        std::vector<int> chosen;
        for (int i = 0; i < 3; ++i) {
            std::vector<float> logits{0, 3, 2, 1.6f};
            chosen.push_back(static_cast<int>(sampler.next(logits)));
        }
        QCOMPARE(chosen, (std::vector<int>{1, 2, 3})); // 3; then 1.5, 2, 1.6; then 1.5, 0.5, 1.6
    }

    void damagedLogitsAreRefused() {
        std::vector<float> logits{1, std::nanf(""), 2};
        QVERIFY_EXCEPTION_THROWN(Sampler(sampling(), {}).next(logits), Error);
        QVERIFY_EXCEPTION_THROWN(Sampler({}, {}).next(logits), Error);
    }

    void aTinyTemperatureTakesTheBest() {
        Decoding settings = sampling();
        settings.temperature = 1e-308;
        QCOMPARE(histogram(settings, {1, 5, 2}, 20)[1], 20);
    }

    void seedsRepeat() {
        std::vector<float> logits(50);
        for (std::size_t i = 0; i < logits.size(); ++i)
            logits[i] = static_cast<float>(i % 7) / 3;
        Decoding settings = sampling();
        const auto run = [&] {
            Sampler sampler(settings, {});
            std::vector<std::int64_t> ids;
            for (int i = 0; i < 40; ++i) {
                auto copy = logits;
                ids.push_back(sampler.next(copy));
            }
            return ids;
        };
        const auto first = run();
        QCOMPARE(run(), first);
        settings.seed = 7;
        QVERIFY(run() != first);
    }

    void refusesBadValues() {
        const auto refused = [](auto change) {
            Decoding settings = sampling();
            change(settings);
            try {
                const Sampler sampler(settings, {});
                return false;
            } catch (const Error& e) {
                return exitCode(e.kind()) == 2;
            }
        };
        QVERIFY(refused([](Decoding& s) { s.temperature = -1; }));
        QVERIFY(refused([](Decoding& s) { s.topP = 0; }));
        QVERIFY(refused([](Decoding& s) { s.topP = 1.1; }));
        QVERIFY(refused([](Decoding& s) { s.topK = -1; }));
        QVERIFY(refused([](Decoding& s) { s.repetitionPenalty = 0; }));
        QVERIFY(refused([](Decoding& s) { s.presencePenalty = std::nan(""); }));
    }
};

QTEST_APPLESS_MAIN(TestSampler)
#include "tst_sampler.moc"
