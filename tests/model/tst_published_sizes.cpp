#include "core/base/error.h"
#include "model/families/families.h"

#include <QtTest>
#include <algorithm>
#include <array>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// What is published of a model (qwen3-vl spec 1, qwen3-5 spec 1 and 8, other-families spec 0).
struct Published {
    std::string_view name;
    std::int64_t parameters;
    std::int64_t vision;      ///< of these; 0: not told
    bool withProjector;       ///< whether `vision` has the projector's
    std::int64_t unused;      ///< of the encoder's, in tensors that nothing is calculated with
    std::int64_t cacheBytes;  ///< of a token, in two bytes a value
    std::int64_t statesBytes; ///< of the rule, without the convolution's rows
};

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB;
constexpr std::int64_t kLastNorm = 2 * 1024; ///< post_layernorm of CLIP, which is stored and not applied

constexpr std::array kPublished{
    Published{"qwen3-vl-2b", 2'127'532'032, 0, true, 0, 112 * kKiB, 0},
    Published{"qwen3-vl-4b", 4'437'815'808, 0, true, 0, 144 * kKiB, 0},
    Published{"qwen3-vl-8b", 8'767'123'696, 0, true, 0, 144 * kKiB, 0},
    Published{"qwen3.5-0.8b", 852'985'920, 100'592'896, true, 0, 12 * kKiB, 18 * kMiB},
    Published{"qwen3.5-2b", 2'213'241'664, 331'416'576, true, 0, 12 * kKiB, 18 * kMiB},
    Published{"qwen3.5-4b", 4'539'265'536, 333'514'240, true, 0, 32 * kKiB, 48 * kMiB},
    Published{"qwen3.5-9b", 9'409'813'744, 456'010'480, true, 0, 32 * kKiB, 48 * kMiB},
    Published{"qwen2.5-vl-3b", 3'754'622'976, 668'684'288, true, 0, 36 * kKiB, 0},
    Published{"qwen2.5-vl-7b", 8'292'166'656, 676'550'144, true, 0, 56 * kKiB, 0},
    Published{"llava-1.5-7b", 7'063'427'072, 303'507'456, false, kLastNorm, 512 * kKiB, 0},
    Published{"internvl3-1b", 938'193'024, 304'012'288, false, 0, 12 * kKiB, 0},
    Published{"internvl3-8b", 7'944'373'760, 304'012'288, false, 0, 56 * kKiB, 0},
};

/// Shapes of which nobody has published a count.
constexpr std::array<std::string_view, 2> kNotPublished{"tiny", "qwen3.5-27b"};

std::int64_t convolutionBytes(const LanguageConfig& text) {
    const LinearAttention& linear = text.linearAttention;
    return std::ranges::count(text.linear, true) * linear.channels() * (linear.kernel - 1) * 2;
}

} // namespace

/// The published models: what their configurations say against what is told of them.
class TestPublishedSizes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void counts_data() {
        QTest::addColumn<const Published*>("published");
        for (const Published& published : kPublished)
            QTest::addRow("%s", std::string(published.name).c_str()) << &published;
    }

    void counts() {
        QFETCH(const Published*, published);
        const ParameterCount count = parameterCount(publishedConfig(published->name));
        QCOMPARE(count.all(), published->parameters - published->unused);
        if (published->vision > 0)
            QCOMPARE(published->withProjector ? count.vision() : count.encoder, published->vision - published->unused);
    }

    void memoryOfAConversation_data() { counts_data(); }

    void memoryOfAConversation() {
        QFETCH(const Published*, published);
        const ModelShape& shape = findModelShape(published->name);
        QCOMPARE(kvBytes(shape, 1, 2), published->cacheBytes);
        QCOMPARE(stateBytes(shape, 2) - convolutionBytes(publishedConfig(published->name).text),
                 published->statesBytes);
    }

    /// What the cost model leaves out: an embedding that is not the head, the table of positions, the patches' matrix,
    /// layers that do not run, and in all others norms and biases, which are less than a hundredth.
    void costsCountTheSameMatrices_data() { counts_data(); }

    void costsCountTheSameMatrices() {
        QFETCH(const Published*, published);
        const ModelConfig config = publishedConfig(published->name);
        const VisionConfig& vision = config.vision;
        const WeightCounts weights = weightCounts(config.shape("shape"));
        const ParameterCount count = parameterCount(config);
        const auto embedding = config.text.tiedHead ? 0 : config.text.vocab * config.text.width;
        const auto text = static_cast<double>(count.language - embedding);
        QVERIFY(weights.text < text && weights.text > 0.999 * text);
        const std::int64_t before =
            (vision.tableSide * vision.tableSide + vision.geometry.patchFeatures()) * vision.width;
        const auto seen =
            static_cast<double>((count.encoder - before) / vision.depth * vision.runLayers() + count.projector);
        QVERIFY(weights.vision < seen && weights.vision > 0.99 * seen);
    }

    void everyShapeIsInATable() {
        QVERIFY(!modelShapes().empty());
        for (const ModelShape& shape : modelShapes())
            QVERIFY2(std::ranges::count(kPublished, shape.name, &Published::name) +
                             std::ranges::count(kNotPublished, shape.name) ==
                         1,
                     shape.name.c_str());
    }

    /// What costs are given for where no model is chosen.
    void theFirstIsOfAUsualSize() { QVERIFY(weightCounts(modelShapes().front()).text > 1e9); }

    void unknownShape() {
        QVERIFY_EXCEPTION_THROWN(findModelShape("70b"), Error);
        QVERIFY_EXCEPTION_THROWN(publishedConfig("70b"), Error);
    }
};

QTEST_APPLESS_MAIN(TestPublishedSizes)
#include "tst_published_sizes.moc"
