#include "model/datasets/object_marks.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/place_box.h"
#include "model/datasets/record_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::string_view kNameMark = "<ref-object>";
constexpr std::string_view kPlaceMark = "<bbox>";
constexpr double kThousand = 1000;

std::string placeOf(const std::string& field, std::size_t index) {
    return "objects." + field + "[" + std::to_string(index) + "]";
}

} // namespace

ObjectMarks::ObjectMarks(const JsonFields& fields, const std::vector<std::string>& images, const SizeOfPicture& sizeOf)
    : m_fields(fields), m_images(images), m_sizeOf(sizeOf),
      m_there(fields.has("objects") && saysSomething(fields.json().at("objects"))) {
    if (m_there)
        readLists();
}

void ObjectMarks::readLists() {
    if (!m_fields.json().at("objects").is_object())
        m_fields.fail("objects", "an object: {\"ref\": [...], \"bbox\": [[x1, y1, x2, y2], ...]}");
    const JsonFields objects = m_fields.object("objects");
    static constexpr std::array<std::string_view, 4> kKnown{"ref", "bbox", "bbox_type", "image_id"};
    for (const auto& [name, value] : objects.json().items())
        if (std::ranges::find(kKnown, name) == kKnown.end() && saysSomething(value))
            objects.fail(name.c_str(), "nothing: only ref, bbox, bbox_type and image_id are read");
    const std::string type = objects.text("bbox_type", "real");
    if (type != "real" && type != "norm1")
        objects.fail("bbox_type", "\"real\" or \"norm1\"");
    m_inParts = type == "norm1";
    m_imageIds = objects.integers("image_id", 0, static_cast<std::int64_t>(m_images.size()) - 1, {});
    const auto listOf = [&](const char* name) {
        return objects.has(name) ? objects.json().at(name) : nlohmann::json::array();
    };
    const nlohmann::json names = listOf("ref"), places = listOf("bbox");
    if (!names.is_array() || !std::ranges::all_of(names, [](const auto& name) { return name.is_string(); }))
        objects.fail("ref", "a list of texts");
    const auto isPlace = [](const nlohmann::json& place) {
        return place.is_array() && (place.size() == 2 || place.size() == 4) &&
               std::ranges::all_of(place, [](const auto& number) { return number.is_number(); });
    };
    if (!places.is_array() || !std::ranges::all_of(places, isPlace))
        objects.fail("bbox", "a list of [x1, y1, x2, y2] or [x, y]");
    m_names = names.get<std::vector<std::string>>();
    m_places = places.get<std::vector<std::vector<double>>>();
}

std::string ObjectMarks::replaced(const std::string& text, const std::string& where) {
    m_last.clear();
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t mark = std::min(text.find(kNameMark, at), text.find(kPlaceMark, at));
        result += text.substr(at, mark - at);
        if (mark == std::string::npos)
            break;
        const bool isName = text.compare(mark, kNameMark.size(), kNameMark) == 0;
        result += isName ? nextName(where) : nextPlace(where);
        at = mark + (isName ? kNameMark : kPlaceMark).size();
    }
    return result;
}

std::string ObjectMarks::nextName(const std::string& where) {
    if (m_usedNames == m_names.size())
        throw Error(ErrorKind::BadFile, where + " has one more <ref-object> than objects.ref has texts (" +
                                            std::to_string(m_names.size()) + "), expected one for each");
    return m_names[m_usedNames++];
}

std::string ObjectMarks::nextPlace(const std::string& where) {
    if (m_usedPlaces == m_places.size())
        throw Error(ErrorKind::BadFile, where + " has one more <bbox> than objects.bbox has boxes (" +
                                            std::to_string(m_places.size()) + "), expected one for each");
    const std::size_t index = m_usedPlaces++;
    return placeText(m_places[index], index);
}

std::string ObjectMarks::placeText(const std::vector<double>& numbers, std::size_t index) {
    const std::size_t picture = index < m_imageIds.size() ? static_cast<std::size_t>(m_imageIds[index]) : 0;
    const std::string where = m_fields.where() + ": " + placeOf("bbox", index);
    if (picture >= m_images.size())
        throw Error(ErrorKind::BadFile, where + " has no picture, expected one in images");
    const Size size = m_sizeOf(m_images[picture], pictureFieldOf(m_fields));
    const double across = m_inParts ? size.width : 1, down = m_inParts ? size.height : 1;
    std::vector<double> pixels;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        pixels.push_back(numbers[i] * (i % 2 ? down : across));
    if (pixels.size() == 2) {
        const double x = pixels[0], y = pixels[1];
        if (!(x >= 0 && y >= 0 && x <= size.width && y <= size.height))
            throw Error(ErrorKind::BadFile, where + " lies outside its picture, expected [x, y] inside " +
                                                std::to_string(size.width) + " x " + std::to_string(size.height) +
                                                " pixels");
        return listText({static_cast<int>(std::lround(x / size.width * kThousand)),
                         static_cast<int>(std::lround(y / size.height * kThousand))});
    }
    const PixelBox box = cornerBox(pixels, size, where);
    if (picture == 0)
        m_last.push_back(box);
    return listText(thousandthsOf(box, size));
}

void ObjectMarks::requireAllUsed() const {
    if (m_usedNames < m_names.size())
        throw Error(ErrorKind::BadFile, m_fields.where() + ": " + placeOf("ref", m_usedNames) +
                                            " has no <ref-object>, expected a mark for each text");
    if (m_usedPlaces < m_places.size())
        throw Error(ErrorKind::BadFile, m_fields.where() + ": " + placeOf("bbox", m_usedPlaces) +
                                            " has no <bbox>, expected a mark for each box");
}

} // namespace prunescope::model
