#include "model/families/chat_file.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/folder_names.h"
#include "model/files/stand_in.h"
#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestTemplate = 1 << 20; // published ones have 5 to 15 kB

constexpr std::size_t kMostFiles = 32; // published ones have one or two
constexpr const char* kDefault = "default";

/// Collects the templates of a folder, of each name the first that is read.
class TemplateFiles {
public:
    TemplateFiles(const std::string& folder, std::vector<std::string>& notes) : m_folder(folder), m_notes(notes) {}

    std::vector<ChatTemplateText> read() {
        const bool alone = readFile(m_folder / "chat_template.jinja", kDefault);
        readAdditional();
        if (!alone && !readJson(m_folder / "chat_template.json"))
            readJson(m_folder / "tokenizer_config.json");
        std::ranges::stable_sort(m_found, {}, [](const ChatTemplateText& one) {
            return std::pair(one.name != kDefault, std::string_view(one.name));
        });
        return std::move(m_found);
    }

private:
    /// What a template can't be; empty for one.
    static std::string faultOf(std::string_view text) {
        if (text.size() > kLargestTemplate)
            return "more than " + formatBytes(kLargestTemplate);
        if (validUtf8(text) != text)
            return "not UTF-8";
        return trimmed(text).empty() ? "empty" : "";
    }

    /// Whether it can be read.
    bool add(std::string name, const std::string& where, std::string text) {
        if (const std::string fault = faultOf(text); !fault.empty()) {
            note(where, fault);
            return false;
        }
        if (std::ranges::find(m_found, name, &ChatTemplateText::name) == m_found.end())
            m_found.push_back({std::move(name), where, std::move(text)});
        return true;
    }

    void note(const std::string& where, const std::string& what) {
        m_notes.push_back(where + ": " + what + ", expected a chat template: it is ignored");
    }

    /// Whether there is one that can be read, as `read` says; what it throws becomes a note.
    template <typename Read>
    bool ifThere(const std::string& path, const Read& read) {
        if (!isThere(path))
            return false;
        try {
            refuseStandIn(path);
            return read(path);
        } catch (const Error& error) {
            m_notes.push_back(std::string(error.what()) + ": its chat template is ignored");
            return false;
        }
    }

    bool readFile(const fs::path& path, const std::string& name) {
        return ifThere(path.string(), [&](const std::string& file) {
            std::error_code failed;
            std::ifstream in(file, std::ios::binary);
            if (!fs::is_regular_file(file, failed) || !in) { // a pipe may never end
                note(file, "can't be read");
                return false;
            }
            std::string text(kLargestTemplate + 1, '\0');
            in.read(text.data(), std::ssize(text));
            text.resize(static_cast<std::size_t>(in.gcount()));
            return add(name, file, std::move(text));
        });
    }

    /// As newer programs save all but the default.
    void readAdditional() {
        const fs::path folder = m_folder / "additional_chat_templates";
        std::set<fs::path> paths;
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
            if (it->path().extension() == ".jinja")
                paths.insert(it->path());
        if (paths.size() > kMostFiles)
            return note(folder.string(), formatCounted(std::ssize(paths), "file"));
        for (const fs::path& path : paths)
            readFile(path, path.stem().string());
    }

    bool readJson(const fs::path& path) {
        return ifThere(path.string(), [&](const std::string& file) {
            const nlohmann::json json = readJsonFile(file);
            return readMember(JsonFields(json, file));
        });
    }

    /// chat_template: a text, or a list of {name, template}.
    bool readMember(const JsonFields& fields) {
        if (!fields.has("chat_template"))
            return false;
        const nlohmann::json& value = fields.json().at("chat_template");
        if (value.is_string())
            return add(kDefault, fields.where(), value.get<std::string>());
        if (!value.is_array())
            fields.fail("chat_template", "a text, or a list of names and texts");
        bool any = false;
        for (const nlohmann::json& entry : value) {
            const JsonFields one(entry, fields.where(), "chat_template.");
            const std::string name = one.text("name");
            any = add(name, fields.where() + ": chat_template " + inQuotes(name), one.text("template")) || any;
        }
        return any;
    }

    fs::path m_folder;
    std::vector<std::string>& m_notes;
    std::vector<ChatTemplateText> m_found;
};

} // namespace

std::vector<ChatTemplateText> readChatTemplates(const std::string& folder, std::vector<std::string>& notes) {
    return TemplateFiles(folder, notes).read();
}

} // namespace prunescope::model
