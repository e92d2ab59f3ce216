#include "model/jinja/attributes.h"

#include "model/jinja/characters.h"
#include "model/jinja/literals.h"
#include "model/jinja/methods.h"
#include "model/jinja/operators.h"
#include "model/jinja/print.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

std::string kindOf(const Value& object) {
    return object.isNone() ? "None" : typeName(object) + " object";
}

Value noAttribute(const Value& object, std::string_view name) {
    return makeUndefined("'" + kindOf(object) + "' has no attribute '" + std::string(name) + "'");
}

Value noElement(Run& run, const Value& object, const Value& key) {
    if (key.text())
        return noAttribute(object, key.text()->view());
    return makeUndefined(kindOf(object) + " has no element " + represented(run, key).bytes());
}

/// A method or attribute that the language itself gives to `object`; Missing where there is none.
Value ownAttribute(Run& run, const Value& object, std::string_view name) {
    if (changesObject(object, name) || (name.starts_with("__") && name.ends_with("__")))
        return makeUndefined("access to attribute '" + std::string(name) + "' of '" + typeName(object) +
                             "' object is unsafe.");
    if (const Method method = findMethod(object, name))
        return ObjectRef(std::make_shared<BoundMethod>(object, std::string(name), method));
    if (object.object() && !name.starts_with('_'))
        return object.object()->attribute(run, name);
    return {};
}

std::optional<std::int64_t> indexIn(const Value& key, Int length) {
    if (!key.isInteger())
        return std::nullopt;
    const Int index = key.integer() < 0 ? key.integer() + length : key.integer();
    return index >= 0 && index < length ? std::optional(clamped(index)) : std::nullopt;
}

Value characterAt(const Text& text, const Value& key) {
    const auto index = indexIn(key, characterCount(text.view()));
    if (!index)
        return {};
    const std::size_t begin = byteOfCharacter(text.view(), *index);
    return Value(text.slice(begin, begin + characterLength(text.view().substr(begin))));
}

bool canBeKey(const Value& key) {
    return !key.dict() && !(key.list() && !key.list()->tuple);
}

/// An item; Missing where there is none.
Value ownItem(Run& run, const Value& object, const Value& key) {
    if (const Dict* dict = object.dict()) {
        const Value* value = canBeKey(key) ? dict->find(key) : nullptr;
        return value ? *value : Value();
    }
    if (const List* list = object.list()) {
        const auto index = indexIn(key, std::ssize(list->items));
        return index ? list->items[static_cast<std::size_t>(*index)] : Value();
    }
    if (const Text* text = object.text()) {
        run.chargeBytes(text->size());
        return characterAt(*text, key);
    }
    return object.object() ? object.object()->element(run, key) : Value();
}

/// A slice as Python counts it: from `first`, `count` items `step` apart.
struct Slice {
    std::int64_t first, step, count;
};

std::int64_t sliceEnd(const Value& value, std::int64_t fallback) {
    requireDefined(value);
    if (value.isNone())
        return fallback;
    if (!value.isInteger())
        throw Fault("slice indices must be integers or None or have an __index__ method");
    return std::clamp(clamped(value.integer()), -(std::int64_t{1} << 60), std::int64_t{1} << 60);
}

Slice sliceWithin(std::int64_t length, const Value& start, const Value& stop, const Value& step) {
    const std::int64_t stride = sliceEnd(step, 1);
    if (stride == 0)
        throw Fault("slice step cannot be zero");
    const bool forward = stride > 0;
    const std::int64_t low = forward ? 0 : -1, high = forward ? length : length - 1;
    const auto place = [&](const Value& value, std::int64_t fallback) {
        if (value.isNone())
            return fallback;
        const std::int64_t given = sliceEnd(value, 0);
        return std::clamp(given < 0 ? given + length : given, low, high);
    };
    const std::int64_t first = place(start, forward ? low : high), last = place(stop, forward ? high : low);
    const std::int64_t span = forward ? last - first : first - last;
    return {first, stride, span > 0 ? (span - 1) / (forward ? stride : -stride) + 1 : 0};
}

