#include "tests/support/hub_model.h"

#include <QCryptographicHash>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace prunescope::test {

namespace {

std::string hashOf(const std::string& content, QCryptographicHash::Algorithm algorithm) {
    return QCryptographicHash::hash(QByteArray::fromStdString(content), algorithm).toHex().toStdString();
}

} // namespace

HubModel HubModel::ofFolder(const std::filesystem::path& folder) {
    HubModel model;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ostringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        model.set(entry.path().filename().string(), content.str());
    }
    if (model.m_files.empty())
        throw std::runtime_error(folder.string() + ": no files");
    return model;
}

std::int64_t HubModel::totalBytes() const {
    return std::accumulate(m_files.begin(), m_files.end(), std::int64_t{0}, [](std::int64_t sum, const auto& file) {
        return sum + static_cast<std::int64_t>(file.second.size());
    });
}

std::string HubModel::etag(const std::string& file) const {
    const std::string& content = m_files.at(file);
    if (isLarge(file))
        return hashOf(content, QCryptographicHash::Sha256);
    return hashOf("blob " + std::to_string(content.size()) + std::string(1, '\0') + content, QCryptographicHash::Sha1);
}

std::string HubModel::resolvePath(const std::string& file) const {
    return "/" + m_name + "/resolve/" + commit() + "/" + file;
}

std::string HubModel::listing() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [file, content] : m_files) {
        nlohmann::json entry{{"type", "file"}, {"path", file}, {"size", content.size()}, {"oid", std::string(40, 'a')}};
        if (isLarge(file))
            entry["lfs"] = {{"oid", etag(file)}, {"size", content.size()}, {"pointerSize", 135}};
        else
            entry["oid"] = etag(file);
        list.push_back(entry);
    }
    list.push_back({{"type", "directory"}, {"path", "original"}, {"size", 0}, {"oid", std::string(40, 'b')}});
    return list.dump();
}

void HubModel::publish(WebServer& hub, WebServer& storage, const std::string& revision) const {
    const nlohmann::json info{{"id", m_name}, {"sha", commit()}};
    hub.add("/api/models/" + m_name + "/revision/" + revision, {info.dump(), 200, {}});
    hub.add("/api/models/" + m_name + "/tree/" + commit(), {listing(), 200, {}});
    for (const auto& [file, content] : m_files) {
        if (!isLarge(file)) {
            hub.add(resolvePath(file), {content, 200, {{"ETag", '"' + etag(file) + '"'}, {"X-Repo-Commit", commit()}}});
            continue;
        }
        const std::string place = "/storage/" + etag(file);
        storage.add(place, {content, 200, {{"ETag", "\"of-the-storage\""}}});
        hub.add(resolvePath(file), {"moved",
                                    302,
                                    {{"Location", storage.address() + place + "?signature=secret"},
                                     {"X-Linked-Etag", '"' + etag(file) + '"'},
                                     {"X-Linked-Size", std::to_string(content.size())},
                                     {"X-Repo-Commit", commit()}}});
    }
}

} // namespace prunescope::test
