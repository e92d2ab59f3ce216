#include "model/jinja/characters.h"
#include "model/jinja/format_text.h"
#include "model/jinja/methods.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"

#include <algorithm>
#include <array>

namespace prunescope::model::jinja {

namespace {

template <bool left, bool right>
Value strip(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("strip", arguments, {"chars"});
    return run.text(stripped(*self.text(), given.hasValue(0) ? &given.text(0) : nullptr, left, right));
}

Value split(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("split", arguments, {"sep", "maxsplit"});
    const Text* separator = given.hasValue(0) ? &given.text(0) : nullptr;
    return run.list(splitText(run, *self.text(), separator, given.integerOr(1, -1)));
}

/// The same from behind: all but the last `most` parts stay together.
std::vector<Value> splitFromBehind(Run& run, const Text& text, const Text& separator, Int most) {
    if (separator.empty())
        throw Fault("empty separator");
    std::vector<Value> parts;
    std::size_t end = text.size();
    while (most < 0 || most > std::ssize(parts)) {
        if (end < separator.size())
            break;
        const std::size_t at = findLastText(text.view().substr(0, end), separator.view());
        if (at == std::string_view::npos)
            break;
        parts.push_back(run.text(text.slice(at + separator.size(), end)));
        run.chargeBytes(separator.size() > 32 ? end : 0); // which the search then looks at as a whole
        end = at;
    }
    parts.push_back(run.text(text.slice(0, end)));
    std::ranges::reverse(parts);
    return parts;
}

std::vector<Value> splitAtSpaceFromBehind(Run& run, const Text& text, Int most) {
    std::vector<Value> parts;
    std::size_t end = withoutTrailingSpace(text.view());
    while (end > 0) {
        std::size_t begin = most == std::ssize(parts) ? 0 : end;
        if (most != std::ssize(parts))
            while (begin > 0) {
                const std::size_t last = lastCharacterLength(text.view().substr(0, begin));
                if (isSpace(text.view().substr(begin - last)))
                    break;
                begin -= last;
            }
        parts.push_back(run.text(text.slice(begin, end)));
        end = most == std::ssize(parts) - 1 ? 0 : withoutTrailingSpace(text.view().substr(0, begin));
    }
    std::ranges::reverse(parts);
    return parts;
}

Value rsplit(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("rsplit", arguments, {"sep", "maxsplit"});
    const Int most = given.integerOr(1, -1);
    run.chargeBytes(self.text()->size());
    return run.list(given.hasValue(0) ? splitFromBehind(run, *self.text(), given.text(0), most)
                                      : splitAtSpaceFromBehind(run, *self.text(), most));
}

Value partition(Run&, const Value& self, const Arguments& arguments) {
    const Parameters given("partition", arguments, {"sep"}, 1);
    const Text &text = *self.text(), &separator = given.text(0);
    if (separator.empty())
        throw Fault("empty separator");
    const std::size_t at = findText(text.view(), separator.view());
    if (at == std::string_view::npos)
        return makeTuple({self, Value(""), Value("")});
    return makeTuple({text.slice(0, at), separator, text.from(at + separator.size())});
}

Value rpartition(Run&, const Value& self, const Arguments& arguments) {
    const Parameters given("rpartition", arguments, {"sep"}, 1);
    const Text &text = *self.text(), &separator = given.text(0);
    if (separator.empty())
        throw Fault("empty separator");
    const std::size_t at = findLastText(text.view(), separator.view());
    if (at == std::string_view::npos)
        return makeTuple({Value(""), Value(""), self});
    return makeTuple({text.slice(0, at), separator, text.from(at + separator.size())});
}

/// The part that a method with the arguments `start` and `end` looks at, and where it begins.
struct Window {
    std::string_view text;
    std::size_t begin = 0;
    bool possible = true;
};

Window windowOf(const Text& text, const Parameters& given) {
    const std::int64_t length = characterCount(text.view());
    const auto place = [&](std::size_t index, std::int64_t fallback) {
        if (!given.hasValue(index))
            return fallback;
        const std::int64_t value = clamped(given.integer(index));
        return value < 0 ? std::max<std::int64_t>(value + length, 0) : value;
    };
    const std::int64_t begin = place(1, 0), end = std::min(place(2, length), length);
    if (begin > end)
        return {{}, 0, false};
    const std::size_t from = byteOfCharacter(text.view(), begin), to = byteOfCharacter(text.view(), end);
    return {text.view().substr(from, to - from), from, true};
}

template <bool atStart>
Value hasEnd(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given(atStart ? "startswith" : "endswith", arguments, {"prefix", "start", "end"}, 1);
    const Window window = windowOf(*self.text(), given);
    const auto fits = [&](const Value& value) {
        if (!value.text())
            throw Fault(std::string(atStart ? "startswith" : "endswith") + " got " + typeName(value) +
                        ", expected str");
        const std::string_view end = value.text()->view();
        return window.possible && (atStart ? window.text.starts_with(end) : window.text.ends_with(end));
    };
    requireDefined(given[0]);
    if (given[0].list() && given[0].list()->tuple)
        return std::ranges::any_of(itemsOf(run, given[0]), fits);
    return fits(given[0]);
}

std::int64_t found(Run& run, const Value& self, const Arguments& arguments, bool last) {
    const Parameters given("find", arguments, {"sub", "start", "end"}, 1);
    const Window window = windowOf(*self.text(), given);
    run.chargeBytes(self.text()->size());
    const std::string_view what = given.text(0).view();
    const std::size_t at = last ? findLastText(window.text, what) : findText(window.text, what);
    if (!window.possible || at == std::string_view::npos)
        return -1;
    return characterCount(self.text()->view().substr(0, window.begin + at));
}

template <bool last, bool required>
Value find(Run& run, const Value& self, const Arguments& arguments) {
    const std::int64_t at = found(run, self, arguments, last);
    if (required && at < 0)
        throw Fault("substring not found");
    return at;
}

Value count(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("count", arguments, {"sub", "start", "end"}, 1);
    const Window window = windowOf(*self.text(), given);
    const Text& what = given.text(0);
    if (!window.possible)
        return 0;
    if (what.empty())
        return characterCount(window.text) + 1;
    return Int{std::ssize(splitText(run, Text(std::string(window.text)), &what, -1))} - 1;
}

Value replace(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("replace", arguments, {"old", "new", "count"}, 2);
    return run.text(replacedText(run, *self.text(), given.text(0), given.text(1), given.integerOr(2, -1)));
}

template <std::string (*change)(std::string_view)>
Value mapped(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters none("case", arguments, {});
    return run.text(self.text()->mapped(change));
}

std::string swappedCase(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::string_view character = text.substr(0, characterLength(text));
        const std::string lower = lowerCase(character);
        result += lower == character ? upperCase(character) : lower;
        text.remove_prefix(character.size());
    }
    return result;
}

Value capitalize(Run& run, const Value& self, const Arguments&) {
    return run.text(capitalizedText(*self.text()));
}

/// Unlike the filter of that name: every letter after none begins a word.
Value title(Run& run, const Value& self, const Arguments&) {
    Text result;
    bool inWord = false;
    const Text& text = *self.text();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = at + characterLength(text.view().substr(at));
        result.append(text.slice(at, end).mapped(inWord ? lowerCase : upperCase));
        inWord = isLetter(text.view().substr(at));
        at = end;
    }
    return run.text(std::move(result));
}

