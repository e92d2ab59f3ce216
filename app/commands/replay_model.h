#pragma once

#include "app/options/model_options.h"
#include "model/api/engine.h"
#include "model/bundle/bundle.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace prunescope::app {

/// The models that bundles are run again with: each is looked for, read for its hash and loaded once, and only the last
/// one is kept.
class ReplayModels {
public:
    /// `options`: a model and an adapter that people named, else they are looked for by the names in a bundle; and
    /// where models run. It outlives this.
    explicit ReplayModels(const ModelOptions& options) : m_options(options) {}

    /// The bundle's model, in float32. `name` is the bundle's in messages. Throws Error(NotFound) where it is not here
    /// and Error(BadFile) where another one is, both with its name and hash; and as loading does.
    model::Engine& engineFor(const model::Bundle& bundle, const std::string& name, std::stop_token stop);

private:
    model::LoadOptions find(const model::Bundle& bundle, const std::string& name);
    const model::ModelIdentity& identityOf(const std::string& folder, const std::string& adapter);

    const ModelOptions& m_options;
    std::map<std::string, model::ModelIdentity> m_identities; ///< by folder and adapter
    std::unique_ptr<model::Engine> m_engine;
    std::string m_loaded; ///< what it was loaded from
};

} // namespace prunescope::app
