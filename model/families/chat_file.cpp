#include "model/families/chat_file.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestTemplate = 1 << 20; // published ones have 5 to 15 kB

std::string readText(const std::string& path) {
    std::error_code failed;
    if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) > kLargestTemplate)
        return {};
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// chat_template of a JSON file: a text, or a list of {name, template}.
std::string templateIn(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return {};
    try {
        const nlohmann::json json = readJsonFile(path);
        const nlohmann::json value = json.is_object() ? json.value("chat_template", nlohmann::json()) : json;
        if (value.is_string())
            return value.get<std::string>();
        for (const nlohmann::json& entry : value)
            if (entry.is_object() && entry.value("name", "") == "default")
                return entry.value("template", "");
    } catch (const Error&) { // a damaged file is as good as none
    } catch (const nlohmann::json::exception&) {
    }
    return {};
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    parts.push_back(text);
    return parts;
}

/// "is defined" and the like of a name, where add_generation_prompt alone is defined, and true.
bool holdsAtom(std::string_view atom) {
    atom = trimmed(atom);
    if (atom.starts_with("not "))
        return !holdsAtom(atom.substr(4));
    const std::size_t is = atom.find(" is ");
    const bool defined = trimmed(atom.substr(0, is)) == "add_generation_prompt";
    if (is == std::string_view::npos)
        return defined;
    std::string_view state = trimmed(atom.substr(is + 4));
    const bool negated = state.starts_with("not ");
    if (negated)
        state = trimmed(state.substr(4));
    const bool holds = (state == "undefined" || state == "none") ? !defined : state != "false" && defined;
    return holds != negated;
}

/// A condition of the template language: atoms with "and" and "or" between them, without parentheses.
bool holds(std::string_view condition) {
    for (const std::string_view alternative : split(condition, " or ")) {
        bool all = true;
        for (const std::string_view atom : split(alternative, " and "))
            all = all && holdsAtom(atom);
        if (all)
            return true;
    }
    return false;
}

/// Follows the branches of a template and collects what those that are taken write.
class Branches {
public:
    /// False behind the end of the outermost `if`.
    bool tag(std::string_view statement) {
        if (statement.starts_with("if "))
            m_open.push_back({runs(), false, false});
        if (m_open.empty())
            return false;
        Branch& branch = m_open.back();
        if (statement.starts_with("if ") || statement.starts_with("elif "))
            take(branch, holds(statement.substr(statement.find(' '))));
        else if (statement == "else")
            take(branch, true);
        else if (statement == "endif")
            m_open.pop_back();
        return !m_open.empty();
    }

    bool runs() const { return m_open.empty() || m_open.back().runs; }

private:
    struct Branch {
        bool possible, runs, taken;
    };

    static void take(Branch& branch, bool condition) {
        branch.runs = branch.possible && !branch.taken && condition;
        branch.taken = branch.taken || branch.runs;
    }

    std::vector<Branch> m_open;
};

/// Goes on to the next tag that speaks of the generation prompt; false when there is none.
bool seekGenerationPrompt(std::string_view& text) {
    constexpr std::string_view kName = "add_generation_prompt";
    for (std::size_t at = text.find(kName); at != std::string_view::npos; at = text.find(kName)) {
        const std::size_t tag = text.rfind("{%", at);
        if (tag != std::string_view::npos && text.find("%}", tag) > at) {
            text.remove_prefix(tag);
            return true;
        }
        text.remove_prefix(at + kName.size());
    }
    return false;
}

std::string_view statementIn(std::string_view tag) {
    while (!tag.empty() && (tag.front() == '-' || tag.front() == '+'))
        tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == '-' || tag.back() == '+'))
        tag.remove_suffix(1);
    return trimmed(tag);
}

/// What is written from here to the end of the first `if`, as it stands in the template; `text` goes on behind it.
std::string takeBranches(std::string_view& text) {
    Branches branches;
    std::string written;
    bool inside = true;
    for (std::size_t tag = 0; inside && tag != std::string_view::npos; tag = text.find("{%")) {
        if (branches.runs())
            written += text.substr(0, tag);
        const std::size_t end = std::min(text.find("%}", tag), text.size());
        inside = branches.tag(statementIn(text.substr(tag + 2, end - tag - 2)));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return written;
}

} // namespace

std::string readChatTemplate(const std::string& folder) {
    if (std::string text = readText(folder + "/chat_template.jinja"); !text.empty())
        return text;
    for (const char* file : {"/chat_template.json", "/tokenizer_config.json"})
        if (std::string text = templateIn(folder + file); !text.empty())
            return text;
    return {};
}

bool opensThinking(std::string_view chatTemplate) {
    std::string written;
    while (seekGenerationPrompt(chatTemplate))
        written = takeBranches(chatTemplate);
    const std::size_t opened = written.rfind("<think>");
    return opened != std::string::npos && written.find("</think>", opened) == std::string::npos;
}

} // namespace prunescope::model
