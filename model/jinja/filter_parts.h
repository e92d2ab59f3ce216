#pragma once

#include "model/jinja/filters.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace prunescope::model::jinja {

using NamedFilter = std::pair<std::string_view, Filter>;

/// Those that make a text, a number, or leave the value as it is.
std::span<const NamedFilter> valueFilters();
/// Those that go through a list.
std::span<const NamedFilter> listFilters();
/// Those that choose from a list or change each of its items.
std::span<const NamedFilter> selectingFilters();

/// `value` in lower case where it is a text, as sorting takes it.
Value withoutCase(Run& run, const Value& value);

} // namespace prunescope::model::jinja
