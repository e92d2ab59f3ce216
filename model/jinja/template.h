#pragma once

#include "model/jinja/limits.h"

#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Chat templates: the part of the language Jinja that published ones use, with the settings of transformers'
/// apply_chat_template (jinja2's immutable sandbox, trim_blocks, lstrip_blocks, loop controls, `generation` blocks, its
/// own `tojson`, `raise_exception` and `strftime_now`).
namespace prunescope::model::jinja {

struct Program;

/// A part of a rendered text that one side wrote.
struct MarkedPiece {
    std::string text;
    bool fromTemplate = true; ///< false: people wrote it, and special tokens in it are none
    bool operator==(const MarkedPiece&) const = default;
};

/// All pieces joined.
std::string joined(const std::vector<MarkedPiece>& pieces);

/// What a template is rendered with.
struct Context {
    /// An object: its members are the variables of the template (messages, tools, add_generation_prompt, bos_token).
    nlohmann::ordered_json variables = nlohmann::ordered_json::object();
    /// Variables in which people wrote the texts and the names of members, however deep.
    std::vector<std::string> fromPeople{"messages", "tools", "documents"};
    /// But not these, as long as they are plain words (letters, digits, `_`, `-`). `*` stands for every item of a list.
    std::vector<std::string> words{"messages/*/role", "messages/*/content/*/type", "messages/*/tool_calls/*/type"};
    /// What strftime_now tells; without it, the clock.
    std::optional<std::tm> now;
};

/// A parsed chat template. Immutable; any thread. Copies share it.
class Template {
public:
    /// `where` is what the template is called in messages. Throws Error(BadFile), or Error(Unsupported) for what the
    /// language has and this interpreter has not; the message names the line.
    static Template parse(std::string_view text, const std::string& where);

    /// The text for `context`, neighbours of the same kind as one piece, without empty ones. Throws Error(BadFile) for
    /// what goes wrong in the template with these values, Error(BadInput) with the words of its raise_exception, and
    /// Error(Unsupported) when it goes past `limits`.
    std::vector<MarkedPiece> render(const Context& context, const Limits& limits = {}) const;

    /// Whether it looks at a variable of that name that it does not itself set.
    bool uses(const std::string& variable) const;

private:
    Template(std::shared_ptr<const Program> program, std::string where)
        : m_program(std::move(program)), m_where(std::move(where)) {}

    std::shared_ptr<const Program> m_program;
    std::string m_where;
};

} // namespace prunescope::model::jinja
