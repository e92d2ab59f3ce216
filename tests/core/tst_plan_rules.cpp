#include "core/base/error.h"
#include "core/pruning/prune_plan.h"

#include <QTest>

using namespace prunescope;

/// Plans of several stages that do not go together: one line each that names what was found, and what was expected.
class TestPlanRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badPlans_data() {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char* text, const char* line) { QTest::newRow(text) << QByteArray(line); };
        // Methods and places.
        row("llm@2:fastw",
            "method 'fastw' is unknown, expected one of random, fastv, pyramid_drop, fitprune, vtw, dart, "
            "sparsevlm, ivc_prune, mustdrop");
        row("input:divprune", "method 'divprune' is found at 'input', expected at post");
        row("vit@3:fastv", "method 'fastv' is found at 'vit@3', expected at llm@K");
        row("post:fastv,keep=1/2", "method 'fastv' is found at 'post', expected at llm@K");
        row("llm:divprune", "method 'divprune' is found at 'llm', expected at post");
        row("input:mustdrop", "method 'mustdrop' is found at 'input', expected at post, llm@K");
        row("llm@2:resize", "method 'resize' is found at 'llm@2', expected at input");
        row("llm@two:fastv", "K of llm@two is 'two', expected a number of layers");
        row("llm@0:fastv", "place 'llm@0': K is at least 1, post is before the first layer");
        row("llm@:fastv", "K of llm@ is '', expected a number of layers");
        row("post@2:divprune", "place 'post@2' is unknown, expected input, vit@K, post, llm or llm@K");
        row("llm2:fastv", "place 'llm2' is unknown, expected input, vit@K, post, llm or llm@K");
        // Settings.
        row("post:divprune,tau=0.1",
            "setting 'tau' is for 'keep_all, raster, serpentine, pred_2d, random, conncomp, resize', found it with "
            "'divprune'");
        row("post:divprune,kep=1/3", "setting 'kep=1/3' of 'divprune' is unknown, expected keep=, of=");
        row("post:divprune,keep=0", "keep is '0', expected a share such as 1/3 or 0.25, or a whole number from 2");
        row("post:divprune,keep=4/3", "keep is '4/3', expected a share such as 1/3 or 0.25, or a whole number from 2");
        row("post:divprune,keep", "setting 'keep' has no value, expected keep=");
        row("post:divprune,keep=1/3,keep=1/2", "setting 'keep' of 'divprune' is given twice");
        row("post:divprune,of=all", "of is 'all', expected one of left, grid");
        row("post:gprune,theta=1.5", "theta is '1.5', expected a number from -2 to 1");
        row("post:gprune,t=0", "t is '0', expected a number from 0.001 to 100");
        row("post:gprune,steps=0", "steps is '0', expected a whole number from 1 to 1000");
        row("post:vispruner,share=2", "share is '2', expected a number from 0 to 1");
        row("post:vispruner,block=0", "block is '0', expected a whole number from 1 to 10000");
        row("post:pool,side=0", "side is '0', expected a whole number from 1 to 1000");
        row("post:pool,keep=1/3",
            "setting 'keep' is for 'raster, serpentine, pred_2d, random, conncomp, resize, divprune, gprune, prumerge, "
            "prumerge+, vispruner, cdpruner, hiprune, visionzip, fastv, pyramid_drop, fitprune, dart, sparsevlm, "
            "ivc_prune, mustdrop', found it with 'pool'");
        row("post:pool,mode=sum", "mode is 'sum', expected one of avg, max");
        row("post:cdpruner,form=exp,weight=1",
            "'post:cdpruner' is found with form=exp and weight=1, expected a weight below 1");
        row("post:cdpruner,split=3", "split is '3', expected a whole number from 1 to 2");
        row("post:cdpruner,text=system", "text is 'system', expected one of all, question");
        row("post:hiprune,alpha=10", "alpha is '10', expected a share such as 1/3 or 0.25, above 0 and at most 1");
        row("post:visionzip,contextual=sum", "contextual is 'sum', expected one of add, mean");
        row("llm:vtw,keep=1/3",
            "setting 'keep' is for 'raster, serpentine, pred_2d, random, conncomp, resize, divprune, gprune, prumerge, "
            "prumerge+, vispruner, cdpruner, hiprune, visionzip, fastv, pyramid_drop, fitprune, dart, sparsevlm, "
            "ivc_prune, mustdrop', found it with 'vtw'");
        row("llm:pyramid_drop,keep=1/3,ratio=1/3", "ratio: found with keep, expected one of them");
        row("llm:pyramid_drop,ratio=3", "ratio is '3', expected a share such as 1/3 or 0.25, above 0 and at most 1");
        row("llm:sparsevlm,keep=1/3,preset=64", "preset: found with keep, expected one of them");
        row("llm:sparsevlm,preset=100", "preset is '100', expected one of 192, 128, 96, 64");
        row("llm:sparsevlm,recycle=no", "setting 'recycle=no' takes no value");
        row("llm:mustdrop,preset=96", "preset is '96', expected one of 192, 128, 64");
        row("llm:dart,image_pivots=0", "image_pivots is '0', expected a whole number from 1 to 10000");
        row("llm:random", "'llm:random' is found without keep, expected keep=");
        row("llm@2:random,tau=0.1", "'llm@2:random' is found without keep, expected keep=");
        // Stages together.
        row("input:pred_2d; vit@3:raster",
            "'vit@3:raster' is a second method that looks at pixels behind 'input:pred_2d', expected one at most");
        row("post:random; llm:fastv; input:pred_2d",
            "'input:pred_2d' is a second method that looks at pixels behind 'post:random', expected one at most");
        row("llm@2:fastv; post:divprune",
            "'post:divprune' stands behind 'llm@2:fastv', expected stages in the order in "
            "which they run: input, vit@K, post, llm@K");
        row("post:divprune; input:pred_2d", "'input:pred_2d' stands behind 'post:divprune', expected stages in the "
                                            "order in which they run: input, vit@K, post, llm@K");
        row("llm@6:fastv; llm@2:fastv", "'llm@2:fastv' stands behind 'llm@6:fastv', expected stages in the order in "
                                        "which they run: input, vit@K, post, llm@K");
        row("post:divprune; post:gprune",
            "'post:gprune' is a second choice after the encoder behind 'post:divprune', expected one at most");
        row("post:pred_2d; post:divprune",
            "'post:divprune' is a second choice after the encoder behind 'post:pred_2d', expected one at most");
        row("input:pred_2d; post:pool",
            "'post:pool' needs all blocks of the picture, but 'input:pred_2d' drops some, expected one of them");
        row("vit@3:raster; post:mustdrop",
            "'post:mustdrop' needs all blocks of the picture, but 'vit@3:raster' drops some, expected one of them");
        row("input:random,keep=1/2; llm:mustdrop",
            "'llm:mustdrop' needs all blocks of the picture, but 'input:random' drops some, expected one of them");
        row("post:divprune; llm:mustdrop", "'post:divprune' and 'llm:mustdrop' are both in the plan, expected no other "
                                           "stage beside 'mustdrop' that chooses among tokens");
        row("post:mustdrop; llm@20:fastv", "'post:mustdrop' and 'llm@20:fastv' are both in the plan, expected no other "
                                           "stage beside 'mustdrop' that chooses among tokens");
        row("post:mustdrop; llm:mustdrop", "'post:mustdrop' and 'llm:mustdrop' are both in the plan, expected no other "
                                           "stage beside 'mustdrop' that chooses among tokens");
        row("llm@8:vtw; llm@12:fastv",
            "'llm@12:fastv' stands behind 'llm@8:vtw', which leaves no visual token, expected nothing");
        row("llm@4:pyramid_drop; llm@20:fastv", "'llm@20:fastv' stands behind 'llm@4:pyramid_drop', which drops tokens "
                                                "at several layers, expected it to be the last");
        row("llm:sparsevlm; llm@20:vtw", "'llm@20:vtw' stands behind 'llm:sparsevlm', which drops tokens at several "
                                         "layers, expected it to be the last");
        row("llm:fastv; llm@8:dart",
            "'llm:fastv' and 'llm@8:dart' are both inside the language model, expected llm@K for each");
        row("llm@8:fastv; llm@8:dart",
            "'llm@8:fastv' and 'llm@8:dart' stand before the same layer, expected rising layers");
        row("input:random,seed=1; llm:random,keep=1/2,seed=2",
            "seed of 'llm:random' is 2 beside 1, expected one seed in a plan");
    }
    void badPlans() {
        QFETCH(QByteArray, line);
        try {
            parsePlan(QTest::currentDataTag());
            QFAIL("parsed");
        } catch (const Error& error) {
            QCOMPARE(QByteArray(error.what()), QByteArray("plan: " + line));
            QCOMPARE(error.kind(), ErrorKind::Usage);
        }
    }

    void goodPlans() {
        for (const char* text : {"input:pred_2d; post:divprune; llm@2:fastv", "vit@3:raster; post:hiprune; llm:vtw",
                                 "input:resize,keep=1/2; post:pool", "input:keep_all; post:pool",
                                 "input:pred_2d,keep=1; post:mustdrop", "post:pool; llm@2:fastv; llm@20:vtw",
                                 "llm@2:fastv; llm@4:dart; llm@8:pyramid_drop", "post:pred_2d; llm:ivc_prune",
                                 "post:random,keep=1/3; llm@2:random,keep=1/3", "input:resize; llm:mustdrop"}) {
            const PrunePlan plan = parsePlan(text);
            QVERIFY2(parsePlan(toText(plan)) == plan, text);
        }
    }
};

QTEST_GUILESS_MAIN(TestPlanRules)
#include "tst_plan_rules.moc"
