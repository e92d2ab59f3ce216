#include "model/jinja/methods.h"

#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace prunescope::model::jinja {

namespace {

template <DictView::Kind kind>
Value viewOf(Run&, const Value& self, const Arguments& arguments) {
    const Parameters none("view", arguments, {});
    return ObjectRef(std::make_shared<DictView>(self, kind));
}

Value dictGet(Run&, const Value& self, const Arguments& arguments) {
    const Parameters given("get", arguments, {"key", "default"}, 1);
    const Value* found = self.dict()->find(given[0]);
    return found ? *found : given.valueOr(1, None{});
}

Value copyOf(Run&, const Value& self, const Arguments& arguments) {
    const Parameters none("copy", arguments, {});
    return self;
}

Value listCount(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("count", arguments, {"value"}, 1);
    return static_cast<Int>(
        std::ranges::count_if(self.list()->items, [&](const Value& item) { return equal(run, item, given[0]); }));
}

Value listIndex(Run& run, const Value& self, const Arguments& arguments) {
    const Parameters given("index", arguments, {"value"}, 1);
    const auto& items = self.list()->items;
    const auto found = std::ranges::find_if(items, [&](const Value& item) { return equal(run, item, given[0]); });
    if (found == items.end())
        throw Fault("the value of index() is not in " + typeName(self));
    return static_cast<Int>(found - items.begin());
}

Value isWhole(Run&, const Value& self, const Arguments&) {
    return std::isfinite(self.number()) && self.number() == std::floor(self.number());
}

Value notHere(Run&, const Value& self, const Arguments&) {
    throw UnsupportedFault("a method of " + typeName(self) + " that the template calls is not supported");
}

constexpr std::array kOfDict{NamedMethod{"items", viewOf<DictView::Kind::Items>},
                             NamedMethod{"keys", viewOf<DictView::Kind::Keys>},
                             NamedMethod{"values", viewOf<DictView::Kind::Values>},
                             NamedMethod{"get", dictGet},
                             NamedMethod{"copy", copyOf},
                             NamedMethod{"fromkeys", notHere}};
constexpr std::array kOfList{NamedMethod{"count", listCount}, NamedMethod{"index", listIndex},
                             NamedMethod{"copy", copyOf}};
constexpr std::array kOfTuple{NamedMethod{"count", listCount}, NamedMethod{"index", listIndex}};
constexpr std::array kOfInteger{NamedMethod{"bit_length", notHere},       NamedMethod{"bit_count", notHere},
                                NamedMethod{"to_bytes", notHere},         NamedMethod{"from_bytes", notHere},
                                NamedMethod{"as_integer_ratio", notHere}, NamedMethod{"conjugate", notHere}};
constexpr std::array kOfFloat{NamedMethod{"is_integer", isWhole}, NamedMethod{"as_integer_ratio", notHere},
                              NamedMethod{"hex", notHere}, NamedMethod{"fromhex", notHere},
                              NamedMethod{"conjugate", notHere}};

constexpr std::array<std::string_view, 5> kChangesDict{"clear", "pop", "popitem", "setdefault", "update"};
constexpr std::array<std::string_view, 8> kChangesList{"append", "clear", "pop",    "reverse",
                                                       "insert", "sort",  "extend", "remove"};

Method findIn(const auto& methods, std::string_view name) {
    const auto found = std::ranges::find(methods, name, &NamedMethod::first);
    return found == methods.end() ? nullptr : found->second;
}

} // namespace

Method findMethod(const Value& object, std::string_view name) {
    if (object.text())
        return findTextMethod(name);
    if (object.dict())
        return findIn(kOfDict, name);
    if (object.list())
        return object.list()->tuple ? findIn(kOfTuple, name) : findIn(kOfList, name);
    if (object.isInteger())
        return findIn(kOfInteger, name);
    return object.isFloat() ? findIn(kOfFloat, name) : nullptr;
}

bool changesObject(const Value& object, std::string_view name) {
    if (object.dict())
        return std::ranges::find(kChangesDict, name) != kChangesDict.end();
    return object.list() && !object.list()->tuple && std::ranges::find(kChangesList, name) != kChangesList.end();
}

} // namespace prunescope::model::jinja
