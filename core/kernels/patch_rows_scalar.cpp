#include "core/kernels/patch_rows.h"

#include "core/base/parallel.h"

#include <array>
#include <bit>
#include <cstring>

namespace prunescope {

namespace {

constexpr std::size_t kPlane = kPatchPx * kPatchPx;
constexpr int kBlocksPerThread = 256; // half a millisecond

float normalised(int value) {
    return (static_cast<float>(value) - 127.5f) / 127.5f;
}

/// Upper half of a float32, rounded to nearest, ties to even.
std::uint16_t toBFloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

template <typename Value>
using ByteTable = std::array<Value, 256>;

template <typename Value, typename Convert>
ByteTable<Value> makeTable(Convert convert) {
    ByteTable<Value> table;
    for (int byte = 0; byte < 256; ++byte)
        table[static_cast<std::size_t>(byte)] = convert(normalised(byte));
    return table;
}

/// One patch from its upper left sample; both frames are the same.
template <typename Value>
Value* writePatch(const std::uint8_t* corner, std::size_t stride, const ByteTable<Value>& table, Value* out) {
    for (std::size_t channel = 0; channel < 3; ++channel, out += kFrames * kPlane) {
        for (std::size_t y = 0; y < kPatchPx; ++y)
            for (std::size_t x = 0; x < kPatchPx; ++x)
                out[y * kPatchPx + x] = table[corner[y * stride + x * 3 + channel]];
        std::memcpy(out + kPlane, out, kPlane * sizeof(Value));
    }
    return out;
}

template <typename Value>
void writeAll(const PixelBlocks& blocks, std::span<const int> indices, const ByteTable<Value>& table, Value* out) {
    const std::size_t stride = blocks.strideBytes();
    parallelRanges(static_cast<int>(indices.size()), kBlocksPerThread, [&](int first, int last) {
        Value* row = out + static_cast<std::size_t>(first) * kPatchesPerBlock * kPatchFeatures;
        for (const int index : indices.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)))
            for (std::size_t patch = 0; patch < kPatchesPerBlock; ++patch) {
                const std::size_t down = patch / kMerge * kPatchPx, across = patch % kMerge * kPatchPx;
                row = writePatch(blocks.block(index) + down * stride + across * 3, stride, table, row);
            }
    });
}

} // namespace

void writePatchRows(const PixelBlocks& blocks, std::span<const int> indices, RowType type, void* rows) {
    if (type == RowType::Float32) {
        static const auto table = makeTable<float>([](float value) { return value; });
        writeAll(blocks, indices, table, static_cast<float*>(rows));
    } else {
        static const auto table = makeTable<std::uint16_t>(toBFloat16);
        writeAll(blocks, indices, table, static_cast<std::uint16_t*>(rows));
    }
}

void gatherBlocks(const PixelBlocks& blocks, std::span<const int> indices, std::uint8_t* bytes) {
    constexpr std::size_t kRow = kBlockPx * 3;
    for (const int index : indices) {
        const std::uint8_t* row = blocks.block(index);
        for (int y = 0; y < kBlockPx; ++y, row += blocks.strideBytes(), bytes += kRow)
            std::memcpy(bytes, row, kRow);
    }
}

} // namespace prunescope
