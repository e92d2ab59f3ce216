#include "core/kernels/patch_rows.h"

#include "core/base/parallel.h"

#include <array>
#include <bit>
#include <cstring>

namespace prunescope {

namespace {

constexpr int kBlocksPerThread = 256; // half a millisecond

float scaled(int value, float mean, float deviation) {
    return (static_cast<float>(value) - mean * 255.0F) / (deviation * 255.0F);
}

/// Upper half of a float32, rounded to nearest, ties to even.
std::uint16_t toBFloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// What each byte becomes, red, green, blue.
template <typename Value>
using ByteTables = std::array<std::array<Value, 256>, 3>;

template <typename Value, typename Convert>
ByteTables<Value> makeTables(const PixelScale& scale, Convert convert) {
    ByteTables<Value> tables;
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[channel][byte] =
                convert(scaled(static_cast<int>(byte), scale.mean[channel], scale.deviation[channel]));
    return tables;
}

/// Calls `work` with the tables, which for the usual scale are made once.
template <typename Value, typename Convert, typename Work>
void withTables(const PixelScale& scale, Convert convert, Work work) {
    static const auto usual = makeTables<Value>(PixelScale{}, convert);
    if (scale == PixelScale{})
        work(usual);
    else
        work(makeTables<Value>(scale, convert));
}

/// PatchGeometry in the type of addresses.
struct PatchSizes {
    constexpr explicit PatchSizes(const PatchGeometry& geometry)
        : side(static_cast<std::size_t>(geometry.patchPx)), merge(static_cast<std::size_t>(geometry.merge)),
          frames(static_cast<std::size_t>(geometry.frames)), plane(side * side) {}

    std::size_t side, merge, frames, plane;
};

/// One patch from its upper left sample; all frames are the same. `Geometry`: as withGeometry gives it.
template <typename Geometry, typename Value>
Value* writePatch(const std::uint8_t* corner, std::size_t stride, const ByteTables<Value>& tables, Geometry geometry,
                  Value* out) {
    const PatchSizes sizes(geometry);
    for (std::size_t channel = 0; channel < 3; ++channel, out += sizes.frames * sizes.plane) {
        const std::array<Value, 256>& table = tables[channel];
        for (std::size_t y = 0; y < sizes.side; ++y)
            for (std::size_t x = 0; x < sizes.side; ++x)
                out[y * sizes.side + x] = table[corner[y * stride + x * 3 + channel]];
        for (std::size_t frame = 1; frame < sizes.frames; ++frame)
            std::memcpy(out + frame * sizes.plane, out, sizes.plane * sizeof(Value));
    }
    return out;
}

template <typename Geometry, typename Value>
void writeAll(const PixelBlocks& blocks, std::span<const int> indices, const ByteTables<Value>& tables,
              Geometry geometry, Value* out) {
    const PatchSizes sizes(geometry);
    const std::size_t stride = blocks.strideBytes(), patches = sizes.merge * sizes.merge;
    parallelRanges(static_cast<int>(indices.size()), kBlocksPerThread, [&](int first, int last) {
        Value* row = out + static_cast<std::size_t>(first) * patches * 3 * sizes.frames * sizes.plane;
        for (const int index : indices.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)))
            for (std::size_t patch = 0; patch < patches; ++patch) {
                const std::size_t down = patch / sizes.merge * sizes.side, across = patch % sizes.merge * sizes.side;
                row = writePatch(blocks.block(index) + down * stride + across * 3, stride, tables, geometry, row);
            }
    });
}

template <typename Value>
void writeAll(const PixelBlocks& blocks, std::span<const int> indices, const ByteTables<Value>& tables, void* out) {
    withGeometry(blocks.geometry(),
                 [&](auto geometry) { writeAll(blocks, indices, tables, geometry, static_cast<Value*>(out)); });
}

} // namespace

void writePatchRows(const PixelBlocks& blocks, std::span<const int> indices, RowType type, void* rows,
                    const PixelScale& scale) {
    const auto write = [&](const auto& tables) { writeAll(blocks, indices, tables, rows); };
    if (type == RowType::Float32)
        withTables<float>(
            scale, [](float value) { return value; }, write);
    else
        withTables<std::uint16_t>(scale, toBFloat16, write);
}

void gatherBlocks(const PixelBlocks& blocks, std::span<const int> indices, std::uint8_t* bytes) {
    withGeometry(blocks.geometry(), [&](auto geometry) {
        const auto side = static_cast<std::size_t>(PatchGeometry(geometry).blockPx());
        for (const int index : indices) {
            const std::uint8_t* row = blocks.block(index);
            for (std::size_t y = 0; y < side; ++y, row += blocks.strideBytes(), bytes += side * 3)
                std::memcpy(bytes, row, side * 3);
        }
    });
}

} // namespace prunescope
