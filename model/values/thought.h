#pragma once

#include <string>
#include <string_view>

namespace prunescope::model {

/// What a model wrote, taken apart: what it thought, and its answer behind that. Also a piece of both.
struct WrittenText {
    std::string thought;
    std::string answer;
    bool isAnew = false; ///< of a piece: all of both up to here, in place of the pieces before it
    bool operator==(const WrittenText&) const = default;
};

/// Takes what a model writes apart while it comes: a thought between <think> and </think> that stands before all else,
/// or which the prompt has opened, and the answer. Blanks around a thought, and around the answer to one, belong to
/// neither. Without a thought everything is the answer as it was written. What may still turn out to be a mark, or a
/// blank at an end, is held back, so that what is returned is final but for one case: where the end of a thought comes
/// whose begin nobody knew of, what came before it, from the last <think> on, was the thought (`WrittenText::isAnew`).
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
    void takePlain(WrittenText& text);
    void rewrite(std::size_t end, WrittenText& text);
    void enter(Place place);
    /// Moves the first `count` held bytes to `part`, blanks before its first word aside.
    void move(std::size_t count, std::string& part);

    bool m_isOpen;
    Place m_place = Place::Begin;
    bool m_atStart = true; ///< of a thought or answer: its first word is still to come
    std::string m_held;
    std::string m_plain; ///< what was given as the answer where there was no thought
};

} // namespace prunescope::model
