#pragma once

#include "core/pruning/token_budget.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prunescope {

class MethodSettings;

enum class OptionKind {
    Flag,    ///< bool
    Real,    ///< double in [least, most]
    Whole,   ///< std::uint64_t in [least, most]
    Choice,  ///< std::string, one of `choices`
    Budget,  ///< TokenBudget
    Numbers, ///< std::vector<int>, `count` whole numbers in [least, most], written 4x4x2
};

/// Value of an option; its kind says which alternative it is.
using OptionValue = std::variant<bool, double, std::uint64_t, std::string, TokenBudget, std::vector<int>>;

/// Place of an option in the mask object.
enum class OptionJson {
    Options,   ///< below `options`, where it was set
    Top,       ///< beside `strategy`, where it was set
    TopAlways, ///< beside `strategy`
};

/// An option of a pruning method, as data: the command line, plan texts, mask objects, the settings file, the window
/// and reports read it from here. Options of the same name mean the same in every method.
struct OptionSpec {
    std::string_view name; ///< in plans; `--name` on the command line
    OptionKind kind = OptionKind::Flag;
    std::string_view title;              ///< short, for the window
    std::string_view help;               ///< one line for people
    std::string_view valueName;          ///< as in `--tau T`; not for flags
    std::optional<OptionValue> standard; ///< unless set; nothing: `whenUnset` says what happens
    std::string_view whenUnset;
    double least = 0;
    double most = 1;
    std::size_t count = 0;
    bool shareOnly = false;     ///< Budget: no counts
    bool alwaysWritten = false; ///< plans name the value even where it is the default
    std::vector<std::string_view> choices;
    std::string_view opposite;              ///< Flag that is on unless set: the word that switches it off
    std::vector<std::string_view> excludes; ///< options that may not be set beside it
    OptionJson json = OptionJson::Options;
    /// Whether the option matters under these settings. Null: always.
    bool (*applies)(const MethodSettings&) = nullptr;
};

/// The value that `text` stands for; nothing where it is no value of the option: `expectation` says what would be.
std::optional<OptionValue> parseOption(const OptionSpec& spec, std::string_view text);
/// Words for the values of an option: "a number from 0 to 1".
std::string expectation(const OptionSpec& spec);
/// Whether `value` is of the option's kind and within its range.
bool accepts(const OptionSpec& spec, const OptionValue& value);
/// The value as a plan writes it; of a flag, the word that sets it so.
std::string optionText(const OptionSpec& spec, const OptionValue& value);

nlohmann::json toJson(const OptionSpec& spec, const OptionValue& value);
/// The value that `json` holds; nothing where that is no value of the option.
std::optional<OptionValue> optionFromJson(const OptionSpec& spec, const nlohmann::json& json);
/// The option's key in mask objects: `skip_ratio`.
std::string jsonName(const OptionSpec& spec);

/// An option by name, with the type of its values.
template <typename T>
struct OptionKey {
    std::string_view name;
};

} // namespace prunescope
