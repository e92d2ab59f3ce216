#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace prunescope::model {

/// Hash of a file's content that is added in pieces, as the hub names it: SHA-256 of the content for large files, Git's
/// name (SHA-1 of "blob SIZE", a zero byte and the content) for small ones. One thread at a time.
class ContentHash {
public:
    /// `expected`: 64 hexadecimal digits ask for SHA-256, 40 for Git's name of a file of `sizeBytes`.
    ContentHash(std::string expected, std::int64_t sizeBytes);
    ~ContentHash();

    /// Forgets what was added.
    void restart();
    void add(std::string_view bytes);
    /// The hash of all that was added. Nothing may be added afterwards without `restart`.
    std::string hexadecimal();
    const std::string& expected() const { return m_expected; }

private:
    std::string m_expected;
    std::int64_t m_sizeBytes;
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> m_context;
};

} // namespace prunescope::model
