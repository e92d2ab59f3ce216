#include "model/eval/picture_stats.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/stage_times.h"
#include "core/pruning/make_mask.h"
#include "model/eval/picture_facts.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

namespace prunescope::model {

namespace {

/// What came out of a group, or why nothing did.
struct GroupStats {
    std::vector<PictureStats> pictures;
    std::optional<SkippedRow> skipped;
};

/// Threads that work on one picture each: more threads inside would only get into their way.
class OneThreadEach {
public:
    OneThreadEach() : m_threads(maxWorkers()) { setMaxWorkers(1); }
    ~OneThreadEach() { setMaxWorkers(m_threads); }
    OneThreadEach(const OneThreadEach&) = delete;
    OneThreadEach& operator=(const OneThreadEach&) = delete;
    int threads() const { return m_threads; }

private:
    int m_threads;
};

class Survey {
public:
    Survey(const PictureSource& source, const PruneStage& stage, const PixelLimits& limits, bool resize)
        : m_source(source), m_stage(stage), m_limits(limits), m_resize(resize) {
        m_groups.resize(static_cast<std::size_t>(source.size()));
    }

    SourceStats run(const std::function<void(std::int64_t)>& onGroup) {
        const Stopwatch watch;
        const OneThreadEach each;
        std::vector<std::jthread> threads;
        for (int i = 1; i < each.threads(); ++i)
            threads.emplace_back([&] { work(onGroup); });
        work(onGroup);
        threads.clear(); // waits
        if (m_error)
            std::rethrow_exception(m_error);
        SourceStats stats = collected();
        stats.seconds = watch.ms() / 1000;
        return stats;
    }

private:
    void work(const std::function<void(std::int64_t)>& onGroup) {
        try {
            for (std::int64_t i = m_next++; i < m_source.size() && !m_failed; i = m_next++) {
                m_groups[static_cast<std::size_t>(i)] = statsOf(i);
                const std::lock_guard lock(m_mutex);
                ++m_done;
                if (onGroup)
                    onGroup(m_done);
            }
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            m_failed = true;
            m_error = m_error ? m_error : std::current_exception();
        }
    }

    GroupStats statsOf(std::int64_t index) const {
        GroupStats group;
        try {
            for (const SetPicture& picture : m_source.at(index))
                group.pictures.push_back(statsOf(picture));
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Usage || error.kind() == ErrorKind::Internal)
                throw;
            const std::string text = error.what();
            const std::size_t end = text.find(": ");
            group.skipped = end == std::string::npos ? SkippedRow{m_source.name(), text}
                                                     : SkippedRow{text.substr(0, end), text.substr(end + 2)};
        }
        return group;
    }

    PictureStats statsOf(const SetPicture& picture) const {
        PictureStats stats;
        stats.name = picture.name;
        stats.size = picture.picture.size();
        if (m_source.repeats())
            stats.identity = pictureIdentity(picture.picture);
        const PixelBlocks blocks(seenPicture(picture.picture, m_limits, m_resize), m_limits.geometry);
        stats.seen = blocks.grid().size();
        stats.blocks = blocks.grid().count();
        stats.kept = makeMask(blocks, m_stage.settings).keptCount();
        stats.unique = uniqueBlocks(blocks);
        return stats;
    }

    SourceStats collected() {
        SourceStats stats{m_source.name(), toText(m_stage), {}, {}, 0};
        std::set<std::string> seen;
        for (GroupStats& group : m_groups) {
            for (PictureStats& picture : group.pictures)
                if (picture.identity.empty() || seen.insert(picture.identity).second)
                    stats.pictures.push_back(std::move(picture));
            if (group.skipped)
                stats.skipped.push_back(std::move(*group.skipped));
        }
        return stats;
    }

