#include "app/commands/replay_model.h"

#include "app/commands/load_model.h"
#include "app/folders/model_folders.h"
#include "app/terminal/console.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/adapter_base.h"

#include <filesystem>
#include <optional>

namespace prunescope::app {

namespace {

constexpr std::size_t kShownDigits = 12; ///< of a hash: enough to tell models apart

std::string described(const std::string& name, const std::string& sha256) {
    return inQuotes(name) + " with SHA-256 " + sha256.substr(0, kShownDigits) + "...";
}

/// Those of that name; a bundle says no more about where a model is.
std::vector<std::string> foldersNamed(const std::string& name, bool adapters) {
    std::vector<std::string> folders;
    for (const ModelFolder& found : findModelFolders()) {
        const bool isNamed = found.name == name || found.name.ends_with("/" + name) ||
                             std::filesystem::path(found.folder).filename() == name;
        if (isNamed && found.base.empty() != adapters)
            folders.push_back(found.folder);
    }
    return folders;
}

std::vector<std::string> placesOf(const std::string& given, const std::string& name, bool adapters) {
    if (given.empty())
        return foldersNamed(name, adapters);
    return {adapters ? resolveAdapterFolder(given) : resolveModelFolder(given)};
}

[[noreturn]] void notHere(const std::string& bundle, const std::string& what, const std::string& option) {
    throw Error(ErrorKind::NotFound, bundle + ": is of the " + what + ", which is not here; name its folder with " +
                                         option + ", or compare masks alone with --masks-only");
}

} // namespace

const model::ModelIdentity& ReplayModels::identityOf(const std::string& folder, const std::string& adapter) {
    const std::string key = folder + '\n' + adapter;
    if (const auto known = m_identities.find(key); known != m_identities.end())
        return known->second;
    ProgressLine progress;
    const auto show = [&](double share) {
        progress.show("reading the model for its hash: " + formatPercent(share, 0));
    };
    model::ModelIdentity identity;
    blamingFolder([&] { identity = model::identityOf(folder, adapter, show); });
    return m_identities.emplace(key, std::move(identity)).first->second;
}

model::LoadOptions ReplayModels::find(const model::Bundle& bundle, const std::string& name) {
    const model::ModelIdentity& wanted = bundle.model.identity;
    const std::string model = "model " + described(wanted.name, wanted.sha256);
    const std::string adapter = "adapter " + described(wanted.adapter, wanted.adapterSha256);
    std::vector<std::string> adapters{""};
    if (!wanted.adapter.empty())
        adapters = placesOf(m_options.adapter, wanted.adapter, true);
    if (adapters.empty())
        notHere(name, adapter, "--adapter");
    std::string other;
    for (const std::string& folder : placesOf(m_options.model, wanted.name, false))
        for (const std::string& on : adapters) {
            const model::ModelIdentity& found = identityOf(folder, on);
            if (found.sha256 == wanted.sha256 && found.adapterSha256 == wanted.adapterSha256)
                return {folder,
                        m_options.device,
                        "float32",
                        bundle.model.weights,
                        m_options.threads,
                        on.empty() ? model::kNoAdapter : on};
            const bool isBase = found.sha256 != wanted.sha256;
            other = name + ": is of the " + (isBase ? model : adapter) + ", but that in " + (isBase ? folder : on) +
                    " has " + (isBase ? found.sha256 : found.adapterSha256).substr(0, kShownDigits) + "...";
        }
    if (!other.empty())
        throw Error(ErrorKind::BadFile, other);
    notHere(name, model, "--model");
}

model::Engine& ReplayModels::engineFor(const model::Bundle& bundle, const std::string& name, std::stop_token stop) {
    const model::LoadOptions load = find(bundle, name);
    const std::string key = load.folder + '\n' + load.adapter + '\n' + load.weights;
    if (!m_engine || key != m_loaded) {
        m_engine.reset();
        m_engine = loadModel(load, std::move(stop));
        m_loaded = key;
    }
    return *m_engine;
}

} // namespace prunescope::app
