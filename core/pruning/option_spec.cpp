#include "core/pruning/option_spec.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace prunescope {

namespace {

template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<OptionValue> numbers(std::string_view text) {
    std::vector<int> values;
    for (;;) {
        const std::size_t at = text.find('x');
        const auto value = number<int>(text.substr(0, at));
        if (!value)
            return std::nullopt;
        values.push_back(*value);
        if (at == std::string_view::npos)
            return values;
        text.remove_prefix(at + 1);
    }
}

template <typename Value>
std::optional<OptionValue> asValue(const std::optional<Value>& value) {
    return value ? std::optional<OptionValue>(*value) : std::nullopt;
}

/// As `parseOption`, the range aside. A flag's text is one of its two words.
std::optional<OptionValue> parsed(const OptionSpec& spec, std::string_view text) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return text == spec.name || text == spec.opposite ? std::optional<OptionValue>(text == spec.name)
                                                          : std::nullopt;
    case OptionKind::Real:
        return asValue(number<double>(text));
    case OptionKind::Whole:
        return asValue(number<std::uint64_t>(text));
    case OptionKind::Choice:
        return std::string(text);
    case OptionKind::Budget:
        return asValue(TokenBudget::parse(text));
    case OptionKind::Numbers:
        return numbers(text);
    }
    throw Error(ErrorKind::Internal, "internal error: an option of no kind");
}

std::string rangeText(const OptionSpec& spec) {
    const auto bound = [](double value) {
        return std::fabs(value) < 1e15 ? shortNumber(value) : std::to_string(std::numeric_limits<std::uint64_t>::max());
    };
    return bound(spec.least) + " to " + bound(spec.most);
}

bool inRange(const OptionSpec& spec, double value) {
    return value >= spec.least && value <= spec.most; // false for NaN, too
}

bool allInRange(const OptionSpec& spec, const std::vector<int>& values) {
    return values.size() == spec.count &&
           std::all_of(values.begin(), values.end(), [&](int value) { return inRange(spec, value); });
}

std::string joined(const std::vector<int>& values) {
    std::vector<std::string> texts;
    for (const int value : values)
        texts.push_back(std::to_string(value));
    return join(texts, "x");
}

} // namespace

std::optional<OptionValue> parseOption(const OptionSpec& spec, std::string_view text) {
    const std::optional<OptionValue> value = parsed(spec, text);
    return value && accepts(spec, *value) ? value : std::nullopt;
}

std::string expectation(const OptionSpec& spec) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return "true or false";
    case OptionKind::Real:
        return "a number from " + rangeText(spec);
    case OptionKind::Whole:
        return "a whole number from " + rangeText(spec);
    case OptionKind::Choice:
        return "one of " + join(std::vector<std::string>(spec.choices.begin(), spec.choices.end()));
    case OptionKind::Budget:
        return spec.shareOnly ? "a share such as 1/3 or 0.25, above 0 and at most 1"
                              : "a share such as 1/3 or 0.25, or a whole number from 2";
    case OptionKind::Numbers:
        return std::to_string(spec.count) + " whole numbers from " + rangeText(spec) + " with x between them";
    }
    throw Error(ErrorKind::Internal, "internal error: an option of no kind");
}

bool accepts(const OptionSpec& spec, const OptionValue& value) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return std::holds_alternative<bool>(value);
    case OptionKind::Real:
        return std::holds_alternative<double>(value) && inRange(spec, std::get<double>(value));
    case OptionKind::Whole:
        return std::holds_alternative<std::uint64_t>(value) &&
               inRange(spec, static_cast<double>(std::get<std::uint64_t>(value)));
    case OptionKind::Choice:
        return std::holds_alternative<std::string>(value) &&
               std::find(spec.choices.begin(), spec.choices.end(), std::get<std::string>(value)) != spec.choices.end();
    case OptionKind::Budget:
        return std::holds_alternative<TokenBudget>(value) &&
               !(spec.shareOnly && std::get<TokenBudget>(value).isCount());
    case OptionKind::Numbers:
        return std::holds_alternative<std::vector<int>>(value) && allInRange(spec, std::get<std::vector<int>>(value));
    }
    throw Error(ErrorKind::Internal, "internal error: an option of no kind");
}

std::string optionText(const OptionSpec& spec, const OptionValue& value) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return std::string(std::get<bool>(value) ? spec.name : spec.opposite);
    case OptionKind::Real:
        return shortNumber(std::get<double>(value));
    case OptionKind::Whole:
        return std::to_string(std::get<std::uint64_t>(value));
    case OptionKind::Choice:
        return std::get<std::string>(value);
    case OptionKind::Budget:
        return std::get<TokenBudget>(value).text();
    case OptionKind::Numbers:
        return joined(std::get<std::vector<int>>(value));
    }
    throw Error(ErrorKind::Internal, "internal error: an option of no kind");
}

nlohmann::json toJson(const OptionSpec& spec, const OptionValue& value) {
    switch (spec.kind) {
    case OptionKind::Flag:
        return std::get<bool>(value);
    case OptionKind::Real:
        return std::get<double>(value);
    case OptionKind::Whole:
        return std::get<std::uint64_t>(value);
    default:
        return optionText(spec, value);
    }
}

std::optional<OptionValue> optionFromJson(const OptionSpec& spec, const nlohmann::json& json) {
    std::optional<OptionValue> value;
    switch (spec.kind) {
    case OptionKind::Flag:
        if (json.is_boolean())
            value = json.get<bool>();
        break;
    case OptionKind::Real:
        if (json.is_number())
            value = json.get<double>();
        break;
    case OptionKind::Whole:
        if (json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0))
            value = json.get<std::uint64_t>();
        break;
    default:
        if (json.is_string())
            value = parsed(spec, json.get_ref<const std::string&>());
    }
    return value && accepts(spec, *value) ? value : std::nullopt;
}

std::string jsonName(const OptionSpec& spec) {
    std::string name(spec.name);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace prunescope
