#pragma once

#include "model/jinja/value.h"

#include <optional>
#include <string_view>

/// How a template reaches into values: data and a fixed list of methods, nothing of the interpreter.
namespace prunescope::model::jinja {

/// `object.name`: a method or attribute, else an item; undefined where it has neither.
Value attributeOf(Run& run, const Value& object, std::string_view name);
/// `object[key]`: an item, else a method or attribute.
Value itemOf(Run& run, const Value& object, const Value& key);
/// `object[start:stop:step]`; None for what is left out.
Value sliceOf(Run& run, const Value& object, const Value& start, const Value& stop, const Value& step);
/// What `a.b.0` leads to from `object`: the argument of filters that look at an attribute.
Value valueAtPath(Run& run, Value object, const Value& path);
/// Calls a value.
Value callValue(Run& run, const Value& callee, Arguments arguments);
/// `object.name(arguments)`, without making a value of the method. Nothing where there is no such method.
std::optional<Value> callMethod(Run& run, const Value& object, std::string_view name, const Arguments& arguments);

} // namespace prunescope::model::jinja
