#include "model/hub/hub_listing.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/hub/hub_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

namespace prunescope::model {

namespace {

constexpr std::string_view kConfigFile = "config.json";
constexpr std::size_t kLongestAnswer = 32 << 20;
constexpr int kMostPages = 100;
constexpr std::int64_t kLargestFile = std::int64_t{1} << 45;

/// The questions about one model.
class Lister {
public:
    Lister(HttpSession& session, const HubSettings& settings, const std::string& name, const std::string& revision,
           const NoteSink& note, const std::stop_token& stop)
        : m_session(session), m_settings(settings), m_name(name), m_revision(revision), m_note(note), m_stop(stop) {}

    std::string commit() {
        const nlohmann::json answer = ask(api() + "/revision/" + percentEncoded(m_revision));
        const std::string commit = JsonFields(answer, m_where).text("sha");
        if (!isGitHash(commit))
            throw Error(ErrorKind::BadFile, m_where + ": sha is " + inQuotes(commit) + ", expected a commit");
        return commit;
    }

    std::vector<HubFile> files(const std::string& commit) {
        std::vector<HubFile> found;
        m_next = api() + "/tree/" + commit;
        for (int page = 0; !m_next.empty() && page < kMostPages; ++page) {
            const nlohmann::json answer = ask(m_next);
            if (!answer.is_array())
                throw Error(ErrorKind::BadFile, m_where + ": no list of files");
            for (const nlohmann::json& entry : answer)
                addFile(entry, found);
        }
        return found;
    }

private:
    std::string api() const { return m_settings.endpoint + "/api/models/" + m_name; }

    nlohmann::json ask(const std::string& url) {
        Retries retries(m_settings.retry, m_note, m_stop);
        for (;;) {
            try {
                return askOnce(url);
            } catch (const HttpError& error) {
                if (!retries.waitAfter(error))
                    throw;
            }
        }
    }

    nlohmann::json askOnce(const std::string& url) {
        std::string text;
        const HttpEvents events{{}, [&](std::string_view bytes) {
                                    text += bytes;
                                    if (text.size() > kLongestAnswer)
                                        throw Error(ErrorKind::BadFile, m_where + ": longer than any list of files");
                                }};
        const HttpHead head = m_session.get({url, m_settings.token, 0}, events, m_stop);
        requireSuccess(head, m_settings, m_name, m_revision, "such model");
        m_next = nextPage(head);
        return parseJson(text, m_where);
    }

    /// `Link: <URL>; rel="next"`. The token goes along, so it must be the same server.
    std::string nextPage(const HttpHead& head) const {
        const std::string link = head.header("link");
        const std::size_t begin = link.find('<'), end = link.find(">; rel=\"next\"");
        if (begin == link.npos || end == link.npos || end < begin)
            return {};
        const std::string url = link.substr(begin + 1, end - begin - 1);
        if (originOf(url) != originOf(m_settings.endpoint))
            throw Error(ErrorKind::BadFile,
                        m_where + ": continues at " + inQuotes(hostOf(url)) + ", expected the same server");
        return url;
    }

    void addFile(const nlohmann::json& entry, std::vector<HubFile>& files) const {
        const JsonFields fields(entry, m_where);
        const std::string path = fields.text("path");
        checkFileName(path);
        if (fields.text("type") != "file" || !isModelFile(path))
            return;
        const JsonFields content = fields.has("lfs") ? fields.object("lfs") : fields;
        HubFile file{path, content.text("oid"), content.integer("size", 0, kLargestFile)};
        if (fields.has("lfs") ? !isSha256(file.etag) : !isGitHash(file.etag))
            throw Error(ErrorKind::BadFile,
                        m_where + ": oid of " + inQuotes(path) + " is " + inQuotes(file.etag) + ", expected a hash");
        files.push_back(std::move(file));
    }

