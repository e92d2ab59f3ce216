// Anchored Pred-2D (pixelprune spec 2.3) as a wavefront: a warp decides a row of blocks from left to right as soon as
// the row above is far enough. Every place has one 64-bit word, 0 until it is decided, then what is shown there and its
// error. The word is the whole message between rows: it is read and written in one piece and nothing else is handed
// over, so no fence is needed. Rows are taken by ticket, so a row only ever waits for one that already runs, however
// many fit on the GPU at once.
#include "core/gpu/error_bounds.cuh"
#include "core/gpu/ptx.cuh"
#include "core/gpu/selection.cuh"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr unsigned kPauseNs = 20; // between two looks at the row above

/// What is shown at a place.
struct Shown {
    int block;
    float error; ///< distance to the place's own block is at most this
};

__device__ std::uint64_t packed(Shown shown) {
    return static_cast<std::uint64_t>(shown.block + 1) << 32 | __float_as_uint(shown.error);
}

__device__ Shown unpacked(std::uint64_t word) {
    return {static_cast<int>(word >> 32) - 1, __uint_as_float(static_cast<std::uint32_t>(word))};
}

/// Distances of original blocks around a place X: A is left, B is up, C is up and left.
struct Around {
    std::uint32_t xToA, xToB, cToA, cToB;
};

__device__ Around loadAround(const CudaBlocks& blocks, int row, int col) {
    const int i = row * blocks.cols + col;
    const bool inside = row > 0 && col > 0;
    return {blocks.left[i], blocks.up[i], inside ? blocks.up[i - 1] : 0, inside ? blocks.left[i - blocks.cols] : 0};
}

__device__ Around broadcast(const Around& around, int from) {
    return {__shfl_sync(kAllLanes, around.xToA, from), __shfl_sync(kAllLanes, around.xToB, from),
            __shfl_sync(kAllLanes, around.cToA, from), __shfl_sync(kAllLanes, around.cToB, from)};
}

struct Decision {
    bool kept;
    Shown shown;
};

/// The rule at one place, by a whole warp with the same values on every lane.
template <typename Fold>
struct Decider {
    const CudaBlocks& blocks;
    ErrorBound<Fold> bound;

    __device__ std::uint32_t pixelDistance(int a, int b) const {
        const LaneChunks first = loadBlock(blocks, blockBytes(blocks, a));
        const LaneChunks second = loadBlock(blocks, blockBytes(blocks, b));
        return distance<Fold>(first, second);
    }

    /// Whether two places show the same; their originals lie `distance` apart.
    __device__ Verdict judge(Shown p, Shown q, std::uint32_t distance) const {
        return p.block == q.block ? Verdict::Same : bound.judge(distance, __fadd_ru(p.error, q.error));
    }

    __device__ bool same(Verdict verdict, Shown p, Shown q) const {
        return verdict == Verdict::Open ? pixelDistance(p.block, q.block) <= bound.raw : verdict == Verdict::Same;
    }

    /// Whether the prediction is what is shown above (else on the left): C is like A, but not like B.
    __device__ bool followsUp(Shown left, Shown up, Shown corner, const Around& around) const {
        const Verdict toLeft = judge(corner, left, around.cToA);
        const Verdict toUp = judge(corner, up, around.cToB);
        if (toLeft == Verdict::Different || toUp == Verdict::Same) // no need to look at the other
            return false;
        return same(toLeft, corner, left) && !same(toUp, corner, up);
    }

    /// Where both neighbours show the same block the prediction is known, and either may answer: the one that needs no
    /// pixels, or else leaves the smaller error.
    __device__ bool upTellsMore(Shown left, Shown up, const Around& around, Verdict likeLeft, Verdict likeUp) const {
        if (likeLeft == Verdict::Open || likeUp == Verdict::Open)
            return likeLeft == Verdict::Open;
        return bound.errorAfter(around.xToB, up.error) < bound.errorAfter(around.xToA, left.error);
    }

