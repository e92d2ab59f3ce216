#include "model/bundle/sha256.h"

#include "core/base/error.h"

#include <array>
#include <openssl/evp.h>
#include <string_view>

namespace prunescope::model {

Sha256::Sha256() : m_context(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    check(m_context && EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) == 1, "no SHA-256");
}

void Sha256::add(std::span<const std::byte> bytes) {
    check(EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1, "a hash failed");
}

std::string Sha256::hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    check(EVP_DigestFinal_ex(m_context.get(), digest.data(), &size) == 1, "a hash failed");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text += {kDigits[digest[i] >> 4], kDigits[digest[i] & 15]};
    return text;
}

} // namespace prunescope::model
