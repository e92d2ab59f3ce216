#include "core/gpu/cuda_kernels.h"
#include "core/pruning/pixel_options.h"
#include "model/device/device.h"
#include "model/engine/image_preparer.h"
#include "model/engine/prompt_run.h"
#include "model/layers/attention.h"
#include "model/layers/feed_forward.h"
#include "model/layers/patch_embed.h"
#include "model/layers/residual.h"
#include "tests/model/network_golden.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>

#include <thread>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const at::Device kGpu(at::kCUDA, 0);

LoadedNetwork loadGolden(const test::NetworkGolden& golden, const std::string& device, const std::string& dtype,
                         const std::string& weights = "native") {
    LoadOptions options;
    options.weights = weights;
    options.folder = golden.modelFolder();
    options.device = device;
    options.dtype = dtype;
    return loadNetwork(options, {}, {});
}

TokenSequence textPrompt(const VisionLanguageModel& network, int tokens) {
    std::vector<std::int64_t> ids;
    for (int i = 0; i < tokens; ++i)
        ids.push_back(i * 7 % 400);
    return makeSequence(ids, {}, network.traits().config.tokens);
}

/// A prompt and the tokens after it; in two steps of three the device may choose.
struct Decoded {
    std::vector<std::int64_t> ids;
    std::vector<at::Tensor> logits; ///< [vocab] on the host, one a token; undefined where the device chose
};

Decoded decode(const VisionLanguageModel& network, const TokenSequence& prompt, std::int64_t room, int steps) {
    Decoded decoded;
    const auto keep = [&](const at::Tensor& logits) {
        decoded.logits.push_back(logits.cpu().to(at::kFloat).clone());
        decoded.ids.push_back(decoded.logits.back().argmax().item<std::int64_t>());
    };
    KvCache cache = network.makeCache();
    cache.reserve(room);
    keep(network.prefill(prompt, {}, cache, {}));
    for (int i = 0; i < steps; ++i) {
        const std::int64_t id = decoded.ids.back(), position = prompt.nextPosition + i;
        if (const auto next = i % 3 != 0 ? network.decodeGreedy(id, position, cache) : std::nullopt) {
            decoded.ids.push_back(*next);
            decoded.logits.emplace_back();
        } else {
            keep(network.decode(id, position, cache));
        }
    }
    return decoded;
}

double relative(const at::Tensor& found, const at::Tensor& expected) {
    const at::Tensor host = found.cpu().to(at::kFloat), wanted = expected.cpu().to(at::kFloat);
    return ((host - wanted).norm() / wanted.norm()).item<double>();
}

/// The same random numbers on the host and on the GPU.
struct Pair {
    at::Tensor host;
    at::Tensor gpu;
    Pair(std::vector<std::int64_t> shape, at::ScalarType type) : host(at::randn(shape).to(type)), gpu(host.to(kGpu)) {}
};

} // namespace

