// The matrix products of one token: bound by reading every weight once, so everything else (norms, gates, residuals,
// the choice of the best logit) happens on the way in or out. Every CTA normalises the whole input for itself: that is
// a few kilobytes from the L2 cache, less than a launch more would cost.
#include "model/kernels/token_linear.cuh"

namespace prunescope::model::cuda {

namespace {

constexpr int kWarps = 8;
constexpr unsigned kThreads = kWarps * kLanes;
constexpr int kCtasPerSm = 3;        // 85 registers a thread, 24 warps with 4 KB in flight each
constexpr unsigned kMostCtas = 2048; // each takes several rows a warp where there are more

/// Reads the vector as it is.
struct PlainInput {
    const float* x;
    template <typename Format>
    __device__ void stage(float4* staged, int cols) const {
        const auto* quads = reinterpret_cast<const float4*>(x);
        StagedVector<Format>::fill(staged, cols, [&](int quad) { return quads[quad]; });
    }
};

/// RMS norm: qwen3-vl spec 5.2.
struct Normed {
    NormedInput in;
    template <typename Format>
    __device__ void stage(float4* staged, int cols) const {
        __shared__ float scratch[kWarps];
        const auto* quads = reinterpret_cast<const float4*>(in.x);
        float squares = 0;
        for (int quad = static_cast<int>(threadIdx.x); quad < cols / 4; quad += static_cast<int>(blockDim.x)) {
            const float4 v = quads[quad];
            squares += v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w;
        }
        const float scale = rsqrtf(sumOfThreads(squares, scratch) / static_cast<float>(cols) + in.epsilon);
        const auto* weights = reinterpret_cast<const float4*>(in.weight);
        const auto one = [&](float x, float weight) { return rounded(rounded(x * scale, in.type) * weight, in.type); };
        StagedVector<Format>::fill(staged, cols, [&](int quad) {
            const float4 v = quads[quad], w = weights[quad];
            return float4{one(v.x, w.x), one(v.y, w.y), one(v.z, w.z), one(v.w, w.w)};
        });
    }
};

// What becomes of the products of one row (or of one row of each of two matrices); called by one lane.

struct Store {
    static constexpr int kRows = 1;
    float* out;
    ValueType type;
    __device__ void operator()(std::int64_t row, const float (&sums)[1]) { out[row] = rounded(sums[0], type); }
    __device__ void finish() {}
};

struct AddTo {
    static constexpr int kRows = 1;
    float* hidden;
    ValueType type;
    __device__ void operator()(std::int64_t row, const float (&sums)[1]) {
        hidden[row] = rounded(hidden[row] + rounded(sums[0], type), type);
    }
    __device__ void finish() {}
};

struct Gate {
    static constexpr int kRows = 2; // gate, up
    float* out;
    ValueType type;
    __device__ void operator()(std::int64_t row, const float (&sums)[2]) {
        const float gate = rounded(sums[0], type), up = rounded(sums[1], type);
        out[row] = rounded(rounded(gate / (1.0f + expf(-gate)), type) * up, type);
    }
    __device__ void finish() {}
};

/// Larger for a larger logit, and for the lower id of equal ones; largest of all where it is not finite.
__device__ std::uint64_t rank(float logit, std::int64_t id) {
    if (!isfinite(logit))
        return ~std::uint64_t{0};
    const std::uint32_t bits = __float_as_uint(logit + 0.0f); // +0 for -0
    const std::uint32_t ordered = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return static_cast<std::uint64_t>(ordered) << 32 | (0xffffffffu - static_cast<std::uint32_t>(id));
}

struct Choose {
    static constexpr int kRows = 1;
    float* logits;
    ValueType type;
    TokenState* state;
    std::int64_t* chosen;
    std::uint64_t best = 0;

