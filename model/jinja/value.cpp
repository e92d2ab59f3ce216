#include "model/jinja/value.h"

#include "model/jinja/fault.h"
#include "model/jinja/limits.h"
#include "model/jinja/print.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace prunescope::model::jinja {

namespace {

int checkedDepth(int depth) {
    if (depth > kDeepestValue)
        throw UnsupportedFault("lists and objects are nested more than " + std::to_string(kDeepestValue) + " deep");
    return depth;
}

/// Smaller dicts are searched from front to back.
constexpr std::size_t kIndexedFrom = 8;

std::string identityOfNumber(const Value& key) {
    if (!key.isFloat())
        return "n" + decimal(key.integer());
    const double value = key.number();
    const bool whole = value == std::floor(value) && std::abs(value) < 1e18;
    return "n" + (whole ? decimal(static_cast<Int>(value)) : printedFloat(value));
}

constexpr std::size_t kLongestKey = std::size_t{1} << 20;

std::string identityOfTuple(const List& list) {
    std::string identity = "t";
    for (const Value& item : list.items) {
        const std::string part = keyIdentity(item);
        identity += std::to_string(part.size()) + ":" + part;
        if (identity.size() > kLongestKey) // a tuple of one tuple twice, again and again
            throw UnsupportedFault("a tuple is too long for a key");
    }
    return identity;
}

} // namespace

List::List(std::vector<Value> values, bool isTuple)
    : items(std::move(values)), tuple(isTuple), depth(depthOver(items)) {}

std::optional<std::size_t> Dict::placeOf(const std::string& identity) const {
    if (const auto place = m_places.find(identity); place != m_places.end())
        return place->second;
    if (m_places.empty())
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            if (keyIdentity(m_entries[i].first) == identity)
                return i;
    return std::nullopt;
}

const Value* Dict::find(const Value& key) const {
    const auto place = placeOf(keyIdentity(key));
    return place ? &m_entries[*place].second : nullptr;
}

const Value* Dict::find(std::string_view key) const {
    if (!m_places.empty()) {
        const auto place = placeOf("s" + std::string(key));
        return place ? &m_entries[*place].second : nullptr;
    }
    for (const auto& [name, value] : m_entries)
        if (const Text* text = name.text(); text && text->view() == key)
            return &value;
    return nullptr;
}

void Dict::set(Value key, Value value) {
    m_depth = std::max(m_depth, checkedDepth(1 + std::max(key.depth(), value.depth())));
    const std::string identity = keyIdentity(key);
    if (const auto place = placeOf(identity)) {
        m_entries[*place].second = std::move(value);
        return;
    }
    m_entries.emplace_back(std::move(key), std::move(value));
    index(identity);
}

/// The last entry, or all of them as soon as there are enough.
void Dict::index(const std::string& identity) {
    if (m_entries.size() > kIndexedFrom)
        m_places.emplace(identity, m_entries.size() - 1);
    else if (m_entries.size() == kIndexedFrom)
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            m_places.emplace(keyIdentity(m_entries[i].first), i);
}

Value Object::attribute(Run&, std::string_view) {
    return {};
}

Value Object::element(Run&, const Value&) {
    return {};
}

Value Object::call(Run&, Arguments) {
    throw Fault("'" + typeName() + "' object is not callable");
}

Text Object::print(Run&) {
    return Text("<" + typeName() + ">");
}

Value::Value(Dict dict) : m_data(std::make_shared<const Dict>(std::move(dict))) {}

int Value::depth() const {
    if (const List* items = list())
        return items->depth;
    if (const Dict* entries = dict())
        return entries->depth();
    return object() ? object()->depth : 0;
}

bool Value::same(const Value& other) const {
    if (m_data.index() != other.m_data.index())
        return false;
    if (isNumber())
        return number() == other.number();
    if (text())
        return text()->view() == other.text()->view();
    return isNone() || (list() && list() == other.list()) || (dict() && dict() == other.dict()) ||
           (object() && object() == other.object()) || (undefined() && undefined() == other.undefined());
}

Value makeList(std::vector<Value> items) {
    return std::make_shared<const List>(std::move(items), false);
}

Value makeTuple(std::vector<Value> items) {
    return std::make_shared<const List>(std::move(items), true);
}

Value makeUndefined(std::string message) {
    return std::make_shared<const Undefined>(Undefined{std::move(message)});
}

Value lent(Object& object) {
    return ObjectRef(std::shared_ptr<void>(), &object);
}

std::string typeName(const Value& value) {
    if (value.isUndefined() || value.isMissing())
        return "Undefined";
    if (value.isNone())
        return "NoneType";
    if (value.isBool())
        return "bool";
    if (value.isInteger())
        return "int";
    if (value.isFloat())
        return "float";
    if (value.text())
        return value.text()->markup ? "Markup" : "str";
    if (value.list())
        return value.list()->tuple ? "tuple" : "list";
    return value.dict() ? "dict" : value.object()->typeName();
}

int depthOver(const std::vector<Value>& values) {
    int deepest = 0;
    for (const Value& value : values)
        deepest = std::max(deepest, value.depth());
    return checkedDepth(deepest + 1);
}

std::string keyIdentity(const Value& key) {
    if (key.text())
        return "s" + key.text()->bytes();
    if (key.isNumber())
        return identityOfNumber(key);
    if (key.isNone())
        return "0";
    if (key.isUndefined())
        return "u";
    if (key.list() && key.list()->tuple)
        return identityOfTuple(*key.list());
    if (key.object())
        return "o" + std::to_string(reinterpret_cast<std::uintptr_t>(key.object()));
    throw Fault("unhashable type: '" + typeName(key) + "'");
}

void requireDefined(const Value& value) {
    if (const Undefined* undefined = value.undefined())
        throw Fault(undefined->message);
}

std::string decimal(Int value) {
    const bool negative = value < 0;
    std::string digits;
    do {
        const int digit = static_cast<int>(value % 10);
        digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative)
        digits += '-';
    std::ranges::reverse(digits);
    return digits;
}

std::int64_t clamped(Int value) {
    constexpr Int kLow = std::numeric_limits<std::int64_t>::min(), kHigh = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::clamp(value, kLow, kHigh));
}

} // namespace prunescope::model::jinja
