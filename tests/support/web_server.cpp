#include "tests/support/web_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace prunescope::test {

namespace {

constexpr std::size_t kPiece = 64 * 1024;

bool sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Up to the empty line; empty when the other side has gone.
std::string readRequest(int socket) {
    std::string text;
    char byte = 0;
    while (!text.ends_with("\r\n\r\n"))
        if (::recv(socket, &byte, 1, 0) != 1)
            return {};
        else
            text += byte;
    return text;
}

WebServer::Request parsed(const std::string& text) {
    WebServer::Request request;
    std::istringstream lines(text);
    std::string method, line;
    lines >> method >> request.path;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        const std::size_t colon = line.find(": ");
        if (colon == line.npos)
            continue;
        std::string name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        request.headers[name] = line.substr(colon + 2, line.size() - colon - 3); // less the "\r"
    }
    return request;
}

/// "bytes=100-" -> 100.
std::int64_t firstByte(const WebServer::Request& request) {
    const auto range = request.headers.find("range");
    return range == request.headers.end() ? 0 : std::stoll(range->second.substr(std::string("bytes=").size()));
}

std::string headText(const Page& page, std::size_t contentBytes) {
    std::string text = "HTTP/1.1 " + std::to_string(page.status) + " x\r\n";
    for (const auto& [name, value] : page.headers)
        text += name + ": " + value + "\r\n";
    return text + "Content-Length: " + std::to_string(contentBytes) + "\r\n\r\n";
}

/// Leaves of the page what the request and the fault want.
void cut(Page& page, const Fault& fault, std::int64_t first) {
    const auto size = static_cast<std::int64_t>(page.content.size());
    if (fault.flippedByte >= 0)
        page.content[static_cast<std::size_t>(fault.flippedByte)] ^= 1;
    if (first > 0 && page.status == 200 && !fault.ignoresRange) {
        if (fault.shiftsRange)
            --first;
        page.status = first < size ? 206 : 416;
        page.headers["Content-Range"] =
            "bytes " + std::to_string(first) + "-" + std::to_string(size - 1) + "/" + std::to_string(size);
        page.content.erase(0, static_cast<std::size_t>(first));
    }
    if (fault.endAfter >= 0)
        page.content.resize(std::min(page.content.size(), static_cast<std::size_t>(fault.endAfter)));
}

} // namespace

WebServer::WebServer() {
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* address = reinterpret_cast<sockaddr*>(&place);
    if (::bind(m_listener, address, size) != 0 || ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, address, &size) != 0)
        throw std::runtime_error("no socket for the test's server");
    m_port = ntohs(place.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

WebServer::~WebServer() {
    m_stopping = true;
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    for (const int socket : m_sockets)
        ::shutdown(socket, SHUT_RDWR);
    for (std::thread& connection : m_connections)
        connection.join();
    for (const int socket : m_sockets)
        ::close(socket);
    ::close(m_listener);
}

void WebServer::add(const std::string& path, Page page) {
    const std::lock_guard lock(m_mutex);
    m_pages[path] = std::move(page);
}

void WebServer::add(Fault fault) {
    const std::lock_guard lock(m_mutex);
    m_faults.push_back(std::move(fault));
}

void WebServer::removeFaults() {
    const std::lock_guard lock(m_mutex);
    m_faults.clear();
}

std::vector<WebServer::Request> WebServer::requests(const std::string& part) const {
    const std::lock_guard lock(m_mutex);
    std::vector<Request> found;
    for (const Request& request : m_requests)
        if (request.path.find(part) != request.path.npos)
            found.push_back(request);
    return found;
}

std::int64_t WebServer::sentBytes(const std::string& part) const {
    std::int64_t sum = 0;
    for (const Request& request : requests(part))
        sum += request.sentBytes;
    return sum;
}

void WebServer::forgetRequests() {
    const std::lock_guard lock(m_mutex);
    m_requests.clear();
}

void WebServer::accept() {
    while (!m_stopping) {
        const int socket = ::accept(m_listener, nullptr, nullptr);
        if (socket < 0)
            continue;
        const int atOnce = 1; // else the content waits for the head's acknowledgement
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &atOnce, sizeof atOnce);
        m_sockets.push_back(socket); // of this thread, until it is joined
        m_connections.emplace_back([this, socket] { serve(socket); });
    }
}

void WebServer::serve(int socket) {
    for (std::string text = readRequest(socket); !text.empty(); text = readRequest(socket))
        if (!answer(socket, text))
            break;
    ::shutdown(socket, SHUT_RDWR);
}

bool WebServer::answer(int socket, const std::string& text) {
    const Request request = parsed(text);
    const Fault fault = takeFault(request.path);
    Page shown = fault.status != 0 ? Page{{}, fault.status, {}} : page(request.path);
    shown.headers.insert(fault.headers.begin(), fault.headers.end());
    cut(shown, fault, firstByte(request));
    std::size_t index = 0;
    {
        const std::lock_guard lock(m_mutex);
        index = m_requests.size();
        m_requests.push_back(request);
    }
    return sendAll(socket, headText(shown, shown.content.size())) && sendContent(socket, shown.content, fault, index);
}

bool WebServer::sendContent(int socket, std::string_view content, const Fault& fault, std::size_t request) {
    const bool drops = fault.dropAfter >= 0 && static_cast<std::size_t>(fault.dropAfter) < content.size();
    if (drops)
        content = content.substr(0, static_cast<std::size_t>(fault.dropAfter));
    while (!content.empty() && !m_stopping) {
        const std::string_view piece = content.substr(0, kPiece);
        if (!sendAll(socket, piece))
            return false;
        content.remove_prefix(piece.size());
        {
            const std::lock_guard lock(m_mutex);
            if (request < m_requests.size())
                m_requests[request].sentBytes += static_cast<std::int64_t>(piece.size());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(fault.pauseMs));
    }
    return !drops;
}

Fault WebServer::takeFault(const std::string& path) {
    const std::lock_guard lock(m_mutex);
    const auto fault = std::find_if(m_faults.begin(), m_faults.end(), [&](const Fault& candidate) {
        return candidate.times != 0 && path.find(candidate.path) != path.npos;
    });
    if (fault == m_faults.end())
        return {};
    fault->times -= fault->times > 0 ? 1 : 0;
    return *fault;
}

Page WebServer::page(const std::string& path) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_pages.find(path.substr(0, path.find('?')));
    return found == m_pages.end() ? Page{"nothing here", 404, {}} : found->second;
}

} // namespace prunescope::test
