#pragma once

#include "model/jinja/objects.h"

#include <string_view>
#include <utility>

/// The methods of strings, lists, tuples, dicts and numbers that change nothing.
namespace prunescope::model::jinja {

using NamedMethod = std::pair<std::string_view, Method>;

/// Null where there is none. A method that Python has and this interpreter has not gives one that says so.
Method findMethod(const Value& object, std::string_view name);
/// Whether Python's objects of this kind have a method that would change them: the sandbox keeps those away.
bool changesObject(const Value& object, std::string_view name);

Method findTextMethod(std::string_view name);

/// Where `what` begins in `text`, from byte `from` on, or npos. Takes linear time whatever they are.
std::size_t findText(std::string_view text, std::string_view what, std::size_t from = 0);
std::size_t findLastText(std::string_view text, std::string_view what);

/// `text` without `characters`, or without white space where that is null, at its ends.
Text stripped(const Text& text, const Text* characters, bool left, bool right);
std::vector<Value> splitText(Run& run, const Text& text, const Text* separator, Int most);
std::vector<Value> linesOf(Run& run, const Text& text, bool keepEnds);
/// With the first `most` places of `before` replaced; all where that is negative.
Text replacedText(Run& run, const Text& text, const Text& before, const Text& after, Int most);
Text joinedText(Run& run, const Text& separator, const std::vector<Text>& parts);
Text capitalizedText(const Text& text);
/// As the filter `title` has it.
Text titledText(const Text& text);
Text centeredText(Run& run, const Text& text, Int width, const Text& fill);

} // namespace prunescope::model::jinja
