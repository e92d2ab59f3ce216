#pragma once

// The work of delta_prompt.h, written once in the compiler's vectors and included by a file for each instruction set.
//
// A head goes through its tokens in chunks. Columns of its memory do not depend on each other: a panel of them, as wide
// as a tile of sums in registers, stays in the first cache while a chunk reads and updates it. Other than in the spec,
// the triangular system is solved for R at once, not for U and W: with the state at hand that is half the work.

#include "model/kernels/delta_chunk.h"
#include "model/kernels/delta_prompt.h"
#include "model/kernels/lanes_exp.h"
#include "model/kernels/rows_ends.h"

#include <math.h>

namespace prunescope::model {

namespace {

constexpr int kTileRows = 4;
constexpr int kPanelVectors = kLanes == 16 ? 4 : 2; // with kTileRows, sums and operands fill the registers

/// Rows in the tiles that hold so many.
LANES_INLINE int64_t wholeTiles(int64_t rows) {
    return (rows + kTileRows - 1) / kTileRows * kTileRows;
}

/// Rows of a chunk of one key head, zeros behind its last token; then what a value head makes of them.
struct Chunk {
    const PromptRule* prompt;
    int64_t firstToken;
    int64_t tokens;
    DeltaScratch at;
    float decay; ///< e^(G_c)
};

/// sums += a b; row i of `a` begins at i * row and has its elements `step` apart, `b` is [depth, kVectors * kLanes].
template <int kVectors>
LANES_INLINE void multiply(const float* a, int64_t row, int64_t step, const float* b, int64_t width, int64_t depth,
                           Lanes (&sums)[kTileRows][kVectors]) {
    for (int64_t d = 0; d < depth; ++d) {
        Lanes values[kVectors];
        for (int v = 0; v < kVectors; ++v)
            values[v] = loadNumbers(b + d * width + v * kLanes);
        for (int i = 0; i < kTileRows; ++i)
            for (int v = 0; v < kVectors; ++v)
                sums[i][v] += a[i * row + d * step] * values[v];
    }
}

template <typename T>
LANES_INLINE const T* rowOf(const PromptRule::Rows& rows, int64_t token, int64_t head) {
    return static_cast<const T*>(rows.data) + token * rows.tokenStride + head * rows.headStride;
}

/// Brings a head's rows of the next chunk nearer. They lie so far apart that the processor does not do it by itself.
template <typename T>
LANES_INLINE void fetchNext(const Chunk& chunk, const PromptRule::Rows& rows, int64_t head, int64_t dim) {
    constexpr int64_t kLine = 64 / sizeof(T);
    const int64_t first = chunk.firstToken + kDeltaChunk, end = first + kDeltaChunk;
    for (int64_t token = first; token < end && token < chunk.prompt->tokens; ++token)
        for (int64_t d = 0; d < dim; d += kLine)
            __builtin_prefetch(rowOf<T>(rows, token, head) + d);
}

/// Queries or keys of a chunk; `raw` ones get the length `scale`.
template <typename T>
void loadRows(const Chunk& chunk, const PromptRule::Rows& rows, int64_t head, float scale, float* to) {
    constexpr float kEpsilon = 1e-6f; // of 5.4; not the model's epsilon
    const int64_t dim = chunk.prompt->keyDim;
    fetchNext<T>(chunk, rows, head, dim);
    for (int64_t i = 0; i < chunk.tokens; ++i) {
        const T* from = rowOf<T>(rows, chunk.firstToken + i, head);
        Lanes squares = {};
        for (int64_t d = 0; d < dim; d += kLanes) {
            const Lanes x = loadNumbers(from + d);
            squares += x * x;
            store(x, to + i * dim + d);
        }
        if (!chunk.prompt->raw)
            continue;
        const float factor = scale / sqrtf(sum(squares) + kEpsilon);
        for (int64_t d = 0; d < dim; d += kLanes)
            store(loadNumbers(to + i * dim + d) * factor, to + i * dim + d);
    }
    memset(to + chunk.tokens * dim, 0, static_cast<size_t>((kDeltaChunk - chunk.tokens) * dim) * sizeof *to);
}

void transpose(const float* from, int64_t dim, float* to) {
    for (int64_t d = 0; d < dim; ++d)
        for (int i = 0; i < kDeltaChunk; ++i)
            to[d * kDeltaChunk + i] = from[i * dim + d];
}

/// rows K^T, as far as a query sees a key.
void multiplyKeys(const Chunk& chunk, const float* rows, float* products) {
    constexpr int kVectors = 2;
    const int64_t dim = chunk.prompt->keyDim;
    for (int64_t row = 0; row < chunk.tokens; row += kTileRows)
        for (int64_t column = 0; column < row + kTileRows; column += kVectors * kLanes) {
            Lanes sums[kTileRows][kVectors] = {};
            multiply<kVectors>(rows + row * dim, dim, 1, chunk.at.transposed + column, kDeltaChunk, dim, sums);
            for (int i = 0; i < kTileRows; ++i)
                for (int v = 0; v < kVectors; ++v)
                    store(sums[i][v], products + (row + i) * kDeltaChunk + column + v * kLanes);
        }
}

template <typename T>
void loadKeyHead(const Chunk& chunk, int64_t head) {
    const PromptRule& prompt = *chunk.prompt;
    loadRows<T>(chunk, prompt.q, head, 1 / sqrtf(static_cast<float>(prompt.keyDim)), chunk.at.q);
    loadRows<T>(chunk, prompt.k, head, 1, chunk.at.k);
    transpose(chunk.at.k, prompt.keyDim, chunk.at.transposed);
    multiplyKeys(chunk, chunk.at.k, chunk.at.products);
    multiplyKeys(chunk, chunk.at.q, chunk.at.scores);
}

/// e^x, but 0 where the epsilon of 5.6 hides it: products of such small numbers leave the range of normal ones, and
/// then cost a CPU a hundred others.
LANES_INLINE Lanes faded(Lanes x) {
    constexpr float kGone = -30;
    const Lanes value = exponential(x);
    return x < kGone ? Lanes{} : value;
}

/// e^G, beta, e^(G_c - G) and e^(G_c).
void loadGates(Chunk& chunk, int64_t head, float* sums) {
    const PromptRule& prompt = *chunk.prompt;
    float total = 0;
    for (int64_t i = 0; i < kDeltaChunk; ++i) {
        const int64_t from = (chunk.firstToken + i) * prompt.valueHeads + head;
        total += i < chunk.tokens ? prompt.g[from] : 0;
        sums[i] = total;
        chunk.at.beta[i] = i < chunk.tokens ? prompt.beta[from] : 0;
    }
    for (int i = 0; i < kDeltaChunk; i += kLanes) {
        store(faded(loadNumbers(sums + i)), chunk.at.scale + i);
        store(faded(total - loadNumbers(sums + i)), chunk.at.left + i);
    }
    chunk.decay = chunk.at.scale[kDeltaChunk - 1];
}

/// -A and (Q K^T) .* D
void loadValueHead(Chunk& chunk, int64_t head) {
    float sums[kDeltaChunk];
    loadGates(chunk, head, sums);
    for (int64_t i = 0; i < wholeTiles(chunk.tokens); ++i)
        for (int64_t j = 0; j <= i; j += kLanes) {
            const int64_t at = i * kDeltaChunk + j;
            Lanes decay = faded(sums[i] - loadNumbers(sums + j));
            for (int64_t lane = i + 1 - j; lane < kLanes; ++lane)
                decay[lane] = 0;
            store(loadNumbers(chunk.at.products + at) * decay * -chunk.at.beta[i], chunk.at.system + at);
            store(loadNumbers(chunk.at.scores + at) * decay, chunk.at.attention + at);
        }
}

/// Where a value head's panel is.
struct Panel {
    float* state; ///< [keyDim, width]
    int64_t head;
    int64_t column;
};

/// Rows of beta (V - e^G K S0), the right side of the system.
template <typename T, int kVectors>
LANES_INLINE void rightSide(const Chunk& chunk, const Panel& panel, int64_t row, Lanes (&sums)[kTileRows][kVectors]) {
    const int64_t dim = chunk.prompt->keyDim;
    multiply<kVectors>(chunk.at.k + row * dim, dim, 1, panel.state, kVectors * kLanes, dim, sums);
    for (int i = 0; i < kTileRows; ++i) {
        const bool isToken = row + i < chunk.tokens;
        const T* v =
            isToken ? rowOf<T>(chunk.prompt->v, chunk.firstToken + row + i, panel.head) + panel.column : nullptr;
        for (int j = 0; j < kVectors; ++j)
            sums[i][j] =
                isToken ? (loadNumbers(v + j * kLanes) - chunk.at.scale[row + i] * sums[i][j]) * chunk.at.beta[row + i]
                        : Lanes{};
    }
}

/// R: the rows above are there already.
template <typename T, int kVectors>
void solve(const Chunk& chunk, const Panel& panel) {
    constexpr int kWidth = kVectors * kLanes;
    float* const rest = chunk.at.rest;
    for (int64_t row = 0; row < chunk.tokens; row += kTileRows) {
        Lanes sums[kTileRows][kVectors] = {};
        rightSide<T>(chunk, panel, row, sums);
        const float* system = chunk.at.system + row * kDeltaChunk;
        multiply<kVectors>(system, kDeltaChunk, 1, rest, kWidth, row, sums);
        for (int i = 0; i < kTileRows; ++i)
            for (int v = 0; v < kVectors; ++v) {
                for (int j = 0; j < i; ++j)
                    sums[i][v] += system[i * kDeltaChunk + row + j] * sums[j][v];
                store(sums[i][v], rest + (row + i) * kWidth + v * kLanes);
            }
    }
}

/// O
template <int kVectors>
void answer(const Chunk& chunk, const Panel& panel) {
    constexpr int kWidth = kVectors * kLanes;
    const PromptRule& prompt = *chunk.prompt;
    for (int64_t row = 0; row < chunk.tokens; row += kTileRows) {
        Lanes sums[kTileRows][kVectors] = {};
        multiply<kVectors>(chunk.at.q + row * prompt.keyDim, prompt.keyDim, 1, panel.state, kWidth, prompt.keyDim,
                           sums);
        for (int i = 0; i < kTileRows; ++i)
            for (int v = 0; v < kVectors; ++v)
                sums[i][v] *= chunk.at.scale[row + i];
        multiply<kVectors>(chunk.at.attention + row * kDeltaChunk, kDeltaChunk, 1, chunk.at.rest, kWidth,
                           row + kTileRows, sums);
        for (int i = 0; i < kTileRows && row + i < chunk.tokens; ++i)
            for (int v = 0; v < kVectors; ++v)
                store(sums[i][v],
                      prompt.out + ((chunk.firstToken + row + i) * prompt.valueHeads + panel.head) * prompt.valueDim +
                          panel.column + v * kLanes);
    }
}

/// S1
template <int kVectors>
void remember(const Chunk& chunk, const Panel& panel) {
    constexpr int kWidth = kVectors * kLanes;
    const int64_t dim = chunk.prompt->keyDim;
    for (int64_t row = 0; row < chunk.tokens; ++row)
        for (int v = 0; v < kVectors; ++v) {
            float* at = chunk.at.rest + row * kWidth + v * kLanes;
            store(loadNumbers(at) * chunk.at.left[row], at);
        }
    for (int64_t d = 0; d < dim; d += kTileRows) {
        Lanes sums[kTileRows][kVectors];
        for (int i = 0; i < kTileRows; ++i)
            for (int v = 0; v < kVectors; ++v)
                sums[i][v] = loadNumbers(panel.state + (d + i) * kWidth + v * kLanes) * chunk.decay;
        multiply<kVectors>(chunk.at.transposed + d * kDeltaChunk, kDeltaChunk, 1, chunk.at.rest, kWidth, chunk.tokens,
                           sums);
        for (int i = 0; i < kTileRows; ++i)
            for (int v = 0; v < kVectors; ++v)
                store(sums[i][v], panel.state + (d + i) * kWidth + v * kLanes);
    }
}

template <typename T, int kVectors>
void runPanel(const Chunk& chunk, const Panel& panel) {
    solve<T, kVectors>(chunk, panel);
    answer<kVectors>(chunk, panel);
    remember<kVectors>(chunk, panel);
}

/// Calls work(vectors, first column) for the panels that make up the columns of a memory.
template <typename Work>
void forPanels(int64_t valueDim, const Work& work) {
    int64_t column = 0;
    for (; column + kPanelVectors * kLanes <= valueDim; column += kPanelVectors * kLanes)
        work(kPanelVectors, column);
    for (; column < valueDim; column += kLanes)
        work(1, column);
}

template <typename T>
void runValueHead(Chunk& chunk, int64_t head, float* state) {
    loadValueHead(chunk, head);
    fetchNext<T>(chunk, chunk.prompt->v, head, chunk.prompt->valueDim);
    forPanels(chunk.prompt->valueDim, [&](int vectors, int64_t column) {
        const Panel panel{state + column * chunk.prompt->keyDim, head, column};
        if (vectors == 1)
            runPanel<T, 1>(chunk, panel);
        else
            runPanel<T, kPanelVectors>(chunk, panel);
    });
}

/// The memory of a value head, as it is outside, to or from panels.
void copyState(const PromptRule& prompt, int64_t head, float* state, bool back) {
    float* const outside = prompt.memory + head * prompt.keyDim * prompt.valueDim;
    forPanels(prompt.valueDim, [&](int vectors, int64_t column) {
        const int64_t width = vectors * kLanes;
        for (int64_t d = 0; d < prompt.keyDim; ++d) {
            float* const row = outside + d * prompt.valueDim + column;
            float* const packed = state + column * prompt.keyDim + d * width;
            memcpy(back ? row : packed, back ? packed : row, static_cast<size_t>(width) * sizeof *row);
        }
    });
}

template <typename T>
void runKeyHead(const PromptRule& prompt, int64_t keyHead, const DeltaScratch& scratch) {
    const int64_t repeats = prompt.valueHeads / prompt.keyHeads, size = prompt.keyDim * prompt.valueDim;
    for (int64_t i = 0; i < repeats; ++i)
        copyState(prompt, keyHead * repeats + i, scratch.state + i * size, false);
    for (int64_t token = 0; token < prompt.tokens; token += kDeltaChunk) {
        const int64_t left = prompt.tokens - token;
        Chunk chunk{&prompt, token, left < kDeltaChunk ? left : kDeltaChunk, scratch, 0};
        loadKeyHead<T>(chunk, keyHead);
        for (int64_t i = 0; i < repeats; ++i)
            runValueHead<T>(chunk, keyHead * repeats + i, scratch.state + i * size);
    }
    for (int64_t i = 0; i < repeats; ++i)
        copyState(prompt, keyHead * repeats + i, scratch.state + i * size, true);
}

void rule(const PromptRule& prompt, int64_t first, int64_t last, float* numbers) {
    const DeltaScratch scratch = cutScratch(prompt, numbers);
    for (int64_t head = first; head < last; ++head)
        if (prompt.type == WeightType::Float32)
            runKeyHead<float>(prompt, head, scratch);
        else
            runKeyHead<uint16_t>(prompt, head, scratch);
}

/// The value as it is after it has been stored as T.
template <typename T>
LANES_INLINE Lanes rounded(Lanes values) {
    return sizeof(T) == sizeof(float) ? values : toBfloat16(values);
}

/// `rows` are those under the taps.
template <typename T>
LANES_INLINE void convolveLanes(const PromptConvolution& prompt, const T* const* rows, int64_t channel, int64_t count,
                                T* out) {
    Lanes sums = {};
    for (int64_t tap = 0; tap < prompt.kernel; ++tap)
        sums += loadUpTo(rows[tap] + channel, count) * loadUpTo(prompt.taps + tap * prompt.channels + channel, count);
    sums = rounded<T>(sums);
    storeUpTo(sums / (1.0f + exponential(-sums)), out + channel, count);
}

template <typename T>
void convolveTokens(const PromptConvolution& prompt, int64_t first, int64_t last) {
    const int64_t before = prompt.kernel - 1, channels = prompt.channels;
    for (int64_t token = first; token < last; ++token) {
        const T* rows[kMaxTaps];
        for (int64_t row = token - before, tap = 0; tap <= before; ++tap, ++row)
            rows[tap] = row < 0 ? static_cast<const T*>(prompt.recent) + (row + before) * channels
                                : static_cast<const T*>(prompt.u) + row * prompt.tokenStride;
        T* const out = static_cast<T*>(prompt.out) + token * channels;
        int64_t channel = 0;
        for (; channel + kLanes <= channels; channel += kLanes)
            convolveLanes<T>(prompt, rows, channel, kLanes, out);
        if (channel < channels)
            convolveLanes<T>(prompt, rows, channel, channels - channel, out);
    }
}

void convolve(const PromptConvolution& prompt, int64_t first, int64_t last) {
    if (prompt.type == WeightType::Float32)
        convolveTokens<float>(prompt, first, last);
    else
        convolveTokens<uint16_t>(prompt, first, last);
}

constexpr DeltaPrompt kPrompt{convolve, rule};

} // namespace

} // namespace prunescope::model