Value join(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("join", arguments, {"iterable"}, 1);
    std::vector<Text> parts;
    for (const Value& item : itemsOf(run, given[0])) {
        if (!item.text())
            throw Fault("sequence item " + std::to_string(parts.size()) + ": expected str instance, " + typeName(item) +
                        " found");
        parts.push_back(*item.text());
    }
    return Value(joinedText(run, *self.text(), parts));
}

Value splitLines(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("splitlines", arguments, {"keepends"});
    return run.list(linesOf(run, *self.text(), given.flag(run, 0)));
}

template <bool prefix>
Value without(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("removeprefix", arguments, {"prefix"}, 1);
    const Text &text = *self.text(), &end = given.text(0);
    if (prefix && text.view().starts_with(end.view()))
        return run.text(text.from(end.size()));
    if (!prefix && text.view().ends_with(end.view()))
        return run.text(text.slice(0, text.size() - end.size()));
    return self;
}

template <bool left, bool right>
Value justify(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("center", arguments, {"width", "fillchar"}, 1);
    const Text fill = given.has(1) ? given.text(1) : Text(" ");
    if (characterCount(fill.view()) != 1)
        throw Fault("The fill character must be exactly one character long");
    const Int width = clamped(given.integer(0)), missing = width - characterCount(self.text()->view());
    if (left && right)
        return run.text(centeredText(run, *self.text(), width, fill));
    run.checkLength(fill.size(), missing);
    Text padding;
    for (Int i = 0; i < missing; ++i)
        padding.append(fill);
    Text result = left ? padding : *self.text();
    result.append(left ? *self.text() : padding);
    return run.text(std::move(result));
}

