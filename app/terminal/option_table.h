#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::app {

/// One option: its one place in the program. Parsing, `--help` and suggestions read it from here.
struct Option {
    std::string name;      ///< "--tau"
    std::string valueName; ///< "T"; empty: a flag without a value
    std::string help;      ///< one line for people
    std::string fallback;  ///< the default as `--help` prints it; empty: nothing to say
    /// Takes the value ("" for a flag). Throws Error(Usage) that names the option.
    std::function<void(const std::string&)> apply;
    std::string group; ///< heading in `--help`

    bool takesValue() const { return !valueName.empty(); }
};

/// Range of values that an option accepts; both ends are allowed.
template <typename T>
struct Range {
    T least = std::numeric_limits<T>::lowest();
    T most = std::numeric_limits<T>::max();
};

/// The options of one command. Groups that several commands share add themselves through a function each
/// (addPruningOptions, ...), so that an option means the same everywhere.
class OptionTable {
public:
    /// Heading for the options that are added next.
    void startGroup(std::string title) { m_group = std::move(title); }

    void add(Option option);
    /// Sets `target` to `value` when given.
    void addFlag(std::string name, bool& target, std::string help, bool value = true);
    /// `fallback` is printed as the default; by default what `target` holds now.
    void addText(std::string name, std::string valueName, std::string& target, std::string help,
                 std::optional<std::string> fallback = {});
    /// Adds an option that takes a file: refuses "-", which elsewhere stands for standard input or output.
    void addFile(std::string name, std::string valueName, std::string& target, std::string help,
                 std::optional<std::string> fallback = {});
    /// Adds an option that takes one of `names`.
    void addChoice(std::string name, std::vector<std::string> names, std::string& target, std::string help);
    void addNumber(std::string name, std::string valueName, double& target, Range<double> range, std::string help);
    void addNumber(std::string name, std::string valueName, std::optional<double>& target, Range<double> range,
                   std::string fallback, std::string help);
    void addInteger(std::string name, std::string valueName, int& target, Range<int> range, std::string help);
    void addInteger(std::string name, std::string valueName, std::optional<std::int64_t>& target,
                    Range<std::int64_t> range, std::string fallback, std::string help);
    void addInteger(std::string name, std::string valueName, std::optional<std::uint64_t>& target, std::string fallback,
                    std::string help);

    /// `name` and any of `others` may not be given together.
    void exclude(std::string name, std::vector<std::string> others);
    /// `name` says nothing without `other`.
    void require(std::string name, std::string other);

    /// Applies the options among `words` and returns the other words in their order. Options may stand anywhere; `--`
    /// ends them; `--name=value` and `--name value` mean the same; the last of several values counts.
    /// Throws Error(Usage).
    std::vector<std::string> parse(const std::vector<std::string>& words);

    bool given(const std::string& name) const { return m_given.count(name) > 0; }
    const std::vector<Option>& options() const { return m_options; }
    /// The option named `name`, or null.
    const Option* find(std::string_view name) const;

private:
    struct Rule {
        std::string name;
        std::vector<std::string> others;
        bool excludes = false;
    };

    const Option& known(const std::string& name) const;
    void applyRules() const;

    std::vector<Option> m_options;
    std::vector<Rule> m_rules;
    std::set<std::string> m_given;
    std::string m_group;
};

} // namespace prunescope::app