std::vector<Value> slicedItems(const std::vector<Value>& items, const Slice& slice) {
    std::vector<Value> chosen;
    for (std::int64_t i = 0; i < slice.count; ++i)
        chosen.push_back(items[static_cast<std::size_t>(slice.first + i * slice.step)]);
    return chosen;
}

/// Where the characters of `text` begin, and its end.
std::vector<std::size_t> borders(std::string_view text) {
    std::vector<std::size_t> places{0};
    for (std::size_t at = 0; at < text.size(); places.push_back(at))
        at += characterLength(text.substr(at));
    return places;
}

Text slicedText(const Text& text, const Value& start, const Value& stop, const Value& step) {
    const std::vector<std::size_t> places = borders(text.view());
    const Slice slice = sliceWithin(std::ssize(places) - 1, start, stop, step);
    const auto at = [&](std::int64_t character) { return places[static_cast<std::size_t>(character)]; };
    if (slice.step == 1)
        return text.slice(at(slice.first), at(slice.first + slice.count));
    Text result;
    for (std::int64_t i = 0; i < slice.count; ++i) {
        const std::int64_t character = slice.first + i * slice.step;
        result.append(text, at(character), at(character + 1));
    }
    return result;
}

std::vector<Value> pathParts(const Value& path) {
    if (path.isMissing() || path.isNone())
        return {};
    if (!path.text())
        return {path};
    std::vector<Value> parts;
    std::string_view rest = path.text()->view();
    for (bool more = true; more;) {
        const std::size_t dot = rest.find('.');
        const std::string_view part = rest.substr(0, dot);
        const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
        parts.push_back(number ? Value(parseInteger(part, 10).value_or(0)) : Value(part));
        more = dot != std::string_view::npos;
        rest.remove_prefix(more ? dot + 1 : 0);
    }
    return parts;
}

} // namespace

Value attributeOf(Run& run, const Value& object, std::string_view name) {
    requireDefined(object);
    if (const Value own = ownAttribute(run, object, name); !own.isMissing() && !(own.isUndefined() && object.dict()))
        return own;
    if (const Dict* dict = object.dict()) {
        const bool kept = changesObject(object, name);
        if (const Value* value = kept ? nullptr : dict->find(name))
            return *value;
        return kept ? ownAttribute(run, object, name) : noAttribute(object, name);
    }
    return noAttribute(object, name);
}

Value itemOf(Run& run, const Value& object, const Value& key) {
    requireDefined(object);
    if (Value item = ownItem(run, object, key); !item.isMissing())
        return item;
    if (key.text())
        if (Value own = ownAttribute(run, object, key.text()->view()); !own.isMissing())
            return own;
    return noElement(run, object, key);
}

Value sliceOf(Run& run, const Value& object, const Value& start, const Value& stop, const Value& step) {
    requireDefined(object);
    if (const Text* text = object.text())
        return run.text(slicedText(*text, start, stop, step));
    const bool range = object.object() && !object.object()->element(run, Value(0)).isMissing();
    if (!object.list() && !range)
        throw Fault("'" + typeName(object) + "' object is not subscriptable with a slice");
    const std::vector<Value> items = itemsOf(run, object);
    std::vector<Value> chosen = slicedItems(items, sliceWithin(std::ssize(items), start, stop, step));
    return object.list() && object.list()->tuple ? makeTuple(std::move(chosen)) : makeList(std::move(chosen));
}

Value valueAtPath(Run& run, Value object, const Value& path) {
    for (const Value& part : pathParts(path))
        object = itemOf(run, object, part);
    return object;
}

Value callValue(Run& run, const Value& callee, Arguments arguments) {
    requireDefined(callee);
    if (!callee.object() || !callee.object()->callable())
        throw Fault("'" + typeName(callee) + "' object is not callable");
    return callee.object()->call(run, std::move(arguments));
}

std::optional<Value> callMethod(Run& run, const Value& object, std::string_view name, const Arguments& arguments) {
    const Method method = changesObject(object, name) ? nullptr : findMethod(object, name);
    return method ? std::optional(method(run, object, arguments)) : std::nullopt;
}

} // namespace prunescope::model::jinja
