// mask IMAGE: what the model would see of a picture, or of all pictures of a set, without a model.
#include "app/commands/make.h"

#include "app/commands/open_picture.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/options/region_option.h"
#include "app/pages/page_source.h"
#include "app/reports/explain_file.h"
#include "app/reports/mask_findings.h"
#include "app/reports/report_facts.h"
#include "app/reports/set_stats.h"
#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "core/image/redaction.h"
#include "core/report/mask_painter.h"
#include "model/eval/picture_stats.h"
#include "model/families/families.h"
#include "model/images/mask_outcome.h"
#include "model/values/explain.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr Range<double> kRate{1e-6, 1e9};

class Mask final : public Command {
public:
    void describe(OptionTable& options) override {
        addPruningOptions(options, m_pruning);
        addModelOption(options, m_model, "none");
        options.startGroup("Cost");
        addShapeOption(options, m_shape, "the model whose cost is given, without --model");
        options.exclude("--model", {"--shape"});
        options.addNumber("--tflops", "X", m_tflops, kRate, "none",
                          "give the least time on a machine of X TFLOP/s in bfloat16 ...");
        options.addNumber("--gb-per-s", "Y", m_gigabytes, kRate, "none", "... that reads Y GB/s from memory");
        options.require("--tflops", "--gb-per-s");
        options.require("--gb-per-s", "--tflops");
        options.startGroup("Output");
        addRedactOption(options, m_redacted);
        options.addText("--since", "EARLIER.png", m_since,
                        "say what changed since an earlier picture of the same size (-: standard input)", "none");
        options.addFile("--overlay", "OUT.png", m_overlay, "draw the mask on the resized picture", "none");
        options.addFile("--reconstruct", "OUT.png", m_reconstruct,
                        "draw what a decoder restores from the kept blocks (grey: what it can't)", "none");
        options.addFile("--heatmap", "OUT.png", m_heatmap, "draw how far each restored block is from the true one",
                        "none");
        addExplainOption(options, m_explain);
        options.addFlag("--stats", m_stats,
                        "the argument is a folder of pictures or a question set: redundancy and resolution of all of "
                        "them together");
        options.exclude("--stats", {"--redact", "--since", "--overlay", "--reconstruct", "--heatmap", "--explain",
                                    "--shape", "--tflops"});
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        m_path = arguments.front();
        requireOneDash("mask", {m_path, m_since});
        const std::string folder = m_model.model.empty() ? "" : m_model.loadOptions().folder;
        const model::ModelConfig config = configOf(folder);
        m_limits = m_pruning.limits(folder.empty() ? config.images : pixelLimitsOf(folder));
        m_limits.geometry = config.vision.geometry;
        m_plan = m_pruning.suited(m_pruning.onePlan(), config.places);
        requirePixels(m_plan);
        if (m_stats)
            return surveySet();
        if (const PruneStage& stage = m_plan.pixelStage(); stage.settings.entry().drops())
            model::requirePixelPlace(config, stage.place);
        MaskFindings findings;
        findings.shape = config.shape(folder.empty() ? m_shape : m_model.model);
        if (m_tflops)
            findings.speed = MachineSpeed{*m_tflops * 1e12, *m_gigabytes * 1e9};
        Picture picture;
        const model::PreparedImage shown = prepare(picture);
        findings.report = shown.report;
        findings.redacted = m_redacted;
        findings.advice = adviceOn(shown.picture.blocks(), shown.report.settings);
        draw("--overlay", m_overlay, [&] { return paintMask(shown.picture.blocks().picture(), shown.report.mask); });
        if (!m_reconstruct.empty() || !m_heatmap.empty())
            findings.reconstruction = restore(normallyResized(picture, shown), shown);
        if (!m_since.empty())
            findings.since = compare(normallyResized(picture, shown), picture.size());
        refuseToOverwrite("--explain", m_explain, m_path);
        if (!m_explain.empty())
            writeExplanation(m_explain, explanation(shown, findings.shape));
        print(m_json ? jsonLine(toJson(findings)) : factsText(toFacts(findings)));
        return 0;
    }

private:
    int surveySet() const {
        const std::unique_ptr<model::PictureSource> source = openSource();
        ProgressLine line;
        const auto show = [&](std::int64_t done) {
            if (line.isActive())
                line.show("picture " + formatCount(done) + " of " + formatCount(source->size()));
        };
        const model::SourceStats stats =
            model::pictureStats(*source, m_plan.pixelStage(), m_limits, m_pruning.resize, show);
        line.clear();
        for (const model::SkippedRow& row : stats.skipped)
            printNote("left out: " + row.where + ": " + row.reason);
        print(m_json ? toJson(stats).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"
                     : statsTable(stats));
        return 0;
    }

