#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/decode/cpu_token_step.h"
#include "model/decode/share_barrier.h"
#include "model/device/device.h"
#include "model/kernels/token_ops.h"
#include "model/network/language_network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QtTest>
#include <array>
#include <atomic>
#include <bit>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <thread>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// Random weights, the same for every type but for its rounding; of norms around 1, so that a wrong one is seen.
class TestWeights final : public WeightSource {
public:
    explicit TestWeights(at::ScalarType dtype, WeightFormat format = WeightFormat::Native)
        : WeightSource({at::kCPU, dtype, format}) {}
    bool has(const std::string& name) const override { return name != "lm_head.weight"; }
    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return stored(name, shape);
    }

protected:
    at::Tensor stored(const std::string&, const std::vector<std::int64_t>& shape) override {
        const at::Tensor normal = at::randn(shape, m_random, at::kFloat);
        const bool norm = shape.size() == 1;
        const double scale = norm ? 0.2 : 1.5 / std::sqrt(static_cast<double>(shape.back()));
        // Rounded in every type: a float32 model has the very weights of the bfloat16 one.
        return (normal * scale + (norm ? 1.0 : 0.0)).to(at::kBFloat16).to(target().dtype);
    }

private:
    at::Generator m_random = at::make_generator<at::CPUGeneratorImpl>(5);
};

/// What layers can have besides Qwen3's.
enum class Kind { Qwen3, Biases, Gates, Rule };

struct Shape {
    const char* name;
    std::int64_t width, inner, heads, kvHeads, headDim;
    bool tied;
    Kind kind = Kind::Qwen3;
};

constexpr std::array kShapes{
    Shape{"every head its own keys, 64", 64, 160, 2, 2, 64, true},
    Shape{"two heads a key, 128", 96, 192, 4, 2, 128, true},
    Shape{"four heads a key, 64", 128, 96, 8, 2, 64, false},
    Shape{"large enough for threads", 1024, 2048, 8, 4, 128, false},
    Shape{"biases, no norms, chunked angles", 64, 96, 4, 2, 32, true, Kind::Biases},
    Shape{"gates, centred norms, angles in part", 64, 96, 4, 2, 64, true, Kind::Gates},
    Shape{"delta rule between attention", 96, 160, 4, 2, 32, true, Kind::Rule},
    Shape{"delta rule, for threads", 1024, 2048, 8, 4, 64, true, Kind::Rule},
    Shape{"odd sizes", 50, 77, 3, 1, 34, false},
};

void makeRule(LanguageConfig& config) {
    config.linear = {true, false, true};
    config.linearAttention = {3, 6, 16, 24, 4};
}

LanguageConfig configOf(const Shape& shape) {
    LanguageConfig config;
    config.vocab = 131;
    config.width = shape.width;
    config.inner = shape.inner;
    config.layers = 3;
    config.heads = shape.heads;
    config.kvHeads = shape.kvHeads;
    config.headDim = shape.headDim;
    config.ropeSections = {6, 5, 5};
    config.tiedHead = shape.tied;
    if (shape.kind == Kind::Biases) {
        config.qkvBias = true;
        config.headNorms = false;
        config.chunkedSections = true;
    } else if (shape.kind != Kind::Qwen3) {
        config.centredNorms = config.gatedQueries = true;
        config.rotaryDim = shape.headDim / 4;
    }
    if (shape.kind == Kind::Rule)
        makeRule(config);
    return config;
}

TokenSequence promptOf(std::int64_t length) {
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < length; ++i)
        ids.push_back((i * 37 + 11) % 131);
    return makeSequence(std::move(ids), {}, {});
}

constexpr std::int64_t kPromptLength = 9;

/// A model with a step of its own, and a cache each for it and for the general way.
class Pair {
public:
    Pair(const Shape& shape, at::ScalarType dtype, CpuLevel level, WeightFormat format = WeightFormat::Native)
        : m_source(dtype, format), m_text(configOf(shape), {}, m_source, {at::kCPU, dtype, format}),
          m_step(makeCpuTokenStep(m_text.weights(), level)), m_ownCache(m_text.makeCache()),
          m_generalCache(m_text.makeCache()) {
        for (KvCache* cache : {&m_ownCache, &m_generalCache})
            m_text.prefill(promptOf(kPromptLength), {}, *cache, {}, nullptr);
    }
    at::Tensor own(std::int64_t id, std::int64_t position) { return m_step->run(id, position, m_ownCache); }
    at::Tensor general(std::int64_t id, std::int64_t position) {
        return m_text.decodeGenerally(id, position, m_generalCache);
    }
    void truncate(std::int64_t tokens) {
        m_ownCache.truncate(tokens);
        m_generalCache.truncate(tokens);
    }
    KvCache& ownCache() { return m_ownCache; }
    KvCache& generalCache() { return m_generalCache; }
    bool hasStep() const { return m_step != nullptr; }

private:
    TestWeights m_source;
    LanguageNetwork m_text;
    std::unique_ptr<TokenStep> m_step;
    KvCache m_ownCache;
    KvCache m_generalCache;
};

