#pragma once

// Nothing without AVX2: the files of the instruction sets include this.
#if defined(__AVX2__)

// Rows of stored formats to numbers, for files of AVX2 with F16C or of AVX-512. Products and sums must not be
// contracted: every set gives the bytes of the scalar one.

#include "model/kernels/stored_blocks_lanes.h"
#include "model/kernels/stored_rows.h"

namespace prunescope::model {

namespace {

template <typename Codes, typename Out>
void scaledTo(const uint8_t* codes, float scale, int64_t count, Out* out) {
    const float factor = scale * Codes::kFactor;
    Lanes a, b;
    int64_t i = 0;
    for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
        Codes::load(codes + i * Codes::kBytes, a, b);
        store(a * factor, out + i);
        store(b * factor, out + i + kLanes);
    }
    if (i == count)
        return;
    Out rest[2 * kLanes];
    loadRest<Codes>(codes + i * Codes::kBytes, count - i, a, b);
    store(a * factor, rest);
    store(b * factor, rest + kLanes);
    memcpy(out + i, rest, static_cast<size_t>(count - i) * sizeof(Out));
}

/// `first` is counted in rows, as everywhere below.
template <typename Out>
void halvesTo(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    scaledTo<HalfCodes>((const uint8_t*)matrix.data + first * matrix.cols * HalfCodes::kBytes, 1, count * matrix.cols,
                        out);
}

template <typename Codes, typename Out>
void gridTo(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    const int64_t cols = matrix.cols, width = matrix.scaleCols;
    const uint8_t* codes = (const uint8_t*)matrix.data + first * cols;
    for (int64_t row = first; row < first + count; ++row, codes += cols, out += cols) {
        const float* scales = gridScales(matrix, row);
        for (int64_t col = 0; col < cols; col += width)
            scaledTo<Codes>(codes + col, *scales++, cols - col < width ? cols - col : width, out + col);
    }
}

template <typename Out>
LANES_INLINE void int4GroupTo(Nibbles values, float low, const uint8_t* bytes, Out* out) {
    for (int part = 0; part < kInt4Group / 2; part += kLanes) {
        const Bits pairs = fromBytes(bytes + part);
        store(lower(values, pairs) + low, out + part);
        store(upper(values, pairs) + low, out + kInt4Group / 2 + part);
    }
}

template <typename Out>
void int4WideTo(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    const int64_t across = scalesAcross(matrix);
    const uint8_t* bytes = (const uint8_t*)matrix.data + first * matrix.cols / 2;
    for (int64_t row = first; row < first + count; ++row) {
        const float* pairs = (const float*)matrix.scales + 2 * row * across;
        for (int64_t col = 0; col < matrix.cols; col += kInt4Group, bytes += kInt4Group / 2, out += kInt4Group) {
            const float* pair = pairs + 2 * (col / matrix.scaleCols);
            int4GroupTo(nibbles(pair[0]), pair[1], bytes, out);
        }
    }
}

/// Groups follow each other without gaps, also from row to row.
template <typename Out>
void fp4To(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    const int64_t before = first * matrix.cols / kFp4Group, groups = count * matrix.cols / kFp4Group;
    const uint8_t* bytes = (const uint8_t*)matrix.data + before * kFp4Group / 2;
    const uint8_t* codes = (const uint8_t*)matrix.scales + before;
    float scales[kFp4Scales];
    for (int64_t group = 0; group < groups; ++group, bytes += kFp4Group / 2, out += kFp4Group) {
        const int64_t left = groups - group;
        if (group % kFp4Scales == 0)
            fp4Scales(codes + group, left < kFp4Scales ? left : kFp4Scales, matrix.factor, scales);
        for (int col = 0; col < kFp4Group; col += kLanes)
            store(fromFp4(bytes + col / 2) * scales[group % kFp4Scales], out + col);
    }
}

/// Blocks follow each other without gaps, also from row to row.
template <typename Block, typename Out>
void blocksTo(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    const int64_t across = matrix.cols / Block::kCols;
    const uint8_t* bytes = (const uint8_t*)matrix.data + first * across * Block::kBytes;
    for (int64_t i = 0; i < count * across; ++i, bytes += Block::kBytes, out += Block::kCols) {
        const Block block(bytes);
        block.unpack([&]<int col>(Lanes numbers) ALWAYS_INLINE {
            if constexpr (Block::kHasMinimum)
                numbers -= block.minimum()[col / 32];
            store(numbers, out + col);
        });
    }
}

template <typename Out>
void toRows(const MatrixView& matrix, int64_t first, int64_t count, Out* out) {
    switch (matrix.type) {
    case WeightType::Float16:
        return halvesTo(matrix, first, count, out);
    case WeightType::Fp8:
        return gridTo<Fp8Codes>(matrix, first, count, out);
    case WeightType::Int8Group:
        return gridTo<SignedCodes>(matrix, first, count, out);
    case WeightType::Int4Wide:
        return int4WideTo(matrix, first, count, out);
    case WeightType::Fp4:
        return fp4To(matrix, first, count, out);
    case WeightType::Q8_0:
        return blocksTo<Q8Block>(matrix, first, count, out);
    case WeightType::Q4_K:
        return blocksTo<Q4Block>(matrix, first, count, out);
    case WeightType::Q5_K:
        return blocksTo<Q5Block>(matrix, first, count, out);
    case WeightType::Q6_K:
        return blocksTo<Q6Block>(matrix, first, count, out);
    case WeightType::Float32:
    case WeightType::BFloat16:
    case WeightType::Int8:
    case WeightType::Int4:
        break; // have kernels of their own
    }
}

constexpr StoredRows kRows{toRows<float>, toRows<uint16_t>};

} // namespace

} // namespace prunescope::model

#endif // __AVX2__