    const PictureSource& m_source;
    const PruneStage& m_stage;
    const PixelLimits& m_limits;
    bool m_resize;
    std::vector<GroupStats> m_groups;
    std::atomic<std::int64_t> m_next{0};
    std::atomic<bool> m_failed{false};
    std::mutex m_mutex; ///< for what follows
    std::int64_t m_done = 0;
    std::exception_ptr m_error;
};

std::int64_t sumOf(const std::vector<PictureStats>& pictures, std::int64_t PictureStats::*number) {
    return std::accumulate(pictures.begin(), pictures.end(), std::int64_t{0},
                           [&](std::int64_t sum, const PictureStats& picture) { return sum + picture.*number; });
}

double share(std::int64_t part, std::int64_t all) {
    return all == 0 ? 1 : static_cast<double>(part) / static_cast<double>(all);
}

template <typename Side>
nlohmann::ordered_json rangeJson(const std::vector<PictureStats>& pictures, Side side) {
    double sum = 0;
    int least = std::numeric_limits<int>::max(), most = 0;
    for (const PictureStats& picture : pictures) {
        sum += side(picture);
        least = std::min(least, side(picture));
        most = std::max(most, side(picture));
    }
    if (pictures.empty())
        return nullptr;
    return {{"mean", sum / static_cast<double>(pictures.size())}, {"least", least}, {"most", most}};
}

nlohmann::ordered_json imageJson(const PictureStats& picture) {
    return {{"image", picture.name},         {"width", picture.size.width},
            {"height", picture.size.height}, {"resized", {picture.seen.width, picture.seen.height}},
            {"blocks", picture.blocks},      {"kept", picture.kept},
            {"unique", picture.unique}};
}

} // namespace

std::int64_t SourceStats::blocks() const {
    return sumOf(pictures, &PictureStats::blocks);
}

std::int64_t SourceStats::kept() const {
    return sumOf(pictures, &PictureStats::kept);
}

std::int64_t SourceStats::unique() const {
    return sumOf(pictures, &PictureStats::unique);
}

double SourceStats::duplicateRatio() const {
    return 1 - share(unique(), blocks());
}

SourceStats pictureStats(const PictureSource& source, const PruneStage& stage, const PixelLimits& limits, bool resize,
                         const std::function<void(std::int64_t)>& onGroup) {
    return Survey(source, stage, limits, resize).run(onGroup);
}

nlohmann::ordered_json toJson(const SourceStats& stats) {
    const std::vector<PictureStats>& pictures = stats.pictures;
    const auto number = static_cast<double>(std::max<std::size_t>(1, pictures.size()));
    nlohmann::ordered_json json{{"set", stats.source}, {"method", stats.method}, {"pictures", pictures.size()}};
    json["width"] = rangeJson(pictures, [](const PictureStats& p) { return p.size.width; });
    json["height"] = rangeJson(pictures, [](const PictureStats& p) { return p.size.height; });
    json["resized_width"] = rangeJson(pictures, [](const PictureStats& p) { return p.seen.width; });
    json["resized_height"] = rangeJson(pictures, [](const PictureStats& p) { return p.seen.height; });
    json["blocks"] = stats.blocks();
    json["blocks_per_picture"] = static_cast<double>(stats.blocks()) / number;
    json["kept"] = stats.kept();
    json["kept_share"] = share(stats.kept(), stats.blocks());
    json["unique"] = stats.unique();
    json["duplicate_ratio"] = stats.duplicateRatio();
    json["seconds"] = stats.seconds;
    json["pictures_per_second"] = stats.seconds > 0 ? static_cast<double>(pictures.size()) / stats.seconds : 0.0;
    json["skipped"] = nlohmann::ordered_json::array();
    for (const SkippedRow& row : stats.skipped)
        json["skipped"].push_back({{"row", row.where}, {"reason", row.reason}});
    json["images"] = nlohmann::ordered_json::array();
    for (const PictureStats& picture : pictures)
        json["images"].push_back(imageJson(picture));
    return json;
}

} // namespace prunescope::model
