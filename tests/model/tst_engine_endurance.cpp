#include "core/base/error.h"
#include "core/base/stage_times.h"
#include "model/engine.h"
#include "model/memory/host_memory.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/support/sanitizer.h"

#include <QtTest>
#include <array>
#include <chrono>
#include <random>
#include <thread>

using namespace prunescope;
using namespace prunescope::model;

namespace {

using Ids = std::vector<std::int64_t>;

std::unique_ptr<Engine> tinyEngine(const LoadProgress& progress = {}, std::stop_token stop = {}) {
    LoadOptions options;
    options.folder = (test::dataFolder() / "qwen3vl/model").string();
    options.device = "cpu";
    options.dtype = "float32";
    return loadEngine(options, progress, std::move(stop));
}

Request question(int number = 0, int maxTokens = 24) {
    constexpr std::array kPlans{"input:keep_all", "input:pred_2d,tau=0.02", "vit@1:raster", "post:pred_2d",
                                "input:random,tau=0.05"};
    const auto seed = static_cast<std::uint32_t>(number);
    std::vector<ImageInput> images;
    for (int i = 0; i < 1 + number % 2; ++i)
        images.push_back({test::randomScreen(2 + number % 5, 2 + number % 4, seed), "screen", {}});
    Request request = makeRequest(std::move(images), "Where is Save" + std::string(1 + seed % 7, '?'));
    request.plan = parsePlan(kPlans[seed % kPlans.size()]);
    request.maxTokens = maxTokens;
    request.stopAtEnd = false;
    return request;
}

Ids idsOf(Engine& engine, const Request& request) {
    return engine.answer(request, {}, {}).tokenIds;
}

std::int64_t residentWithoutGaps() {
    returnFreedMemory();
    return residentBytes();
}

QByteArray growthText(std::int64_t bytes) {
    return QByteArray::number(static_cast<double>(bytes) / 1e6, 'f', 2) + " MB grown";
}

} // namespace

