#pragma once

#include "core/blocks/pixel_blocks.h"
#include "model/engine/load_network.h"
#include "model/families/family.h"
#include "model/files/safetensors.h"

#include <ATen/ATen.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::test {

/// A set of stored numbers, and how close a network must come to them: |a - b| <= absolute + 1e-4 |b| in float32, and
/// within a relative L2 distance of the logits in all else.
struct GoldenSet {
    std::string name;     ///< of its folder
    double layers = 1e-4; ///< absolute, of everything up to the language layers
    double logits = 2e-4; ///< absolute, of logits
    double half = 0.10;   ///< relative, bfloat16
    double int8 = 0.15;   ///< relative, packed weights
    double int4 = 0.70;   ///< relative, packed weights
};

/// One set for each family that networks are loaded of.
const std::vector<GoldenSet>& goldenSets();

/// The stored numbers of one golden model: every intermediate of several prompts, full and pruned. Folders differ in
/// sizes, cases and in what they store; all have this format (qwen3-vl spec 14, qwen3-5 spec 14, other-families spec
/// 7).
class NetworkGolden {
public:
    explicit NetworkGolden(const std::string& set = "qwen3vl"); ///< opens that folder of the golden folder

    /// One prompt: its tokens before pruning and its pictures as the model sees them.
    struct Case {
        std::string name;
        std::vector<std::string> images;
        model::TokenSequence prompt;
        std::vector<model::VisionImage> pictures;
    };
    /// One way to prune it.
    struct Run {
        std::string name;         ///< "full", "rand.pre", ...
        int layer = 0;            ///< of the encoder: 0 before it, -1 after it
        int languageLayer = 0;    ///< tokens are dropped just before this language layer; 0: in no such place
        bool isReindexed = false; ///< tokens that are left get the positions 0, 1, 2 ...
        std::vector<KeepMask> masks;
        std::string prefix; ///< of its tensors

        Place place() const;
    };

    std::string modelFolder() const { return m_folder + "/model"; }
    std::string imageFile(const std::string& image) const;
    const nlohmann::json& manifest() const { return m_manifest; }
    std::vector<std::string> caseNames() const;
    /// The names of a case's runs; "full" is one of them.
    std::vector<std::string> runNames(const std::string& caseName) const;
    /// `config`: that of the set's model.
    Case readCase(const std::string& name, const model::ModelConfig& config) const;
    Run readRun(const Case& one, const std::string& name) const;
    std::vector<Run> runs(const Case& one) const;

    bool has(const std::string& name) const { return m_file->find(name) != nullptr; }
    at::Tensor tensor(const std::string& name) const; ///< throws when it is not there
    std::vector<std::int64_t> integers(const std::string& name) const;
    /// Names that start with `prefix`, without it.
    std::vector<std::string> names(const std::string& prefix) const;

    /// Bytes of a picture as a model of squares of `side` pixels sees it: cropped, or its tiles one below the other.
    /// The small tile of the whole picture, the last, is not stored.
    Picture seen(const std::string& image, int side) const;
    /// Normalised patch rows of what is stored as `values` of a picture, blocks in token order: [patches,
    /// patchFeatures].
    at::Tensor patchRows(const std::string& image, const PatchGeometry& geometry,
                         const std::string& values = "pixel_values") const;

private:
    std::string m_folder;
    nlohmann::json m_manifest;
    std::shared_ptr<const model::WeightFile> m_file;
};

/// A copy of a stored tensor in its own type. Throws for types that golden sets and tiny checkpoints do not have.
at::Tensor copyOf(const model::StoredTensor& stored);

/// What the encoder is given in a run.
model::VisionInput visionInput(const NetworkGolden::Case& one, const NetworkGolden::Run& run);
/// Which tokens of the case's prompt are left in the end, rising.
std::vector<std::int64_t> keptTokens(const NetworkGolden::Case& one, const NetworkGolden::Run& run);
/// The tokens that the language model begins with.
model::TokenSequence promptOf(const NetworkGolden::Case& one, const NetworkGolden::Run& run);
/// What drops tokens between language layers; nothing where the run drops none there.
std::unique_ptr<model::LayerPruning> pruningOf(const NetworkGolden::Case& one, const NetworkGolden::Run& run);

/// "" when `found` is within absolute + 1e-4 * |expected| everywhere (integers: equal), else name, shapes or largest
/// error.
std::string difference(const std::string& name, const at::Tensor& found, const at::Tensor& expected,
                       double absolute = 1e-4);

/// Relative L2 distance of the network's logits from the stored ones, over all runs of a case; where only those that
/// chose tokens are stored, of the first.
double relativeError(const NetworkGolden& golden, const model::VisionLanguageModel& network,
                     const std::string& caseName);

} // namespace prunescope::test
