#pragma once

#include "model/hub/retries.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace prunescope::model {

struct HttpRequest {
    std::string url;            ///< http or https
    std::string token;          ///< empty: none. Sent to the server of `url` and to no other that it redirects to, and
                                ///< only where `keepsSecrets`
    std::int64_t firstByte = 0; ///< asks for the rest from here on
};

/// The first part of a response.
struct HttpHead {
    int status = 0;
    std::string url;                            ///< that answered
    std::map<std::string, std::string> headers; ///< names in lower case
    std::chrono::seconds retryAfter{0};         ///< zero: it does not say

    /// Empty when there is none.
    std::string header(const std::string& name) const;
    bool isSuccess() const { return status == 200 || status == 206; }
};

/// Callbacks of a request while it runs, on the thread that called. Whatever these throw ends the request and leaves
/// it.
struct HttpEvents {
    std::function<void(const HttpHead&)> onHead;     ///< of each response, redirects included, before its content
    std::function<void(std::string_view)> onContent; ///< of a response that is a success, piece by piece
};

/// "https://huggingface.co:443": what a token belongs to. Empty for anything but http and https.
std::string originOf(const std::string& url);
/// Whether nobody can read along what is sent there: https, or a server on this machine (127.0.0.0/8, ::1, localhost).
bool keepsSecrets(const std::string& url);
/// Throws Error(Usage) that names HF_ENDPOINT where a token would be sent for others to read.
void requireSecrecy(const std::string& url);
/// "huggingface.co": for people; addresses may hold secrets.
std::string hostOf(const std::string& url);

/// HTTP over libcurl. Keeps connections open from one request to the next; proxies are libcurl's (HTTPS_PROXY,
/// NO_PROXY). One request at a time, from one thread.
class HttpSession {
public:
    HttpSession();
    ~HttpSession();

    /// The head of the last response, whatever its status. Throws HttpError when there is none, Error(Usage) for a
    /// token that others could read, Error(Cancelled) within a tenth of a second after `stop` is requested.
    HttpHead get(const HttpRequest& request, const HttpEvents& events, const std::stop_token& stop);

private:
    class Transfer;
    struct Handles;
    std::unique_ptr<Handles> m_handles;
    bool m_reached = false; ///< some server has answered: there is a network
};

} // namespace prunescope::model
