#pragma once

#include <atomic>

namespace prunescope::model {

/// Barrier at which the threads of a step meet between its parts. Work is cut into shares, and a thread may carry
/// several: it arrives for all of them, so that nobody waits for a thread that was not given. Waiting spins for a few
/// microseconds, as long as a neighbour is late, then sleeps: on a busy machine nobody burns the time slice that
/// another one needs.
class ShareBarrier {
public:
    explicit ShareBarrier(int shares) : m_shares(shares) {}

    /// Returns when all shares have arrived. Everything written before is visible afterwards.
    void arrive(int shares) {
        if (shares == m_shares)
            return; // alone
        const unsigned round = m_round.load(std::memory_order_acquire);
        if (m_arrived.fetch_add(shares, std::memory_order_acq_rel) + shares == m_shares)
            release(round);
        else
            wait(round);
    }

private:
    static constexpr int kSpins = 500;

    void release(unsigned round) {
        m_arrived.store(0, std::memory_order_relaxed);
        m_round.store(round + 1, std::memory_order_release);
        m_round.notify_all();
    }

    void wait(unsigned round) const {
        for (int spin = 0; spin < kSpins; ++spin) {
            if (m_round.load(std::memory_order_acquire) != round)
                return;
            pause();
        }
        m_round.wait(round, std::memory_order_acquire);
    }

    /// Tells the processor that this is a waiting loop.
    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

    int m_shares;
    std::atomic<int> m_arrived{0};
    std::atomic<unsigned> m_round{0};
};

} // namespace prunescope::model
