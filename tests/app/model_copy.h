#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace prunescope::test {

/// tests/data/qwen3vl/model: random weights, words are noise.
std::filesystem::path tinyModel();

/// A copy of the tiny model that a test may damage.
class ModelCopy {
public:
    explicit ModelCopy(std::filesystem::path folder);

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path file(const std::string& name) const { return m_folder / name; }
    /// Reads a JSON file, lets `change` work on it, writes it back.
    void edit(const std::string& name, const std::function<void(nlohmann::json&)>& change) const;
    void write(const std::string& name, const std::string& content) const;
    /// Makes its answers endless: the same word again and again.
    void neverEnd() const;
    /// Makes it answer every question with this text: no layer adds anything to what the prompt ends with, from which
    /// the head leads to one token that spells the text, and from that to the end.
    void alwaysSay(const std::string& text) const;
    /// Keeps the first `share` of the file's bytes.
    void truncate(const std::string& name, double share) const;

private:
    std::int64_t addToken(const std::string& text) const;

    std::filesystem::path m_folder;
};

} // namespace prunescope::test
