#include "app/commands/load_model.h"

#include "app/commands/command.h"
#include "app/folders/model_folders.h"
#include "app/terminal/console.h"
#include "core/base/format.h"
#include "model/engine/load_engine.h"

namespace prunescope::app {

std::unique_ptr<model::Engine> loadModel(const model::LoadOptions& options, std::stop_token stop) {
    ProgressLine progress;
    const auto show = [&progress](double fraction) {
        progress.show("loading the model: " + formatPercent(fraction, 0));
    };
    std::unique_ptr<model::Engine> engine;
    blamingFolder([&] { engine = model::loadEngine(options, show, std::move(stop)); });
    progress.clear();
    printNotes(engine->info().notes);
    return engine;
}

} // namespace prunescope::app
