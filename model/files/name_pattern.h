#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace prunescope::model {

/// A regular expression of Python's `re` that names parts of a model, as adapter_config.json has them. What it can't
/// hold is refused: looking ahead or back, references, \b. Matching takes bounded time, whatever the expression.
/// Immutable; any thread.
class NamePattern {
public:
    /// `where` begins the messages. Throws Error(BadFile) for what is no regular expression, Error(Unsupported) for
    /// what can't be read.
    NamePattern(std::string text, const std::string& where);

    /// Whether it matches the whole of `name`, or an end of it that follows a point (peft: "(.*\.)?(text)$"). Throws
    /// Error(BadFile) for an expression that takes too long.
    bool matchesEnd(std::string_view name) const;
    const std::string& text() const { return m_text; }

    struct Node; ///< of its tree

private:
    std::string m_text;
    std::string m_where;
    std::shared_ptr<const Node> m_root;
};

} // namespace prunescope::model
