#include "core/kernels/cuda_kernels.h"
#include "model/device.h"
#include "model/layers/patch_embed.h"
#include "model/prompt_run.h"
#include "tests/model/network_golden.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace prunescope;
using namespace prunescope::model;

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

    void bfloat16StaysClose() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const c10::InferenceMode guard;
        const test::NetworkGolden golden;
        LoadOptions options;
        options.folder = golden.modelFolder();
        options.device = "cuda:0";
        options.dtype = "bfloat16";
        const LoadedNetwork loaded = loadNetwork(options, {}, {});
        QCOMPARE(loaded.info.dtype, std::string("bfloat16"));
        for (const std::string& name : golden.caseNames()) {
            const double relative = test::relativeError(golden, *loaded.network, name);
            QVERIFY2(relative <= 0.06, (name + " logits: relative L2 " + std::to_string(relative)).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestGpu)
#include "tst_gpu.moc"
