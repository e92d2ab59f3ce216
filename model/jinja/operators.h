#pragma once

#include "model/jinja/value.h"

#include <string_view>
#include <vector>

/// What Python does with values. Everything throws Fault where Python raises.
namespace prunescope::model::jinja {

bool holds(Run& run, const Value& value);
bool equal(Run& run, const Value& a, const Value& b);
/// a < b; `sign` stands in the message.
bool less(Run& run, const Value& a, const Value& b, std::string_view sign = "<");
bool compare(Run& run, std::string_view sign, const Value& a, const Value& b);
/// Whether `container` has `item`.
bool contains(Run& run, const Value& container, const Value& item);
/// `a sign b` for + - * / // % **.
Value arithmetic(Run& run, std::string_view sign, const Value& a, const Value& b);
Value negated(const Value& value);

/// Everything that a loop over `value` would see.
std::vector<Value> itemsOf(Run& run, const Value& value);
bool isIterable(const Value& value);
/// len(value).
Int lengthOf(Run& run, const Value& value);
/// Stably sorted, by keys where `keys` has them.
void sortValues(Run& run, std::vector<Value>& values, std::vector<Value> keys, bool reverse);
/// < and > & ' " written as HTML writes them.
Text escapedHtml(const Text& text);

} // namespace prunescope::model::jinja