/// What an engine must bear in a day's work: being stopped anywhere, loaded again and again, used from several threads,
/// asked hundreds of times.
class TestEngineEndurance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_engine = tinyEngine();
        m_expected = idsOf(*m_engine, question());
    }

    void stoppedInEveryStage_data() {
        QTest::addColumn<QString>("stage");
        for (const std::string_view stage :
             {stage::kPreprocess, stage::kVit, stage::kPrefill, stage::kSample, stage::kDecodePerToken}) {
            const QString name = QString::fromUtf8(stage.data(), static_cast<int>(stage.size()));
            QTest::newRow(qPrintable(name)) << name;
        }
    }

    void stoppedInEveryStage() {
        QFETCH(QString, stage);
        std::stop_source source;
        bool reached = false;
        const AnswerEvents events{{}, [&](std::string_view begun) {
                                      if (begun != stage.toStdString())
                                          return;
                                      reached = true;
                                      source.request_stop();
                                  }};
        const Answer answer = m_engine->answer(question(), events, source.get_token());
        QVERIFY(reached);
        QCOMPARE(answer.finishReason, FinishReason::Cancelled);
        QVERIFY(answer.tokenIds.size() <= 1);
        QCOMPARE(idsOf(*m_engine, question()), m_expected);
    }

    void stoppedAfterEveryToken() {
        for (std::size_t wanted = 1; wanted < m_expected.size(); ++wanted) {
            std::stop_source source;
            std::size_t pieces = 0;
            const AnswerEvents events{[&](std::string_view) {
                                          if (++pieces == wanted)
                                              source.request_stop();
                                      },
                                      {}};
            const Ids ids = m_engine->answer(question(), events, source.get_token()).tokenIds;
            QVERIFY(std::equal(ids.begin(), ids.end(), m_expected.begin())); // the beginning of the whole answer
        }
        QCOMPARE(idsOf(*m_engine, question()), m_expected);
    }

    void stoppedByAnotherThreadAtAnyTime() {
        std::mt19937 random(1);
        int stopped = 0;
        for (int i = 0; i < 40; ++i) {
            std::stop_source source;
            const std::chrono::microseconds delay(random() % 12'000);
            const std::jthread stopper([&source, delay] {
                std::this_thread::sleep_for(delay);
                source.request_stop();
            });
            const Answer answer = m_engine->answer(question(0, 200), {}, source.get_token());
            stopped += answer.finishReason == FinishReason::Cancelled;
        }
        QVERIFY(stopped > 0);
        QCOMPARE(idsOf(*m_engine, question()), m_expected);
    }

    void loadedAgainAndAgain() {
        constexpr int kWarmUps = 3, kLoads = 10;
        std::int64_t before = 0;
        for (int i = 0; i < kWarmUps + kLoads; ++i) {
            if (i == kWarmUps)
                before = residentWithoutGaps();
            QCOMPARE(idsOf(*tinyEngine(), question()), m_expected);
        }
        requireGrowthBelow(kFewBytes, before);
    }

    void twoEnginesInTurn() {
        const auto other = tinyEngine();
        for (int i = 0; i < 6; ++i)
            QCOMPARE(idsOf(*other, question(i)), idsOf(*m_engine, question(i)));
    }

    void twoEnginesAtTheSameTime() {
        constexpr int kQuestions = 20;
        std::vector<Ids> expected;
        for (int i = 0; i < kQuestions; ++i)
            expected.push_back(idsOf(*m_engine, question(i)));
        const auto other = tinyEngine();
        const auto answerAll = [](Engine& engine) {
            std::vector<Ids> all;
            for (int i = 0; i < kQuestions; ++i)
                all.push_back(idsOf(engine, question(i)));
            return all;
        };
        std::vector<Ids> fromThread;
        std::jthread thread([&] { fromThread = answerAll(*other); });
        const std::vector<Ids> fromHere = answerAll(*m_engine);
        thread.join();
        QVERIFY(fromThread == expected);
        QVERIFY(fromHere == expected);
    }

    void loadedWhileAnotherAnswers() {
        std::jthread loader([] {
            for (int i = 0; i < 5; ++i)
                tinyEngine();
        });
        for (int i = 0; i < 20; ++i)
            QCOMPARE(idsOf(*m_engine, question()), m_expected);
    }

    void twoHundredQuestions() {
        constexpr int kWarmUps = 60, kQuestions = 200, kKinds = 40;
        std::vector<Ids> first(kKinds);
        std::int64_t before = 0;
        for (int i = 0; i < kWarmUps + kQuestions; ++i) {
            if (i == kWarmUps)
                before = residentWithoutGaps();
            const auto kind = static_cast<std::size_t>(i % kKinds);
            const Ids ids = idsOf(*m_engine, question(static_cast<int>(kind), 4 + i % kKinds));
            if (i < kKinds)
                first[kind] = ids;
            QCOMPARE(ids, first[kind]); // what was asked between does not matter
        }
        requireGrowthBelow(kFewBytes, before);
    }

    void errorsLeaveNothingBehind() {
        Request tooLong = question();
        tooLong.messages.back().parts.push_back(Part::ofText(std::string(30'000, '?')));
        Request badPlan = question();
        badPlan.plan = PrunePlan::of({}, Place::VisionLayer, 1000);
        std::int64_t before = 0;
        for (int i = 0; i < 30; ++i) {
            if (i == 10)
                before = residentWithoutGaps();
            for (const Request* request : {&tooLong, &badPlan})
                QVERIFY_EXCEPTION_THROWN(m_engine->answer(*request, {}, {}), Error);
        }
        requireGrowthBelow(kFewBytes, before);
        QCOMPARE(idsOf(*m_engine, question()), m_expected);
    }

    void loadingStopsAnywhere_data() {
        QTest::addColumn<double>("fraction");
        for (const double fraction : {0.0, 0.2, 0.5, 0.8, 0.99})
            QTest::addRow("at %g", fraction) << fraction;
    }

    void loadingStopsAnywhere() {
        QFETCH(double, fraction);
        std::stop_source source;
        double last = 0;
        bool rises = true;
        const auto progress = [&](double now) {
            rises = rises && now >= last && now <= 1;
            last = now;
            if (now >= fraction)
                source.request_stop();
        };
        try {
            tinyEngine(progress, source.get_token());
            QFAIL("not stopped");
        } catch (const Error& e) {
            QCOMPARE(e.kind(), ErrorKind::Cancelled);
        }
        QVERIFY(rises && last >= fraction && last < 1);
    }

    void loadingEndsAtOne() {
        std::vector<double> fractions;
        tinyEngine([&](double fraction) { fractions.push_back(fraction); });
        QVERIFY(std::is_sorted(fractions.begin(), fractions.end()));
        QCOMPARE(fractions.back(), 1.0);
    }

private:
    static constexpr std::int64_t kFewBytes = std::int64_t{4} << 20;

    static void requireGrowthBelow(std::int64_t bytes, std::int64_t before) {
        if (test::kAddressSanitizer)
            return; // it keeps what is freed
        const std::int64_t growth = residentWithoutGaps() - before;
        qInfo("%s", growthText(growth).constData());
        QVERIFY2(growth < bytes, growthText(growth));
    }

    std::unique_ptr<Engine> m_engine;
    Ids m_expected;
};

QTEST_APPLESS_MAIN(TestEngineEndurance)
#include "tst_engine_endurance.moc"
