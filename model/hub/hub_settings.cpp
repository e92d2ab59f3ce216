#include "model/hub/hub_settings.h"

#include "core/base/environment.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/hub_cache.h"
#include "model/hub/http_session.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace prunescope::model {

namespace {

std::string endpointFromEnvironment(const std::string& fallback) {
    std::string endpoint = environment("HF_ENDPOINT");
    while (endpoint.ends_with('/'))
        endpoint.pop_back();
    if (endpoint.empty())
        return fallback;
    if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://"))
        throw Error(ErrorKind::Usage,
                    "HF_ENDPOINT: found " + inQuotes(endpoint) + ", expected an address with https://");
    return endpoint;
}

std::string tokenFile() {
    const std::string path = environment("HF_TOKEN_PATH");
    return path.empty() ? (hubHome() / "token").string() : path;
}

/// Empty where nobody is logged in.
std::string tokenFromEnvironment() {
    std::string source = "HF_TOKEN";
    std::string token = environment("HF_TOKEN");
    if (trimmed(token).empty()) {
        source = tokenFile();
        std::ifstream in(source);
        std::getline(in, token);
    }
    token = trimmed(token);
    // It becomes part of a header. What is wrong with it is not shown: it may be a secret all the same.
    if (!std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; }))
        throw Error(ErrorKind::Usage, source + ": found blanks or odd characters in the token, expected one word");
    return token;
}

bool isOn(const char* name) {
    std::string value = environment(name);
    std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::toupper(c); });
    constexpr std::array kWords{"1", "ON", "YES", "TRUE"};
    return std::find(kWords.begin(), kWords.end(), value) != kWords.end();
}

} // namespace

HubSettings hubSettings() {
    HubSettings settings;
    settings.endpoint = endpointFromEnvironment(settings.endpoint);
    settings.token = tokenFromEnvironment();
    settings.cache = hubCacheFolder();
    settings.offline = isOn("HF_HUB_OFFLINE");
    if (!settings.token.empty() && !settings.offline)
        requireSecrecy(settings.endpoint);
    return settings;
}

std::string modelPage(const HubSettings& settings, const std::string& name) {
    return settings.endpoint + "/" + name;
}

} // namespace prunescope::model
