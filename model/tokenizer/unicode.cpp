#include "model/tokenizer/unicode.h"

#include "core/base/error.h"
#include "core/base/format.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <pcre2.h>
#include <utf8proc.h>

namespace prunescope::model {

namespace {

unsigned byteAt(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

std::size_t lengthByLead(unsigned lead) {
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

Utf8Step firstCharacter(std::string_view text) {
    const unsigned lead = byteAt(text, 0);
    if (lead < 0x80)
        return {Utf8Step::Kind::Character, 1};
    const std::size_t length = lengthByLead(lead);
    if (length == 0)
        return {Utf8Step::Kind::Invalid, 1};
    // The second byte is narrower for some leads: no overlong forms, no surrogates, nothing above U+10FFFF.
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size())
            return {Utf8Step::Kind::Unfinished, i};
        if (byteAt(text, i) < low || byteAt(text, i) > high)
            return {Utf8Step::Kind::Invalid, i};
        low = 0x80;
        high = 0xBF;
    }
    return {Utf8Step::Kind::Character, length};
}

std::string validUtf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const Utf8Step step = firstCharacter(text);
        valid += step.kind == Utf8Step::Kind::Character ? text.substr(0, step.length) : kReplacement;
        text.remove_prefix(step.length);
    }
    return valid;
}

void appendUtf8(std::string& text, char32_t codePoint) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(codePoint), bytes.data());
    text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

namespace {

std::vector<utf8proc_int32_t> decomposed(std::string_view text) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    constexpr utf8proc_ssize_t kLongest = 32; // of one character's decomposition; Unicode's own bound is 18
    std::vector<utf8proc_int32_t> points;
    points.reserve(text.size() + kLongest);
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    for (std::size_t at = 0; at < text.size();) {
        utf8proc_int32_t point = 0;
        const auto read = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
        check(read > 0, "normalisation needs valid UTF-8");
        const std::size_t end = points.size();
        points.resize(end + kLongest);
        int boundClass = 0;
        const auto written = utf8proc_decompose_char(point, points.data() + end, kLongest, kOptions, &boundClass);
        check(written >= 0 && written <= kLongest, "a character decomposes into too many");
        points.resize(end + static_cast<std::size_t>(written));
        at += static_cast<std::size_t>(read);
    }
    return points;
}

int combiningClass(utf8proc_int32_t point) {
    return utf8proc_get_property(point)->combining_class;
}

/// Marks between two base characters by combining class. utf8proc's own ordering takes quadratic time in the length of
/// such a run.
void orderMarks(std::vector<utf8proc_int32_t>& points) {
    const auto isBase = [](utf8proc_int32_t point) { return combiningClass(point) == 0; };
    for (auto begin = points.begin(); begin != points.end();) {
        begin = std::find_if_not(begin, points.end(), isBase);
        const auto end = std::find_if(begin, points.end(), isBase);
        std::stable_sort(begin, end, [](auto a, auto b) { return combiningClass(a) < combiningClass(b); });
        begin = end;
    }
}

} // namespace

std::string toNfc(std::string text) {
    if (isAscii(text))
        return text;
    std::vector<utf8proc_int32_t> points = decomposed(text);
    orderMarks(points);
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    const auto count = utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()), kOptions);
    check(count >= 0, "normalisation failed");
    std::string composed;
    composed.reserve(text.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
        appendUtf8(composed, static_cast<char32_t>(points[i]));
    return composed;
}

namespace {

// Unicode's White_Space. PCRE2's own \s has U+180E as well, and older versions do not know the property by name.
constexpr std::string_view kSpace = R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f})"
                                    R"(\x{205f}\x{3000})";
constexpr std::string_view kNoSpace = R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f})"
                                      R"(\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e})"
                                      R"(\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";

/// The pattern with \s and \S written out.
std::string withUnicodeSpace(std::string_view pattern) {
    std::string written;
    bool inClass = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char escaped = pattern[++i];
            if (escaped == 's' || escaped == 'S')
                written.append(inClass ? "" : "[")
                    .append(escaped == 's' ? kSpace : kNoSpace)
                    .append(inClass ? "" : "]");
            else
                written.append({c, escaped});
            continue;
        }
        inClass = c == '[' || (inClass && c != ']');
        written += c;
    }
    return written;
}

