#include "ui/canvas/area_scale.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace prunescope::ui {

namespace {

constexpr int kOne = 256; ///< all weights of a mean together
/// Below two milliseconds of work for each, a thread that waits for a core on a busy machine costs more than it saves.
constexpr int kBytesPerDrawingThread = 8 << 20;

/// The means along one side: output `i` is the sum of weights[i * count + k] * in[first[i] + k].
struct Means {
    int count = 0; ///< of weights for each output
    std::vector<int> first;
    std::vector<std::uint16_t> weights;

    const std::uint16_t* of(int i) const { return weights.data() + static_cast<std::ptrdiff_t>(i) * count; }
};

Means meansOf(int inputs, int outputs) {
    Means means;
    const double each = static_cast<double>(inputs) / outputs;
    means.count = std::min(inputs, static_cast<int>(std::ceil(each)) + 1);
    for (int i = 0; i < outputs; ++i) {
        const double from = i * each, to = (i + 1) * each;
        const int first = std::min(static_cast<int>(from), inputs - means.count);
        means.first.push_back(first);
        int before = 0;
        for (int k = 0; k < means.count; ++k) { // by what they are together: the sum is `kOne` whatever is rounded
            const double covered = std::clamp<double>(first + k + 1, from, to) - from;
            const int together = k + 1 == means.count ? kOne : static_cast<int>(std::lround(covered / each * kOne));
            means.weights.push_back(static_cast<std::uint16_t>(together - before));
            before = together;
        }
    }
    return means;
}

/// The mean of two or three rows of bytes. Sums stay below 2^16: `kOne` times 255 and a half.
void meanOfFew(const std::uint8_t* const* in, const std::uint16_t* weights, int count, std::uint16_t* means,
               std::size_t bytes) {
    const std::uint8_t *a = in[0], *b = in[1], *c = in[count - 1];
    const std::uint16_t first = weights[0], second = weights[1], third = count > 2 ? weights[2] : 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        const auto sum = static_cast<std::uint16_t>(first * a[i] + second * b[i] + third * c[i] + kOne / 2);
        means[i] = static_cast<std::uint16_t>(sum >> 8);
    }
}

/// The same of any number of rows.
void meanOfMany(const std::uint8_t* const* in, const std::uint16_t* weights, int count, std::uint16_t* means,
                std::size_t bytes) {
    std::fill_n(means, bytes, std::uint16_t{kOne / 2});
    for (int k = 0; k < count; ++k)
        for (std::size_t i = 0; i < bytes; ++i)
            means[i] = static_cast<std::uint16_t>(means[i] + weights[k] * in[k][i]);
    for (std::size_t i = 0; i < bytes; ++i)
        means[i] = static_cast<std::uint16_t>(means[i] >> 8);
}

/// The means of a row of pixels, four channels of 16 bits side by side in a word.
template <int kCount>
void meansAcross(const std::vector<std::uint16_t>& row, const Means& means, int first, int last, QRgb* out) {
    constexpr std::uint64_t kHalf = 0x0080'0080'0080'0080, kBytes = 0x00ff'00ff'00ff'00ff;
    for (int i = first; i < last; ++i) {
        const std::uint16_t* weights = means.of(i);
        const std::uint16_t* in = row.data() + std::ptrdiff_t{4} * means.first[static_cast<std::size_t>(i)];
        std::uint64_t sum = kHalf;
        for (int k = 0; k < (kCount > 0 ? kCount : means.count); ++k) {
            std::uint64_t pixel;
            std::memcpy(&pixel, in + 4 * k, sizeof pixel);
            sum += pixel * weights[k];
        }
        sum = (sum >> 8) & kBytes;
        sum |= sum >> 8;
        *out++ = static_cast<QRgb>((sum & 0xffff) | (sum >> 16 & 0xffff0000)) | 0xff000000;
    }
}

} // namespace

void drawScaledDown(const QImage& source, QRect crop, QImage& target, QRect place) {
    const QRect drawn = place & target.rect();
    if (drawn.isEmpty() || crop.isEmpty())
        return;
    const Means across = meansOf(crop.width(), place.width()), down = meansOf(crop.height(), place.height());
    const int left = drawn.left() - place.left(), right = left + drawn.width();
    const auto work = across.count == 2 ? meansAcross<2> : across.count == 3 ? meansAcross<3> : meansAcross<0>;
    const int rowBytes = 4 * crop.width() * crop.height() / place.height(); // of the source, for a row of the target
    std::uint8_t* pixels = target.bits();                                   // here: it may copy
    const qsizetype stride = target.bytesPerLine();
    parallelRanges(drawn.height(), std::max(1, kBytesPerDrawingThread / rowBytes), [&](int first, int last) {
        std::vector<std::uint16_t> row(std::size_t{4} * static_cast<std::size_t>(crop.width()));
        std::vector<const std::uint8_t*> in(static_cast<std::size_t>(down.count));
        for (int y = drawn.top() + first; y < drawn.top() + last; ++y) {
            const int i = y - place.top();
            for (int k = 0; k < down.count; ++k)
                in[static_cast<std::size_t>(k)] =
                    source.constScanLine(crop.top() + down.first[static_cast<std::size_t>(i)] + k) +
                    std::ptrdiff_t{4} * crop.left();
            const bool few = down.count == 2 || down.count == 3;
            (few ? meanOfFew : meanOfMany)(in.data(), down.of(i), down.count, row.data(), row.size());
            work(row, across, left, right, reinterpret_cast<QRgb*>(pixels + y * stride) + drawn.left());
        }
    });
}

} // namespace prunescope::ui
