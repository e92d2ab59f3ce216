#pragma once

#include "core/pruning/option_spec.h"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace prunescope {

struct MethodEntry;

/// A pruning method with values for its options: what the command line, the window and the log say of a stage. Options
/// that were not set have the method's own default. Always valid; two are equal when they mean the same.
class MethodSettings {
public:
    /// The default method.
    MethodSettings();
    /// Throws Error(Usage) that lists the names.
    explicit MethodSettings(std::string_view method);
    explicit MethodSettings(const MethodEntry& entry) : m_entry(&entry) {}

    const MethodEntry& entry() const { return *m_entry; }
    std::string_view method() const;
    /// Settings of another method, with the values of the options that both have.
    MethodSettings withMethod(std::string_view method) const;

    /// The option of that name, or null where the method has none.
    const OptionSpec* spec(std::string_view option) const;
    /// The value that was set, else the default; nothing when there is neither, or no such option.
    std::optional<OptionValue> find(std::string_view option) const;
    /// Whether the option matters now; false when the method has none of that name.
    bool applies(std::string_view option) const;
    /// Whether the option was set to something else than its default.
    bool isSet(std::string_view option) const;
    /// Throws Error(Usage) that names the option: the method has none of that name, `value` is none of its values, or
    /// another one is set that may not stand beside it.
    MethodSettings& set(std::string_view option, OptionValue value);
    /// As `set`, but what may not stand beside it is reset.
    MethodSettings& change(std::string_view option, OptionValue value);
    MethodSettings& reset(std::string_view option);

    template <typename T>
    std::optional<T> find(OptionKey<T> key) const {
        const std::optional<OptionValue> value = find(key.name);
        return value ? std::optional<T>(std::get<T>(*value)) : std::nullopt;
    }
    /// The value of an option that has a default. Throws Error(Internal) when the method has no such option.
    template <typename T>
    T value(OptionKey<T> key) const {
        return std::get<T>(required(key.name));
    }
    template <typename T>
    MethodSettings& set(OptionKey<T> key, std::type_identity_t<T> value) {
        return set(key.name, OptionValue(std::move(value)));
    }

    /// The word with its value as a plan has it, "tau=0.02" or "sliding", of everything that was set or is always
    /// written, in the order of the method's options.
    std::vector<std::string> words() const;

    bool operator==(const MethodSettings& other) const;

private:
    /// Options that are set and may not stand beside `spec`.
    std::vector<std::string_view> rivals(const OptionSpec& spec) const;
    OptionValue required(std::string_view option) const;

    const MethodEntry* m_entry;
    std::vector<std::pair<std::string_view, OptionValue>> m_values; ///< what differs from the defaults, in option order
};

} // namespace prunescope
