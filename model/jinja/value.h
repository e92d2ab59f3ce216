#pragma once

#include "model/jinja/text.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace prunescope::model::jinja {

class Run;
class Value;

/// Wide enough for every integer that JSON files hold; what does not fit is refused.
__extension__ typedef __int128 Int;

struct None {};
/// The place of a variable that nothing was put into.
struct Missing {};

/// A name or member that is not there: prints as nothing, and whatever else is done with it fails with `message`.
struct Undefined {
    std::string message;
};

struct List;
class Dict;
class Object;

using TextRef = std::shared_ptr<const Text>;
using ListRef = std::shared_ptr<const List>;
using DictRef = std::shared_ptr<const Dict>;
using UndefinedRef = std::shared_ptr<const Undefined>;
using ObjectRef = std::shared_ptr<Object>;

/// A value of the template language. Immutable but for the objects.
class Value {
public:
    Value() : m_data(Missing{}) {}
    Value(None none) : m_data(none) {}
    Value(bool value) : m_data(value) {}
    Value(Int value) : m_data(value) {}
    Value(int value) : m_data(Int{value}) {}
    Value(std::int64_t value) : m_data(Int{value}) {}
    Value(double value) : m_data(value) {}
    Value(Text text) : m_data(std::make_shared<const Text>(std::move(text))) {}
    Value(std::string_view text) : Value(Text(std::string(text))) {}
    Value(const char* text) : Value(std::string_view(text)) {}
    Value(ListRef list) : m_data(std::move(list)) {}
    Value(DictRef dict) : m_data(std::move(dict)) {}
    Value(Dict dict);
    Value(UndefinedRef undefined) : m_data(std::move(undefined)) {}
    Value(ObjectRef object) : m_data(std::move(object)) {}
    template <typename T>
    Value(T*) = delete;

    bool isMissing() const { return is<Missing>(); }
    bool isUndefined() const { return is<UndefinedRef>(); }
    bool isNone() const { return is<None>(); }
    bool isBool() const { return is<bool>(); }
    /// A number, as Python takes booleans for numbers too.
    bool isInteger() const { return is<Int>() || is<bool>(); }
    bool isFloat() const { return is<double>(); }
    bool isNumber() const { return isInteger() || isFloat(); }

    /// Null where it is no such value.
    const Text* text() const { return pointed<TextRef>(); }
    const List* list() const { return pointed<ListRef>(); }
    const Dict* dict() const { return pointed<DictRef>(); }
    const Undefined* undefined() const { return pointed<UndefinedRef>(); }
    Object* object() const { return pointed<ObjectRef>(); }
    template <typename T>
    T* objectOf() const;

    /// Of an integer or boolean.
    Int integer() const { return is<bool>() ? Int{std::get<bool>(m_data)} : std::get<Int>(m_data); }
    /// Of a boolean.
    bool boolean() const { return std::get<bool>(m_data); }
    /// Of any number.
    double number() const { return is<double>() ? std::get<double>(m_data) : static_cast<double>(integer()); }

    /// Nesting: 0 for what holds no other values.
    int depth() const;
    /// Whether both are one object in memory, as far as this can be told of values.
    bool same(const Value& other) const;

private:
    template <typename T>
    bool is() const {
        return std::holds_alternative<T>(m_data);
    }
    template <typename Ref>
    typename Ref::element_type* pointed() const {
        const Ref* ref = std::get_if<Ref>(&m_data);
        return ref ? ref->get() : nullptr;
    }

    std::variant<Missing, None, bool, Int, double, TextRef, ListRef, DictRef, UndefinedRef, ObjectRef> m_data;
};

/// A list or, unlike lists to Python, a tuple.
struct List {
    List(std::vector<Value> values, bool isTuple);

    std::vector<Value> items;
    bool tuple;
    int depth;
};

/// A dict: keys in the order in which they came.
class Dict {
public:
    /// The value of `key`, or null.
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;
    void set(Value key, Value value);
    const std::vector<std::pair<Value, Value>>& entries() const { return m_entries; }
    std::size_t size() const { return m_entries.size(); }
    int depth() const { return m_depth; }

private:
    std::optional<std::size_t> placeOf(const std::string& identity) const;
    void index(const std::string& identity);

    std::vector<std::pair<Value, Value>> m_entries;
    std::unordered_map<std::string, std::size_t> m_places;
    int m_depth = 1;
};

/// What a function, macro, filter or test is called with.
struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

/// Everything that is no plain data. Those that a template can tie into a ring (namespaces, macros, loops) belong to
/// the Run and are lent to values.
class Object {
public:
    virtual ~Object() = default;
    /// Python's name of the type, for messages.
    virtual std::string typeName() const = 0;
    virtual bool holds(Run&) { return true; }
    virtual std::optional<Int> length(Run&) { return std::nullopt; }
    virtual bool iterable() const { return false; }
    virtual std::vector<Value> items(Run&) { return {}; }
    /// Missing where there is no such attribute.
    virtual Value attribute(Run& run, std::string_view name);
    /// Missing where there is no such element.
    virtual Value element(Run& run, const Value& key);
    virtual bool callable() const { return false; }
    virtual Value call(Run& run, Arguments arguments);
    virtual Text print(Run& run);
    int depth = 0; ///< of what it holds
};

template <typename T>
T* Value::objectOf() const {
    return dynamic_cast<T*>(object());
}

Value makeList(std::vector<Value> items);
Value makeTuple(std::vector<Value> items);
Value makeUndefined(std::string message);
/// A value of `object`, which the Run owns.
Value lent(Object& object);

/// Python's name of the type of a value, for messages.
std::string typeName(const Value& value);
/// Nesting of what holds `values`. Throws Fault where it is too deep.
int depthOver(const std::vector<Value>& values);
/// A text that two values share exactly when Python's dict takes them for the same key. Throws Fault for those that
/// can be none.
std::string keyIdentity(const Value& key);
/// Throws Fault where `value` is undefined.
void requireDefined(const Value& value);

/// An integer in decimal digits.
std::string decimal(Int value);
/// `value` as an index or count, cut to what 64 bits hold.
std::int64_t clamped(Int value);

} // namespace prunescope::model::jinja
