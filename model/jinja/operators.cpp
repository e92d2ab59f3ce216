#include "model/jinja/operators.h"

#include "model/jinja/characters.h"
#include "model/jinja/objects.h"
#include "model/jinja/run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace prunescope::model::jinja {

namespace {

bool equalLists(Run& run, const List& a, const List& b) {
    return a.tuple == b.tuple &&
           std::ranges::equal(a.items, b.items, [&](const Value& x, const Value& y) { return equal(run, x, y); });
}

bool equalDicts(Run& run, const Dict& a, const Dict& b) {
    return a.size() == b.size() && std::ranges::all_of(a.entries(), [&](const auto& entry) {
               const Value* other = b.find(entry.first);
               return other && equal(run, entry.second, *other);
           });
}

bool equalNumbers(const Value& a, const Value& b) {
    return a.isInteger() && b.isInteger() ? a.integer() == b.integer() : a.number() == b.number();
}

/// `a < b` was asked for what the template has as `b > a` or `b <= a`, too.
[[noreturn]] void notComparable(const Value& a, const Value& b, std::string_view sign) {
    if (sign == ">" || sign == "<=")
        notComparable(b, a, sign == ">" ? "> " : "<= ");
    throw Fault("'" + std::string(sign.substr(0, sign.find(' '))) + "' not supported between instances of '" +
                typeName(a) + "' and '" + typeName(b) + "'");
}

bool lessLists(Run& run, const List& a, const List& b, std::string_view sign) {
    for (std::size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i)
        if (!equal(run, a.items[i], b.items[i]))
            return less(run, a.items[i], b.items[i], sign);
    return a.items.size() < b.items.size();
}

std::vector<Value> charactersOf(Run& run, const Text& text) {
    std::vector<Value> characters;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterLength(text.view().substr(at));
        run.charge(1);
        characters.emplace_back(text.slice(at, at + length));
        at += length;
    }
    return characters;
}

std::vector<Value> keysOf(const Dict& dict) {
    std::vector<Value> keys;
    for (const auto& entry : dict.entries())
        keys.push_back(entry.first);
    return keys;
}

/// The parts of text that HTML writes differently.
std::string_view htmlOf(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\'':
        return "&#39;";
    case '"':
        return "&#34;";
    default:
        return {};
    }
}

} // namespace

bool holds(Run& run, const Value& value) {
    if (value.isMissing() || value.isUndefined() || value.isNone())
        return false;
    if (value.isInteger())
        return value.integer() != 0;
    if (value.isFloat())
        return value.number() != 0;
    if (value.text())
        return !value.text()->empty();
    if (value.list())
        return !value.list()->items.empty();
    return value.dict() ? value.dict()->size() > 0 : value.object()->holds(run);
}

bool equal(Run& run, const Value& a, const Value& b) {
    run.charge(1);
    if (a.isNumber() && b.isNumber())
        return equalNumbers(a, b);
    if (a.text() && b.text())
        return a.text()->view() == b.text()->view();
    if (a.list() && b.list())
        return equalLists(run, *a.list(), *b.list());
    if (a.dict() && b.dict())
        return equalDicts(run, *a.dict(), *b.dict());
    if (a.isUndefined() && b.isUndefined())
        return true;
    return a.same(b);
}

bool less(Run& run, const Value& a, const Value& b, std::string_view sign) {
    run.charge(1);
    requireDefined(a);
    requireDefined(b);
    if (a.isInteger() && b.isInteger())
        return a.integer() < b.integer();
    if (a.isNumber() && b.isNumber())
        return a.number() < b.number();
    if (a.text() && b.text()) {
        run.chargeBytes(std::min(a.text()->size(), b.text()->size()));
        return a.text()->view() < b.text()->view();
    }
    if (a.list() && b.list() && a.list()->tuple == b.list()->tuple)
        return lessLists(run, *a.list(), *b.list(), sign);
    notComparable(a, b, sign);
}

bool compare(Run& run, std::string_view sign, const Value& a, const Value& b) {
    if (sign == "==")
        return equal(run, a, b);
    if (sign == "!=")
        return !equal(run, a, b);
    if (sign == "in")
        return contains(run, b, a);
    if (sign == "not in")
        return !contains(run, b, a);
    if (sign == "<")
        return less(run, a, b, sign);
    if (sign == ">")
        return less(run, b, a, sign);
    const bool nan = (a.isFloat() && std::isnan(a.number())) || (b.isFloat() && std::isnan(b.number()));
    return !(sign == ">=" ? less(run, a, b, sign) : less(run, b, a, sign)) && !nan;
}

bool contains(Run& run, const Value& container, const Value& item) {
    if (const Text* text = container.text()) {
        if (!item.text())
            throw Fault("'in <string>' requires string as left operand, not " + typeName(item));
        run.chargeBytes(text->size());
        const std::string &where = text->bytes(), &what = item.text()->bytes();
        return memmem(where.data(), where.size(), what.data(), what.size()) != nullptr;
    }
    if (container.dict())
        return container.dict()->find(item) != nullptr;
    if (!isIterable(container))
        throw Fault("argument of type '" + typeName(container) + "' is not iterable");
    if (const List* list = container.list())
        return std::ranges::any_of(list->items, [&](const Value& one) { return equal(run, one, item); });
    return std::ranges::any_of(itemsOf(run, container), [&](const Value& one) { return equal(run, one, item); });
}

bool isIterable(const Value& value) {
    return value.text() || value.list() || value.dict() || value.isUndefined() ||
           (value.object() && value.object()->iterable());
}

std::vector<Value> itemsOf(Run& run, const Value& value) {
    if (!isIterable(value))
        throw Fault("'" + typeName(value) + "' object is not iterable");
    std::vector<Value> items;
    if (value.text())
        items = charactersOf(run, *value.text());
    else if (value.list())
        items = value.list()->items;
    else if (value.dict())
        items = keysOf(*value.dict());
    else if (value.object())
        items = value.object()->items(run);
    run.charge(std::ssize(items));
    return items;
}

Int lengthOf(Run& run, const Value& value) {
    if (value.text())
        return characterCount(value.text()->view());
    if (value.list())
        return std::ssize(value.list()->items);
    if (value.dict())
        return static_cast<Int>(value.dict()->size());
    if (value.isUndefined())
        return 0;
    if (Object* object = value.object())
        if (const auto length = object->length(run))
            return *length;
    throw Fault("object of type '" + typeName(value) + "' has no len()");
}

void sortValues(Run& run, std::vector<Value>& values, std::vector<Value> keys, bool reverse) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto before = [&](std::size_t a, std::size_t b) {
        return reverse ? less(run, keys[b], keys[a]) : less(run, keys[a], keys[b]);
    };
    std::stable_sort(order.begin(), order.end(), before);
    std::vector<Value> sorted;
    for (const std::size_t place : order)
        sorted.push_back(values[place]);
    values = std::move(sorted);
}

Text escapedHtml(const Text& text) {
    Text result;
    text.forEachRun([&](std::string_view run, bool fromPeople) {
        for (const char& c : run) {
            const std::string_view html = htmlOf(c);
            result.append(html.empty() ? std::string_view(&c, 1) : html, fromPeople);
        }
    });
    result.markup = true;
    return result;
}

} // namespace prunescope::model::jinja