    std::unique_ptr<model::PictureSource> openSource() const {
        std::error_code ignored;
        if (std::filesystem::is_directory(m_path, ignored))
            return model::openPictureFolder(m_path);
        model::SetOptions options;
        options.pages = pageSource();
        return model::openPictureSet(model::openQuestionSet(m_path, options));
    }

    /// There are no tokens without a model.
    static void requirePixels(const PrunePlan& plan) {
        for (const PruneStage& stage : plan.stages)
            if (!looksAtPixels(stage))
                throw Error(ErrorKind::Usage, "--plan: mask runs no model, but '" + stage.name() +
                                                  "' chooses among a model's tokens, expected methods that look at "
                                                  "pixels (ask and bench run all)");
    }

    nlohmann::json explanation(const model::PreparedImage& shown, const ModelShape& shape) const {
        model::PruneOutcome outcome = model::maskOutcome(m_plan, {shown});
        outcome.languageLayers = shape.languageLayers;
        outcome.equivalentTokens = shown.report.mask.keptCount();
        return model::explainJson(toText(m_plan), outcome, {shown.report});
    }

    model::ModelConfig configOf(const std::string& folder) const {
        if (folder.empty())
            return model::publishedConfig(m_shape);
        model::ModelConfig config;
        blamingFolder([&] { config = model::readConfig(folder); });
        return config;
    }

    /// As the engine does before a question.
    model::PreparedImage prepare(Picture& picture) const {
        const Stopwatch watch;
        const LoadedImage image = openPicture(m_path);
        checkRedactions(m_redacted, image.picture.size());
        picture = redacted(image.picture, m_redacted);
        const double readMs = watch.ms();
        const std::string name = pictureName(m_path);
        m_pruning.checkSize(name, picture.size(), m_limits);
        ReferenceRandom draws(m_plan.seed());
        auto prepared =
            model::prepareImage({picture, name, {}, image.notes.onWhite}, m_plan, m_limits, m_pruning.resize, draws);
        prepared.report.times.set(stage::kReadImage, readMs);
        return prepared;
    }

    Picture resized(const Picture& picture) const { return seenPicture(picture, m_limits, m_pruning.resize); }

    /// What is shown, but for a method that shows less.
    PixelBlocks normallyResized(const Picture& picture, const model::PreparedImage& shown) const {
        return shown.report.settings.entry().showsSmallerPicture ? PixelBlocks(resized(picture), m_limits.geometry)
                                                                 : shown.picture.blocks();
    }

    Reconstruction restore(const PixelBlocks& blocks, const model::PreparedImage& shown) const {
        const MaskReport& report = shown.report;
        Reconstruction restored =
            reconstructWithErrors(blocks, shown.picture.blocks(), report.choice(), report.settings);
        draw("--reconstruct", m_reconstruct, [&] { return restored.picture; });
        const bool toTau = restored.bounded && restored.errors.worst > 0;
        draw("--heatmap", m_heatmap,
             [&] { return paintErrors(blocks, restored.errors, toTau ? restored.limit : restored.errors.worst); });
        return restored;
    }

    Since compare(const PixelBlocks& now, Size size) const {
        const Picture earlier = openPicture(m_since).picture;
        const std::string name = pictureName(m_since);
        if (earlier.size() != size)
            throw Error(ErrorKind::BadInput, "--since: " + name + " is " + sizeText(earlier.size()) + ", expected " +
                                                 sizeText(size) + " as " + pictureName(m_path));
        const PixelBlocks before(resized(redacted(earlier, m_redacted)), m_limits.geometry);
        return {name, changesSince(before, now), now.picture().size()};
    }

    template <typename Paint>
    void draw(const char* option, const std::string& path, Paint paint) const {
        refuseToOverwrite(option, path, m_path);
        if (!path.empty())
            withOptionName(option, [&] { writeImage(path, paint()); });
    }

    PruningOptions m_pruning;
    ModelOptions m_model;
    PixelLimits m_limits;
    PrunePlan m_plan;
    std::optional<double> m_tflops;
    std::optional<double> m_gigabytes;
    std::string m_path;
    std::string m_shape = model::modelShapes().front().name;
    std::vector<PixelRect> m_redacted;
    std::string m_since;
    std::string m_overlay;
    std::string m_reconstruct;
    std::string m_heatmap;
    std::string m_explain;
    bool m_stats = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeMaskCommand() {
    return std::make_unique<Mask>();
}

} // namespace prunescope::app
