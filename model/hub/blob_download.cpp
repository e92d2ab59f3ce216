#include "model/hub/blob_download.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/hub/hub_names.h"
#include "model/hub/partial_file.h"

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

/// W/"abc" -> abc.
std::string plainEtag(std::string etag) {
    if (etag.starts_with("W/"))
        etag.erase(0, 2);
    std::erase(etag, '"');
    return etag;
}

/// "bytes 100-999/1000" -> begins at `position` of `size`?
bool continuesAt(const std::string& contentRange, std::int64_t position, std::int64_t size) {
    return contentRange.starts_with("bytes " + std::to_string(position) + "-") &&
           contentRange.ends_with("/" + std::to_string(size));
}

class BlobDownload {
public:
    BlobDownload(HttpSession& session, const BlobSource& source, const fs::path& partial, const BlobEvents& events,
                 const std::stop_token& stop)
        : m_session(session), m_source(source), m_events(events), m_stop(stop),
          m_partial(partial, source.file.etag, source.file.sizeBytes, stop),
          m_retries(source.settings.retry, events.onNote, stop), m_hadBytes(m_partial.positionBytes()) {}

    std::int64_t run(const fs::path& blob) {
        try {
            fill();
            m_partial.finish(blob);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadFile)
                throw;
            m_events.onNote(m_source.file.name + ": " + error.what() + "; downloading it once more");
            m_hadBytes = 0;
            fillAgain(blob);
            m_events.onNote({});
        }
        return m_hadBytes;
    }

private:
    /// What is wrong twice is wrong on the server.
    void fillAgain(const fs::path& blob) {
        try {
            m_partial.restart();
            fill();
            m_partial.finish(blob);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadFile)
                throw;
            m_partial.discard();
            throw Error(ErrorKind::BadFile,
                        m_source.model + ": " + m_source.file.name + " came damaged twice: " + error.what());
        }
    }

    void fill() {
        m_events.onBytes(m_partial.positionBytes(), 0);
        while (!m_partial.isFull()) {
            try {
                ask();
            } catch (const HttpError& error) {
                if (!m_retries.waitAfter(error))
                    throw;
            }
        }
    }

    void ask() {
        const BlobSource& source = m_source;
        const HttpRequest request{hubFileUrl(source.settings, source.model, source.commit, source.file.name),
                                  source.settings.token, m_partial.positionBytes()};
        const HttpEvents events{[this](const HttpHead& head) { look(head); },
                                [this](std::string_view bytes) { take(bytes); }};
        const HttpHead head = m_session.get(request, events, m_stop);
        if (head.status == 416) { // nothing from there on: what we have is no beginning of the file
            startOver();
            throw HttpError(ErrorKind::Network, hostOf(head.url) + " does not continue " + source.file.name, true);
        }
        requireSuccess(head, source.settings, source.model, source.commit, source.file.name);
        if (!m_partial.isFull())
            throw HttpError(ErrorKind::Network,
                            hostOf(head.url) + " ended " + source.file.name + " after " +
                                formatBytes(m_partial.positionBytes()) + " of " + formatBytes(source.file.sizeBytes),
                            true);
    }

    /// Before any content: is it still the same file, and does it go on where ours ends?
    void look(const HttpHead& head) {
        const std::string linked = plainEtag(head.header("x-linked-etag"));
        const std::string etag = linked.empty() ? plainEtag(head.header("etag")) : linked;
        const bool isHub = originOf(head.url) == originOf(m_source.settings.endpoint);
        const bool tellsHash = isGitHash(etag) || isSha256(etag);
        if (isHub && head.status < 400 && tellsHash && etag != m_source.file.etag)
            throw Error(ErrorKind::BadFile, "the server offers " + etag + ", expected " + m_source.file.etag);
        const bool isRest = head.status == 206 && continuesAt(head.header("content-range"), m_partial.positionBytes(),
                                                              m_source.file.sizeBytes);
        if (head.isSuccess() && !isRest && m_partial.positionBytes() > 0)
            startOver(); // the server ignores ranges, as some proxies do
        if (head.status == 206 && !isRest)
            throw HttpError(ErrorKind::Network,
                            hostOf(head.url) + " sends another part of " + m_source.file.name + " than was asked for",
                            true);
    }

    void take(std::string_view bytes) {
        m_partial.append(bytes);
        m_retries.progressed();
        m_events.onBytes(m_partial.positionBytes(), static_cast<std::int64_t>(bytes.size()));
    }

    void startOver() {
        m_partial.restart();
        m_hadBytes = 0;
        m_events.onBytes(0, 0);
    }

    HttpSession& m_session;
    const BlobSource& m_source;
    const BlobEvents& m_events;
    const std::stop_token& m_stop;
    PartialFile m_partial;
    Retries m_retries;
    std::int64_t m_hadBytes; ///< of what will be the blob
};

} // namespace

std::int64_t downloadBlob(HttpSession& session, const BlobSource& source, const fs::path& partial, const fs::path& blob,
                          const BlobEvents& events, const std::stop_token& stop) {
    return BlobDownload(session, source, partial, events, stop).run(blob);
}

} // namespace prunescope::model