Value zeroFill(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("zfill", arguments, {"width"}, 1);
    const Text& text = *self.text();
    const Int missing = clamped(given.integer(0)) - characterCount(text.view());
    run.checkLength(1, missing);
    const std::size_t sign = text.view().starts_with('-') || text.view().starts_with('+') ? 1 : 0;
    Text result = text.slice(0, sign);
    result.append(std::string(missing > 0 ? static_cast<std::size_t>(missing) : 0, '0'));
    result.append(text.from(sign));
    return run.text(std::move(result));
}

/// Every character is such, and there is one.
template <bool (*is)(std::string_view)>
Value all(Run& run, const Value& self, const Arguments&) {
    std::string_view text = self.text()->view();
    run.chargeBytes(text.size());
    bool holds = !text.empty();
    while (holds && !text.empty()) {
        const std::size_t length = characterLength(text);
        holds = is(text.substr(0, length));
        text.remove_prefix(length);
    }
    return holds;
}

bool isLetterOrDigit(std::string_view character) {
    return isLetter(character) || isDigit(character);
}

bool isAsciiByte(std::string_view character) {
    return static_cast<unsigned char>(character.front()) < 0x80;
}

template <std::string (*change)(std::string_view), std::string (*other)(std::string_view)>
Value isCase(Run&, const Value& self, const Arguments&) {
    const std::string& text = self.text()->bytes();
    return text == change(text) && text != other(text);
}

Value format(Run& run, const Value& self, const Arguments& arguments) {
    return braceFormatted(run, *self.text(), arguments);
}

Value notHere(Run&, const Value&, const Arguments&) {
    throw UnsupportedFault("a method of str that the template calls is not supported");
}

constexpr std::array kMethods{NamedMethod{"strip", strip<true, true>},
                              NamedMethod{"lstrip", strip<true, false>},
                              NamedMethod{"rstrip", strip<false, true>},
                              NamedMethod{"split", split},
                              NamedMethod{"rsplit", rsplit},
                              NamedMethod{"partition", partition},
                              NamedMethod{"rpartition", rpartition},
                              NamedMethod{"startswith", hasEnd<true>},
                              NamedMethod{"endswith", hasEnd<false>},
                              NamedMethod{"find", find<false, false>},
                              NamedMethod{"rfind", find<true, false>},
                              NamedMethod{"index", find<false, true>},
                              NamedMethod{"rindex", find<true, true>},
                              NamedMethod{"count", count},
                              NamedMethod{"replace", replace},
                              NamedMethod{"upper", mapped<upperCase>},
                              NamedMethod{"lower", mapped<lowerCase>},
                              NamedMethod{"casefold", mapped<lowerCase>},
                              NamedMethod{"swapcase", mapped<swappedCase>},
                              NamedMethod{"capitalize", capitalize},
                              NamedMethod{"title", title},
                              NamedMethod{"join", join},
                              NamedMethod{"splitlines", splitLines},
                              NamedMethod{"removeprefix", without<true>},
                              NamedMethod{"removesuffix", without<false>},
                              NamedMethod{"center", justify<true, true>},
                              NamedMethod{"rjust", justify<true, false>},
                              NamedMethod{"ljust", justify<false, true>},
                              NamedMethod{"zfill", zeroFill},
                              NamedMethod{"isspace", all<isSpace>},
                              NamedMethod{"isalpha", all<isLetter>},
                              NamedMethod{"isdigit", all<isDigit>},
                              NamedMethod{"isdecimal", all<isDigit>},
                              NamedMethod{"isnumeric", all<isDigit>},
                              NamedMethod{"isalnum", all<isLetterOrDigit>},
                              NamedMethod{"isascii", all<isAsciiByte>},
                              NamedMethod{"isprintable", all<isPrintable>},
                              NamedMethod{"isupper", isCase<upperCase, lowerCase>},
                              NamedMethod{"islower", isCase<lowerCase, upperCase>},
                              NamedMethod{"format", format},
                              NamedMethod{"encode", notHere},
                              NamedMethod{"expandtabs", notHere},
                              NamedMethod{"format_map", notHere},
                              NamedMethod{"isidentifier", notHere},
                              NamedMethod{"istitle", notHere},
                              NamedMethod{"maketrans", notHere},
                              NamedMethod{"translate", notHere}};

} // namespace

Method findTextMethod(std::string_view name) {
    const auto found = std::ranges::find(kMethods, name, &NamedMethod::first);
    return found == kMethods.end() ? nullptr : found->second;
}

} // namespace prunescope::model::jinja
