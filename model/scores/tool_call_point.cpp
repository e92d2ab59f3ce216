// ScreenSpot-Pro as its authors score a tool call of Qwen2.5-VL (evaluation spec 6.2): `arguments.coordinate`, a point
// or a box in pixels of the picture that the model saw.
#include "model/scores/clicked_point.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope {

namespace {

constexpr std::string_view kCall = "<tool_call>\n";
constexpr std::string_view kCallEnd = "\n</tool_call>";

std::string_view before(std::string_view text, std::string_view mark) {
    return text.substr(0, text.find(mark));
}

/// The JSON text of the first call, of the answer up to its last brace.
std::string_view callText(std::string_view answer) {
    const std::size_t last = answer.rfind('}');
    answer = answer.substr(0, last == answer.npos ? answer.size() : last + 1);
    const std::size_t at = answer.find(kCall);
    return at == answer.npos ? std::string_view() : before(before(answer.substr(at + kCall.size()), kCall), kCallEnd);
}

/// Python's JSON knows numbers that are none of JSON's; a huge one lies outside of every box as they do.
std::string withFiniteNumbers(std::string_view text) {
    std::string finite;
    bool quoted = false;
    while (!text.empty()) {
        quoted ^= text.front() == '"';
        std::size_t length = 1;
        for (const std::string_view name : {"Infinity", "NaN"})
            if (!quoted && text.starts_with(name))
                length = name.size();
        const std::size_t escaped = quoted && text.front() == '\\' && text.size() > 1 ? 2 : length;
        finite += length > 1 ? std::string_view("1e308") : text.substr(0, escaped);
        text.remove_prefix(escaped);
    }
    return finite;
}

/// Numbers of `arguments.coordinate`; in Python True and False are numbers as well.
std::vector<double> coordinates(std::string_view answer) {
    const auto call = nlohmann::json::parse(withFiniteNumbers(callText(answer)), nullptr, false);
    const auto none = nlohmann::json::array();
    const auto arguments = call.is_object() ? call.value("arguments", none) : none;
    const auto list = arguments.is_object() ? arguments.value("coordinate", none) : none;
    std::vector<double> numbers;
    for (const auto& entry : list.is_array() ? list : none)
        if (entry.is_number())
            numbers.push_back(entry.get<double>());
        else if (entry.is_boolean())
            numbers.push_back(entry.get<bool>() ? 1 : 0);
        else
            return {};
    return numbers;
}

Verdict toolCallPoint(const GivenAnswer& answer) {
    const std::vector<double> at = coordinates(answer.text);
    if ((at.size() != 2 && at.size() != 4) || !answer.trueBox)
        return {.formatError = at.size() != 2 && at.size() != 4};
    const Size seen = answer.seen.area() > 0 ? answer.seen : answer.size;
    const double x = at.size() == 2 ? at[0] : (at[0] + at[2]) / 2;
    const double y = at.size() == 2 ? at[1] : (at[1] + at[3]) / 2;
    return {.score = liesIn({x / seen.width, y / seen.height}, *answer.trueBox, answer.size) ? 1.0 : 0.0};
}

} // namespace

ScoreEntry toolCallPointScore() {
    return {"tool_call_point",
            "The coordinate of a tool call lies in the box or on its edge (ScreenSpot-Pro's authors)", toolCallPoint};
}

} // namespace prunescope
