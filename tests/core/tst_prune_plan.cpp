#include "core/base/error.h"
#include "core/metrics/metric.h"
#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/prune_plan.h"
#include "tests/support/methods.h"

#include <QTest>
#include <limits>
#include <random>

using namespace prunescope;

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
        row("input:pred_2d,keep=2/6", "input:pred_2d,keep=1/3");
        row("post:raster,keep=0.25,fill=cap,rule=budget", "post:raster,keep=1/4,fill=cap");
        row("input:pred_2d,cover=4x4x2,keep=300,rule=topk", "input:pred_2d,keep=300,rule=topk,cover=4x4x2");
        row("input:random,keep=1", "input:random,keep=1");
        row("input:\r\n\tpred_2d,\ntau=1\n", "input:pred_2d,tau=1");
        row("input:pred_2d,tau=0.02; post:divprune,keep=1/3; llm@2:fastv,keep=1/2",
            "input:pred_2d,tau=0.02; post:divprune,keep=1/3; llm@2:fastv,keep=1/2");
        row("post:divprune", "post:divprune,keep=1/3"); // a budget is always told
        row("post:gprune , of=left,theta=0.5,keep = 300", "post:gprune,keep=300");
        row("post:gprune,steps=3,t=0.1,theta=-0.5,of=grid", "post:gprune,keep=1/3,of=grid,theta=-0.5,t=0.1,steps=3");
        row("post:prumerge", "post:prumerge");
        row("post:prumerge+,keep=2/18", "post:prumerge+,keep=1/9");
        row("post:vispruner,share=0,block=32", "post:vispruner,keep=1/3,share=0,block=32");
        row("post:pool,mode=max,side=5", "post:pool,side=5,mode=max");
        row("post:cdpruner,text=question,split=2,form=exp,weight=0.25",
            "post:cdpruner,keep=1/3,weight=0.25,form=exp,split=2,text=question");
        row("post:hiprune,alpha=0.5", "post:hiprune,keep=1/3,alpha=1/2");
        row("post:visionzip,contextual=mean", "post:visionzip,keep=1/3,contextual=mean");
        row("post:random,keep=1/3,seed=7", "post:random,seed=7,keep=1/3");
        row("llm:fastv", "llm:fastv,keep=1/3");
        row("llm@16:vtw", "llm@16:vtw");
        row("llm:pyramid_drop,ratio=2/3", "llm:pyramid_drop,ratio=2/3");
        row("llm:pyramid_drop,keep=1/9", "llm:pyramid_drop,keep=1/9");
        row("llm:sparsevlm,preset=64,no-recycle", "llm:sparsevlm,preset=64,no-recycle");
        row("llm:sparsevlm,recycle,preset=192", "llm:sparsevlm");
        row("llm@3:dart,text_pivots=0,image_pivots=10", "llm@3:dart,keep=1/3,image_pivots=10,text_pivots=0");
        row("post:mustdrop,preset=64", "post:mustdrop,preset=64");
        row("llm@2:fastv,keep=1/2; llm@20:vtw", "llm@2:fastv,keep=1/2; llm@20:vtw");
        row("post:divprune,keep=1; llm:ivc_prune,keep=1/2", "post:divprune,keep=1; llm:ivc_prune,keep=1/2");
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
        for (const MethodEntry& method : pixelMethods())
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
                    checkRoundTrip(all.change(spec.name, value));
                }
        }
    }

    /// A method is known by its name, and comes back at its places.
    void everyMethodStandsAtItsPlaces() {
        for (const MethodEntry& method : methods()) {
            QVERIFY(&findMethod(method.name) == &method);
            QVERIFY(!method.places.empty() && !method.title.empty() && !method.help.empty());
            QVERIFY((method.pixels != nullptr) ==
                    (method.needs == MethodNeeds::Nothing || method.needs == MethodNeeds::Pixels));
            QCOMPARE(method.layers != nullptr, method.standsAt(Place::LanguageLayer));
            for (const Place place : {Place::Input, Place::VisionLayer, Place::AfterEncoder, Place::LanguageLayer})
                QVERIFY2(isRefused(PrunePlan::of(anyBudget(method), place, 2)) != method.standsAt(place),
                         method.name.data());
        }
    }

    /// Random is one method at every place.
    void randomLooksAtPixelsWhereItCountsThem() {
        const auto looks = [](const char* text) { return looksAtPixels(parsePlan(text).stages.back()); };
        QVERIFY(looks("input:random,keep=1/3") && looks("vit@2:random,keep=1/3") && looks("post:random"));
        QVERIFY(!looks("post:random,keep=1/3") && !looks("llm:random,keep=1/3"));
        QVERIFY(!looks("input:pred_2d; post:random,keep=1/3"));
        QVERIFY(parsePlan("post:random,keep=1/3").pixelStage().settings == MethodSettings(keepAllMethod()));
    }

    void everythingLeavesAStageOut() {
        for (const MethodEntry& method : methods())
            if (method.option(kKeep.name)) {
                MethodSettings settings(method);
                settings.set(kKeep, TokenBudget());
                for (const Place place : method.places)
                    QVERIFY2(!PrunePlan::of(settings, place, 2).prunes(), method.name.data());
            }
        QVERIFY(parsePlan("input:pred_2d,keep=1; llm@2:vtw").prunes());
    }

    void oneSeedForAllThatIsDrawn() {
        QCOMPARE(parsePlan("input:pred_2d; llm:random,keep=1/2,seed=7").seed(), std::uint64_t{7});
        QCOMPARE(parsePlan("input:pred_2d,seed=3; llm:random,keep=1/2,seed=7").seed(), std::uint64_t{7});
        QCOMPARE(parsePlan("input:pred_2d,seed=3; post:divprune").seed(), std::uint64_t{3});
        QCOMPARE(parsePlan("input:random,seed=3; post:random,keep=1/2,seed=3").seed(), std::uint64_t{3});
        QCOMPARE(parsePlan("post:divprune").seed(), std::uint64_t{42});
        PrunePlan plan = parsePlan("input:raster; post:divprune; llm:random,keep=1/2");
        plan.setSeed(9);
        QCOMPARE(toText(plan), std::string("input:raster,seed=9; post:divprune,keep=1/3; llm:random,seed=9,keep=1/2"));
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
        row("input:pred_2d; post:raster", ErrorKind::Usage,
            "'post:raster' is a second method that looks at pixels behind 'input:pred_2d'");
        row("input:pred_2d,keep=0", ErrorKind::Usage, "keep is '0', expected a share such as 1/3");
        row("input:pred_2d,keep=4/3", ErrorKind::Usage, "'4/3'");
        row("input:pred_2d,keep=1.5", ErrorKind::Usage, "'1.5'");
        row("input:pred_2d,keep=-2", ErrorKind::Usage, "'-2'");
        row("input:pred_2d,keep=1/0", ErrorKind::Usage, "'1/0'");
        row("input:pred_2d,keep=", ErrorKind::Usage, "keep");
        row("input:pred_2d,keep=99999999999999999999", ErrorKind::Usage, "keep");
        row("input:pred_2d,sliding,keep=1/3", ErrorKind::Usage, "keep: found with sliding");
        row("input:conncomp,keep=1/3,skip-ratio=0.5", ErrorKind::Usage, "skip-ratio: found with keep");
        row("input:pred_2d,rule=best", ErrorKind::Usage, "one of budget, topk, tau");
        row("input:pred_2d,cover=4x4", ErrorKind::Usage, "3 whole numbers from 1 to 64");
        row("input:keep_all,keep=1/2", ErrorKind::Usage, "'keep' is for");
        row("llm@2:pred_2d", ErrorKind::Usage, "found at 'llm@2', expected at input, vit@K, post");
        row("llm@0:pred_2d", ErrorKind::Usage, "llm@0");
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
    static bool isRefused(const PrunePlan& plan) {
        try {
            checkStages(plan);
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage;
        }
    }

    /// With a budget, which some methods can't do without.
    static MethodSettings anyBudget(const MethodEntry& method) {
        MethodSettings settings(method);
        if (method.option(kKeep.name))
            settings.set(kKeep, TokenBudget::share(1, 2));
        return settings;
    }

    static void checkRoundTrip(const MethodSettings& settings) {
        for (const Place place : settings.entry().places) {
            const bool hasLayer = place == Place::VisionLayer || place == Place::LanguageLayer;
            const PrunePlan plan = PrunePlan::of(settings, place, hasLayer ? 18 : 0);
            const auto flaw = settings.entry().flaw;
            QCOMPARE(isRefused(plan), flaw && !flaw(settings, place).empty());
            if (isRefused(plan))
                continue;
            const std::string text = toText(plan);
            QVERIFY2(parsePlan(text) == plan, text.c_str());
            QCOMPARE(toText(parsePlan(text)), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestPrunePlan)
#include "tst_prune_plan.moc"
