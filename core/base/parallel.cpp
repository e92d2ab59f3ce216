#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <sched.h>
#include <thread>
#include <vector>

namespace prunescope {

namespace {

std::atomic<int> g_maxWorkers{0};

int processors() {
    cpu_set_t allowed;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return std::max(1, CPU_COUNT(&allowed));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Keeps the first exception of several threads.
class FirstError {
public:
    void run(const std::function<void(int, int)>& work, int first, int last) {
        try {
            work(first, last);
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            if (!m_error)
                m_error = std::current_exception();
        }
    }
    void rethrow() const {
        if (m_error)
            std::rethrow_exception(m_error);
    }

private:
    std::mutex m_mutex;
    std::exception_ptr m_error;
};

} // namespace

int maxWorkers() {
    const int chosen = g_maxWorkers.load(std::memory_order_relaxed);
    static const int all = processors();
    return chosen > 0 ? chosen : all;
}

void setMaxWorkers(int count) {
    g_maxWorkers.store(count, std::memory_order_relaxed);
}

// Threads are started for each call: ten microseconds each, against milliseconds of work, and none that wait for the
// next picture.
void parallelRanges(int count, int grain, const std::function<void(int first, int last)>& work) {
    const int parts = std::clamp(count / std::max(1, grain), 1, maxWorkers());
    if (parts == 1) {
        if (count > 0)
            work(0, count);
        return;
    }
    const auto edge = [&](int part) { return static_cast<int>(static_cast<long long>(count) * part / parts); };
    FirstError errors;
    {
        std::vector<std::jthread> threads;
        for (int part = 1; part < parts; ++part)
            threads.emplace_back([&, part] { errors.run(work, edge(part), edge(part + 1)); });
        errors.run(work, edge(0), edge(1));
    }
    errors.rethrow();
}

} // namespace prunescope
