#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "tests/fuzz/fuzz_bodies.h"

#include <algorithm>
#include <vector>

namespace prunescope::fuzz {

namespace {

// A few bytes can make a valid picture of any size: that takes long, and says nothing new about the decoders.
constexpr std::int64_t kLargestDecoded = 1 << 20;
constexpr std::int64_t kLargestResized = 1 << 14;

void tryImage(Input input) {
    const Size stated = sizeInHeader(input);
    if (stated.area() > kLargestDecoded && stated.area() <= kMaxPicturePixels)
        return;
    mayFail([&] {
        const Picture picture = decodeImage(input, "input");
        require(!picture.empty() && picture.size().area() <= kMaxPicturePixels,
                "a decoded picture has an allowed size");
        require(picture.size().area() == stated.area(), "a picture is as large as its header says");
        if (picture.size().area() > kLargestResized)
            return;
        const PixelLimits limits;
        const Size expected = modelSize(picture.size(), limits);
        require(resizeForModel(picture, limits).size() == expected, "a picture gets the size that the model asks for");
    });
}

std::uint32_t checksum(Input bytes) {
    std::uint32_t sum = ~0u;
    for (const std::uint8_t byte : bytes) {
        sum ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            sum = sum & 1 ? sum >> 1 ^ 0xedb88320u : sum >> 1;
    }
    return ~sum;
}

std::uint32_t bigEndianAt(Input bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
}

/// The same chunks with checksums that fit, or nothing for what is no PNG. Without this, hardly a changed PNG reaches
/// the decoder.
std::vector<std::uint8_t> repairedPng(Input input) {
    constexpr std::uint8_t kSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (input.size() < 8 || !std::equal(std::begin(kSignature), std::end(kSignature), input.begin()))
        return {};
    std::vector<std::uint8_t> bytes(input.begin(), input.end());
    for (std::size_t at = 8; bytes.size() - at >= 12;) {
        const std::size_t length = bigEndianAt(bytes, at);
        if (length > bytes.size() - at - 12)
            break;
        const std::size_t end = at + 8 + length;
        const std::uint32_t sum = checksum(Input(bytes).subspan(at + 4, length + 4));
        for (std::size_t i = 0; i < 4; ++i)
            bytes[end + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
        at = end + 4;
    }
    return bytes;
}

} // namespace

void fuzzImage(Input input) {
    tryImage(input);
    if (const std::vector<std::uint8_t> repaired = repairedPng(input); !std::ranges::equal(repaired, input))
        tryImage(repaired);
}

} // namespace prunescope::fuzz
