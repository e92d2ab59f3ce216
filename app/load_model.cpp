#include "app/load_model.h"

#include "app/console.h"
#include "app/folders/model_folders.h"

namespace prunescope::app {

std::unique_ptr<model::Engine> loadModel(const model::LoadOptions& options, std::stop_token stop) {
    ProgressLine progress;
    const auto show = [&progress](double fraction) {
        progress.show("loading the model: " + std::to_string(static_cast<int>(100 * fraction)) + " %");
    };
    std::unique_ptr<model::Engine> engine;
    blamingFolder([&] { engine = model::loadEngine(options, show, std::move(stop)); });
    return engine;
}

} // namespace prunescope::app
