#include "model/hub/content_hash.h"

#include "core/base/error.h"
#include "model/hub/hub_names.h"

#include <array>
#include <openssl/evp.h>

namespace prunescope::model {

ContentHash::ContentHash(std::string expected, std::int64_t sizeBytes)
    : m_expected(std::move(expected)), m_sizeBytes(sizeBytes), m_context(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    check(isSha256(m_expected) || isGitHash(m_expected), "a hash that is neither SHA-256 nor Git's");
    restart();
}

ContentHash::~ContentHash() = default;

void ContentHash::restart() {
    const bool isGit = isGitHash(m_expected);
    check(EVP_DigestInit_ex(m_context.get(), isGit ? EVP_sha1() : EVP_sha256(), nullptr) == 1, "no such hash");
    if (isGit)
        add("blob " + std::to_string(m_sizeBytes) + '\0');
}

void ContentHash::add(std::string_view bytes) {
    check(EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1, "a hash failed");
}

std::string ContentHash::hexadecimal() {
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
