#include "core/report/cost_model.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace prunescope {

std::span<const ModelShape> modelShapes() {
    static const std::array list{
        ModelShape{"qwen3-vl-2b", 24, 1024, 4096, 3, 2048, 28, 6144, 16, 8, 128, 151936},
        ModelShape{"qwen3-vl-4b", 24, 1024, 4096, 3, 2560, 36, 9728, 32, 8, 128, 151936},
        ModelShape{"qwen3-vl-8b", 27, 1152, 4304, 3, 4096, 36, 12288, 32, 8, 128, 151936},
        ModelShape{"tiny", 4, 192, 768, 3, 256, 4, 768, 4, 2, 64, 151936},
    };
    return list;
}

const ModelShape& findModelShape(std::string_view name) {
    std::vector<std::string> names;
    for (const ModelShape& shape : modelShapes()) {
        if (shape.name == name)
            return shape;
        names.push_back(shape.name);
    }
    throw Error(ErrorKind::Usage, "shape '" + std::string(name) + "' is unknown, expected one of " + join(names));
}

PromptFlops promptFlops(const ModelShape& shape, std::span<const int> patches, int textTokens) {
    const double vitWidth = shape.vitWidth, vitInner = shape.vitInner, languageWidth = shape.languageWidth;
    const double perBlock = shape.geometry.patchesPerBlock();
    const double mergeWidth = perBlock * vitWidth; // D_in
    const double queryWidth = static_cast<double>(shape.heads) * shape.headDim;
    const double keyWidth = static_cast<double>(shape.kvHeads) * shape.headDim;
    PromptFlops flops;
    double tokens = textTokens; // N_l
    for (const int count : patches) {
        const double n = count, blocks = n / perBlock;
        flops.vit += shape.vitLayers * (n * (8 * vitWidth * vitWidth + 4 * vitWidth * vitInner) + 4 * n * n * vitWidth);
        flops.mergers +=
            (1 + shape.deepstackLayers) * blocks * (2 * mergeWidth * mergeWidth + 2 * mergeWidth * languageWidth);
        tokens += blocks;
    }
    const double perToken =
        2 * languageWidth * (2 * queryWidth + 2 * keyWidth) + 6 * languageWidth * shape.languageInner; // C_l
    flops.llm = shape.languageLayers * (tokens * perToken + 4 * tokens * tokens * queryWidth);
    return flops;
}

WeightCounts weightCounts(const ModelShape& shape) {
    const double vitWidth = shape.vitWidth, mergeWidth = shape.geometry.patchesPerBlock() * vitWidth;
    const double languageWidth = shape.languageWidth, headDim = shape.headDim;
    const double visionLayer = 4 * vitWidth * vitWidth + 2 * vitWidth * shape.vitInner;
    const double merger = mergeWidth * mergeWidth + mergeWidth * languageWidth;
    const double layer =
        2 * languageWidth * headDim * (shape.heads + shape.kvHeads) + 3 * languageWidth * shape.languageInner;
    return {shape.vitLayers * visionLayer + (1 + shape.deepstackLayers) * merger,
            shape.languageLayers * layer + static_cast<double>(shape.vocab) * languageWidth};
}

ReadBytes readBytes(const ModelShape& shape, int bytesPerValue) {
    const WeightCounts weights = weightCounts(shape);
    return {weights.vision * bytesPerValue, weights.text * bytesPerValue,
            static_cast<double>(kvBytes(shape, 1, bytesPerValue))};
}

CostFloor costFloor(const ModelShape& shape, const PromptFlops& flops, int promptTokens, MachineSpeed speed,
                    const ReadBytes& bytes) {
    const double tokens = promptTokens;
    const double attention = 4.0 * shape.languageLayers * tokens * tokens * shape.heads * shape.headDim;
    const auto computeMs = [&](double operations) { return 1000 * operations / speed.flopsPerSecond; };
    const auto readMs = [&](double count) { return 1000 * count / speed.bytesPerSecond; };
    CostFloor floor;
    if (flops.vit > 0)
        floor.vitMs = std::max(computeMs(flops.vit + flops.mergers), readMs(bytes.vision));
    floor.prefillMs = std::max(computeMs(flops.llm - attention / 2), readMs(bytes.text));
    floor.decodePerTokenMs = readMs(bytes.text + bytes.perToken * tokens);
    return floor;
}

std::int64_t kvBytes(const ModelShape& shape, std::int64_t tokens, int bytesPerValue) {
    return std::int64_t{2} * shape.languageLayers * shape.kvHeads * shape.headDim * bytesPerValue * tokens;
}

} // namespace prunescope
