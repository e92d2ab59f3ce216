#include "model/tokenizer/place_list.h"

#include "core/base/format.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr double kThousand = 1000;
constexpr double kTolerance = 1; ///< how far outside a coordinate may lie to be clamped
constexpr std::size_t kMostShown = 8;
constexpr std::size_t kMostUnread = 100; ///< nobody reads more

/// All at most 1: parts of a side, whatever the scale.
bool areParts(std::span<const double> numbers) {
    return std::ranges::all_of(numbers, [](double number) { return number >= -kTolerance / kThousand && number <= 1; });
}

void orderCorners(std::vector<double>& box) {
    for (const std::size_t axis : {0U, 1U})
        if (box[axis] > box[axis + 2])
            std::swap(box[axis], box[axis + 2]);
}

/// The box around pairs.
std::vector<double> around(std::span<const double> pairs) {
    std::vector<double> box{pairs[0], pairs[1], pairs[0], pairs[1]};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        box[i % 2] = std::min(box[i % 2], pairs[i]);
        box[i % 2 + 2] = std::max(box[i % 2 + 2], pairs[i]);
    }
    return box;
}

} // namespace

std::string numbersText(std::span<const double> numbers) {
    std::vector<std::string> texts;
    for (const double number : numbers.first(std::min(numbers.size(), kMostShown)))
        texts.push_back(shortNumber(number));
    return join(texts) + (numbers.size() > kMostShown ? " ..." : "");
}

PlaceList::PlaceList(const PlaceScale& scale) : m_scale(scale) {
    m_scale.units = {std::max(scale.units.width, 1), std::max(scale.units.height, 1)};
}

std::optional<std::vector<double>> PlaceList::normalised(std::span<const double> numbers) const {
    const bool parts = areParts(numbers);
    std::vector<double> norm;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double units = parts ? 1 : i % 2 == 0 ? m_scale.units.width : m_scale.units.height;
        // Written so that NaN falls outside.
        if (!(numbers[i] >= -kTolerance && numbers[i] <= units + kTolerance))
            return std::nullopt;
        const double clamped = std::clamp(numbers[i], 0.0, units);
        norm.push_back(units == kThousand ? clamped : std::min(clamped * kThousand / units, kThousand));
    }
    return norm;
}

std::vector<double> PlaceList::toPixels(const std::vector<double>& norm) const {
    std::vector<double> px;
    for (std::size_t i = 0; i < norm.size(); ++i) {
        const bool across = i % 2 == 0;
        const double start = across ? m_scale.shown.x : m_scale.shown.y;
        const double extent = across ? m_scale.shown.width : m_scale.shown.height;
        const double end = across ? m_scale.original.width : m_scale.original.height;
        px.push_back(std::clamp(start + norm[i] / kThousand * extent, 0.0, std::max(end, 0.0)));
    }
    return px;
}

bool PlaceList::isPlace(std::span<const double> numbers) const {
    const auto norm = normalised(numbers);
    return norm && numbers.size() >= 2 && numbers.size() % 2 == 0 &&
           std::ranges::any_of(*norm, [](double number) { return number > 0; });
}

std::string PlaceList::outsideText(std::span<const double> numbers) const {
    const std::string range = m_scale.isThousandths()
                                  ? "0..1000"
                                  : "the " + std::to_string(m_scale.units.width) + " x " +
                                        std::to_string(m_scale.units.height) + " pixels that were seen";
    return "coordinates " + numbersText(numbers) + " lie outside " + range;
}

void PlaceList::add(PlaceRank rank, std::span<const double> numbers, const std::string& label, TextSpan said) {
    if (numbers.empty())
        return; // no place, and nobody says that it is one
    if (numbers.size() % 2 != 0)
        return addUnread("coordinates " + numbersText(numbers) + " are " + std::to_string(numbers.size()) +
                             (numbers.size() == 1 ? " number" : " numbers") + ", expected 2 of a point or 4 of a box",
                         said);
    auto norm = normalised(numbers);
    if (!norm)
        return addUnread(outsideText(numbers), said);
    if (!isPlace(numbers))
        return addUnread("coordinates " + numbersText(numbers) + " name no place", said);
    if (norm->size() > 4)
        norm = around(*norm);
    if (norm->size() == 4)
        orderCorners(*norm);
    const auto kind = norm->size() == 4 ? Region::Kind::Box : Region::Kind::Point;
    std::vector<double> px = toPixels(*norm);
    m_found.push_back({rank, {kind, label, std::move(*norm), std::move(px), said.begin, said.end}});
}

void PlaceList::addUnread(std::string why, TextSpan said) {
    if (m_unread.size() < kMostUnread)
        m_unread.push_back({std::move(why), said.begin, said.end});
}

NamedPlaces PlaceList::take() {
    std::ranges::stable_sort(m_found, {}, &Found::rank);
    NamedPlaces places;
    for (Found& found : m_found)
        places.regions.push_back(std::move(found.region));
    places.unread = std::move(m_unread);
    return places;
}

} // namespace prunescope::model
