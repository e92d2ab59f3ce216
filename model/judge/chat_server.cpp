#include "model/judge/chat_server.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/hub/http_session.h"
#include "model/hub/retries.h"

#include <array>
#include <curl/curl.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr long kConnectSeconds = 20, kAnswerSeconds = 300;
constexpr std::size_t kMostBytes = 4 << 20; ///< of a response
constexpr int kMostReplyTokens = 512;
constexpr RetryPolicy kRetry{3, std::chrono::milliseconds(1000), std::chrono::seconds(30)};

using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

struct Response {
    std::string content;
    long status = 0;
};

std::size_t takeContent(char* data, std::size_t, std::size_t size, void* content) {
    auto& text = *static_cast<std::string*>(content);
    if (text.size() + size > kMostBytes)
        return 0;
    text.append(data, size);
    return size;
}

int stopWhenAsked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

HeaderList headersWith(const std::string& key) {
    HeaderList list(curl_slist_append(nullptr, "Content-Type: application/json"), &curl_slist_free_all);
    if (!key.empty())
        curl_slist_append(list.get(), ("Authorization: Bearer " + key).c_str());
    return list;
}

/// One request; a body makes it a POST. Redirects are not followed: the key is for that server.
Response once(const std::string& url, const std::string& key, const std::string& body, std::stop_token stop) {
    const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), &curl_easy_cleanup);
    check(easy != nullptr, "libcurl can't be used");
    const HeaderList headers = headersWith(key);
    Response response;
    std::array<char, CURL_ERROR_SIZE> reason{};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_USERAGENT, "prunescope");
    if (!body.empty())
        set(CURLOPT_COPYPOSTFIELDS, body.c_str());
    if (!originOf(url).starts_with("https:") && keepsSecrets(url))
        set(CURLOPT_PROXY, ""); // a server on this machine
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, reason.data());
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_TIMEOUT, kAnswerSeconds);
    set(CURLOPT_WRITEFUNCTION, &takeContent);
    set(CURLOPT_WRITEDATA, &response.content);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &stopWhenAsked);
    set(CURLOPT_XFERINFODATA, &stop);
    const CURLcode code = curl_easy_perform(easy.get());
    if (stop.stop_requested())
        throw Error(ErrorKind::Cancelled, "stopped");
    if (code != CURLE_OK)
        throw HttpError(ErrorKind::Network,
                        "--judge: " + hostOf(url) + ": " + (reason[0] ? reason.data() : curl_easy_strerror(code)),
                        true);
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &response.status);
    return response;
}

/// The object of a response that is a success.
nlohmann::json objectOf(const Response& response, const std::string& url) {
    const std::string where = "--judge: " + hostOf(url);
    if (response.status != 200)
        throw HttpError(ErrorKind::Network,
                        where + " answers with status " + std::to_string(response.status) + ": " +
                            inQuotes(response.content),
                        response.status == 429 || response.status >= 500);
    try {
        return parseJson(response.content, where);
    } catch (const Error&) {
        throw HttpError(ErrorKind::Network, where + " answers " + inQuotes(response.content) + ", expected JSON",
                        false);
    }
}

} // namespace

ChatServer::ChatServer(std::string url, std::string key)
    : m_url(std::move(url)), m_key(std::move(key)), m_host(hostOf(m_url)) {
    while (m_url.ends_with('/'))
        m_url.pop_back();
    if (originOf(m_url).empty())
        throw Error(ErrorKind::Usage, "--judge: found " + inQuotes(m_url) +
                                          ", expected the address of a server, such as http://localhost:8000/v1");
    if (!m_key.empty() && !keepsSecrets(m_url))
        throw Error(ErrorKind::Usage, "--judge: found " + inQuotes(originOf(m_url)) +
                                          " together with a key, expected an address with https://: everybody on the "
                                          "way could read the key");
}

nlohmann::json ChatServer::fetch(const std::string& path, const std::string& body, std::stop_token stop) const {
    Retries retries(
        kRetry, [](const std::string&) {}, stop);
    while (true)
        try {
            return objectOf(once(m_url + path, m_key, body, stop), m_url);
        } catch (const HttpError& error) {
            if (!retries.waitAfter(error))
                throw;
        }
}

std::string ChatServer::firstModel(std::stop_token stop) const {
    const nlohmann::json object = fetch("/models", {}, std::move(stop));
    const auto data = object.find("data");
    if (data != object.end() && data->is_array() && !data->empty() && data->front().is_object())
        if (const auto id = data->front().find("id"); id != data->front().end() && id->is_string())
            return id->get<std::string>();
    throw Error(ErrorKind::Network, "--judge: " + m_host + " names no model, expected one; --judge-model NAME chooses");
}

std::string ChatServer::reply(const std::string& model, const std::string& question, std::stop_token stop) const {
    const nlohmann::json body{{"model", model},
                              {"temperature", 0},
                              {"max_tokens", kMostReplyTokens},
                              {"messages", {{{"role", "user"}, {"content", question}}}}};
    const nlohmann::json object = fetch(
        "/chat/completions", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), std::move(stop));
    const nlohmann::json::json_pointer place("/choices/0/message/content");
    if (!object.contains(place) || !object.at(place).is_string())
        throw Error(ErrorKind::Network, "--judge: " + m_host + " answers without choices[0].message.content");
    return object.at(place).get<std::string>();
}

} // namespace prunescope::model
