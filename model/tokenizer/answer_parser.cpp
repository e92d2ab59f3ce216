#include "model/tokenizer/answer_parser.h"

#include "core/base/format.h"
#include "model/tokenizer/lenient_json.h"
#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr double kThousand = 1000;
constexpr double kTolerance = 1; // how far outside a coordinate may lie to be clamped
constexpr std::string_view kRefBegin = "<ref>", kRefEnd = "</ref>", kBoxBegin = "<box>", kBoxEnd = "</box>";
constexpr std::array<std::string_view, 5> kLabelKeys{"label", "text", "text_content", "name", "action"};

struct CoordinateKey {
    std::string_view name;
    Region::Kind kind;
    std::size_t count;
};
constexpr std::array<CoordinateKey, 3> kCoordinateKeys{
    {{"bbox_2d", Region::Kind::Box, 4}, {"point_2d", Region::Kind::Point, 2}, {"coordinate", Region::Kind::Point, 2}}};

/// In thousandths of a side that is `units` long, or nothing.
std::optional<double> coordinate(const LenientValue& value, double units) {
    const std::string_view text = trimmed(value.text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    // Written so that NaN falls outside.
    if (!whole || text.empty() || !(number >= -kTolerance && number <= units + kTolerance))
        return std::nullopt;
    const double clamped = std::clamp(number, 0.0, units);
    return units == kThousand ? clamped : std::min(clamped * kThousand / units, kThousand);
}

/// `count` coordinates, x and y in turn, or none.
std::vector<double> coordinates(const LenientValue& value, std::size_t count, Size scale) {
    std::vector<double> numbers;
    if (value.kind == LenientValue::Kind::Array && value.items.size() == count)
        for (const LenientValue& item : value.items)
            if (const auto number = coordinate(item, numbers.size() % 2 == 0 ? scale.width : scale.height))
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

/// Bytes [begin, end) of an answer.
struct Span {
    std::size_t begin = 0, end = 0;
};

/// Collects the regions of an answer in the order in which they stand there.
class RegionReader {
public:
    RegionReader(PixelRect shown, Size original, Size scale)
        : m_shown(shown), m_original(original), m_scale({std::max(scale.width, 1), std::max(scale.height, 1)}) {}

    void read(const LenientValue& value) {
        const bool isObject = value.kind == LenientValue::Kind::Object;
        const std::string label = isObject ? labelOf(value) : std::string();
        for (std::size_t i = 0; i < value.items.size(); ++i) {
            if (isObject)
                readMember(value, label, value.keys[i], value.items[i]);
            read(value.items[i]);
        }
    }

    /// A list of boxes, or of the corners of one.
    void readBoxes(const LenientValue& value, const std::string& label, Span said) {
        add(Region::Kind::Box, coordinates(value, 4, m_scale), label, said);
        for (const LenientValue& item : value.items)
            add(Region::Kind::Box, coordinates(item, 4, m_scale), label, said);
    }

    std::vector<Region> take() { return std::move(m_regions); }

private:
    void readMember(const LenientValue& object, const std::string& label, std::string_view name,
                    const LenientValue& value) {
        const auto key = std::find_if(kCoordinateKeys.begin(), kCoordinateKeys.end(),
                                      [&](const CoordinateKey& known) { return known.name == name; });
        if (key != kCoordinateKeys.end())
            add(key->kind, coordinates(value, key->count, m_scale), label, {object.begin, object.end});
    }

    void add(Region::Kind kind, std::vector<double> norm, const std::string& label, Span said) {
        if (norm.empty())
            return;
        if (kind == Region::Kind::Box)
            orderCorners(norm);
        std::vector<double> px = toPixels(norm);
        m_regions.push_back({kind, label, std::move(norm), std::move(px), said.begin, said.end});
    }

    std::vector<double> toPixels(const std::vector<double>& norm) const {
        std::vector<double> px;
        for (std::size_t i = 0; i < norm.size(); ++i) {
            const bool across = i % 2 == 0;
            const double start = across ? m_shown.x : m_shown.y;
            const double extent = across ? m_shown.width : m_shown.height;
            const double end = across ? m_original.width : m_original.height;
            px.push_back(std::clamp(start + norm[i] / kThousand * extent, 0.0, std::max(end, 0.0)));
        }
        return px;
    }

    PixelRect m_shown;
    Size m_original;
    Size m_scale;
    std::vector<Region> m_regions;
};

/// Walks through an answer, from one thing that may say a place to the next; every byte is looked at a bounded number
/// of times, whatever the answer is.
class AnswerWalk {
public:
    AnswerWalk(std::string_view answer, RegionReader& reader) : m_answer(answer), m_reader(reader) {}

    void run() {
        for (std::size_t at = m_answer.find_first_of("{<"); at != kNowhere;)
            at = m_answer.find_first_of("{<", m_answer[at] == '{' ? object(at) : tag(at));
    }

private:
    static constexpr std::size_t kNowhere = std::string_view::npos;

    bool stands(std::string_view text, std::size_t at) const { return m_answer.substr(at, text.size()) == text; }

    /// Where to go on: an object that does not end may hold some that do.
    std::size_t object(std::size_t at) {
        const auto object = readLenientObject(m_answer, at);
        if (object)
            m_reader.read(*object);
        return object ? object->end : at + 1;
    }

    std::size_t tag(std::size_t at) {
        if (stands(kRefBegin, at))
            m_ref = {at, kNowhere};
        else if (stands(kRefEnd, at) && m_ref.begin != kNowhere)
            m_ref.end = at + kRefEnd.size();
        else if (stands(kBoxBegin, at))
            return boxes(at);
        return at + 1;
    }

    std::size_t behindSpaces(std::size_t at) const {
        return std::min(m_answer.find_first_not_of(' ', at), m_answer.size());
    }

    std::size_t boxes(std::size_t at) {
        const std::size_t begin = at + kBoxBegin.size();
        const auto list = readLenientArray(m_answer, behindSpaces(begin));
        const std::size_t tag = list ? behindSpaces(list->end) : m_answer.size();
        if (!stands(kBoxEnd, tag))
            return begin;
        const std::size_t end = tag + kBoxEnd.size();
        const bool named = m_ref.end != kNowhere && trimmed(m_answer.substr(m_ref.end, at - m_ref.end)).empty();
        m_reader.readBoxes(*list, named ? label() : std::string(), {named ? m_ref.begin : at, end});
        m_ref = {kNowhere, kNowhere};
        return end;
    }

    /// What stands in the last `<ref>`.
    std::string label() const {
        const std::size_t begin = m_ref.begin + kRefBegin.size();
        return validUtf8(trimmed(m_answer.substr(begin, m_ref.end - kRefEnd.size() - begin)));
    }

    std::string_view m_answer;
    RegionReader& m_reader;
    Span m_ref{kNowhere, kNowhere}; ///< the last label, from `<ref>` to behind `</ref>`
};

} // namespace

std::vector<Region> parseRegions(const std::string& answer, PixelRect shown, Size original, Size scale) {
    RegionReader reader(shown, original, scale);
    AnswerWalk(answer, reader).run();
    return reader.take();
}

} // namespace prunescope::model
