#include "model/jinja/input.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

bool isPlainWord(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

class Reader {
public:
    explicit Reader(const Context& context) : m_context(context) {}

    Value variable(const std::string& name, const nlohmann::ordered_json& json) {
        m_path = name;
        m_fromPeople = std::ranges::find(m_context.fromPeople, name) != m_context.fromPeople.end();
        return value(json, 1);
    }

private:
    Value value(const nlohmann::ordered_json& json, int depth) {
        if (depth > kDeepestValue)
            throw UnsupportedFault("lists and objects are nested more than " + std::to_string(kDeepestValue) + " deep");
        switch (json.type()) {
        case nlohmann::ordered_json::value_t::boolean:
            return json.get<bool>();
        case nlohmann::ordered_json::value_t::number_integer:
            return Int{json.get<std::int64_t>()};
        case nlohmann::ordered_json::value_t::number_unsigned:
            return static_cast<Int>(json.get<std::uint64_t>());
        case nlohmann::ordered_json::value_t::number_float:
            return json.get<double>();
        case nlohmann::ordered_json::value_t::string:
            return text(json.get_ref<const std::string&>());
        case nlohmann::ordered_json::value_t::array:
            return list(json, depth);
        case nlohmann::ordered_json::value_t::object:
            return object(json, depth);
        default:
            return None{};
        }
    }

    Value text(const std::string& text) const {
        const bool word = m_fromPeople && std::ranges::find(m_context.words, m_path) != m_context.words.end();
        return Text(text, m_fromPeople && !(word && isPlainWord(text)));
    }

    Value inside(const std::string& step, const nlohmann::ordered_json& json, int depth) {
        const std::size_t before = m_path.size();
        m_path += '/';
        m_path += step;
        Value result = value(json, depth + 1);
        m_path.resize(before);
        return result;
    }

    Value list(const nlohmann::ordered_json& json, int depth) {
        std::vector<Value> items;
        items.reserve(json.size());
        for (const auto& item : json)
            items.push_back(inside("*", item, depth));
        return makeList(std::move(items));
    }

    Value object(const nlohmann::ordered_json& json, int depth) {
        Dict dict;
        for (const auto& [key, member] : json.items())
            dict.set(Value(Text(key, m_fromPeople)), inside(key, member, depth));
        return dict;
    }

    const Context& m_context;
    std::string m_path;
    bool m_fromPeople = false;
};

} // namespace

Dict variablesOf(const Context& context) {
    Dict variables;
    Reader reader(context);
    for (const auto& [name, json] : context.variables.items())
        variables.set(Value(std::string_view(name)), reader.variable(name, json));
    return variables;
}

} // namespace prunescope::model::jinja
