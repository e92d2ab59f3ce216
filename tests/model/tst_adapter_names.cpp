#include "model/files/name_pattern.h"
#include "model/files/tensor_names.h"

#include <QtTest>

using namespace prunescope::model;

/// Names of weights and modules: one for all spellings, and the patterns of adapters that choose among them.
class TestAdapterNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void canonicalNames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("canonical");
        const auto row = [](const char* name, const char* canonical) { QTest::newRow(name) << name << canonical; };
        row("model.language_model.layers.1.x", "model.language_model.layers.1.x");
        row("model.layers.1.x", "model.language_model.layers.1.x");
        row("language_model.model.layers.1.x", "model.language_model.layers.1.x");
        row("language_model.layers.1.x", "model.language_model.layers.1.x");
        row("model.model.layers.1.x", "model.language_model.layers.1.x");
        row("layers.1.x", "model.language_model.layers.1.x");
        row("embed_tokens.weight", "model.language_model.embed_tokens.weight");
        row("module.model.visual.blocks.1.x", "model.visual.blocks.1.x");
        row("visual.blocks.1.x", "model.visual.blocks.1.x");
        row("vision_tower.blocks.1.x", "model.visual.blocks.1.x");
        row("model.vision_tower.vision_model.encoder.x", "model.visual.encoder.x");
        row("vision_tower.encoder.x", "model.visual.encoder.x");
        row("multi_modal_projector.linear_1.weight", "model.multi_modal_projector.linear_1.weight");
        row("language_model.lm_head.weight", "lm_head.weight");
        row("lm_head.weight", "lm_head.weight");
    }

    void canonicalNames() {
        QFETCH(QString, name);
        QFETCH(QString, canonical);
        QCOMPARE(QString::fromStdString(canonicalName(name.toStdString())), canonical);
    }

    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char* pattern, const char* name, bool matches) {
            QTest::addRow("%s on %s", pattern, name) << pattern << name << matches;
        };
        row("q_proj", "model.layers.0.q_proj", true);
        row("q_proj", "q_proj", true);
        row("proj", "model.q_proj", false);
        row("q_proj", "model.q_proj.x", false);
        row("layers.0.q_proj", "model.layers.0.q_proj", true);
        row("layers.0.q_proj", "model.layers.10.q_proj", false);
        row("layers.1.q", "model.layersX1.q", true);
        row("layers\\.1\\.q", "model.layersX1.q", false);
        row("^model.q", "model.q", true);
        row("^q", "model.q", false);
        row("q$", "model.q", true);
        row(".*q", "model.q", true);
        row("q|k", "a.k", true);
        row("(q|k)_proj", "a.v_proj", false);
        row("(?:q|k)_proj", "a.k_proj", true);
        row("(?P<which>q|k)_proj", "a.q_proj", true);
        row("layers\\.(1[0-5]|\\d)\\.q", "m.layers.15.q", true);
        row("layers\\.(1[0-5]|\\d)\\.q", "m.layers.16.q", false);
        row("[^.]+_proj", "a.k_proj", true);
        row("[]a-]+", "x.]a-", true);
        row("[\\d_]{2,3}", "a.1_2", true);
        row("[\\d_]{2,3}", "a.1_23", false);
        row("a{2}", "aa", true);
        row("a{,2}b", "b", true);
        row("a{,}", "a{,}", true);
        row("a*?b+?", "aab", true);
        row("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false);
        row("(a|a)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", true);
        row("", "model.", true);
    }

    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, name);
        QFETCH(bool, matches);
        QCOMPARE(NamePattern(pattern.toStdString(), "test").matchesEnd(name.toStdString()), matches);
    }
};

QTEST_APPLESS_MAIN(TestAdapterNames)
#include "tst_adapter_names.moc"