    /// Block `x` against what is shown at a neighbour at `distance`.
    __device__ Decision against(int x, Shown predicted, std::uint32_t distance) const {
        const Verdict verdict = bound.judge(distance, predicted.error);
        if (verdict == Verdict::Same)
            return {false, {predicted.block, bound.errorAfter(distance, predicted.error)}};
        if (verdict == Verdict::Open) {
            const std::uint32_t exact = pixelDistance(x, predicted.block);
            if (exact <= bound.raw)
                return {false, {predicted.block, bound.above(exact)}};
        }
        return keep(x);
    }

    static __device__ Decision keep(int x) { return {true, {x, 0.0f}}; }

    __device__ Decision decide(int row, int col, Shown left, Shown up, Shown corner, const Around& around) const {
        const int x = row * blocks.cols + col;
        if (x == 0)
            return keep(x);
        if (row == 0)
            return against(x, left, around.xToA);
        if (col == 0)
            return against(x, up, around.xToB);
        const Verdict likeLeft = bound.judge(around.xToA, left.error);
        const Verdict likeUp = bound.judge(around.xToB, up.error);
        if (likeLeft == Verdict::Different && likeUp == Verdict::Different)
            return keep(x);
        const bool takesUp = left.block == up.block ? upTellsMore(left, up, around, likeLeft, likeUp)
                                                    : followsUp(left, up, corner, around);
        return takesUp ? against(x, up, around.xToB) : against(x, left, around.xToA);
    }
};

template <typename Fold>
__global__ void __launch_bounds__(kLanes) anchoredPred2DKernel(CudaBlocks blocks, ErrorBound<Fold> bound) {
    const int lane = static_cast<int>(threadIdx.x), cols = blocks.cols;
    auto* tickets = reinterpret_cast<unsigned long long*>(blocks.states + blocks.rows * cols);
    const int row = __shfl_sync(kAllLanes, lane == 0 ? static_cast<int>(atomicAdd(tickets, 1ull)) : 0, 0);
    const Decider<Fold> decider{blocks, bound};
    Shown left{}, corner{};
    for (int start = 0; start < cols; start += kLanes) {
        const int width = min(kLanes, cols - start), mine = row * cols + start + lane;
        const bool inside = lane < width;
        const Around around = inside ? loadAround(blocks, row, start + lane) : Around{};
        const bool waits = inside && row > 0;
        std::uint64_t above = 0;
        unsigned kept = 0;
        for (int at = 0; at < width; ++at) {
            std::uint64_t word = __shfl_sync(kAllLanes, above, at);
            while (row > 0 && word == 0) {
                if (waits && above == 0)
                    above = loadRelaxed(blocks.states + mine - cols);
                word = __shfl_sync(kAllLanes, above, at);
                if (word == 0)
                    __nanosleep(kPauseNs);
            }
            const Shown up = unpacked(word);
            const Decision decision = decider.decide(row, start + at, left, up, corner, broadcast(around, at));
            if (lane == at)
                storeRelaxed(blocks.states + mine, packed(decision.shown));
            kept |= static_cast<unsigned>(decision.kept) << at;
            left = decision.shown;
            corner = up;
        }
        if (inside)
            blocks.kept[mine] = kept >> lane & 1;
    }
}

} // namespace

int prunescope::cuda::anchoredPred2D(const CudaBlocks& blocks, int reduction, std::uint32_t bound,
                                     cudaStream_t stream) {
    const std::size_t words = static_cast<std::size_t>(blocks.rows) * static_cast<std::size_t>(blocks.cols) + 1;
    const cudaError_t cleared = cudaMemsetAsync(blocks.states, 0, words * sizeof(std::uint64_t), stream);
    if (cleared != cudaSuccess)
        return cleared;
    return withFold(reduction, [&](auto fold) -> int {
        using Fold = decltype(fold);
        anchoredPred2DKernel<Fold>
            <<<static_cast<unsigned>(blocks.rows), kLanes, 0, stream>>>(blocks, ErrorBound<Fold>{bound});
        return cudaGetLastError();
    });
}
