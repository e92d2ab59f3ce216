// mask IMAGE: what the model would see of a picture, without a model.
#include "app/commands/make.h"

#include "app/console.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/options/values.h"
#include "app/report_text.h"
#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/mask/mask_painter.h"
#include "core/mask/mask_report.h"
#include "model/prepare_image.h"

#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr int kTextTokens = 64;

class Mask final : public Command {
public:
    void describe(OptionTable& options) override {
        addPruningOptions(options, m_pruning);
        addModelOption(options, m_model);
        options.startGroup("Output");
        addShapeOption(options, m_shape, "the model whose cost is given");
        options.addText("--overlay", "OUT.png", m_overlay, "draw the mask on the resized picture", "none");
        options.addRefused("--reconstruct", "OUT.png", "draw what a decoder would restore");
        options.addRefused("--heatmap", "OUT.png", "draw the distances of the blocks");
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        const PixelLimits limits = m_pruning.limits(folderLimits());
        const model::PreparedImage prepared = prepare(arguments.front(), limits);
        const MaskReport& report = prepared.report;
        refuseToOverwrite("--overlay", m_overlay, arguments.front());
        if (!m_overlay.empty())
            withOptionName("--overlay",
                           [&] { writeImage(m_overlay, paintMask(prepared.blocks.picture(), report.mask)); });
        const ModelShape& shape = findModelShape(m_shape);
        print(m_json ? jsonLine(toJson(report, shape, kTextTokens)) : factsText(maskFacts(report, shape, kTextTokens)));
        return 0;
    }

private:
    PixelLimits folderLimits() const {
        return m_model.model.empty() ? PixelLimits{} : pixelLimitsOf(resolveModelFolder(m_model.model));
    }

    /// As the engine does before a question.
    model::PreparedImage prepare(const std::string& path, PixelLimits limits) const {
        const Stopwatch watch;
        const Picture picture = readImage(path);
        const double readMs = watch.ms();
        m_pruning.checkSize(path, picture.size());
        Draws draws(m_pruning.onePlan().mask.seed);
        auto prepared = model::prepareImage({picture, path, {}}, m_pruning.onePlan(), limits, m_pruning.resize, draws);
        prepared.report.times.set(stage::kReadImage, readMs);
        return prepared;
    }

    PruningOptions m_pruning;
    ModelOptions m_model;
    std::string m_shape = "qwen3-vl-2b";
    std::string m_overlay;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeMaskCommand() {
    return std::make_unique<Mask>();
}

} // namespace prunescope::app
