#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/kernels/flash_attention.h"
#include "model/layers/attention.h"
#include "model/layers/cpu_attention.h"

#include <ATen/Parallel.h>
#include <QProcess>
#include <QtTest>
#include <cmath>
#include <cstring>
#include <functional>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr std::uint16_t kUntouched = 0x7fc1; // not a number: whoever reads it shows it

std::uint16_t rounded(float value) {
    return c10::detail::round_to_nearest_even(value);
}

double wide(std::uint16_t value) {
    return c10::detail::f32_from_bits(value);
}

/// [tokens, heads, headDim] somewhere in memory that holds other things, too.
struct Rows {
    std::vector<std::uint16_t> memory;
    std::int64_t tokenStride = 0;
    std::int64_t headStride = 0;

    std::size_t index(std::int64_t token, std::int64_t head, std::int64_t i) const {
        return static_cast<std::size_t>(token * tokenStride + head * headStride + i);
    }
    double at(std::int64_t token, std::int64_t head, std::int64_t i) const {
        return wide(memory[index(token, head, i)]);
    }
    AttentionCall::Rows view() const { return {memory.data(), tokenStride, headStride}; }
};

enum class Layout { Tokens, Packed, Cache };

Rows makeRows(Layout layout, std::int64_t tokens, std::int64_t heads, std::int64_t headDim) {
    Rows rows;
    rows.tokenStride = layout == Layout::Cache ? headDim : heads * headDim * (layout == Layout::Packed ? 3 : 1);
    rows.headStride = layout == Layout::Cache ? headDim * (tokens + 7) : headDim;
    // Not a number more than the last element, so that a memory check sees a step too far.
    rows.memory.assign(rows.index(tokens - 1, heads - 1, headDim), kUntouched);
    return rows;
}

using Value = std::function<float(std::int64_t token, std::int64_t i)>;

struct Problem {
    Rows q, k, v, out;
    AttentionCall call{};

    const AttentionCall& view() {
        call.q = q.view();
        call.k = k.view();
        call.v = v.view();
        call.out = out.memory.data();
        call.outTokenStride = out.tokenStride;
        call.outHeadStride = out.headStride;
        return call;
    }
};

struct Sizes {
    std::int64_t queries = 1;
    std::int64_t keys = 1;
    int heads = 1;
    int kvHeads = 1;
    int headDim = 64;
    bool causal = false;
};

void fill(Rows& rows, std::int64_t tokens, std::int64_t heads, std::int64_t headDim, const Value& value) {
    for (std::int64_t token = 0; token < tokens; ++token)
        for (std::int64_t head = 0; head < heads; ++head)
            for (std::int64_t i = 0; i < headDim; ++i)
                rows.memory[rows.index(token, head, i)] = rounded(value(token, i));
}

Problem makeProblem(const Sizes& sizes, Layout queries, Layout keys, const Value& q, const Value& k, const Value& v) {
    Problem problem{makeRows(queries, sizes.queries, sizes.heads, sizes.headDim),
                    makeRows(keys, sizes.keys, sizes.kvHeads, sizes.headDim),
                    makeRows(keys, sizes.keys, sizes.kvHeads, sizes.headDim),
                    makeRows(queries, sizes.queries, sizes.heads, sizes.headDim)};
    fill(problem.q, sizes.queries, sizes.heads, sizes.headDim, q);
    fill(problem.k, sizes.keys, sizes.kvHeads, sizes.headDim, k);
    fill(problem.v, sizes.keys, sizes.kvHeads, sizes.headDim, v);
    problem.call.queries = sizes.queries;
    problem.call.keys = sizes.keys;
    problem.call.heads = sizes.heads;
    problem.call.kvHeads = sizes.kvHeads;
    problem.call.headDim = sizes.headDim;
    problem.call.causal = sizes.causal;
    problem.call.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(sizes.headDim)));
    return problem;
}

struct alignas(64) Line {
    std::uint8_t bytes[64];
};

