#include "core/base/error.h"
#include "core/metrics/metric.h"
#include "core/pruning/method.h"
#include "core/pruning/prune_plan.h"
#include "tests/support/methods.h"

#include <QTest>
#include <limits>

using namespace prunescope;
using namespace prunescope::model;

class TestPrunePlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plans_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("canonical");
        const auto row = [](const char* text, const char* canonical) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(canonical);
        };
        row("input:pred_2d", "input:pred_2d");
        row("input:keep_all", "input:keep_all");
        row(" input : raster , tau = 0.02 ", "input:raster,tau=0.02");
        row("vit@3:serpentine,metric=mae", "vit@3:serpentine,metric=mae");
        row("post:pred_2d,sliding,seed=7,metric=rmse,tau=1e-3", "post:pred_2d,tau=0.001,metric=rmse,sliding,seed=7");
        row("input:pred_2d,anchored,seed=42,metric=max,tau=0", "input:pred_2d");
        row("input:pred_2d,seed=18446744073709551615", "input:pred_2d,seed=18446744073709551615");
        row("input:pred_2d,tau=1", "input:pred_2d,tau=1");
        row("input:conncomp, even, skip-ratio = 0.5", "input:conncomp,skip-ratio=0.5,even");
        row("vit@3:random,tau=0.02", "vit@3:random,tau=0.02");
        row("input:resize,tau=0.02", "input:resize,tau=0.02");
        row("input:\r\n\tpred_2d,\ntau=1\n", "input:pred_2d,tau=1");
    }
    void plans() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, canonical);
        QCOMPARE(toText(parsePlan(text.toStdString())), canonical.toStdString());
    }

    void fields() {
        const PrunePlan plan = parsePlan("vit@5:raster,tau=0.02,metric=mae,sliding,seed=7");
        QCOMPARE(plan.stages.size(), std::size_t{1});
        QCOMPARE(plan.stages.front().place, Place::VisionLayer);
        QCOMPARE(plan.stages.front().layer, 5);
        QCOMPARE(plan.pixelStage().settings, test::settingsOf("raster", 0.02, false, "mae", 7));
        QVERIFY(plan.prunes());
        QVERIFY(!parsePlan("input:keep_all").prunes());
        QCOMPARE(parsePlan("input:keep_all"), PrunePlan::none());
        QCOMPARE(parsePlan("input:pred_2d"), PrunePlan{});
    }

    void everyPlanComesBack() {
        const double tiny = std::numeric_limits<double>::denorm_min();
        for (const MethodEntry& method : methods())
            for (const double tau : {0.0, tiny, 1.0 / 255, 0.005, 0.02, 1.0 / 3, 0.1 + 0.2, 1.0})
                for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{42}, ~std::uint64_t{0}})
                    checkRoundTrip(test::settingsOf(method.name, tau, seed != 42, "mae", seed));
    }

    /// Walks the lists: every option of every method, alone and together.
    void everyOptionComesBack() {
        std::mt19937 random(3);
        for (const MethodEntry& method : methods()) {
            MethodSettings all(method);
            for (const OptionSpec& spec : method.options)
                for (int i = 0; i < 20; ++i) {
                    const OptionValue value = test::anyValue(spec, random);
                    checkRoundTrip(MethodSettings(method).set(spec.name, value));
                    checkRoundTrip(all.set(spec.name, value));
                }
        }
    }

    void badPlans_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char* text, ErrorKind kind, const char* named) {
            QTest::newRow(*text ? text : "empty") << QByteArray(text) << static_cast<int>(kind) << QByteArray(named);
        };
        row("", ErrorKind::Usage, "empty");
        row("pred_2d", ErrorKind::Usage, "'pred_2d' names no place");
        row("input:", ErrorKind::Usage, "names no method");
        row("input:pred_3d", ErrorKind::Usage, "pred_3d");
        row("output:pred_2d", ErrorKind::Usage, "'output'");
        row("vit:pred_2d", ErrorKind::Usage, "'vit'");
        row("vit@:pred_2d", ErrorKind::Usage, "vit@");
        row("vit@two:pred_2d", ErrorKind::Usage, "'two'");
        row("vit@0:pred_2d", ErrorKind::Usage, "vit@0");
        row("vit@-1:pred_2d", ErrorKind::Usage, "vit@-1");
        row("vit@99999999999:pred_2d", ErrorKind::Usage, "99999999999");
        row("input@2:pred_2d", ErrorKind::Usage, "input@2");
        row("input:pred_2d,", ErrorKind::Usage, "''");
        row("input:pred_2d,colour=red", ErrorKind::Usage, "colour=red");
        row("input:pred_2d,tau", ErrorKind::Usage, "'tau'");
        row("input:pred_2d,tau=", ErrorKind::Usage, "tau");
        row("input:pred_2d,tau=much", ErrorKind::Usage, "'much'");
        row("input:pred_2d,tau=0.1x", ErrorKind::Usage, "'0.1x'");
        row("input:pred_2d,tau=1.5", ErrorKind::Usage, "tau");
        row("input:pred_2d,tau=-0.1", ErrorKind::Usage, "tau");
        row("input:pred_2d,tau=nan", ErrorKind::Usage, "tau");
        row("input:pred_2d,tau=0.1,tau=0.2", ErrorKind::Usage, "given twice");
        row("input:pred_2d,sliding,anchored", ErrorKind::Usage, "given twice");
        row("input:pred_2d,sliding=yes", ErrorKind::Usage, "sliding=yes");
        row("input:pred_2d,metric=l2", ErrorKind::Usage, "l2");
        row("input:pred_2d,seed=-1", ErrorKind::Usage, "'-1'");
        row("input:pred_2d;", ErrorKind::Usage, "names no place");
        row("input:pred_2d;post:raster,speed=2", ErrorKind::Usage, "speed=2");
        row("input:conncomp,skip-ratio=1.5", ErrorKind::Usage, "skip-ratio is '1.5', expected a number from 0 to 1");
        row("input:conncomp,skip-ratio", ErrorKind::Usage, "skip-ratio=");
        row("input:conncomp,even=1", ErrorKind::Usage, "even=1");
        row("input:conncomp,even,even", ErrorKind::Usage, "given twice");
        row("input:pred_2d,even", ErrorKind::Usage, "'conncomp'");
        row("input:random,skip-ratio=0.5", ErrorKind::Usage, "'conncomp'");
        row("vit@2:resize", ErrorKind::Usage, "'resize'");
        row("post:resize", ErrorKind::Usage, "'resize'");
        row("inp\nut:pred_2d", ErrorKind::Usage, "'inp ut'");
        row("input:pred\r\n2d", ErrorKind::Usage, "'pred  2d'");
        row("input:pred_2d; post:raster", ErrorKind::Usage, "'raster' at 'post' is a second method");
        row("llm@2:pred_2d", ErrorKind::Usage, "found at 'llm@2', expected at input, vit@K, post");
        row("llm@0:pred_2d", ErrorKind::Usage, "llm@0");
        row("llm@2:fastv,keep=1/2", ErrorKind::Usage, "'fastv' is unknown");
        row("post:divprune,keep=1/3", ErrorKind::Usage, "'divprune'");
        row("input:pred_2d,tau=0.02; post:divprune,keep=1/3; llm@2:fastv,keep=1/2", ErrorKind::Usage, "'divprune'");
    }
    void badPlans() {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        QFETCH(QByteArray, named);
        try {
            parsePlan(text.toStdString());
            QFAIL("parsed");
        } catch (const Error& error) {
            QCOMPARE(static_cast<int>(error.kind()), kind);
            QVERIFY2(QByteArray(error.what()).contains(named), error.what());
            QVERIFY2(!QByteArray(error.what()).contains('\n'), error.what());
        }
    }

private:
    static void checkRoundTrip(const MethodSettings& settings) {
        for (const Place place : settings.entry().places) {
            const bool hasLayer = place == Place::VisionLayer || place == Place::LanguageLayer;
            const PrunePlan plan = PrunePlan::of(settings, place, hasLayer ? 18 : 0);
            const std::string text = toText(plan);
            QVERIFY2(parsePlan(text) == plan, text.c_str());
            QCOMPARE(toText(parsePlan(text)), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestPrunePlan)
#include "tst_prune_plan.moc"
