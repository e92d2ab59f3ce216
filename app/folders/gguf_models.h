#pragma once

#include <string>
#include <vector>

namespace prunescope::app {

/// A model in GGUF that another program keeps, by the headers of its files.
struct GgufPlace {
    std::string name; ///< what `--model` takes
    std::string path;
};

/// The models in a folder of GGUF files: the only one is called `name`, of several each has the name of its file after
/// it. Nothing where there are none.
std::vector<GgufPlace> ggufPlaces(const std::string& folder, const std::string& name);

/// Those of LM Studio (~/.lmstudio/models, formerly ~/.cache/lm-studio/models, or where downloadsFolder in
/// ~/.lmstudio/settings.json is) and of Ollama (model::ollamaStores) that can be read, or that see pictures and so are
/// worth a word about why they can't. The many that only read text are left out.
std::vector<GgufPlace> foreignGgufModels();

/// Leaves out those that nobody would look for here: models of other families without an encoder of pictures.
std::vector<GgufPlace> withPictures(std::vector<GgufPlace> places);

} // namespace prunescope::app