std::vector<Line> lines(std::size_t bytes) {
    Line garbage;
    std::memset(&garbage, 0xff, sizeof garbage);
    return std::vector<Line>((bytes + 63) / 64, garbage);
}

/// Everything in one go, or each item by itself, last first, with memory of its own.
void run(const AttentionCall& call, bool apart) {
    const FlashAttention plan = planFlashAttention(call);
    std::vector<Line> packed = lines(plan.packedBytes);
    if (!apart) {
        packFlashAttention(plan, packed.data(), 0, plan.packItems);
        runFlashAttention(plan, packed.data(), 0, plan.attendItems, lines(flashScratchBytes()).data());
        return;
    }
    for (std::int64_t item = plan.packItems; item-- > 0;)
        packFlashAttention(plan, packed.data(), item, item + 1);
    for (std::int64_t item = plan.attendItems; item-- > 0;)
        runFlashAttention(plan, packed.data(), item, item + 1, lines(flashScratchBytes()).data());
}

void run(Problem& problem, bool apart = false) {
    std::fill(problem.out.memory.begin(), problem.out.memory.end(), kUntouched);
    run(problem.view(), apart);
}

/// One row of softmax(q k^T scale) v in float64.
struct Expected {
    std::vector<double> out;
    std::vector<double> magnitude; ///< the same of |v|: what roundings of weights are relative to
    double scoreError = 0;         ///< bound of a score's float32 roundings
};

Expected expectedRow(const Problem& problem, std::int64_t query, int head) {
    const AttentionCall& call = problem.call;
    const std::int64_t seen = call.causal ? call.keys - call.queries + query + 1 : call.keys;
    const int kvHead = head / (call.heads / call.kvHeads);
    const double unit = std::ldexp(1.0, -24);
    Expected expected{std::vector<double>(static_cast<std::size_t>(call.headDim)),
                      std::vector<double>(static_cast<std::size_t>(call.headDim))};
    std::vector<double> scores;
    for (std::int64_t key = 0; key < seen; ++key) {
        double sum = 0, size = 0;
        for (int i = 0; i < call.headDim; ++i) {
            const double product = problem.q.at(query, head, i) * problem.k.at(key, kvHead, i);
            sum += product;
            size += std::abs(product);
        }
        scores.push_back(sum * call.scale);
        expected.scoreError = std::max(expected.scoreError, size * call.scale * (call.headDim + 6) * unit);
    }
    const double most = *std::max_element(scores.begin(), scores.end());
    double total = 0;
    for (double& score : scores)
        total += score = std::exp(score - most);
    for (std::int64_t key = 0; key < seen; ++key)
        for (int i = 0; i < call.headDim; ++i) {
            const double share = scores[static_cast<std::size_t>(key)] / total, v = problem.v.at(key, kvHead, i);
            expected.out[static_cast<std::size_t>(i)] += share * v;
            expected.magnitude[static_cast<std::size_t>(i)] += share * std::abs(v);
        }
    return expected;
}

/// Largest error as a share of what is allowed: weights and result are rounded to bfloat16 (2^-8 of each at most), the
/// power of two is good to 3e-6 in weights and in their sum, and sums are of float32.
double errorShare(const Problem& problem) {
    const AttentionCall& call = problem.call;
    const double bfloat = std::ldexp(1.0, -8);
    double worst = 0;
    for (std::int64_t query = 0; query < call.queries; ++query)
        for (int head = 0; head < call.heads; ++head) {
            const Expected expected = expectedRow(problem, query, head);
            const double relative = std::expm1(2 * expected.scoreError) + bfloat + 1e-5 +
                                    static_cast<double>(call.keys) * std::ldexp(1.0, -23);
            for (std::size_t i = 0; i < expected.out.size(); ++i) {
                const double error =
                    std::abs(problem.out.at(query, head, static_cast<std::int64_t>(i)) - expected.out[i]);
                const double allowed =
                    relative * expected.magnitude[i] * (1 + bfloat) + bfloat * std::abs(expected.out[i]) + 1e-30;
                worst = std::isnan(error) ? INFINITY : std::max(worst, error / allowed);
            }
        }
    return worst;
}