/// As far as the specification of the delta rule lets two ways of computing it differ.
std::string difference(const at::Tensor& found, const at::Tensor& expected) {
    if (found.sizes() != expected.sizes())
        return "shapes differ";
    const at::Tensor error = (found - expected).abs();
    if (error.le(2e-4 + 1e-4 * expected.abs()).all().item<bool>())
        return {};
    return "largest error " + std::to_string(error.max().item<double>());
}

double relativeL2(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
}

/// Keys and values of all tokens that are there, and states.
at::Tensor content(KvCache& cache) {
    std::vector<at::Tensor> all;
    for (std::int64_t layer = 0; layer < cache.layers(); ++layer) {
        const KvCache::View room = cache.room(layer);
        if (!room.keys.defined()) {
            all.push_back(cache.state(layer).recent.to(at::kFloat).flatten());
            all.push_back(cache.state(layer).memory.flatten());
            continue;
        }
        for (const at::Tensor& part : {room.keys, room.values})
            all.push_back(part.narrow(2, 0, cache.length()).to(at::kFloat).flatten());
    }
    return at::cat(all);
}

/// Chooses greedily from the general way's logits and compares every step. The cache grows on the way: from 9 tokens
/// of room by halves.
std::string compareSteps(Pair& pair, int steps, std::int64_t position) {
    std::int64_t id = 17;
    for (int i = 0; i < steps; ++i, ++position) {
        const at::Tensor expected = pair.general(id, position);
        const at::Tensor found = pair.own(id, position);
        const std::string problem = difference(found, expected);
        if (!problem.empty())
            return "step " + std::to_string(i) + ": " + problem;
        if (found.argmax().item<std::int64_t>() != expected.argmax().item<std::int64_t>())
            return "step " + std::to_string(i) + ": another token";
        id = expected.argmax().item<std::int64_t>();
    }
    return difference(content(pair.ownCache()), content(pair.generalCache()));
}

} // namespace