    __device__ void operator()(std::int64_t row, const float (&sums)[1]) {
        const float logit = rounded(sums[0], type);
        logits[row] = logit;
        const std::uint64_t mine = rank(logit, row);
        best = mine > best ? mine : best;
    }
    /// All threads; only lane 0 of each warp has seen logits. The last CTA hands over to the next step.
    __device__ void finish() {
        if (threadIdx.x % kLanes == 0 && best != 0)
            atomicMax(reinterpret_cast<unsigned long long*>(&state->best), static_cast<unsigned long long>(best));
        __threadfence();
        __syncthreads();
        if (threadIdx.x == 0 && atomicAdd(&state->done, 1u) + 1 == gridDim.x)
            handOver();
    }
    __device__ void handOver() {
        __threadfence();
        const std::uint64_t top = atomicExch(reinterpret_cast<unsigned long long*>(&state->best), 0ull);
        const bool valid = top != ~std::uint64_t{0};
        const auto id = static_cast<std::int64_t>(0xffffffffu - static_cast<std::uint32_t>(top));
        chosen[state->steps % kTokenSlots] = valid ? id : kNotANumber;
        state->id = valid ? id : 0;
        state->position += 1;
        state->length += 1;
        state->steps += 1;
        state->done = 0;
    }
};

/// Matrices whose rows a warp takes together: one stack, or two matrices side by side.
template <int kRows>
struct RowSource;

template <>
struct RowSource<1> {
    StackedRows stacked;
    __device__ void locate(std::int64_t row, const MatrixView* (&views)[1], std::int64_t (&rows)[1]) const {
        rows[0] = row;
        views[0] = &partOf(stacked, rows[0]);
    }
};

template <>
struct RowSource<2> {
    MatrixView first, second;
    __device__ void locate(std::int64_t row, const MatrixView* (&views)[2], std::int64_t (&rows)[2]) const {
        views[0] = &first;
        views[1] = &second;
        rows[0] = rows[1] = row;
    }
};

template <typename Format, typename Input, typename Output>
__global__ void __launch_bounds__(kThreads, kCtasPerSm)
    productKernel(const __grid_constant__ RowSource<Output::kRows> source, std::int64_t rowCount, int cols, Input input,
                  Output output) {
    extern __shared__ float4 staged[];
    constexpr int kRows = Output::kRows, kRowChunks = Format::kChunks / kRows;
    const int lane = static_cast<int>(threadIdx.x) % kLanes;
    const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * kWarps;
    const MatrixView* views[kRows];
    std::int64_t rows[kRows];
    FetchedRows<Format, kRows, kRowChunks> fetched;
    std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / kLanes;
    bool isFetched = row < rowCount;
    if (isFetched) {
        source.locate(row, views, rows);
        fetched.fetch(views, rows, 0);
    }
    followPrevious();
    input.template stage<Format>(staged, cols);
    for (; row < rowCount; row += step) {
        if (!isFetched)
            source.locate(row, views, rows);
        float sums[kRows] = {};
        for (int first = 0; first < StagedVector<Format>::chunks(cols); first += kRowChunks) {
            if (!isFetched)
                fetched.fetch(views, rows, first);
            isFetched = false;
            fetched.addTo(sums, staged, cols, first);
        }
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            sums[r] = sumOfLanes(sums[r]);
            if constexpr (Format::kRowScale)
                sums[r] *= static_cast<const float*>(views[r]->scales)[rows[r]];
        }
        if (lane == 0)
            output(row, sums);
    }
    output.finish();
}

template <typename Format, typename Input, typename Output>
void launchProduct(Launcher& launch, const RowSource<Output::kRows>& source, std::int64_t rows, int cols,
                   const Input& input, const Output& output) {
    const std::int64_t ctas = (rows + kWarps - 1) / kWarps;
    const auto grid = static_cast<unsigned>(ctas < kMostCtas ? ctas : kMostCtas);
    launch(productKernel<Format, Input, Output>, dim3(grid), kThreads, StagedVector<Format>::sizeBytes(cols), source,
           rows, cols, input, output);
}

template <typename Input, typename Output>
void product(Launcher& launch, WeightType type, const RowSource<Output::kRows>& source, std::int64_t rows,
             std::int64_t cols, const Input& input, const Output& output) {
    const int width = static_cast<int>(cols);
    switch (type) {
    case WeightType::Float32:
        return launchProduct<RowFormat<WeightType::Float32>>(launch, source, rows, width, input, output);
    case WeightType::BFloat16:
        return launchProduct<RowFormat<WeightType::BFloat16>>(launch, source, rows, width, input, output);
    case WeightType::Int8:
        return launchProduct<RowFormat<WeightType::Int8>>(launch, source, rows, width, input, output);
    case WeightType::Int4:
        return launchProduct<RowFormat<WeightType::Int4>>(launch, source, rows, width, input, output);
    case WeightType::Fp8:
        return launchProduct<RowFormat<WeightType::Fp8>>(launch, source, rows, width, input, output);
    default:
        return; // WeightTraits::onGpu is false: cudaStepObstacle() refuses it
    }
}

constexpr unsigned kBeginThreads = 256;

/// One number of a matrix, whatever its format.
__device__ float valueAt(const MatrixView& matrix, std::int64_t row, int col) {
    const std::int64_t at = row * matrix.cols + col;
    switch (matrix.type) {
    case WeightType::Float32:
        return static_cast<const float*>(matrix.data)[at];
    case WeightType::BFloat16:
        return toFloat(static_cast<const __nv_bfloat16*>(matrix.data)[at]);
    case WeightType::Int8:
        return static_cast<float>(static_cast<const std::int8_t*>(matrix.data)[at]) *
               static_cast<const float*>(matrix.scales)[row];
    case WeightType::Fp8: {
        const std::uint32_t raised = static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(matrix.data)[at]) << 8;
        return RowFormat<WeightType::Fp8>::two(raised).x *
               (gridScale(matrix, row, col) * RowFormat<WeightType::Fp8>::kFactor);
    }
    default: // Int4
        break;
    }
    constexpr int kHalf = kInt4Group / 2;
    const std::int64_t group = at / kInt4Group;
    const std::uint8_t pair = static_cast<const std::uint8_t*>(matrix.data)[group * kHalf + col % kHalf];
    const int q = col % kInt4Group < kHalf ? pair & 15 : pair >> 4;
    const std::uint32_t scales = static_cast<const std::uint32_t*>(matrix.scales)[group];
    return fmaf(static_cast<float>(q), lowHalf(scales), highHalf(scales));
}