/// What lies between the rows of the result.
bool gapsAreUntouched(const Problem& problem) {
    std::vector<std::uint16_t> rest = problem.out.memory;
    for (std::int64_t query = 0; query < problem.call.queries; ++query)
        for (int head = 0; head < problem.call.heads; ++head)
            for (int i = 0; i < problem.call.headDim; ++i)
                rest[problem.out.index(query, head, i)] = kUntouched;
    return std::all_of(rest.begin(), rest.end(), [](std::uint16_t value) { return value == kUntouched; });
}

bool isCloseAndSplitsEqually(Problem& problem) {
    run(problem);
    const double share = errorShare(problem);
    if (!(share <= 1))
        qWarning("error is %g of what is allowed", share);
    const std::vector<std::uint16_t> whole = problem.out.memory;
    run(problem, true);
    return share <= 1 && gapsAreUntouched(problem) && problem.out.memory == whole;
}

class Draw {
public:
    explicit Draw(unsigned seed) : m_engine(seed) {}
    int upTo(int most) { return std::uniform_int_distribution<int>(1, most)(m_engine); }
    int oneOf(std::initializer_list<int> values) { return values.begin()[upTo(static_cast<int>(values.size())) - 1]; }
    Value normal(float size) {
        return [this, size](std::int64_t, std::int64_t) { return size * m_normal(m_engine); };
    }

private:
    std::mt19937 m_engine;
    std::normal_distribution<float> m_normal;
};

