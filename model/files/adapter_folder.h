#pragma once

#include "model/files/adapter_config.h"
#include "model/files/tensor_names.h"

#include <map>

namespace prunescope::model {

/// What an adapter does to one weight of its base. At most one of `whole`, `a` and `rows` is there.
struct AdaptedWeight {
    std::string module;    ///< as the adapter calls it
    std::string tensor;    ///< name of one of its tensors, for messages
    TensorPlace whole;     ///< in place of the base's
    bool isShared = false; ///< `whole` is in place of a tied head's as well
    /// W + scale B A, all but the first side of each taken together; of a table that is looked up, W + scale (B A)^T.
    TensorPlace a;         ///< [r, in...]
    TensorPlace b;         ///< [out, r]
    TensorPlace magnitude; ///< of DoRA, [out]: the rows get these lengths; of a table, its columns do
    bool isLookedUp = false;
    double scale = 1;
    TensorPlace rows; ///< [ids, width]: in place of these rows
    std::vector<std::int64_t> ids;
    TensorPlace added; ///< of a bias: what is added to it, times `scale`
};

/// A LoRA adapter as peft writes it: adapter_config.json and adapter_model.safetensors. Any thread.
class AdapterFolder {
public:
    /// Opens an adapter; reads headers only. Throws Error(NotFound), Error(BadFile) or Error(Unsupported); the message
    /// names the file, and the tensor or field.
    static AdapterFolder open(const std::string& folder);

    const std::string& path() const { return m_path; }
    const AdapterConfig& config() const { return m_config; }
    const std::shared_ptr<const WeightFile>& file() const { return m_file; }
    /// By the canonical name of the weight (tensor_names.h).
    const std::map<std::string, AdaptedWeight>& weights() const { return m_weights; }

private:
    AdapterFolder(std::string path, AdapterConfig config, std::shared_ptr<const WeightFile> file);

    std::string m_path;
    AdapterConfig m_config;
    std::shared_ptr<const WeightFile> m_file;
    std::map<std::string, AdaptedWeight> m_weights;
};

} // namespace prunescope::model
