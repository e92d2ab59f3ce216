// Redirects are followed here and not by libcurl: each hop is seen, and what is sent to whom is decided in one place.
#include "model/hub/http_session.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <curl/curl.h>
#include <exception>
#include <netinet/in.h>

namespace prunescope::model {

namespace {

constexpr int kMostRedirects = 10;
constexpr long kConnectSeconds = 20;
constexpr long kStalledSeconds = 30; ///< without a byte
constexpr int kLookMs = 100;         ///< how often a stop is noticed
constexpr long kBufferBytes = 512 * 1024;

using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;
using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

/// Null for what is no address.
Url parsed(const std::string& text) {
    Url url(curl_url(), &curl_url_cleanup);
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        url.reset();
    return url;
}

std::string part(const Url& url, CURLUPart which, unsigned int flags = 0) {
    char* text = nullptr;
    if (!url || curl_url_get(url.get(), which, &text, flags) != CURLUE_OK)
        return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

/// `host` as addresses spell it: a name, numbers with points, or numbers with colons in brackets.
bool isLoopback(const std::string& host) {
    if (in_addr four{}; ::inet_pton(AF_INET, host.c_str(), &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    const bool isBracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in6_addr six{}; isBracketed && ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six) != 0;
    return host == "localhost";
}

/// Where a redirect from `url` leads. Throws HttpError for what is not followed.
std::string redirectTarget(const std::string& url, const std::string& location) {
    const Url target = parsed(url);
    const bool isAddress = target && curl_url_set(target.get(), CURLUPART_URL, location.c_str(), 0) == CURLUE_OK;
    const std::string text = isAddress ? part(target, CURLUPART_URL) : std::string();
    const bool losesSecrecy = originOf(url).starts_with("https:") && !originOf(text).starts_with("https:");
    if (originOf(text).empty() || losesSecrecy)
        throw HttpError(
            ErrorKind::Network,
            hostOf(url) + " redirects to " + inQuotes(originOf(text)) + ", expected an address with https://", false);
    return text;
}

bool isRedirect(const HttpHead& head) {
    constexpr std::array kStatuses{301, 302, 303, 307, 308};
    return std::find(kStatuses.begin(), kStatuses.end(), head.status) != kStatuses.end() &&
           !head.header("location").empty();
}

bool isUnreachable(CURLcode code) {
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
}

/// Why a transfer ended, for people; empty where libcurl's own words have to do.
std::string_view reasonOf(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "its name is not known here; is this computer online?";
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "the name of the proxy is not known here";
    case CURLE_COULDNT_CONNECT:
        return "nobody answers there";
    case CURLE_OPERATION_TIMEDOUT:
        return "nothing came for too long";
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return "it ended before all had come";
    default:
        return {};
    }
}

/// What may go away by itself once a server was reached.
bool isPassing(CURLcode code) {
    constexpr std::array kCodes{CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
                                CURLE_SEND_ERROR,   CURLE_RECV_ERROR,         CURLE_HTTP2,
                                CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR,  CURLE_WEIRD_SERVER_REPLY};
    return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

} // namespace

std::string HttpHead::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::string originOf(const std::string& text) {
    const Url url = parsed(text);
    const std::string scheme = asciiLowerCase(part(url, CURLUPART_SCHEME));
    if (scheme != "http" && scheme != "https")
        return {};
    return scheme + "://" + asciiLowerCase(part(url, CURLUPART_HOST)) + ":" +
           part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string hostOf(const std::string& url) {
    return part(parsed(url), CURLUPART_HOST);
}

bool keepsSecrets(const std::string& text) {
    const Url url = parsed(text);
    const std::string scheme = asciiLowerCase(part(url, CURLUPART_SCHEME));
    return scheme == "https" || (scheme == "http" && isLoopback(asciiLowerCase(part(url, CURLUPART_HOST))));
}

void requireSecrecy(const std::string& url) {
    if (!keepsSecrets(url))
        throw Error(ErrorKind::Usage, "HF_ENDPOINT: found " + inQuotes(originOf(url)) +
                                          " together with a token (HF_TOKEN), expected an address with https://: "
                                          "everybody on the way could read the token");
}

struct HttpSession::Handles {
    std::unique_ptr<CURL, void (*)(CURL*)> easy{nullptr, &curl_easy_cleanup};
    std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi{nullptr, &curl_multi_cleanup};
};

/// One request to one address, without what it redirects to.
class HttpSession::Transfer {
public:
    Transfer(const Handles& handles, const std::string& url, const HttpRequest& request, const HttpEvents& events)
        : m_easy(handles.easy.get()), m_multi(handles.multi.get()), m_events(events) {
        m_head.url = url;
        setOptions(url, request);
        curl_multi_add_handle(m_multi, m_easy);
    }
    ~Transfer() {
        curl_multi_remove_handle(m_multi, m_easy);
        curl_easy_reset(m_easy); // forgets the members of this object
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURLcode run(const std::stop_token& stop) {
        for (int running = 1; running > 0;) {
            if (stop.stop_requested())
                throw Error(ErrorKind::Cancelled, "stopped");
            curl_multi_perform(m_multi, &running);
            if (m_failure)
                std::rethrow_exception(m_failure);
            if (running > 0)
                curl_multi_poll(m_multi, nullptr, 0, kLookMs, nullptr);
        }
        const CURLcode code = outcome();
        if (code == CURLE_OK)
            tellHead(); // of a response without content
        return code;
    }

    const HttpHead& head() const { return m_head; }
    std::string problem(CURLcode code) const {
        if (const std::string_view reason = reasonOf(code); !reason.empty())
            return std::string(reason);
        return m_problem[0] ? m_problem.data() : curl_easy_strerror(code);
    }

private:
    void setOptions(const std::string& url, const HttpRequest& request) {
        if (!request.token.empty() && originOf(url) == originOf(request.url))
            addToken(url, request.token);
        addHeader("Accept-Encoding: identity"); // sizes and ranges are those of the file
        curl_easy_setopt(m_easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers.get());
        curl_easy_setopt(m_easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE)); // no token for proxies
        curl_easy_setopt(m_easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        curl_easy_setopt(m_easy, CURLOPT_USERAGENT, "prunescope");
        if (request.firstByte > 0)
            curl_easy_setopt(m_easy, CURLOPT_RANGE, (std::to_string(request.firstByte) + "-").c_str());
        curl_easy_setopt(m_easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(m_easy, CURLOPT_ERRORBUFFER, m_problem.data());
        curl_easy_setopt(m_easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
        curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
        curl_easy_setopt(m_easy, CURLOPT_BUFFERSIZE, kBufferBytes);
        curl_easy_setopt(m_easy, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
        curl_easy_setopt(m_easy, CURLOPT_HEADERDATA, this);
        curl_easy_setopt(m_easy, CURLOPT_WRITEFUNCTION, &Transfer::onContent);
        curl_easy_setopt(m_easy, CURLOPT_WRITEDATA, this);
    }

    /// Over plain http it stays on this machine: no proxy may see it.
    void addToken(const std::string& url, const std::string& token) {
        addHeader("Authorization: Bearer " + token);
        if (!originOf(url).starts_with("https:"))
            curl_easy_setopt(m_easy, CURLOPT_PROXY, "");
    }

    void addHeader(const std::string& line) {
        curl_slist* longer = curl_slist_append(m_headers.get(), line.c_str());
        check(longer != nullptr, "no memory for a header");
        (void)m_headers.release();
        m_headers.reset(longer);
    }

    static std::size_t onHeader(char* data, std::size_t, std::size_t size, void* self) {
        static_cast<Transfer*>(self)->takeHeader({data, size});
        return size;
    }

    /// An exception must not cross libcurl: it is kept, and libcurl told to give up.
    static std::size_t onContent(char* data, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        try {
            transfer.tellHead();
            if (transfer.m_head.isSuccess() && transfer.m_events.onContent)
                transfer.m_events.onContent({data, size});
            return size;
        } catch (...) {
            transfer.m_failure = std::current_exception();
            return 0;
        }
    }

    void takeHeader(std::string_view line) {
        if (line.starts_with("HTTP/")) // of the next response, where one announces another (100 Continue)
            m_head.headers.clear();
        else if (const std::size_t colon = line.find(':'); colon != line.npos)
            m_head.headers[asciiLowerCase(std::string(line.substr(0, colon)))] = trimmed(line.substr(colon + 1));
    }

    void tellHead() {
        if (m_told)
            return;
        m_told = true;
        long status = 0;
        curl_easy_getinfo(m_easy, CURLINFO_RESPONSE_CODE, &status);
        m_head.status = static_cast<int>(status);
        curl_off_t seconds = 0;
        curl_easy_getinfo(m_easy, CURLINFO_RETRY_AFTER, &seconds);
        m_head.retryAfter = std::chrono::seconds(seconds);
        if (m_events.onHead)
            m_events.onHead(m_head);
    }

    CURLcode outcome() const {
        int waiting = 0;
        while (const CURLMsg* message = curl_multi_info_read(m_multi, &waiting))
            if (message->msg == CURLMSG_DONE)
                return message->data.result;
        return CURLE_RECV_ERROR;
    }

    CURL* m_easy;
    CURLM* m_multi;
    const HttpEvents& m_events;
    HttpHead m_head;
    HeaderList m_headers{nullptr, &curl_slist_free_all};
    std::array<char, CURL_ERROR_SIZE> m_problem{};
    std::exception_ptr m_failure;
    bool m_told = false;
};

HttpSession::HttpSession() : m_handles(std::make_unique<Handles>()) {
    static const CURLcode s_ready = curl_global_init(CURL_GLOBAL_DEFAULT); // once in the program
    check(s_ready == CURLE_OK, "libcurl cannot be used");
    m_handles->multi.reset(curl_multi_init());
    m_handles->easy.reset(curl_easy_init());
    check(m_handles->multi && m_handles->easy, "libcurl cannot be used");
}

HttpSession::~HttpSession() = default;

HttpHead HttpSession::get(const HttpRequest& request, const HttpEvents& events, const std::stop_token& stop) {
    if (!request.token.empty())
        requireSecrecy(request.url);
    std::string url = request.url;
    for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
        Transfer transfer(*m_handles, url, request, events);
        const CURLcode code = transfer.run(stop);
        if (isUnreachable(code))
            throw HttpError(ErrorKind::Network,
                            "no connection to " + hostOf(url) + ": " + transfer.problem(code) +
                                " (HF_ENDPOINT names another hub, HTTPS_PROXY a proxy)",
                            m_reached);
        if (code != CURLE_OK)
            throw HttpError(ErrorKind::Network,
                            "the connection to " + hostOf(url) + " broke: " + transfer.problem(code), isPassing(code));
        m_reached = true;
        if (!isRedirect(transfer.head()))
            return transfer.head();
        url = redirectTarget(url, transfer.head().header("location"));
    }
    throw HttpError(
        ErrorKind::Network,
        hostOf(request.url) + ": more than " + std::to_string(kMostRedirects) + " redirects, expected the file", false);
}

} // namespace prunescope::model
