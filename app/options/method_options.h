#pragma once

#include "app/terminal/option_table.h"
#include "core/pruning/method.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prunescope::app {

/// The pruning method of the command line: `--strategy` and one option for each that any method has.
class MethodOptions {
public:
    /// Adds the options. This must outlive the table.
    void addTo(OptionTable& table);

    /// The method with what was given. Throws Error(Usage) for an option that the method has not.
    MethodSettings settings() const;
    /// `--seed`, which is for everything that is drawn, whatever the method.
    std::optional<std::uint64_t> seed() const;
    /// Whether anything was given.
    bool given() const { return m_method != kDefaultMethod || !m_values.empty(); }
    /// The name of an option that was given, as in "--tau"; only where `given`.
    std::string firstGiven() const;

    /// The names of the options but `--seed`, as in "--tau".
    static std::vector<std::string> names();

private:
    void addOption(OptionTable& table, const OptionSpec& spec);
    void take(const OptionSpec& spec, OptionValue value);

    std::string m_method{kDefaultMethod};
    std::vector<std::pair<std::string_view, OptionValue>> m_values; ///< option and value
};

} // namespace prunescope::app
