#pragma once

#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace prunescope::model {

/// SHA-256 of bytes that are added in pieces. One thread at a time.
class Sha256 {
public:
    Sha256();
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    /// 64 hexadecimal digits. Nothing may be added afterwards.
    std::string hexadecimal();

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> m_context;
};

} // namespace prunescope::model
