#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>

namespace prunescope::model {

/// A server that speaks OpenAI's protocol of chat completions. One thread at a time.
class ChatServer {
public:
    /// `url`: "http://localhost:8000/v1", http or https. `key`: empty, or sent as a bearer token to that server alone.
    /// Throws Error(Usage) that names `--judge` for another address, and for a key that others on the way could read.
    ChatServer(std::string url, std::string key);

    /// "localhost": for people; addresses may hold secrets.
    const std::string& host() const { return m_host; }
    /// The first model that the server names. Throws Error(Network) where it names none.
    std::string firstModel(std::stop_token stop) const;
    /// What `model` says to `question`, at temperature 0. Tries three times what may pass. Throws Error(Network),
    /// Error(Cancelled).
    std::string reply(const std::string& model, const std::string& question, std::stop_token stop) const;

private:
    nlohmann::json fetch(const std::string& path, const std::string& body, std::stop_token stop) const;

    std::string m_url; ///< without a slash at the end
    std::string m_key;
    std::string m_host;
};

} // namespace prunescope::model
