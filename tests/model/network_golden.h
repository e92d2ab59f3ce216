#pragma once

#include "core/blocks/pixel_blocks.h"
#include "model/engine/load_network.h"
#include "model/families/family.h"
#include "model/files/safetensors.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::test {

/// The stored numbers of one golden model: every intermediate of several prompts, full and pruned.
class NetworkGolden {
public:
    NetworkGolden(); ///< opens qwen3vl/ of the golden folder

    /// One prompt: its tokens before pruning and its pictures after the resize.
    struct Case {
        std::string name;
        std::vector<std::string> images;
        model::TokenSequence prompt;
        std::vector<model::VisionImage> pictures;
    };
    /// One way to prune it.
    struct Run {
        std::string name; ///< "full", "rand.pre", ...
        int layer = 0;    ///< 0 before the encoder, -1 after it
        std::vector<KeepMask> masks;
        Place place() const;
        std::string prefix; ///< of its tensors
    };

    std::string modelFolder() const { return m_folder + "/model"; }
    const nlohmann::json& manifest() const { return m_manifest; }
    std::vector<std::string> caseNames() const;
    Case readCase(const std::string& name, const model::ImageTokens& tokens) const;
    std::vector<Run> runs(const Case& one) const;

    bool has(const std::string& name) const { return m_file->find(name) != nullptr; }
    at::Tensor tensor(const std::string& name) const; ///< throws when it is not there
    std::vector<std::int64_t> integers(const std::string& name) const;
    /// Names that start with `prefix`, without it.
    std::vector<std::string> names(const std::string& prefix) const;
    Picture resized(const std::string& image) const;

private:
    std::string m_folder;
    nlohmann::json m_manifest;
    std::shared_ptr<const model::SafetensorsFile> m_file;
};

/// "" when `found` is within 1e-4 + 1e-4 * |expected| everywhere (integers: equal), else name, shapes or largest error.
std::string difference(const std::string& name, const at::Tensor& found, const at::Tensor& expected);

/// Relative L2 distance of the network's logits from the stored ones, over all runs of a case.
double relativeError(const NetworkGolden& golden, const model::VisionLanguageModel& network,
                     const std::string& caseName);

} // namespace prunescope::test