    HttpSession& m_session;
    const HubSettings& m_settings;
    const std::string& m_name;
    const std::string& m_revision;
    const NoteSink& m_note;
    const std::stop_token& m_stop;
    const std::string m_where = "the hub's answer about " + m_name;
    std::string m_next; ///< address of the next part of the list; empty: that was all
};

void requireModel(const HubListing& listing, const std::string& name) {
    const auto has = [&](auto matches) { return std::any_of(listing.files.begin(), listing.files.end(), matches); };
    if (!has([](const HubFile& file) { return file.name == kConfigFile; }) ||
        !has([](const HubFile& file) { return isWeightFile(file.name); }))
        throw Error(ErrorKind::BadFile, name + " has no model that this program reads, expected config.json and "
                                               "*.safetensors");
}

/// Why the hub does not let us in, and what helps.
std::string accessProblem(const HttpHead& head, const HubSettings& settings, const std::string& name) {
    const std::string page = modelPage(settings, name);
    const std::string status = " (" + std::to_string(head.status) + ")";
    if (head.header("x-error-code") == "GatedRepo")
        return name + " is gated" + status + ": accept its terms at " + page + " and set HF_TOKEN to a token of yours" +
               (settings.token.empty() ? "" : "; the one that is set may not read it");
    if (settings.token.empty())
        return name + ": found no public model of that name" + status + ", expected one as on its page " + page +
               "; a private or gated one needs HF_TOKEN";
    return name + ": the token was refused" + status + ", expected one in HF_TOKEN that may read " + page;
}

bool isPassingStatus(int status) {
    return status == 408 || status == 429 || status >= 500;
}

} // namespace

std::int64_t HubListing::totalBytes() const {
    return std::accumulate(files.begin(), files.end(), std::int64_t{0},
                           [](std::int64_t sum, const HubFile& file) { return sum + file.sizeBytes; });
}

HubListing listHubFiles(HttpSession& session, const HubSettings& settings, const std::string& name,
                        const std::string& revision, const NoteSink& note, const std::stop_token& stop) {
    Lister lister(session, settings, name, revision, note, stop);
    HubListing listing;
    listing.commit = lister.commit();
    listing.files = lister.files(listing.commit);
    const auto place = [](const HubFile& file) {
        return std::make_tuple(isWeightFile(file.name), file.name != kConfigFile, file.name);
    };
    std::sort(listing.files.begin(), listing.files.end(),
              [&](const HubFile& a, const HubFile& b) { return place(a) < place(b); });
    requireModel(listing, name);
    return listing;
}

std::string hubFileUrl(const HubSettings& settings, const std::string& name, const std::string& commit,
                       const std::string& file) {
    return settings.endpoint + "/" + name + "/resolve/" + commit + "/" + percentEncoded(file);
}

void requireSuccess(const HttpHead& head, const HubSettings& settings, const std::string& name,
                    const std::string& revision, const std::string& what) {
    if (head.isSuccess())
        return;
    const bool isHub = originOf(head.url) == originOf(settings.endpoint);
    if (isHub && (head.status == 401 || head.status == 403))
        throw HttpError(ErrorKind::NotFound, accessProblem(head, settings, name), false);
    if (isHub && head.header("x-error-code") == "RevisionNotFound")
        throw HttpError(ErrorKind::NotFound,
                        name + ": found no revision " + inQuotes(revision) + ", expected a branch, tag or commit of " +
                            modelPage(settings, name),
                        false);
    const std::string status = std::to_string(head.status);
    if (isHub && head.status == 404)
        throw HttpError(ErrorKind::NotFound,
                        name + ": found no " + what + " at " + settings.endpoint +
                            " (404), expected one as on its page " + modelPage(settings, name),
                        false);
    // Elsewhere a refusal means that a signed address has run out: asking the hub again gives a new one.
    throw HttpError(ErrorKind::Network, hostOf(head.url) + " answers " + status + ", expected 200",
                    isPassingStatus(head.status) || !isHub, head.retryAfter);
}

} // namespace prunescope::model
