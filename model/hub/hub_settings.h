#pragma once

#include "model/hub/retries.h"

#include <filesystem>
#include <string>

namespace prunescope::model {

/// Settings of downloads: which hub, whose account, which cache.
struct HubSettings {
    std::string endpoint = "https://huggingface.co"; ///< without a slash at the end
    std::string token;                               ///< of the user's account; empty: none. Never shown anywhere
    std::filesystem::path cache;
    bool offline = false; ///< only what is in the cache
    RetryPolicy retry;
};

/// Reads the settings as the Hugging Face libraries do: HF_ENDPOINT; HF_TOKEN, else the file that `hf auth login`
/// writes (HF_TOKEN_PATH or token in HF_HOME); HF_HUB_CACHE and HF_HOME; HF_HUB_OFFLINE. A token and an endpoint over
/// plain http, other than on this machine, do not go together. Throws Error(Usage) that names the variable.
HubSettings hubSettings();

/// The page of a model for people.
std::string modelPage(const HubSettings& settings, const std::string& name);

} // namespace prunescope::model