/// A grid of CTAs over the width, the last one for the angles.
__global__ void __launch_bounds__(kBeginThreads)
    beginKernel(MatrixView embedding, TokenState* state, float* hidden, const float* frequencies, int half,
                float* rotary, ValueType type) {
    followPrevious();
    const int at = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (at < embedding.cols)
        hidden[at] = rounded(valueAt(embedding, state->id, at), type);
    if (blockIdx.x == gridDim.x - 1)
        for (int i = static_cast<int>(threadIdx.x); i < half; i += static_cast<int>(blockDim.x)) {
            const float angle = static_cast<float>(state->position) * frequencies[i];
            rotary[i] = rounded(cosf(angle), type);
            rotary[half + i] = rounded(sinf(angle), type);
        }
}

} // namespace

void beginToken(Launcher& launch, const TokenPlan& plan) {
    const dim3 grid(static_cast<unsigned>(plan.width) / kBeginThreads + 1);
    launch(beginKernel, grid, kBeginThreads, 0, plan.embedding, plan.state, plan.hidden, plan.frequencies,
           plan.headDim / 2, plan.rotary, plan.type);
}

void normedProduct(Launcher& launch, const NormedInput& in, const StackedRows& matrices, float* out) {
    std::int64_t rows = 0;
    for (int i = 0; i < matrices.count; ++i)
        rows += matrices.parts[i].rows;
    product(launch, matrices.parts[0].type, RowSource<1>{matrices}, rows, matrices.parts[0].cols, Normed{in},
            Store{out, in.type});
}

void addedProduct(Launcher& launch, const float* in, const MatrixView& matrix, float* hidden, ValueType type) {
    product(launch, matrix.type, RowSource<1>{{{matrix}, 1}}, matrix.rows, matrix.cols, PlainInput{in},
            AddTo{hidden, type});
}

void gatedProduct(Launcher& launch, const NormedInput& in, const MatrixView& gate, const MatrixView& up, float* out) {
    product(launch, gate.type, RowSource<2>{gate, up}, gate.rows, gate.cols, Normed{in}, Gate{out, in.type});
}

void endToken(Launcher& launch, const TokenPlan& plan) {
    product(launch, plan.head.type, RowSource<1>{{{plan.head}, 1}}, plan.head.rows, plan.head.cols,
            Normed{{plan.hidden, plan.norm, plan.epsilon, plan.type}},
            Choose{plan.logits, plan.type, plan.state, plan.chosen});
}

} // namespace prunescope::model::cuda
