#pragma once

#include "core/base/error.h"
#include "core/base/python_number.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace prunescope::model {

/// A number as Python's json.dumps writes it.
inline std::string pythonFloat(double value) {
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    return pythonNumber(value);
}

/// JSON as Python's json.dumps(value, ensure_ascii=False) writes it, which is what chat templates put into prompts:
/// ", " and ": " as separators, keys in the order given. Throws Error(BadInput) for values nested too deep.
inline std::string pythonJson(const nlohmann::ordered_json& value, int depth = 0) {
    constexpr int kDeepest = 500;
    if (depth > kDeepest)
        throw Error(ErrorKind::BadInput, "JSON is nested more than " + std::to_string(kDeepest) + " deep");
    if (value.is_number_float())
        return pythonFloat(value.get<double>());
    if (!value.is_structured())
        return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    std::string text;
    for (const auto& [key, member] : value.items()) {
        text += text.empty() ? "" : ", ";
        if (value.is_object())
            text += pythonJson(key) + ": ";
        text += pythonJson(member, depth + 1);
    }
    return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

} // namespace prunescope::model
