// What happens to queries, keys and values between the product that makes them and attention, in one launch: norm and
// rotation, and the way into the cache. Pairs that turn together lie half a head apart; a lane has two such pairs.
#include "model/kernels/entry.cuh"
#include "model/kernels/launch.cuh"
#include "model/kernels/values.cuh"

using namespace prunescope::model;
using namespace prunescope::model::cuda;

namespace {

constexpr int kWarps = 8;
constexpr unsigned kThreads = kWarps * kLanes;
constexpr int kPairs = 2;
constexpr int kMostHeadDim = 512;
constexpr int kRounds = kMostHeadDim / 2 / (kLanes * kPairs);

/// RMS norm and rotation of one head by one warp, rounded to the activation's type where tensors are.
template <typename Value>
__device__ void turnLanguageHead(const CudaLanguageHeads& heads, std::int64_t token, const Value* in,
                                 const void* normWeight, Value* out) {
    const int half = heads.headDim / 2, lane = static_cast<int>(threadIdx.x) % kLanes;
    Values<Value, kPairs> low[kRounds], high[kRounds];
    float squares = 0;
#pragma unroll
    for (int r = 0; r < kRounds; ++r) {
        const int i = (r * kLanes + lane) * kPairs;
        if (i >= half)
            break;
        low[r] = loadValues<kPairs>(in + i);
        high[r] = loadValues<kPairs>(in + half + i);
#pragma unroll
        for (int k = 0; k < kPairs; ++k)
            squares += toFloat(low[r].value[k]) * toFloat(low[r].value[k]) +
                       toFloat(high[r].value[k]) * toFloat(high[r].value[k]);
    }
    const float scale = rsqrtf(sumOfLanes(squares) / static_cast<float>(heads.headDim) + heads.epsilon);
    const auto* weight = static_cast<const Value*>(normWeight);
    const std::int64_t row = token * heads.headDim;
#pragma unroll
    for (int r = 0; r < kRounds; ++r) {
        const int i = (r * kLanes + lane) * kPairs;
        if (i >= half)
            break;
        const auto cosine = loadValues<kPairs>(static_cast<const Value*>(heads.cosines) + row + i);
        const auto sine = loadValues<kPairs>(static_cast<const Value*>(heads.sines) + row + i);
#pragma unroll
        for (int k = 0; k < kPairs; ++k) {
            const auto normed = [&](Value value, int at) {
                return roundedTo<Value>(roundedTo<Value>(toFloat(value) * scale) * toFloat(weight[at]));
            };
            const float a = normed(low[r].value[k], i + k), b = normed(high[r].value[k], half + i + k);
            const float c = toFloat(cosine.value[k]), s = toFloat(sine.value[k]);
            low[r].value[k] = fromFloat<Value>(roundedTo<Value>(a * c) - roundedTo<Value>(b * s));
            high[r].value[k] = fromFloat<Value>(roundedTo<Value>(b * c) + roundedTo<Value>(a * s));
        }
        storeValues(out + i, low[r]);
        storeValues(out + half + i, high[r]);
    }
}

/// A warp a head of a token; grid over [tokens, heads + 2 * kvHeads].
template <typename Value>
__global__ void __launch_bounds__(kThreads) languageHeadsKernel(const __grid_constant__ CudaLanguageHeads heads) {
    const int perToken = heads.heads + 2 * heads.kvHeads;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / kLanes;
    if (at >= heads.tokens * perToken)
        return;
    const std::int64_t token = at / perToken;
    const int head = static_cast<int>(at % perToken);
    Value* in = static_cast<Value*>(heads.qkv) + at * heads.headDim;
    if (head < heads.heads)
        return turnLanguageHead(heads, token, in, heads.qNorm, in);
    const bool isKey = head < heads.heads + heads.kvHeads;
    const std::int64_t kvHead = head - heads.heads - (isKey ? 0 : heads.kvHeads);
    Value* out = static_cast<Value*>(isKey ? heads.keys : heads.values) +
                 (kvHead * heads.capacity + heads.first + token) * heads.headDim;
    if (isKey)
        return turnLanguageHead(heads, token, in, heads.kNorm, out);
    for (int i = static_cast<int>(threadIdx.x) % kLanes * kPairs; i < heads.headDim; i += kLanes * kPairs)
        storeValues(out + i, loadValues<kPairs>(in + i));
}

/// A thread two pairs of a head; grid over [tokens, query and key heads, half a head].
template <typename Value>
__global__ void __launch_bounds__(kThreads) visionHeadsKernel(const __grid_constant__ CudaVisionHeads heads) {
    const int half = heads.headDim / 2, pieces = half / kPairs, turned = 2 * heads.heads;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    if (at >= heads.tokens * turned * pieces)
        return;
    const int i = static_cast<int>(at % pieces) * kPairs;
    const std::int64_t head = at / pieces % turned, token = at / pieces / turned;
    Value* first = static_cast<Value*>(heads.qkv) + (token * 3 * heads.heads + head) * heads.headDim + i;
    auto low = loadValues<kPairs>(first), high = loadValues<kPairs>(first + half);
    const auto cosine = loadValues<kPairs>(heads.cosines + token * heads.headDim + i);
    const auto sine = loadValues<kPairs>(heads.sines + token * heads.headDim + i);
#pragma unroll
    for (int k = 0; k < kPairs; ++k) {
        const float a = toFloat(low.value[k]), b = toFloat(high.value[k]);
        low.value[k] = fromFloat<Value>(a * cosine.value[k] - b * sine.value[k]);
        high.value[k] = fromFloat<Value>(b * cosine.value[k] + a * sine.value[k]);
    }
    storeValues(first, low);
    storeValues(first + half, high);
}

unsigned ctas(std::int64_t items, std::int64_t perCta) {
    return static_cast<unsigned>((items + perCta - 1) / perCta);
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_turn_language_heads(const CudaLanguageHeads* heads, void* stream) {
    if (heads->headDim > kMostHeadDim)
        return cudaErrorInvalidValue;
    if (heads->tokens == 0)
        return cudaSuccess;
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    withType(heads->type, [&](auto value) {
        launch(languageHeadsKernel<decltype(value)>,
               dim3(ctas(heads->tokens * (heads->heads + 2 * heads->kvHeads), kWarps)), kThreads, 0, *heads);
    });
    return settled(launch.error());
}

PRUNESCOPE_ENTRY int prunescope_turn_vision_heads(const CudaVisionHeads* heads, void* stream) {
    if (heads->tokens == 0)
        return cudaSuccess;
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    withType(heads->type, [&](auto value) {
        const std::int64_t items = heads->tokens * 2 * heads->heads * (heads->headDim / 2 / kPairs);
        launch(visionHeadsKernel<decltype(value)>, dim3(ctas(items, kThreads)), kThreads, 0, *heads);
    });
    return settled(launch.error());
}

PRUNESCOPE_IS_LAYER_MEMBER(prunescope_turn_language_heads, turnLanguageHeads);
PRUNESCOPE_IS_LAYER_MEMBER(prunescope_turn_vision_heads, turnVisionHeads);
