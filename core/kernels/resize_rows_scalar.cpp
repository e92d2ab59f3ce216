#include "core/kernels/resize_rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace prunescope {

namespace {

std::int32_t halfOf(int precision) {
    return precision > 0 ? 1 << (precision - 1) : 0;
}

std::uint8_t toByte(std::int32_t sum, int precision) {
    return static_cast<std::uint8_t>(std::clamp(sum >> precision, 0, 255));
}

void across(const AcrossTaps& taps, const std::uint8_t* const* in, std::uint8_t* const* out, void* /*scratch*/) {
    std::uint8_t* to = *out;
    for (int x = 0; x < taps.outWidth; ++x, to += 3) {
        const std::uint8_t* from = *in + static_cast<std::ptrdiff_t>(taps.first[x]) * 3;
        const std::int16_t* weights = taps.weights + static_cast<std::ptrdiff_t>(x) * taps.width;
        std::int32_t r = halfOf(taps.precision), g = r, b = r;
        for (int j = 0; j < taps.count[x]; ++j, from += 3) {
            r += from[0] * weights[j];
            g += from[1] * weights[j];
            b += from[2] * weights[j];
        }
        to[0] = toByte(r, taps.precision);
        to[1] = toByte(g, taps.precision);
        to[2] = toByte(b, taps.precision);
    }
}

constexpr std::size_t kStrip = 1024; // sums that stay in the first cache

void downStrip(const DownRow& row, std::size_t offset, std::uint8_t* out, std::size_t bytes) {
    std::array<std::int32_t, kStrip> sums;
    std::fill_n(sums.begin(), bytes, halfOf(row.precision));
    for (int j = 0; j < row.count; ++j) {
        const std::uint8_t* in = row.rows[j] + offset;
        const std::int32_t weight = row.weights[j];
        for (std::size_t i = 0; i < bytes; ++i)
            sums[i] += in[i] * weight;
    }
    for (std::size_t i = 0; i < bytes; ++i)
        out[i] = toByte(sums[i], row.precision);
}

void down(const DownRow& row, std::uint8_t* out, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += kStrip)
        downStrip(row, i, out + i, std::min(kStrip, bytes - i));
}

} // namespace

const ResizeRows kResizeRowsScalar{1, across, down};

} // namespace prunescope
