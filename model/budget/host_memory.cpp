#include "model/budget/host_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <malloc.h>
#include <optional>
#include <string>
#include <sys/resource.h>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// The number after `name` in a file of lines "name[:] number [kB]", in bytes.
std::optional<std::int64_t> field(const fs::path& path, const std::string& name) {
    std::ifstream in(path);
    for (std::string word; in >> word;) {
        std::int64_t value = 0;
        if (word == name && in >> value) {
            const bool kilobytes = in >> word && word == "kB";
            return kilobytes ? value * 1024 : value;
        }
        in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
}

/// The only number of a file; nothing for "max" or a file that is not there.
std::optional<std::int64_t> onlyNumber(const fs::path& path) {
    std::ifstream in(path);
    std::int64_t value = 0;
    return in >> value ? std::optional(value) : std::nullopt;
}

/// How the two versions of control groups name the same things.
struct GroupFiles {
    const char* mount;
    const char* limit;
    const char* usage;
    const char* inactiveFile;
    const char* activeFile;
};
constexpr GroupFiles kVersion2{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file", "active_file"};
constexpr GroupFiles kVersion1{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                               "total_inactive_file", "total_active_file"};

std::int64_t freeInGroup(const fs::path& group, const GroupFiles& files) {
    const auto limit = onlyNumber(group / files.limit), used = onlyNumber(group / files.usage);
    if (!limit || !used)
        return kNoLimit;
    const fs::path statistics = group / "memory.stat";
    const std::int64_t droppable =
        field(statistics, files.inactiveFile).value_or(0) + field(statistics, files.activeFile).value_or(0);
    return std::max<std::int64_t>(0, *limit - *used + std::min(droppable, *used));
}

/// The group at `path` and those above it: the tightest limit counts. Inside a container the path may be one of the
/// host's, and only the mount itself is there.
std::int64_t freeInGroups(const fs::path& mount, fs::path path, const GroupFiles& files) {
    std::int64_t least = freeInGroup(mount, files);
    for (path = path.relative_path(); !path.empty(); path = path.parent_path())
        least = std::min(least, freeInGroup(mount / path, files));
    return least;
}

std::int64_t freeInControlGroup(const fs::path& root) {
    std::int64_t least = kNoLimit;
    std::ifstream in(root / "proc/self/cgroup");
    for (std::string line; std::getline(in, line);) { // "4:memory:/path", or "0::/path" in version 2
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const bool version1 = ("," + controllers + ",").find(",memory,") != std::string::npos;
        if (!version1 && !controllers.empty())
            continue;
        const GroupFiles& files = version1 ? kVersion1 : kVersion2;
        least = std::min(least, freeInGroups(root / files.mount, line.substr(second + 1), files));
    }
    return least;
}

std::int64_t freeBelow(int resource, std::optional<std::int64_t> used) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return kNoLimit;
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(limit.rlim_cur) - used.value_or(0));
}

} // namespace

FreeMemory freeHostMemory(const fs::path& root) {
    const fs::path status = root / "proc/self/status";
    return {std::min(field(root / "proc/meminfo", "MemAvailable:").value_or(kNoLimit), freeInControlGroup(root)),
            std::min(freeBelow(RLIMIT_AS, field(status, "VmSize:")), freeBelow(RLIMIT_DATA, field(status, "VmData:")))};
}

std::int64_t residentBytes() {
    return field("/proc/self/status", "VmRSS:").value_or(0);
}

void returnFreedMemory() {
    ::malloc_trim(0);
}

} // namespace prunescope::model
