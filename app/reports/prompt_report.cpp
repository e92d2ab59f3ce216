#include "app/reports/prompt_report.h"

#include "app/reports/report_facts.h"
#include "core/base/format.h"

namespace prunescope::app {

namespace {

std::string imageText(const model::PromptView::Image& image, const std::string& place) {
    const double share = image.allBlocks > 0 ? static_cast<double>(image.keptBlocks()) / image.allBlocks : 1;
    return image.report.image + ", " + sizeText(image.report.original) + ", seen as " + sizeText(image.grid().size()) +
           ", kept " + formatCount(image.keptBlocks()) + " of " + formatCounted(image.allBlocks, "block") + " (" +
           formatPercent(share) + ") at " + place;
}

} // namespace

std::string promptText(const model::PromptView& view) {
    std::string text;
    for (const model::PromptView::Piece& piece : view.pieces) {
        text += piece.text;
        if (piece.image >= 0)
            text += " x " + keptOfAll(view.images.at(static_cast<std::size_t>(piece.image)));
    }
    return text;
}

Facts promptFacts(const model::PromptView& view) {
    Facts facts;
    for (std::size_t i = 0; i < view.images.size(); ++i)
        facts.emplace_back("image " + std::to_string(i + 1), imageText(view.images[i], view.place));
    facts.emplace_back("prompt",
                       formatCount(view.promptTokens) + " of " + formatCounted(view.promptTokensFull, "token"));
    for (const std::string& stage : view.later)
        facts.emplace_back("then", stage);
    facts.emplace_back("next position", std::to_string(view.nextPosition));
    facts.emplace_back("plan", view.plan);
    facts.emplace_back("model", view.model);
    facts.emplace_back("chat template", view.chatTemplate.empty() ? "built in" : view.chatTemplate);
    return facts;
}

} // namespace prunescope::app
