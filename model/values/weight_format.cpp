#include "model/values/weight_format.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <array>

namespace prunescope::model {

namespace {

constexpr std::array kFormats{WeightFormat::Native, WeightFormat::Int8, WeightFormat::Int4};

} // namespace

const char* toText(WeightFormat format) {
    switch (format) {
    case WeightFormat::Native:
        return "native";
    case WeightFormat::Int8:
        return "int8";
    case WeightFormat::Int4:
        return "int4";
    }
    throw Error(ErrorKind::Internal, "internal error: weight format without a name");
}

std::vector<std::string> weightFormatNames() {
    std::vector<std::string> names;
    for (const WeightFormat format : kFormats)
        names.emplace_back(toText(format));
    return names;
}

WeightFormat parseWeightFormat(const std::string& text) {
    for (const WeightFormat format : kFormats)
        if (text == toText(format))
            return format;
    throw Error(ErrorKind::Usage,
                "weights " + inQuotes(text) + " is unknown, expected one of " + join(weightFormatNames()));
}

} // namespace prunescope::model
