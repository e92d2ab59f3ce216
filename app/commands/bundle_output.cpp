#include "app/commands/bundle_output.h"

#if PRUNESCOPE_HAS_BUNDLES

#include "app/commands/load_model.h"
#include "app/terminal/console.h"
#include "core/base/format.h"
#include "model/bundle/bundle_file.h"
#include "model/bundle/record_run.h"

namespace prunescope::app {

namespace {

model::BundleModel usedModel(const model::ModelInfo& info, const model::LoadOptions& load) {
    ProgressLine progress;
    const auto show = [&](double share) {
        progress.show("reading the model for its hash: " + formatPercent(share, 0));
    };
    return {model::identityOf(info.folder, info.adapterFolder, show), load.weights, info.limits};
}

} // namespace

void writeBundleOf(const AnsweredQuestion& asked, std::unique_ptr<model::Engine> engine, model::LoadOptions load,
                   const std::string& path, const Interrupt& interrupt) {
    model::Bundle bundle = model::makeBundle(asked.request, asked.part, asked.record, usedModel(engine->info(), load));
    load.dtype = "float32";
    const auto loadFloat32 = [&] {
        engine.reset(); // both at once may not fit
        return loadModel(load, interrupt.token());
    };
    bundle.float32 = model::float32Run(asked.request, asked.answer, loadFloat32, interrupt.token());
    if (!bundle.float32.whyMissing.empty())
        printNote(path + ": without float32 tokens: " + bundle.float32.whyMissing);
    model::writeBundle(path, bundle);
}

} // namespace prunescope::app

#else

#include "core/base/error.h"

namespace prunescope::app {

void writeBundleOf(const AnsweredQuestion&, std::unique_ptr<model::Engine>, model::LoadOptions, const std::string&,
                   const Interrupt&) {
    throw Error(ErrorKind::Unsupported, "bundles: not in this build");
}

} // namespace prunescope::app

#endif
