#pragma once

#include <string>
#include <string_view>

namespace prunescope::model {

/// What a model wrote, taken apart: what it thought, and its answer behind that. Also a piece of both.
struct WrittenText {
    std::string thought;
    std::string answer;
    bool operator==(const WrittenText&) const = default;
};

/// Takes what a model writes apart while it comes: a thought between <think> and </think> that stands before all else,
/// or which the prompt has opened, and the answer. Blanks around a thought, and around the answer to one, belong to
/// neither. Without a thought everything is the answer as it was written. What is returned is final: what may still
/// turn out to be a mark, or a blank at an end, is held back.
class ThoughtSplitter {
public:
    /// `isOpen`: whether the prompt has opened a thought.
    explicit ThoughtSplitter(bool isOpen) : m_isOpen(isOpen) {}

    /// What is sure with the next piece of text.
    WrittenText push(std::string_view piece);
    /// What was held back, now that nothing comes after it.
    WrittenText finish();

private:
    enum class Place { Begin, Thought, Answer, Plain };

    void begin();
    void takeThought(WrittenText& text);
    void enter(Place place);
    /// Moves the first `count` held bytes to `part`, blanks before its first word aside.
    void move(std::size_t count, std::string& part);

    bool m_isOpen;
    Place m_place = Place::Begin;
    bool m_atStart = true; ///< of a thought or answer: its first word is still to come
    std::string m_held;
};

} // namespace prunescope::model
