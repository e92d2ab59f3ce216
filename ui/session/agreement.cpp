#include "ui/session/agreement.h"

#include "core/base/format.h"
#include "model/scores/overlap.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace prunescope::ui {

namespace {

using Kind = model::Region::Kind;
using Places = std::vector<std::vector<double>>; ///< edges of boxes, or x and y, in pixels

Places placesOf(const std::vector<model::Region>& regions, Kind kind, std::size_t numbers) {
    Places places;
    for (const model::Region& region : regions)
        if (region.kind == kind && region.px.size() >= numbers)
            places.push_back(region.px);
    return places;
}

double iou(const std::vector<double>& a, const std::vector<double>& b) {
    return overlap({a[0], a[1], a[2], a[3]}, {b[0], b[1], b[2], b[3]});
}

double nearness(const std::vector<double>& a, const std::vector<double>& b) {
    return -std::hypot(a[0] - b[0], a[1] - b[1]);
}

/// The likenesses of the pairs, the most alike first.
template <typename Likeness>
std::vector<double> pairUp(const Places& first, const Places& second, Likeness likeness) {
    struct Pair {
        double value;
        std::size_t i, j;
    };
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < first.size(); ++i)
        for (std::size_t j = 0; j < second.size(); ++j)
            pairs.push_back({likeness(first[i], second[j]), i, j});
    std::ranges::stable_sort(pairs, std::greater(), &Pair::value);
    std::vector<bool> firstTaken(first.size()), secondTaken(second.size());
    std::vector<double> values;
    for (const Pair& pair : pairs)
        if (!firstTaken[pair.i] && !secondTaken[pair.j]) {
            firstTaken[pair.i] = secondTaken[pair.j] = true;
            values.push_back(pair.value);
        }
    return values;
}

double mean(const std::vector<double>& values) {
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace

std::optional<MaskAgreement> maskAgreement(const KeepMask& first, const KeepMask& second) {
    if (first.grid() != second.grid())
        return std::nullopt;
    MaskAgreement agreement;
    for (int block = 0; block < first.count(); ++block) {
        const bool a = first.kept(block), b = second.kept(block);
        ++(a && b ? agreement.both : a ? agreement.onlyFirst : b ? agreement.onlySecond : agreement.neither);
    }
    return agreement;
}

PlaceAgreement placeAgreement(const std::vector<model::Region>& first, const std::vector<model::Region>& second) {
    const Places firstBoxes = placesOf(first, Kind::Box, 4), secondBoxes = placesOf(second, Kind::Box, 4);
    const Places firstPoints = placesOf(first, Kind::Point, 2), secondPoints = placesOf(second, Kind::Point, 2);
    const std::vector<double> boxes = pairUp(firstBoxes, secondBoxes, iou);
    const std::vector<double> points = pairUp(firstPoints, secondPoints, nearness);
    const std::size_t places = firstBoxes.size() + secondBoxes.size() + firstPoints.size() + secondPoints.size();
    PlaceAgreement agreement;
    agreement.boxPairs = static_cast<int>(boxes.size());
    agreement.meanIou = mean(boxes);
    agreement.pointPairs = static_cast<int>(points.size());
    agreement.meanDistancePx = std::abs(mean(points));
    agreement.alone = static_cast<int>(places - 2 * (boxes.size() + points.size()));
    return agreement;
}

bool sameText(const model::Answer& first, const model::Answer& second) {
    return trimmed(first.text) == trimmed(second.text);
}

} // namespace prunescope::ui
