#pragma once

#include "ui/workers/engine_worker.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::test {

/// Script of the fake engine: what it does and what it was asked; shared with the test, any thread.
class FakeScript {
public:
    /// Pieces of what is written, streamed one by one: the answer, or a thought up to </think> and the answer.
    void setPieces(std::vector<std::string> pieces);
    void setRegions(std::vector<model::Region> regions);
    /// Those of answers about a part of a picture; else they have the same.
    void setCloserRegions(std::vector<model::Region> regions);
    /// Regions of answers under plans that have this pruning method; else they have the same.
    void setRegionsUnder(const std::string& method, std::vector<model::Region> regions);
    /// `answer` throws Error(Usage) with this text under plans that have this pruning method.
    void refuse(const std::string& method, const std::string& message);
    void setUnread(std::vector<model::UnreadPlace> unread);
    /// Sets what the next answers say they have taken over, as far as they may.
    void setReuse(model::Reuse reuse);
    /// Changes what the engines that are loaded from now on say of themselves.
    void setInfo(std::function<void(model::ModelInfo&)> change);
    /// The answer waits after its first piece until `release` or a stop.
    void hold();
    /// From that request on, counted from 1: the ones before it are answered.
    void holdFrom(std::size_t request);
    void release();
    /// `answer` throws Error(OutOfMemory) with this text; empty: no more.
    void failWith(const std::string& message);
    /// Loading throws Error(BadFile) with this text; empty: no more.
    void failLoadWith(const std::string& message);
    /// Loading waits until `release` or a stop.
    void holdLoad();
    /// How many engines were loaded.
    int loads() const;
    std::vector<model::Request> requests() const;
    /// The requests whose prompts were shown.
    std::vector<model::Request> shownPrompts() const;

private:
    friend class FakeEngine;
    friend ui::EngineLoader fakeLoader(std::shared_ptr<FakeScript> script);
    /// Waits until released; true when stopped instead.
    bool wait(const std::stop_token& stop);
    /// Loads an engine or an adapter, as far as that takes time or goes wrong.
    void load(const std::stop_token& stop);

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<std::string> m_pieces{"A ", "short ", "answer."};
    std::vector<model::Region> m_regions;
    std::optional<std::vector<model::Region>> m_closerRegions;
    std::map<std::string, std::vector<model::Region>> m_regionsUnder;
    std::map<std::string, std::string> m_refused;
    std::vector<model::UnreadPlace> m_unread;
    model::Reuse m_reuse;
    std::function<void(model::ModelInfo&)> m_changeInfo;
    std::string m_failure;
    std::string m_loadFailure;
    std::vector<model::Request> m_requests;
    std::vector<model::Request> m_shownPrompts;
    int m_loads = 0;
    bool m_held = false;
    std::optional<std::size_t> m_holdFrom;
    bool m_loadHeld = false;
};

/// A loader of engines that follow `script`.
ui::EngineLoader fakeLoader(std::shared_ptr<FakeScript> script);

} // namespace prunescope::test
