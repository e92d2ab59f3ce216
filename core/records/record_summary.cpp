#include "core/records/record_summary.h"

#include "core/base/stage_times.h"

#include <filesystem>
#include <limits>

namespace prunescope {

using nlohmann::json;

const json& valueBelow(const json& object, std::initializer_list<std::string_view> keys) {
    static const json nothing;
    const json* value = &object;
    for (const std::string_view key : keys) {
        if (!value->is_object())
            return nothing;
        const auto found = value->find(key);
        if (found == value->end())
            return nothing;
        value = &*found;
    }
    return *value;
}

std::string textBelow(const json& object, std::initializer_list<std::string_view> keys) {
    const json& value = valueBelow(object, keys);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string pictureNames(const json& answer, bool withFolders) {
    std::string names;
    for (const json& image : valueBelow(answer, {"images"})) {
        const std::string name = textBelow(image, {"image"});
        if (!name.empty())
            names +=
                (names.empty() ? "" : "; ") + (withFolders ? name : std::filesystem::path(name).filename().string());
    }
    return names;
}

std::int64_t blockSum(const json& answer, std::string_view key) {
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    std::int64_t sum = 0;
    for (const json& image : valueBelow(answer, {"images"})) {
        const json& field = valueBelow(image, {key});
        const std::int64_t count = field.is_number_integer() ? field.get<std::int64_t>() : 0;
        if (count > 0 && count <= kMost)
            sum += count;
    }
    return sum;
}

RecordSummary summaryOf(const InteractionRecord& record) {
    const json& answer = record.answer;
    const json& firstToken = valueBelow(answer, {"times_ms", stage::kTtft});
    return {record.id,
            record.time,
            record.question,
            textBelow(answer, {"answer"}),
            pictureNames(answer, false),
            textBelow(answer, {"plan"}),
            blockSum(answer, "kept"),
            blockSum(answer, "blocks"),
            firstToken.is_number() ? firstToken.get<double>() : 0};
}

} // namespace prunescope