/// The CPU's step against the general way in LibTorch operations.
class TestTokenStep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { setThreads(m_threads); }

    void float32EqualsTheGeneralWay_data() {
        QTest::addColumn<int>("shape");
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("threads");
        for (std::size_t shape = 0; shape < kShapes.size(); ++shape)
            for (const CpuLevel level : cpuLevels())
                for (const int threads : {1, 3})
                    QTest::addRow("%s, %s, %d threads", kShapes[shape].name, std::string(nameOf(level)).c_str(),
                                  threads)
                        << static_cast<int>(shape) << static_cast<int>(level) << threads;
    }

    void float32EqualsTheGeneralWay() {
        QFETCH(int, shape);
        QFETCH(int, level);
        QFETCH(int, threads);
        const c10::InferenceMode guard;
        setThreads(threads);
        Pair pair(kShapes[static_cast<std::size_t>(shape)], at::kFloat, static_cast<CpuLevel>(level));
        QVERIFY(pair.hasStep());
        const std::string problem = compareSteps(pair, 20, kPromptLength);
        QVERIFY2(problem.empty(), problem.c_str());
        pair.truncate(kPromptLength + 4); // as a pruned prompt has them, positions may jump
        const std::string after = compareSteps(pair, 6, 500);
        QVERIFY2(after.empty(), ("after truncate, " + after).c_str());
    }

    /// The weights of both models are the same; in between, this one rounds keys and values alone.
    void bfloat16StaysCloseToFloat32() {
        const c10::InferenceMode guard;
        for (const Shape& shape : kShapes)
            for (const CpuLevel level : cpuLevels()) {
                Pair half(shape, at::kBFloat16, level), full(shape, at::kFloat, level);
                QVERIFY(half.hasStep());
                for (int i = 0; i < 5; ++i) {
                    const at::Tensor expected = full.general(20 + i, kPromptLength + i);
                    const at::Tensor found = half.own(20 + i, kPromptLength + i);
                    QCOMPARE(found.scalar_type(), at::kFloat);
                    const double own = relativeL2(found, expected);
                    const double general = relativeL2(half.general(20 + i, kPromptLength + i).to(at::kFloat), expected);
                    QVERIFY2(own <= 0.06 && own <= general + 0.005,
                             (std::string(shape.name) + ": relative L2 " + std::to_string(own) + ", the general way " +
                              std::to_string(general))
                                 .c_str());
                }
            }
    }

    /// Products of packed weights as they are against products of what they stand for.
    void packedWeights() {
        const c10::InferenceMode guard;
        for (const WeightFormat format : {WeightFormat::Int8, WeightFormat::Int4})
            for (const Shape& shape : {kShapes[1], kShapes[2], kShapes.back()})
                for (const CpuLevel level : cpuLevels()) {
                    Pair pair(shape, at::kFloat, level, format);
                    QVERIFY(pair.hasStep());
                    const std::string problem = compareSteps(pair, 12, kPromptLength);
                    QVERIFY2(problem.empty(),
                             (std::string(toText(format)) + ", " + shape.name + ": " + problem).c_str());
                }
    }

    /// A long cache: attention goes through it in pieces.
    void longContexts() {
        const c10::InferenceMode guard;
        for (const CpuLevel level : cpuLevels()) {
            Pair pair(kShapes[1], at::kFloat, level);
            const std::string problem = compareSteps(pair, 300, kPromptLength);
            QVERIFY2(problem.empty(), problem.c_str());
        }
    }

    void otherTypesGoTheGeneralWay() {
        TestWeights source(at::kFloat);
        const LanguageNetwork text(configOf(kShapes[0]), {}, source, {at::kCPU, at::kFloat, WeightFormat::Native});
        LanguageWeights weights = text.weights();
        QVERIFY(makeCpuTokenStep(weights) != nullptr);
        weights.layers[1].mlp.up.weight = weights.layers[1].mlp.up.weight.native().to(at::kDouble);
        QVERIFY(makeCpuTokenStep(weights) == nullptr);
    }

    void unknownTokensAreRefused() {
        const c10::InferenceMode guard;
        Pair pair(kShapes[0], at::kFloat, bestCpuLevel());
        QVERIFY_EXCEPTION_THROWN(pair.own(131, kPromptLength), Error);
        QVERIFY_EXCEPTION_THROWN(pair.own(-1, kPromptLength), Error);
    }

    /// Every bfloat16 there is and what lies between two of them, against LibTorch's rounding.
    void roundingToBfloat16() {
        std::vector<float> values;
        for (std::uint32_t high = 0; high < 0x10000; ++high)
            for (const std::uint32_t low : {0u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu})
                if (const auto value = std::bit_cast<float>(high << 16 | low); !std::isnan(value))
                    values.push_back(value);
        const auto count = static_cast<std::int64_t>(values.size());
        at::Tensor found = at::empty({count}, at::kBFloat16);
        narrow(WeightType::BFloat16, values.data(), count, found.mutable_data_ptr());
        QVERIFY(found.equal(at::tensor(values).to(at::kBFloat16)));
        const float nan = std::nanf("");
        narrow(WeightType::BFloat16, &nan, 1, found.mutable_data_ptr());
        QVERIFY(std::isnan(found[0].item<float>()));
    }

    /// silu over all sizes of its argument, against 64 bits.
    void swiGluFollowsItsFormula() {
        for (float x = -200; x <= 200; x += 0.037f) {
            float found = x;
            const float up = 1.5f;
            swiGlu(&found, &up, 1);
            const double wide = static_cast<double>(x), expected = wide / (1 + std::exp(-wide)) * 1.5;
            QVERIFY2(std::abs(static_cast<double>(found) - expected) <= 1e-6 * std::abs(expected) + 1e-30,
                     std::to_string(x).c_str());
        }
        float nan = std::nanf("");
        const float one = 1;
        swiGlu(&nan, &one, 1);
        QVERIFY(std::isnan(nan));
    }

    /// Nobody leaves a round before all shares have come, whoever carries how many and however late.
    void sharesMeet() {
        constexpr int kRounds = 2000;
        ShareBarrier barrier(4);
        std::atomic<int> arrived{0}, early{0};
        const auto work = [&](int shares, bool late) {
            for (int round = 1; round <= kRounds; ++round) {
                if (late && round % 100 == 0)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // longer than anybody spins
                arrived += shares;
                barrier.arrive(shares);
                early += arrived < 4 * round;
            }
        };
        { const std::jthread two(work, 2, false), late(work, 1, true), one(work, 1, false); }
        QCOMPARE(early.load(), 0);
        QCOMPARE(arrived.load(), 4 * kRounds);
    }

private:
    int m_threads = threads();
};

QTEST_APPLESS_MAIN(TestTokenStep)
#include "tst_token_step.moc"
