#include "model/jinja/clock_text.h"

#include "model/jinja/fault.h"

#include <array>
#include <locale.h>
#include <memory>

namespace prunescope::model::jinja {

namespace {

struct FreeLocale {
    void operator()(locale_t locale) const { freelocale(locale); }
};

/// What Python puts in before the C library sees the format: a time without a zone, and whole seconds.
std::string withoutZone(const std::string& format) {
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            result += format[i];
            continue;
        }
        const char kind = format[++i];
        if (kind == 'f')
            result += "000000";
        else if (kind != 'z' && kind != 'Z')
            result.append({'%', kind});
    }
    return result;
}

} // namespace

std::string clockText(const std::tm& time, const std::string& format) {
    const std::unique_ptr<std::remove_pointer_t<locale_t>, FreeLocale> english(newlocale(LC_ALL_MASK, "C", nullptr));
    check(english != nullptr, "the C library has a locale C");
    std::array<char, 4096> text{};
    const std::string plain = withoutZone(format) + '.'; // an empty result is told from a failure
    const std::size_t length = strftime_l(text.data(), text.size(), plain.c_str(), &time, english.get());
    if (length == 0 || format.find('\0') != std::string::npos)
        throw Fault("strftime_now got a format that gives no usual time");
    return {text.data(), length - 1};
}

std::tm localTime() {
    const std::time_t now = std::time(nullptr);
    std::tm time{};
    localtime_r(&now, &time);
    return time;
}

} // namespace prunescope::model::jinja