/// A copy whose end is the end of all memory there is: a step too far ends the program.
class BeforeTheEnd {
public:
    explicit BeforeTheEnd(const std::vector<std::uint16_t>& values) {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        const std::size_t bytes = values.size() * sizeof(std::uint16_t), pages = (bytes + page - 1) / page * page;
        m_bytes = pages + page;
        m_memory =
            static_cast<char*>(::mmap(nullptr, m_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        m_isGuarded = m_memory != MAP_FAILED && ::mprotect(m_memory + pages, page, PROT_NONE) == 0;
        if (m_isGuarded)
            m_values = static_cast<std::uint16_t*>(std::memcpy(m_memory + pages - bytes, values.data(), bytes));
    }
    ~BeforeTheEnd() { ::munmap(m_memory, m_bytes); }
    BeforeTheEnd(const BeforeTheEnd&) = delete;
    BeforeTheEnd& operator=(const BeforeTheEnd&) = delete;
    std::uint16_t* values() const { return m_values; } ///< null where the system refuses

private:
    char* m_memory = nullptr;
    std::size_t m_bytes = 0;
    bool m_isGuarded = false;
    std::uint16_t* m_values = nullptr;
};

at::Tensor normalTensor(at::IntArrayRef sizes) {
    return at::randn(sizes).to(at::kBFloat16);
}

#define SKIP_WITHOUT_AMX()                                                                                             \
    if (!flashAttentionRuns())                                                                                         \
    QSKIP("this processor has no AMX for bfloat16, or PRUNESCOPE_CPU forbids it")

} // namespace

class TestFlashAttention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyShape_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 80; ++seed)
            QTest::addRow("%u", seed) << seed;
    }

    /// Strides of tokens, of packed q, k and v and of a cache's room; sizes around all of the kernel's steps.
    void anyShape() {
        SKIP_WITHOUT_AMX();
        QFETCH(unsigned, seed);
        Draw draw(seed);
        Sizes sizes;
        sizes.kvHeads = draw.upTo(3);
        sizes.heads = sizes.kvHeads * draw.upTo(4);
        sizes.headDim = draw.oneOf({8, 32, 64, 72, 80, 96, 128});
        sizes.causal = draw.upTo(2) == 1;
        sizes.keys = draw.upTo(draw.oneOf({4, 40, 300, 600}));
        sizes.queries = sizes.causal ? draw.upTo(static_cast<int>(sizes.keys)) : draw.upTo(150);
        const Layout queries = draw.upTo(2) == 1 ? Layout::Tokens : Layout::Packed;
        const Layout keys = draw.upTo(2) == 1 ? Layout::Cache : Layout::Packed;
        const float size = static_cast<float>(draw.oneOf({1, 1, 4, 30}));
        Problem problem =
            makeProblem(sizes, queries, keys, draw.normal(size), draw.normal(size), draw.normal(draw.upTo(3)));
        QVERIFY(isCloseAndSplitsEqually(problem));
    }

    void hardScores_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"one key dominates", "scores rise and rise", "scores fall and fall",
                                 "scores are very negative", "scores are very large", "values are huge"})
            QTest::newRow(kind) << QString(kind);
    }

    /// What a softmax shifted by a number that is not the row's largest score could get wrong.
    void hardScores() {
        SKIP_WITHOUT_AMX();
        QFETCH(QString, kind);
        Draw draw(7);
        const Value normal = draw.normal(1);
        Value q = normal, k = normal, v = normal;
        const auto constant = [](float value) { return [=](std::int64_t, std::int64_t) { return value; }; };
        const auto slope = [](float step) {
            return [=](std::int64_t token, std::int64_t) { return step * static_cast<float>(token); };
        };
        if (kind == "one key dominates") {
            q = constant(2);
            k = [&](std::int64_t token, std::int64_t i) { return token == 555 ? 40.f : normal(token, i); };
        } else if (kind == "scores rise and rise" || kind == "scores fall and fall") {
            q = constant(kind == "scores rise and rise" ? 1.f : -1.f);
            k = slope(0.125f);
        } else if (kind == "scores are very negative") {
            q = constant(-100);
            k = [&](std::int64_t token, std::int64_t i) { return 50 + normal(token, i); };
        } else if (kind == "scores are very large") {
            q = k = draw.normal(1000);
        } else {
            k = slope(0.03125f);
            v = draw.normal(1e30f);
        }
        for (const bool causal : {false, true}) {
            Problem problem = makeProblem({70, 700, 4, 2, 64, causal}, Layout::Tokens, Layout::Cache, q, k, v);
            QVERIFY(isCloseAndSplitsEqually(problem));
        }
    }

    void touchesNothingBeyondItsRows() {
        SKIP_WITHOUT_AMX();
        Draw draw(11);
        Problem problem = makeProblem({37, 45, 2, 2, 72}, Layout::Tokens, Layout::Tokens, draw.normal(1),
                                      draw.normal(1), draw.normal(1));
        run(problem);
        const BeforeTheEnd q(problem.q.memory), k(problem.k.memory), v(problem.v.memory), out(problem.out.memory);
        QVERIFY(q.values() && k.values() && v.values() && out.values());
        AttentionCall call = problem.view();
        call.q.data = q.values(), call.k.data = k.values(), call.v.data = v.values(), call.out = out.values();
        std::fill_n(call.out, problem.out.memory.size(), kUntouched);
        run(call, false);
        QVERIFY(std::equal(problem.out.memory.begin(), problem.out.memory.end(), call.out));
    }

    /// 2^x over the range that weights have: with keys and values 0 and 1 the result is 1 / (1 + 2^-x).
    void weightsFollowTheExponential() {
        SKIP_WITHOUT_AMX();
        const Value score = [](std::int64_t token, std::int64_t i) { return i ? 0 : static_cast<float>(token) / 8; };
        const Value second = [](std::int64_t token, std::int64_t i) { return i ? 0 : static_cast<float>(token); };
        Problem problem = makeProblem({400, 2, 1, 1, 32}, Layout::Tokens, Layout::Tokens, score, second, second);
        run(problem);
        QVERIFY(errorShare(problem) <= 1);
    }

    void tensorsOfAnyThreadCount() {
        SKIP_WITHOUT_AMX();
        const auto qkv = normalTensor({90, 3, 4, 72}).unbind(1);
        const int before = at::get_num_threads();
        const auto with = [&](int threads) {
            at::set_num_threads(threads);
            return segmentAttention(qkv[0], qkv[1], qkv[2], {36, 0, 54});
        };
        const at::Tensor one = with(1), three = with(3);
        at::set_num_threads(before);
        QVERIFY(at::equal(one, three));
        std::vector<at::Tensor> parts;
        for (const auto& [first, count] : {std::pair{0, 36}, std::pair{36, 54}}) {
            const auto part = [&](const at::Tensor& x) {
                return x.narrow(0, first, count).transpose(0, 1).to(at::kDouble);
            };
            parts.push_back(at::scaled_dot_product_attention(part(qkv[0]), part(qkv[1]), part(qkv[2])).transpose(0, 1));
        }
        const double error = (at::cat(parts).reshape({90, 4 * 72}) - one.to(at::kDouble)).abs().max().item<double>();
        QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
    }

    /// A prompt in two goes is the prompt in one.
    void suffixOfACachedPrompt() {
        SKIP_WITHOUT_AMX();
        const at::Tensor q = normalTensor({50, 6, 64}), k = normalTensor({50, 2, 64}), v = normalTensor({50, 2, 64});
        KvCache cache(1, 2, 64, q.options());
        cache.reserve(80);
        const at::Tensor whole = cachedAttention(q, cache.append(0, k, v));
        cache.append(0, k.narrow(0, 0, 20), v.narrow(0, 0, 20));
        cache.advance(20);
        const auto view = cache.append(0, k.narrow(0, 20, 30), v.narrow(0, 20, 30));
        QVERIFY(at::equal(cpuCachedAttention(q.narrow(0, 20, 30), view), whole.narrow(0, 20, 30)));
    }

    void impossibleCallsAreRefused() {
        Problem problem = makeProblem(
            {4, 4, 2, 2, 64}, Layout::Tokens, Layout::Tokens, [](auto, auto) { return 0.f; },
            [](auto, auto) { return 0.f; }, [](auto, auto) { return 0.f; });
        const auto refuses = [&](const std::function<void(AttentionCall&)>& change) {
            AttentionCall call = problem.view();
            change(call);
            try {
                planFlashAttention(call);
            } catch (const Error& e) {
                return e.kind() == ErrorKind::Internal;
            }
            return false;
        };
        QVERIFY(!refuses([](AttentionCall&) {}));
        QVERIFY(refuses([](AttentionCall& call) { call.keys = 0; }));
        QVERIFY(refuses([](AttentionCall& call) { call.headDim = 136; }));
        QVERIFY(refuses([](AttentionCall& call) { call.headDim = 20; }));
        QVERIFY(refuses([](AttentionCall& call) { call.heads = 3; }));
        QVERIFY(refuses([](AttentionCall& call) { call.scale = 0; }));
        QVERIFY(refuses([](AttentionCall& call) { call.keys = 3, call.causal = true; }));
    }

    void runsAtTheHighestLevelOnly() {
        if (bestCpuLevel() != CpuLevel::Avx512)
            QVERIFY(!flashAttentionRuns());
    }

    /// The function above in a process of its own, since the level is chosen once.
    void aLowerLevelSwitchesItOff() {
        QProcess child;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PRUNESCOPE_CPU", "scalar");
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(), {"runsAtTheHighestLevelOnly", "anyShape:1"});
        QVERIFY(child.waitForFinished());
        const QByteArray text = child.readAllStandardOutput();
        QCOMPARE(child.exitCode(), 0);
        QVERIFY2(text.contains("PRUNESCOPE_CPU forbids it"), text.constData());
    }
};

QTEST_GUILESS_MAIN(TestFlashAttention)
#include "tst_flash_attention.moc"
