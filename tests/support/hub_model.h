#pragma once

#include "tests/support/web_server.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace prunescope::test {

/// A model as a hub publishes it: the files of a folder, those with weights stored apart.
class HubModel {
public:
    explicit HubModel(std::string name = "Qwen/Qwen3-VL-2B-Instruct") : m_name(std::move(name)) {}
    /// All files of a folder. Throws std::runtime_error when there are none.
    static HubModel ofFolder(const std::filesystem::path& folder);

    const std::string& name() const { return m_name; }
    std::string commit() const { return std::string(40, 'c'); }
    const std::map<std::string, std::string>& files() const { return m_files; }
    void set(const std::string& file, std::string content) { m_files[file] = std::move(content); }
    void remove(const std::string& file) { m_files.erase(file); }
    std::int64_t totalBytes() const;

    /// Name of a file's blob: SHA-256 of a large one, Git's name of a small one.
    std::string etag(const std::string& file) const;
    std::string resolvePath(const std::string& file) const;
    static bool isLarge(const std::string& file) { return file.ends_with(".safetensors"); }

    /// Puts everything that a client asks for on the server; large files on `storage`, redirected to from `hub`.
    void publish(WebServer& hub, WebServer& storage, const std::string& revision = "main") const;

private:
    std::string listing() const;

    std::string m_name;
    std::map<std::string, std::string> m_files;
};

} // namespace prunescope::test
