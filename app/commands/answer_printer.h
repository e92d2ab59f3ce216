#pragma once

#include "app/commands/interrupt.h"
#include "app/terminal/console.h"

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace prunescope::app {

/// Prints an answer while it is made. Where printing fails, the engine is asked to stop and the failure is kept, so
/// that the answer so far can still be logged.
class AnswerPrinter {
public:
    AnswerPrinter(bool enabled, Interrupt& interrupt) : m_enabled(enabled), m_interrupt(interrupt) {}

    void show(std::string_view text) {
        if (!m_enabled || m_failure)
            return;
        try {
            print(printable(text));
        } catch (...) {
            m_failure = std::current_exception();
            m_interrupt.stop();
        }
    }

    void rethrowFailure() const {
        if (m_failure)
            std::rethrow_exception(m_failure);
    }

private:
    bool m_enabled;
    Interrupt& m_interrupt;
    std::exception_ptr m_failure;
};

/// Prints what a model thinks before its answer, beside that: standard output holds the answer alone.
class ThoughtPrinter {
public:
    void show(std::string_view piece) {
        printAside(std::exchange(m_begun, true) ? std::string(piece) : "thought: " + std::string(piece));
    }
    /// Before what is no thought; again and again does no harm.
    void end() {
        if (std::exchange(m_begun, false))
            printAside("\n\n");
    }

private:
    bool m_begun = false;
};

} // namespace prunescope::app