template <auto Release>
struct Releaser {
    template <typename T>
    void operator()(T* object) const {
        Release(object);
    }
};
using CodePtr = std::unique_ptr<pcre2_code, Releaser<pcre2_code_free>>;
using MatchPtr = std::unique_ptr<pcre2_match_data, Releaser<pcre2_match_data_free>>;
using ContextPtr = std::unique_ptr<pcre2_match_context, Releaser<pcre2_match_context_free>>;

CodePtr compile(const std::string& pattern, const std::string& file) {
    const std::string written = withUnicodeSpace(pattern);
    int error = 0;
    PCRE2_SIZE offset = 0;
    CodePtr code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(written.data()), written.size(),
                               PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr));
    if (!code) {
        std::array<PCRE2_UCHAR, 256> reason{};
        pcre2_get_error_message(error, reason.data(), reason.size());
        throw Error(ErrorKind::BadFile, file + ": the pattern " + inQuotes(pattern) +
                                            " of pre_tokenizer is no regular " +
                                            "expression: " + reinterpret_cast<const char*>(reason.data()));
    }
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE); // where there is no JIT, the interpreter does the same
    return code;
}

/// PCRE2's own limits are met by a long text; these only stop a pattern that would never end.
ContextPtr generousContext() {
    constexpr std::uint32_t kMatchLimit = 1u << 30;
    constexpr auto kNoLimit = std::numeric_limits<std::uint32_t>::max();
    ContextPtr context(pcre2_match_context_create(nullptr));
    check(context != nullptr, "no memory for a regular expression");
    pcre2_set_match_limit(context.get(), kMatchLimit);
    pcre2_set_depth_limit(context.get(), kNoLimit);
    pcre2_set_heap_limit(context.get(), kNoLimit);
    return context;
}

/// Finds one match after another in a text.
class Matcher {
public:
    Matcher(const pcre2_code* code, std::string_view text)
        : m_code(code), m_text(text), m_match(pcre2_match_data_create(1, nullptr)), m_context(generousContext()) {
        check(m_match != nullptr, "no memory for a regular expression");
    }

    bool find(std::size_t from) {
        int found = run(from, PCRE2_NO_UTF_CHECK);
        if (found == PCRE2_ERROR_JIT_STACKLIMIT)
            found = run(from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT); // keeps its stack on the heap
        if (found < 0 && found != PCRE2_ERROR_NOMATCH)
            throw Error(ErrorKind::Internal, "splitting text failed, PCRE2 error " + std::to_string(found));
        return found >= 0;
    }
    std::size_t begin() const { return pcre2_get_ovector_pointer(m_match.get())[0]; }
    std::size_t end() const { return pcre2_get_ovector_pointer(m_match.get())[1]; }

private:
    int run(std::size_t from, std::uint32_t options) {
        return pcre2_match(m_code, reinterpret_cast<PCRE2_SPTR>(m_text.data()), m_text.size(), from, options,
                           m_match.get(), m_context.get());
    }

    const pcre2_code* m_code;
    std::string_view m_text;
    MatchPtr m_match;
    ContextPtr m_context;
};

} // namespace

struct SplitPattern::Code {
    CodePtr code;
};

SplitPattern::SplitPattern(const std::string& pattern, const std::string& file)
    : m_code(new Code{compile(pattern, file)}) {}
SplitPattern::SplitPattern(SplitPattern&&) noexcept = default;
SplitPattern& SplitPattern::operator=(SplitPattern&&) noexcept = default;
SplitPattern::~SplitPattern() = default;

void SplitPattern::split(std::string_view text, std::vector<std::string_view>& pieces) const {
    const auto add = [&](std::size_t begin, std::size_t end) {
        if (begin < end)
            pieces.push_back(text.substr(begin, end - begin));
    };
    Matcher matcher(m_code->code.get(), text);
    std::size_t done = 0;
    for (std::size_t from = 0; from < text.size() && matcher.find(from);) {
        add(done, matcher.begin());
        add(matcher.begin(), matcher.end());
        done = matcher.end();
        const bool empty = matcher.begin() == matcher.end() && done < text.size();
        from = empty ? done + firstCharacter(text.substr(done)).length : std::max(done, from + 1);
    }
    add(done, text.size());
}

} // namespace prunescope::model
