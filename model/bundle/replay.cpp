#include "model/bundle/replay.h"

#include "core/base/error.h"
#include "model/images/prepare_image.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Runs `work` on what a bundle says: what can't be used of it is the bundle's fault, not that of a command line.
template <typename Work>
auto blaming(const std::string& name, Work&& work) {
    try {
        return work();
    } catch (const Error& error) {
        const ErrorKind kind = error.kind();
        if (kind == ErrorKind::Usage || kind == ErrorKind::BadInput || kind == ErrorKind::Unsupported)
            throw Error(ErrorKind::BadFile, name + ": " + error.what());
        throw;
    }
}

std::vector<KeepMask> masksAgain(const Bundle& bundle) {
    std::vector<KeepMask> masks;
    ReferenceRandom draws(bundle.request.plan.seed());
    for (const ImageInput& image : bundle.request.images)
        masks.push_back(
            prepareImage(image, bundle.request.plan, bundle.model.limits, bundle.request.resize, draws).report.mask);
    return masks;
}

std::string gridText(const BlockGrid& grid) {
    return std::to_string(grid.rows) + " x " + std::to_string(grid.cols) + " blocks";
}

std::optional<MaskDifference> difference(std::size_t picture, const KeepMask& recorded, const KeepMask& found) {
    const BlockGrid &grid = recorded.grid(), &other = found.grid();
    if (grid.rows != other.rows || grid.cols != other.cols)
        return MaskDifference{picture, gridText(grid) + " recorded, " + gridText(other) + " found"};
    for (int i = 0; i < grid.count(); ++i)
        if (recorded.kept(i) != found.kept(i))
            return MaskDifference{picture, {}, grid.row(i), grid.col(i), recorded.kept(i)};
    return std::nullopt;
}

std::optional<MaskDifference> difference(const std::vector<MaskReport>& recorded, const std::vector<KeepMask>& found) {
    for (std::size_t i = 0; i < recorded.size(); ++i)
        if (auto first = difference(i, recorded[i].mask, found.at(i)))
            return first;
    return std::nullopt;
}

std::optional<TokenDifference> difference(const std::vector<std::int64_t>& recorded,
                                          const std::vector<std::int64_t>& found) {
    const auto [a, b] = std::ranges::mismatch(recorded, found);
    if (a == recorded.end() && b == found.end())
        return std::nullopt;
    TokenDifference first{static_cast<std::size_t>(a - recorded.begin()), {}, {}};
    if (a != recorded.end())
        first.recorded = *a;
    if (b != found.end())
        first.found = *b;
    return first;
}

} // namespace

Replay replayMasks(const Bundle& bundle, const std::string& name) {
    const std::vector<MaskReport> recorded = recordedMasks(bundle, name);
    Replay replay;
    for (const MaskReport& report : recorded) {
        replay.kept += report.mask.keptCount();
        replay.blocks += report.mask.count();
    }
    replay.mask = blaming(name, [&] { return difference(recorded, masksAgain(bundle)); });
    replay.whyNoTokens = bundle.float32.whyMissing;
    return replay;
}

Replay replayAnswer(const Bundle& bundle, const std::string& name, Engine& engine, std::stop_token stop) {
    Replay replay = replayMasks(bundle, name);
    if (!bundle.float32.whyMissing.empty())
        return replay;
    const Answer answer = blaming(name, [&] { return engine.answer(bundle.request, {}, std::move(stop)); });
    if (answer.finishReason == FinishReason::Cancelled)
        throw Error(ErrorKind::Cancelled, "stopped");
    std::vector<KeepMask> seen;
    for (const MaskReport& report : answer.images)
        seen.push_back(report.mask);
    if (!replay.mask)
        replay.mask = difference(recordedMasks(bundle, name), seen);
    replay.tokens = bundle.float32.tokenIds.size();
    replay.token = difference(bundle.float32.tokenIds, answer.tokenIds);
    return replay;
}

} // namespace prunescope::model