/// What only a GPU can show; skips itself where there is none.
class TestGpu : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (!cudaIsUsable())
            QSKIP("no usable NVIDIA GPU");
    }

    void patchRowsEqualTheHost() {
        if (!cudaKernels())
            QSKIP("a build without CUDA kernels");
        const c10::InferenceMode guard;
        const PixelBlocks blocks(test::noise({32 * 7, 32 * 5}, 4));
        const std::vector<int> indices{0, 3, 4, 11, 34};
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const at::Tensor host = patchRows(blocks, indices, at::kCPU, dtype);
            const at::Tensor device = patchRows(blocks, indices, at::Device(at::kCUDA, 0), dtype);
            QVERIFY(device.cpu().equal(host));
        }
    }

    /// The picture goes to the GPU once; mask and patch rows are those of the host.
    void preparedPicturesEqualTheHost() {
        if (!cudaKernels())
            QSKIP("a build without CUDA kernels");
        const c10::InferenceMode guard;
        const ImagePreparer prepare(kGpu);
        const Picture picture = test::randomScreen(7, 9, 3);
        for (const char* method : {"pred_2d", "raster", "keep_all", "random", "resize"})
            for (const Size size : {Size{288, 224}, Size{300, 230}}) {
                const PrunePlan plan = PrunePlan::of(MethodSettings(method));
                const ImageInput input{resizeBicubic(picture, size), "screen", {}};
                ReferenceRandom draws(plan.seed()), again(plan.seed());
                const PreparedImage found = prepare(input, plan, {1024, 1 << 24}, true, draws);
                const PreparedImage host = prepareImage(input, plan, {1024, 1 << 24}, true, again);
                QVERIFY2(found.report.mask == host.report.mask, method);
                const std::vector<int> kept = host.report.mask.keptIndices();
                const at::Tensor rows = patchRows(found.picture, kept, kGpu, at::kBFloat16);
                QVERIFY2(rows.cpu().equal(patchRows(host.picture, kept, at::kCPU, at::kBFloat16)), method);
            }
    }

    void stepsBetweenProducts_data() {
        QTest::addColumn<int>("type");
        QTest::newRow("float32") << static_cast<int>(at::kFloat);
        QTest::newRow("bfloat16") << static_cast<int>(at::kBFloat16);
    }

    void stepsBetweenProducts() {
        if (!cudaKernels())
            QSKIP("a build without CUDA kernels");
        QFETCH(int, type);
        const c10::InferenceMode guard;
        const auto dtype = static_cast<at::ScalarType>(type);
        const double allowed = dtype == at::kFloat ? 1e-6 : 4e-3;
        compareNorms(dtype, allowed);
        compareHeads(dtype, allowed);
        comparePlaces(dtype, allowed);
        const Pair gateUp({37, 2 * 96}, dtype);
        const auto gated = cudaGate(gateUp.gpu);
        const auto halves = gateUp.host.chunk(2, 1);
        QVERIFY(gated && relative(*gated, at::silu(halves[0]) * halves[1]) <= allowed);
    }

    /// The step of its own against the host's general way; the cache grows on the way.
    void tokensEqualTheHost_data() {
        QTest::addColumn<QString>("weights");
        for (const char* weights : {"native", "int8", "int4"})
            QTest::newRow(weights) << weights;
    }

    void tokensEqualTheHost() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        QFETCH(QString, weights);
        const c10::InferenceMode guard;
        const test::NetworkGolden golden;
        const LoadedNetwork host = loadGolden(golden, "cpu", "float32", weights.toStdString());
        const LoadedNetwork gpu = loadGolden(golden, "cuda:0", "float32", weights.toStdString());
        for (const int length : {1, 9, 300}) {
            const TokenSequence prompt = textPrompt(*host.network, length);
            const Decoded expected = decode(*host.network, prompt, length + 1, 40);
            const Decoded found = decode(*gpu.network, prompt, length + 1, 40);
            QCOMPARE(found.ids, expected.ids);
            for (std::size_t i = 0; i < found.logits.size(); ++i)
                if (found.logits[i].defined() && expected.logits[i].defined())
                    QVERIFY(relative(found.logits[i], expected.logits[i]) <= 1e-4);
        }
    }

    void float32EqualsTheStoredValues() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const c10::InferenceMode guard;
        const test::NetworkGolden golden;
        const LoadedNetwork loaded = loadGolden(golden, "cuda:0", "float32");
        for (const std::string& name : golden.caseNames()) {
            const double error = test::relativeError(golden, *loaded.network, name);
            QVERIFY2(error <= 1e-4, (name + " logits: relative L2 " + std::to_string(error)).c_str());
        }
    }

    /// Two networks on one GPU, each in its own thread, answer as each does alone.
    void twoNetworksAtOnce() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const test::NetworkGolden golden;
        const auto run = [&](std::vector<std::int64_t>& ids) {
            const c10::InferenceMode guard;
            const LoadedNetwork loaded = loadGolden(golden, "cuda:0", "float32");
            for (int round = 0; round < 5; ++round)
                ids = decode(*loaded.network, textPrompt(*loaded.network, 12), 13, 60).ids;
        };
        std::vector<std::int64_t> alone, first, second;
        run(alone);
        std::thread other([&] { run(first); });
        run(second);
        other.join();
        QCOMPARE(first, alone);
        QCOMPARE(second, alone);
    }

    void bfloat16StaysClose() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const c10::InferenceMode guard;
        const test::NetworkGolden golden;
        const LoadedNetwork loaded = loadGolden(golden, "cuda:0", "bfloat16");
        QCOMPARE(loaded.info.dtype, std::string("bfloat16"));
        for (const std::string& name : golden.caseNames()) {
            const double relative = test::relativeError(golden, *loaded.network, name);
            QVERIFY2(relative <= 0.06, (name + " logits: relative L2 " + std::to_string(relative)).c_str());
        }
    }

