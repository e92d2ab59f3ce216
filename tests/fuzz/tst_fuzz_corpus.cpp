#include "tests/fuzz/fuzz_bodies.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <array>
#include <filesystem>
#include <fstream>
#include <vector>

using namespace prunescope;
namespace fs = std::filesystem;

namespace {

struct Target {
    const char* folder; ///< below tests/data/fuzz
    void (*body)(fuzz::Input);
};

constexpr std::array kTargets{Target{"image", fuzz::fuzzImage},
                              Target{"mask_json", fuzz::fuzzMaskJson},
                              Target{"plan", fuzz::fuzzPlan},
                              Target{"record_line", fuzz::fuzzRecordLine},
                              Target{"question_lines", fuzz::fuzzQuestionLines},
                              Target{"picture_table", fuzz::fuzzPictureTable},
                              Target{"gguf", fuzz::fuzzGguf}};

std::vector<std::uint8_t> readAll(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

/// Every stored input of the fuzz targets, without libFuzzer.
class TestFuzzCorpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingButErrors_data() {
        QTest::addColumn<int>("target");
        for (std::size_t i = 0; i < kTargets.size(); ++i)
            QTest::newRow(kTargets[i].folder) << static_cast<int>(i);
    }

    void nothingButErrors() {
        QFETCH(int, target);
        const Target& chosen = kTargets[static_cast<std::size_t>(target)];
        int inputs = 0;
        for (const auto& entry : fs::directory_iterator(test::dataFolder() / "fuzz" / chosen.folder)) {
            try {
                chosen.body(readAll(entry.path()));
            } catch (const std::exception& error) {
                QFAIL((entry.path().string() + ": " + error.what()).c_str());
            }
            ++inputs;
        }
        QVERIFY(inputs > 0);
    }
};

QTEST_APPLESS_MAIN(TestFuzzCorpus)
#include "tst_fuzz_corpus.moc"
