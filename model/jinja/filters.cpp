#include "model/jinja/filters.h"

#include "core/base/format.h"
#include "model/jinja/fault.h"
#include "model/jinja/filter_parts.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

/// Filters of the language that no chat template uses.
constexpr std::array<std::string_view, 11> kOthers{"filesizeformat", "pprint",   "random",    "striptags",
                                                   "urlencode",      "urlize",   "wordcount", "wordwrap",
                                                   "xmlattr",        "truncate", "groupby"};

} // namespace

Filter findFilter(std::string_view name) {
    for (const auto filters : {valueFilters(), listFilters(), selectingFilters()})
        if (const auto found = std::ranges::find(filters, name, &NamedFilter::first); found != filters.end())
            return found->second;
    return nullptr;
}

void refuseFilter(std::string_view name) {
    if (std::ranges::find(kOthers, name) != kOthers.end())
        throw UnsupportedFault("filter " + inQuotes(name) + " is not supported");
    throw Fault("filter " + inQuotes(name) + " is unknown");
}

} // namespace prunescope::model::jinja
