#pragma once

#include "model/jinja/fault.h"
#include "model/jinja/limits.h"
#include "model/jinja/value.h"

#include <ctime>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace prunescope::model::jinja {

/// The variables of a macro that runs, or of the template itself.
struct Activation {
    explicit Activation(std::size_t slotCount, Activation* around = nullptr) : slots(slotCount), outer(around) {}

    std::vector<Value> slots;
    Activation* outer;     ///< of the macro that the macro was written in
    bool captured = false; ///< a macro made in here may outlive it
};

/// One rendering: what it may still do, the variables, and the text so far. One thread.
class Run {
public:
    Run(const Limits& limits, Dict variables, const std::tm& now)
        : m_limits(limits), m_variables(std::move(variables)), m_now(now) {}
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    const Limits& limits() const { return m_limits; }
    const std::tm& now() const { return m_now; }
    int line() const { return m_line; }

    /// Everything that takes time passes here. Throws Fault when it was too much.
    void charge(std::int64_t steps);
    void chargeBytes(std::size_t bytes) { charge(1 + static_cast<std::int64_t>(bytes / 64)); }
    /// Throws Fault for more than a string may have.
    void checkLength(std::size_t bytes) const;
    void checkLength(std::size_t bytes, Int times) const;
    /// A new string, accounted for.
    Value text(Text text);
    Value list(std::vector<Value> items);

    /// The value that a name has outside of all macros and loops; Missing where it has none.
    Value lookUp(std::string_view name) const;

    /// Keeps what a template can tie into a ring until the end.
    template <typename T, typename... Args>
    T& keep(Args&&... args) {
        auto owned = std::make_unique<T>(std::forward<Args>(args)...);
        T& kept = *owned;
        m_objects.push_back(std::move(owned));
        return kept;
    }
    void keep(std::unique_ptr<Activation> activation) { m_activations.push_back(std::move(activation)); }

    Activation& activation() { return *m_activation; }
    /// Exchanges the variables, and gives back those before.
    Activation* enter(Activation* activation) { return std::exchange(m_activation, activation); }

    void write(const Text& text);
    void write(std::string_view text);
    /// Lets `text` take what is written; gives back what took it before.
    Text* writeTo(Text* text) { return std::exchange(m_out, text); }

    /// One part of the template inside the others. Throws Fault when it is too deep or too long.
    class Part {
    public:
        Part(Run& run, int line) : m_run(run) {
            if (++run.m_nesting > run.m_limits.nesting)
                tooDeep(run);
            run.m_line = line;
            run.charge(1);
        }
        ~Part() { --m_run.m_nesting; }
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;

    private:
        [[noreturn]] static void tooDeep(Run& run);
        Run& m_run;
    };

private:
    const Limits& m_limits;
    Dict m_variables;
    std::tm m_now;
    std::int64_t m_steps = 0;
    int m_nesting = 0;
    int m_line = 1;
    Activation* m_activation = nullptr;
    Text* m_out = nullptr;
    std::vector<std::unique_ptr<Object>> m_objects;
    std::vector<std::unique_ptr<Activation>> m_activations;
};

/// Takes what is written while it lives.
class Capture {
public:
    explicit Capture(Run& run) : m_run(run), m_before(run.writeTo(&m_text)) {}
    ~Capture() { m_run.writeTo(m_before); }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    Text take() { return std::move(m_text); }

private:
    Run& m_run;
    Text m_text;
    Text* m_before;
};

} // namespace prunescope::model::jinja
