#include "model/bundle/zip.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <memory>
#include <set>
#include <zip.h>

namespace prunescope::model {

namespace {

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using File = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

constexpr zip_uint16_t kFirstDay = (1 << 5) | 1; ///< 1980-01-01: when something was packed is nobody's business
constexpr std::size_t kChunkBytes = 1 << 20;

class ErrorText {
public:
    ErrorText() { zip_error_init(&m_error); }
    ~ErrorText() { zip_error_fini(&m_error); }
    ErrorText(const ErrorText&) = delete;
    ErrorText& operator=(const ErrorText&) = delete;
    operator zip_error_t*() { return &m_error; }
    std::string text() { return zip_error_strerror(&m_error); }

private:
    zip_error_t m_error;
};

[[noreturn]] void failToPack() {
    throw Error(ErrorKind::OutOfMemory, "a zip archive could not be made: no memory for it");
}

/// `source` keeps what the archive becomes.
Archive newArchive(zip_source_t* source) {
    ErrorText error;
    Archive archive(zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, error), &zip_discard);
    if (!archive)
        failToPack();
    return archive;
}

void addEntry(zip_t* archive, const ZipEntry& entry) {
    zip_source_t* source = zip_source_buffer(archive, entry.bytes.data(), entry.bytes.size(), 0);
    const zip_int64_t index = source ? zip_file_add(archive, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        zip_source_free(source);
        failToPack();
    }
    const bool isPacked = entry.name.ends_with(".png"); // already
    const auto at = static_cast<zip_uint64_t>(index);
    if (zip_set_file_compression(archive, at, isPacked ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 9) != 0 ||
        zip_file_set_dostime(archive, at, 0, kFirstDay, 0) != 0)
        failToPack();
}

std::string contentOf(zip_source_t* source) {
    zip_stat_t stat;
    if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0)
        failToPack();
    std::string bytes(stat.size, '\0');
    const zip_int64_t read = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    check(read == static_cast<zip_int64_t>(bytes.size()), "a zip archive in memory ends early");
    return bytes;
}

/// Reads one archive, for messages called `name`.
class Unpacker {
public:
    Unpacker(std::string_view bytes, const std::string& name, const ZipRules& rules)
        : m_name(name), m_rules(rules), m_archive(open(bytes)) {}

    std::vector<ZipEntry> run() {
        const zip_int64_t count = zip_get_num_entries(m_archive.get(), 0);
        if (count < 0 || static_cast<std::uint64_t>(count) > m_rules.mostEntries)
            fail("holds " + std::to_string(count) + " files, expected at most " + std::to_string(m_rules.mostEntries));
        std::vector<ZipEntry> entries;
        for (zip_int64_t i = 0; i < count; ++i)
            entries.push_back({checkedName(static_cast<zip_uint64_t>(i)), {}});
        for (std::size_t i = 0; i < entries.size(); ++i) // none before all are known to be allowed
            entries[i].bytes = unpack(i, entries[i].name);
        return entries;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw Error(ErrorKind::BadFile, m_name + ": " + what); }

    Archive open(std::string_view bytes) const {
        ErrorText error;
        zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, error);
        Archive archive(source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, error) : nullptr,
                        &zip_discard);
        if (!archive) {
            zip_source_free(source);
            fail("is no zip archive, or a damaged one (" + error.text() + ")");
        }
        return archive;
    }

    std::string checkedName(zip_uint64_t index) {
        const zip_stat_t stat = statOf(index);
        const std::string name = stat.name;
        const std::uint64_t most = m_rules.mostBytes(name);
        if (most == 0)
            fail("holds the file " + inQuotes(name) + ", which a bundle does not have");
        if (!m_seen.insert(name).second)
            fail("holds the file " + inQuotes(name) + " twice");
        if (stat.encryption_method != ZIP_EM_NONE)
            fail(name + " is encrypted, expected a plain file");
        m_all += std::min<std::uint64_t>(stat.size, m_rules.mostBytesOfAll + 1);
        if (stat.size > most || m_all > m_rules.mostBytesOfAll)
            fail(name + " unpacks to " + std::to_string(stat.size) + " bytes, expected at most " +
                 std::to_string(std::min(most, m_rules.mostBytesOfAll)));
        return name;
    }

    zip_stat_t statOf(zip_uint64_t index) const {
        constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
        zip_stat_t stat;
        if (zip_stat_index(m_archive.get(), index, ZIP_FL_ENC_GUESS, &stat) != 0 || (stat.valid & kNeeded) != kNeeded)
            fail("is a damaged zip archive: nothing is said of one of its files");
        return stat;
    }

    /// The declared size is known to be allowed; memory is taken as bytes come.
    std::string unpack(zip_uint64_t index, const std::string& name) const {
        const std::uint64_t size = statOf(index).size;
        const File file(zip_fopen_index(m_archive.get(), index, 0), &zip_fclose);
        if (!file)
            fail(name + " can't be unpacked (" + std::string(zip_strerror(m_archive.get())) + ")");
        std::string bytes, chunk(kChunkBytes, '\0');
        while (true) {
            const zip_int64_t read = zip_fread(file.get(), chunk.data(), chunk.size());
            if (read < 0)
                fail(name + " is damaged (" + zip_error_strerror(zip_file_get_error(file.get())) + ")");
            if (read == 0)
                break;
            bytes.append(chunk, 0, static_cast<std::size_t>(read));
            if (bytes.size() > size)
                break;
        }
        if (bytes.size() != size)
            fail(name + " does not unpack to the " + std::to_string(size) + " bytes that it declares");
        return bytes;
    }

    const std::string& m_name;
    const ZipRules& m_rules;
    Archive m_archive;
    std::set<std::string> m_seen;
    std::uint64_t m_all = 0;
};

} // namespace

std::string packZip(const std::vector<ZipEntry>& entries) {
    ErrorText error;
    const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> source(
        zip_source_buffer_create(nullptr, 0, 0, error), &zip_source_free);
    if (!source)
        failToPack();
    zip_source_keep(source.get()); // the archive frees its own
    Archive archive = newArchive(source.get());
    for (const ZipEntry& entry : entries)
        addEntry(archive.get(), entry);
    if (zip_close(archive.get()) != 0)
        failToPack();
    archive.release(); // closed
    return contentOf(source.get());
}

std::vector<ZipEntry> unpackZip(std::string_view bytes, const std::string& name, const ZipRules& rules) {
    return Unpacker(bytes, name, rules).run();
}

} // namespace prunescope::model
