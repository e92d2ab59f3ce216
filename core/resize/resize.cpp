#include "core/resize/resize.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/image/image_file.h"
#include "core/kernels/resize_rows.h"
#include "core/resize/across_plan.h"
#include "core/resize/filter_taps.h"
#include "core/resize/picture_fits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace prunescope {

namespace {

std::string sizeText(Size size) {
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

/// A band's own memory for the horizontal pass.
class AcrossPass {
public:
    AcrossPass(const Picture& picture, const AcrossPlan& plan, const ResizeRows& kernels)
        : m_picture(picture), m_taps(plan.taps()), m_kernels(kernels), m_scratch(plan.scratchBytes(kernels.batch)) {}

    /// Rows [first, last) of the picture, at most a batch, to `outRow(y)`.
    template <typename OutRow>
    void run(int first, int last, OutRow outRow) {
        std::array<const std::uint8_t*, kMaxAcrossRows> in;
        std::array<std::uint8_t*, kMaxAcrossRows> out;
        for (int i = 0; i < m_kernels.batch; ++i) {
            const int y = std::min(first + i, last - 1); // a batch is always full
            in[static_cast<std::size_t>(i)] = m_picture.row(y);
            out[static_cast<std::size_t>(i)] = outRow(y);
        }
        m_kernels.across(m_taps, in.data(), out.data(), m_scratch.data());
    }

private:
    const Picture& m_picture;
    AcrossTaps m_taps;
    const ResizeRows& m_kernels;
    PixelBuffer m_scratch;
};

/// The last few rows of a band that went through the horizontal pass.
class RowRing {
public:
    RowRing(std::size_t rowBytes, int rows)
        : m_rows(rows), m_stride((rowBytes + kLine - 1) / kLine * kLine | kLine),
          m_bytes(m_stride * static_cast<std::size_t>(rows)) {}

    std::uint8_t* row(int y) { return m_bytes.data() + static_cast<std::size_t>(y % m_rows) * m_stride; }

private:
    static constexpr std::size_t kLine = 64;
    int m_rows;
    std::size_t m_stride; // an odd number of cache lines: rows do not push each other out
    PixelBuffer m_bytes;
};

/// One resize. Threads make bands of output rows, each with nothing but a ring of rows besides the result.
class Resizer {
public:
    Resizer(const Picture& picture, Size size, CpuLevel level)
        : m_picture(picture), m_size(size), m_kernels(resizeRows(level)),
          m_down(makeTaps(picture.height(), size.height)),
          m_across(makeTaps(picture.width(), size.width), picture.width()),
          m_result(rowBytes() * static_cast<std::size_t>(size.height)) {}

    Picture run() && {
        parallelRanges(m_size.height, grain(), [this](int first, int last) { makeBand(first, last); });
        return Picture(m_size, std::move(m_result));
    }

private:
    std::size_t rowBytes() const { return static_cast<std::size_t>(m_size.width) * 3; }
    std::uint8_t* outRow(int y) { return m_result.data() + static_cast<std::size_t>(y) * rowBytes(); }

    int grain() const {
        const std::size_t bytesPerRow =
            (m_picture.sizeBytes() + m_result.size()) / static_cast<std::size_t>(m_size.height);
        return static_cast<int>(kBytesPerThread / bytesPerRow) + 1;
    }

    void makeBand(int first, int last) {
        if (m_size.height == m_picture.height())
            bandAcross(first, last);
        else if (m_size.width == m_picture.width())
            bandDown(first, last);
        else
            bandBoth(first, last);
    }

    void bandAcross(int first, int last) {
        AcrossPass pass(m_picture, m_across, m_kernels);
        for (int y = first; y < last; y += m_kernels.batch)
            pass.run(y, std::min(y + m_kernels.batch, last), [this](int row) { return outRow(row); });
    }

    void bandDown(int first, int last) {
        std::vector<const std::uint8_t*> rows(static_cast<std::size_t>(m_down.width));
        for (int y = first; y < last; ++y)
            makeRow(y, rows, [this](int row) { return m_picture.row(row); });
    }

    void bandBoth(int first, int last) {
        AcrossPass pass(m_picture, m_across, m_kernels);
        RowRing ring(rowBytes(), m_down.width + m_kernels.batch);
        std::vector<const std::uint8_t*> rows(static_cast<std::size_t>(m_down.width));
        const int end = windowEnd(last - 1);
        int made = m_down.first[static_cast<std::size_t>(first)];
        for (int y = first; y < last; ++y) {
            for (; made < windowEnd(y); made = std::min(made + m_kernels.batch, end))
                pass.run(made, std::min(made + m_kernels.batch, end), [&](int row) { return ring.row(row); });
            makeRow(y, rows, [&](int row) { return ring.row(row); });
        }
    }

    int windowEnd(int y) const {
        return m_down.first[static_cast<std::size_t>(y)] + m_down.count[static_cast<std::size_t>(y)];
    }

    /// The vertical pass for one output row; `rows` is room for the pointers to its window.
    template <typename InRow>
    void makeRow(int y, std::vector<const std::uint8_t*>& rows, InRow inRow) {
        const int first = m_down.first[static_cast<std::size_t>(y)], count = m_down.count[static_cast<std::size_t>(y)];
        for (int j = 0; j < count; ++j)
            rows[static_cast<std::size_t>(j)] = inRow(first + j);
        m_kernels.down({rows.data(), m_down.of(y), count, m_down.precision}, outRow(y), rowBytes());
    }

    const Picture& m_picture;
    Size m_size;
    const ResizeRows& m_kernels;
    FilterTaps m_down;
    AcrossPlan m_across;
    PixelBuffer m_result;
};

void requireRatio(Size size) {
    const double height = size.height, width = size.width;
    if (std::max(height, width) / std::min(height, width) > kMaxAspectRatio)
        throw Error(ErrorKind::BadInput, "picture of " + sizeText(size) + " has an aspect ratio over 200");
}

/// On the way to a square the short side of a picture becomes that of the square.
void requireRoom(Size size, int sidePx) {
    const double side = sidePx, height = size.height, width = size.width;
    const double longest = std::floor(side * std::max(height, width) / std::min(height, width));
    if (side * longest > static_cast<double>(kMaxPicturePixels))
        throw Error(ErrorKind::BadInput, "picture of " + sizeText(size) + " is too narrow for a square of " +
                                             sizeText({sidePx, sidePx}) + ": as wide as that it would have more than " +
                                             std::to_string(kMaxPicturePixels) + " pixels");
}

void requireShape(Size size, const PixelLimits& limits) {
    if (size.width <= 0 || size.height <= 0)
        throw Error(ErrorKind::BadInput, "empty picture");
    if (limits.fit == PictureFit::Resized)
        requireRatio(size);
    else if (limits.fit != PictureFit::Tiled)
        requireRoom(size, limits.sidePx);
}

/// Whole blocks within the limits of the area (qwen3-vl spec 3.1).
Size resizedSize(Size size, const PixelLimits& limits) {
    const double height = size.height, width = size.width;
    const double block = limits.geometry.blockPx();
    // nearbyint rounds half to even, as the reference does.
    double outHeight = std::nearbyint(height / block) * block;
    double outWidth = std::nearbyint(width / block) * block;
    if (outHeight * outWidth > static_cast<double>(limits.maxPixels)) {
        const double beta = std::sqrt(height * width / static_cast<double>(limits.maxPixels));
        outHeight = std::max(block, std::floor(height / beta / block) * block);
        outWidth = std::max(block, std::floor(width / beta / block) * block);
    } else if (outHeight * outWidth < static_cast<double>(limits.minPixels)) {
        const double beta = std::sqrt(static_cast<double>(limits.minPixels) / (height * width));
        outHeight = std::ceil(height * beta / block) * block;
        outWidth = std::ceil(width * beta / block) * block;
    }
    return {static_cast<int>(outWidth), static_cast<int>(outHeight)};
}

/// Whether nothing of a picture that isn't resized would have to be.
bool canStay(Size size, const PixelLimits& limits) {
    const int side = limits.fixed() ? limits.sidePx : limits.geometry.blockPx();
    if (limits.fit == PictureFit::Resized)
        return size.width > 0 && size.height > 0 && size.width % side == 0 && size.height % side == 0;
    if (limits.fit != PictureFit::Tiled || size.width <= 0 || size.height <= 0)
        return size == Size{side, side};
    const TileGrid tiles = tileGrid(size, limits);
    return size == Size{tiles.cols * side, tiles.rows * side};
}

std::string sidesThatStay(const PixelLimits& limits) {
    if (limits.fit == PictureFit::Resized)
        return "sides that are multiples of " + std::to_string(limits.geometry.blockPx());
    const std::string square = sizeText({limits.sidePx, limits.sidePx});
    return limits.fit == PictureFit::Tiled ? "tiles of " + square + ", at most " + std::to_string(limits.mostTiles)
                                           : square;
}

} // namespace

Size modelSize(Size size, const PixelLimits& limits) {
    requireShape(size, limits);
    if (!limits.fixed())
        return resizedSize(size, limits);
    const int side = limits.sidePx;
    check(side > 0 && side % limits.geometry.blockPx() == 0, "squares of whole blocks");
    return {side, limits.fit == PictureFit::Tiled ? side * tileGrid(size, limits).squares() : side};
}

Size seenSize(Size size, const PixelLimits& limits, bool resize) {
    if (!resize && !canStay(size, limits))
        throw Error(ErrorKind::BadInput,
                    "picture of " + sizeText(size) + " can't be taken as it is: expected " + sidesThatStay(limits));
    return resize || limits.fixed() ? modelSize(size, limits) : size;
}

Picture resizeBicubic(const Picture& picture, Size size, CpuLevel level) {
    check(size.width > 0 && size.height > 0 && !picture.empty(), "resize needs positive sizes");
    if (size == picture.size())
        return picture;
    return Resizer(picture, size, level).run();
}

Picture resizeForModel(const Picture& picture, const PixelLimits& limits) {
    const Size size = modelSize(picture.size(), limits);
    switch (limits.fit) {
    case PictureFit::Cropped:
        return croppedForModel(picture, limits.sidePx);
    case PictureFit::Padded:
        return paddedForModel(picture, limits.sidePx);
    case PictureFit::Tiled:
        return tiledForModel(picture, limits);
    case PictureFit::Resized:
        break;
    }
    return resizeBicubic(picture, size);
}

Picture seenPicture(const Picture& picture, const PixelLimits& limits, bool resize) {
    seenSize(picture.size(), limits, resize);
    return resize || limits.fixed() ? resizeForModel(picture, limits) : picture;
}

void requireAnySize(const PixelLimits& limits) {
    if (limits.fixed())
        throw Error(ErrorKind::Usage, "found a method that shows a smaller picture, expected another: the model sees "
                                      "pictures in squares of " +
                                          sizeText({limits.sidePx, limits.sidePx}));
}

Picture resizeSmaller(const Picture& picture, Size size, const PixelLimits& limits) {
    requireAnySize(limits);
    return resizeBicubic(picture, size);
}

} // namespace prunescope
