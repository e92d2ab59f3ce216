#include "model/tokenizer/answer_parser.h"

#include "core/base/format.h"
#include "model/tokenizer/lenient_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr double kScale = 1000;  // coordinates are thousandths of the shown part
constexpr double kTolerance = 1; // how far outside a coordinate may lie to be clamped
constexpr std::array<std::string_view, 5> kLabelKeys{"label", "text", "text_content", "name", "action"};

struct CoordinateKey {
    std::string_view name;
    Region::Kind kind;
    std::size_t count;
};
constexpr std::array<CoordinateKey, 3> kCoordinateKeys{
    {{"bbox_2d", Region::Kind::Box, 4}, {"point_2d", Region::Kind::Point, 2}, {"coordinate", Region::Kind::Point, 2}}};

/// On the scale, or nothing.
std::optional<double> coordinate(const LenientValue& value) {
    const std::string_view text = trimmed(value.text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    // Written so that NaN falls outside.
    if (!whole || text.empty() || !(number >= -kTolerance && number <= kScale + kTolerance))
        return std::nullopt;
    return std::clamp(number, 0.0, kScale);
}

/// `count` coordinates, or none.
std::vector<double> coordinates(const LenientValue& value, std::size_t count) {
    std::vector<double> numbers;
    if (value.kind == LenientValue::Kind::Array && value.items.size() == count)
        for (const LenientValue& item : value.items)
            if (const auto number = coordinate(item))
                numbers.push_back(*number);
    return numbers.size() == count ? numbers : std::vector<double>();
}

void orderCorners(std::vector<double>& box) {
    for (const std::size_t axis : {0U, 1U})
        if (box[axis] > box[axis + 2])
            std::swap(box[axis], box[axis + 2]);
}

std::string labelOf(const LenientValue& object) {
    for (const std::string_view key : kLabelKeys)
        if (const LenientValue* value = object.member(key); value && !value->text.empty())
            return value->text;
    return {};
}

/// Collects the regions of an answer in the order in which they stand there.
class RegionReader {
public:
    RegionReader(PixelRect shown, Size original) : m_shown(shown), m_original(original) {}

    void read(const LenientValue& value) {
        const bool isObject = value.kind == LenientValue::Kind::Object;
        const std::string label = isObject ? labelOf(value) : std::string();
        for (std::size_t i = 0; i < value.items.size(); ++i) {
            if (isObject)
                readMember(value, label, value.keys[i], value.items[i]);
            read(value.items[i]);
        }
    }

    std::vector<Region> take() { return std::move(m_regions); }

private:
    void readMember(const LenientValue& object, const std::string& label, std::string_view name,
                    const LenientValue& value) {
        const auto key = std::find_if(kCoordinateKeys.begin(), kCoordinateKeys.end(),
                                      [&](const CoordinateKey& known) { return known.name == name; });
        if (key == kCoordinateKeys.end())
            return;
        std::vector<double> norm = coordinates(value, key->count);
        if (norm.empty())
            return;
        if (key->kind == Region::Kind::Box)
            orderCorners(norm);
        std::vector<double> px = toPixels(norm);
        m_regions.push_back({key->kind, label, std::move(norm), std::move(px), object.begin, object.end});
    }

    std::vector<double> toPixels(const std::vector<double>& norm) const {
        std::vector<double> px;
        for (std::size_t i = 0; i < norm.size(); ++i) {
            const bool across = i % 2 == 0;
            const double start = across ? m_shown.x : m_shown.y;
            const double extent = across ? m_shown.width : m_shown.height;
            const double end = across ? m_original.width : m_original.height;
            px.push_back(std::clamp(start + norm[i] / kScale * extent, 0.0, std::max(end, 0.0)));
        }
        return px;
    }

    PixelRect m_shown;
    Size m_original;
    std::vector<Region> m_regions;
};

} // namespace

std::vector<Region> parseRegions(const std::string& answer, PixelRect shown, Size original) {
    RegionReader reader(shown, original);
    for (std::size_t at = answer.find('{'); at != std::string::npos;) {
        const auto object = readLenientObject(answer, at);
        if (object)
            reader.read(*object);
        // An object that does not end may hold some that do.
        at = answer.find('{', object ? object->end : at + 1);
    }
    return reader.take();
}

} // namespace prunescope::model
