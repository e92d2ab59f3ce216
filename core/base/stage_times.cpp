#include "core/base/stage_times.h"

#include <algorithm>

namespace prunescope {

namespace {

template <typename Entries>
auto findStage(Entries& entries, std::string_view name) {
    return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == name; });
}

} // namespace

void StageTimes::set(std::string_view name, double ms) {
    if (const auto it = findStage(m_entries, name); it != m_entries.end())
        it->second = ms;
    else
        m_entries.emplace_back(name, ms);
}

void StageTimes::add(std::string_view name, double ms) {
    set(name, this->ms(name) + ms);
}

double StageTimes::ms(std::string_view name) const {
    const auto it = findStage(m_entries, name);
    return it == m_entries.end() ? 0.0 : it->second;
}

bool StageTimes::has(std::string_view name) const {
    return findStage(m_entries, name) != m_entries.end();
}

} // namespace prunescope