private:
    void compareNorms(at::ScalarType dtype, double allowed) {
        const Pair hidden({5, 264}, dtype), delta({5, 264}, dtype), weight({264}, dtype), bias({264}, dtype);
        const RmsNorm rms{weight.host};
        const LayerNorm layer{weight.host, bias.host};
        const at::Tensor sum = hidden.host + delta.host;
        at::Tensor changed = hidden.gpu.clone();
        const auto normed = cudaAddNorm(changed, delta.gpu, weight.gpu, {}, rms.epsilon);
        QVERIFY(normed && relative(*normed, rms(sum)) <= allowed);
        QVERIFY(changed.cpu().equal(sum));
        const auto shifted = cudaAddNorm(hidden.gpu, {}, weight.gpu, bias.gpu, layer.epsilon);
        QVERIFY(shifted && relative(*shifted, layer(hidden.host)) <= allowed);
        QVERIFY(hidden.gpu.cpu().equal(hidden.host));
    }

    void comparePlaces(at::ScalarType dtype, double allowed) {
        const BlockGrid grid{7, 5};
        const std::vector<int> blocks{0, 3, 4, 11, 34};
        const Pair patches({20, 64}, dtype), table({12 * 12, 64}, dtype);
        const PatchPlaces places = patchPlaces(grid, blocks, at::kCPU);
        const at::Tensor moved = patches.gpu.clone();
        const auto rotary = cudaPlacePatches(moved, table.gpu, 12, grid, blocks, 72);
        const RotaryTable expected = visionRotary(places.y, places.x, 72);
        QVERIFY(rotary && relative(rotary->cos, expected.cos) <= 1e-6 && relative(rotary->sin, expected.sin) <= 1e-6);
        QVERIFY(relative(moved, patches.host + positionEmbedding(table.host, 12, grid, places)) <= allowed);
    }

    void compareHeads(at::ScalarType dtype, double allowed) {
        constexpr std::int64_t kTokens = 11, kHeads = 4, kKvHeads = 2, kHeadDim = 128;
        const Pair qkv({kTokens, (kHeads + 2 * kKvHeads) * kHeadDim}, dtype), q({kHeadDim}, dtype),
            k({kHeadDim}, dtype);
        const LanguageRotary rotary({kHeadDim, 5e6, {24, 20, 20}}, at::kCPU);
        const RotaryTable wide = rotary(at::arange(kTokens).expand({3, kTokens}).contiguous());
        const RotaryTable table{wide.cos.to(dtype), wide.sin.to(dtype)};
        KvCache cache(1, kKvHeads, kHeadDim, at::TensorOptions(kGpu).dtype(dtype));
        const auto turned =
            cudaLanguageHeads(qkv.gpu, {q.gpu, k.gpu}, {table.cos.to(kGpu), table.sin.to(kGpu)}, 0, cache);
        const auto parts =
            qkv.host.view({kTokens, kHeads + 2 * kKvHeads, kHeadDim}).split({kHeads, kKvHeads, kKvHeads}, 1);
        QVERIFY(turned && relative(*turned, rotate(RmsNorm{q.host}(parts[0]), table)) <= allowed);
        const KvCache::View cached = cache.view(0, kTokens);
        QVERIFY(relative(cached.keys[0].transpose(0, 1), rotate(RmsNorm{k.host}(parts[1]), table)) <= allowed);
        QVERIFY(cached.values[0].transpose(0, 1).cpu().equal(parts[2]));

        const Pair patches({kTokens, 3, kHeads, 72}, dtype);
        const RotaryTable places = visionRotary(at::arange(kTokens), at::arange(kTokens) / 3, 72);
        QVERIFY(cudaVisionHeads(patches.gpu, {places.cos.to(kGpu), places.sin.to(kGpu)}));
        for (std::int64_t part = 0; part < 2; ++part)
            QVERIFY(relative(patches.gpu.select(1, part), rotate(patches.host.select(1, part), places)) <= allowed);
        QVERIFY(patches.gpu.select(1, 2).cpu().equal(patches.host.select(1, 2)));
    }
};

QTEST_APPLESS_MAIN(TestGpu)
#include "tst_gpu.moc"
