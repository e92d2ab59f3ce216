#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace prunescope::test {

/// Content that a server has under one path.
struct Page {
    std::string content;
    int status = 200;
    std::map<std::string, std::string> headers;
};

/// Misbehaviour of a server.
struct Fault {
    std::string path{};                           ///< of requests whose path contains this
    int times = -1;                               ///< how often; negative: always
    int status = 0;                               ///< answers this instead of the page; 0: answers the page
    std::map<std::string, std::string> headers{}; ///< on top of the page's
    std::int64_t dropAfter = -1;                  ///< ends the connection after so many bytes of content
    std::int64_t endAfter = -1;                   ///< says that the content is no longer than this
    std::int64_t flippedByte = -1;                ///< of the page: sent with another value
    bool ignoresRange = false;
    bool shiftsRange = false; ///< sends one byte from before what was asked for
    int pauseMs = 0;          ///< after each 64 kB
};

/// A small HTTP server on this machine, with a thread for each connection. Any thread.
class WebServer {
public:
    struct Request {
        std::string path;                           ///< with the part after "?"
        std::map<std::string, std::string> headers; ///< names in lower case
        std::int64_t sentBytes = 0;                 ///< of content
    };

    WebServer();
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    std::string address() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    /// `path` without what stands after "?".
    void add(const std::string& path, Page page);
    void add(Fault fault);
    void removeFaults();

    /// All so far whose path contains `part`, oldest first.
    std::vector<Request> requests(const std::string& part = {}) const;
    /// Bytes of content that went out for them.
    std::int64_t sentBytes(const std::string& part = {}) const;
    void forgetRequests();

private:
    void accept();
    void serve(int socket);
    bool answer(int socket, const std::string& text);
    bool sendContent(int socket, std::string_view content, const Fault& fault, std::size_t request);
    Fault takeFault(const std::string& path);
    Page page(const std::string& path) const;

    mutable std::mutex m_mutex;
    std::map<std::string, Page> m_pages;
    std::list<Fault> m_faults;
    std::vector<Request> m_requests;
    std::vector<int> m_sockets;
    std::vector<std::thread> m_connections;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<bool> m_stopping = false;
    std::thread m_acceptor;
};

} // namespace prunescope::test
