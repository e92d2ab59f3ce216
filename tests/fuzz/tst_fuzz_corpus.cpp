#include "tests/fuzz/fuzz_bodies.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <nlohmann/json.hpp>
#include <vector>

using namespace prunescope;

namespace {

struct Target {
    const char* name; ///< of its file in tests/data/fuzz
    void (*body)(fuzz::Input);
};

const std::vector<Target> kTargets{Target{"image", fuzz::fuzzImage},
                                   Target{"mask_json", fuzz::fuzzMaskJson},
                                   Target{"plan", fuzz::fuzzPlan},
                                   Target{"record_line", fuzz::fuzzRecordLine},
                                   Target{"question_lines", fuzz::fuzzQuestionLines},
                                   Target{"picture_table", fuzz::fuzzPictureTable},
                                   Target{"gguf", fuzz::fuzzGguf},
                                   Target{"tokenizer", fuzz::fuzzTokenizer},
                                   Target{"safetensors", fuzz::fuzzSafetensors},
                                   Target{"template", fuzz::fuzzTemplate},
#ifdef PRUNESCOPE_HAS_BUNDLES
                                   Target{"bundle", fuzz::fuzzBundle},
#endif
                                   Target{"answer", fuzz::fuzzAnswer}};

std::vector<std::uint8_t> bytesOf(const nlohmann::json& base64) {
    const QByteArray bytes = QByteArray::fromBase64(QByteArray::fromStdString(base64.get<std::string>()));
    return {bytes.begin(), bytes.end()};
}

} // namespace

/// Every stored input of the fuzz targets, without libFuzzer.
class TestFuzzCorpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingButErrors_data() {
        QTest::addColumn<int>("target");
        for (std::size_t i = 0; i < kTargets.size(); ++i)
            QTest::newRow(kTargets[i].name) << static_cast<int>(i);
    }

    void nothingButErrors() {
        QFETCH(int, target);
        const Target& chosen = kTargets[static_cast<std::size_t>(target)];
        int inputs = 0;
        const std::string file = std::string(chosen.name) + ".json"; // packaging/fuzz_corpus.py
        const nlohmann::json corpus = test::readJson(test::dataFolder() / "fuzz" / file);
        for (const auto& [name, input] : corpus.items()) {
            try {
                chosen.body(bytesOf(input));
            } catch (const std::exception& error) {
                QFAIL((file + ": " + name + ": " + error.what()).c_str());
            }
            ++inputs;
        }
        QVERIFY(inputs > 0);
    }
};

QTEST_APPLESS_MAIN(TestFuzzCorpus)
#include "tst_fuzz_corpus.moc"
