#include "app/reports/set_stats.h"

#include "app/terminal/console.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope::app {

namespace {

std::string sideText(const model::SourceStats& stats, Size model::PictureStats::*size) {
    double width = 0, height = 0;
    Size least = stats.pictures.front().*size, most = least;
    for (const model::PictureStats& picture : stats.pictures) {
        const Size now = picture.*size;
        width += now.width;
        height += now.height;
        least = {std::min(least.width, now.width), std::min(least.height, now.height)};
        most = {std::max(most.width, now.width), std::max(most.height, now.height)};
    }
    const auto number = static_cast<double>(stats.pictures.size());
    const auto text = [](Size size_) { return std::to_string(size_.width) + " x " + std::to_string(size_.height); };
    return formatFixed(width / number, 0) + " x " + formatFixed(height / number, 0) + " px on average, sides from " +
           text(least) + " to " + text(most);
}

std::string shareText(std::int64_t part, std::int64_t all) {
    return formatCount(part) + " of " + formatCount(all) + " (" +
           formatPercent(static_cast<double>(part) / static_cast<double>(std::max<std::int64_t>(1, all))) + ")";
}

} // namespace

std::string statsTable(const model::SourceStats& stats) {
    const auto count = static_cast<std::int64_t>(stats.pictures.size());
    Facts facts{{"set", stats.source}, {"pictures", formatCount(count)}};
    if (count > 0) {
        const std::int64_t blocks = stats.blocks();
        facts.insert(
            facts.end(),
            {{"size", sideText(stats, &model::PictureStats::size)},
             {"resized", sideText(stats, &model::PictureStats::seen)},
             {"blocks", formatFixed(static_cast<double>(blocks) / static_cast<double>(count), 1) + " a picture"},
             {"kept", shareText(stats.kept(), blocks) + " by " + stats.method},
             {"duplicate", shareText(blocks - stats.unique(), blocks) + " occur more than once in their picture"}});
    }
    if (stats.seconds > 0)
        facts.emplace_back("speed", formatFixed(static_cast<double>(count) / stats.seconds, 1) + " pictures a second");
    return factsText(facts);
}

} // namespace prunescope::app
