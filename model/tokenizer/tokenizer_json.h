#pragma once

#include "core/base/error.h"
#include "core/base/json_fields.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace prunescope::model {

/// The content of a tokenizer.json. Its two long lists stand apart: as JSON values, several hundred thousand of them,
/// they would take most of the time of loading.
struct TokenizerJson {
    std::vector<std::pair<std::string, nlohmann::json>> vocabulary; ///< model.vocab: token, id
    std::vector<std::pair<std::string, std::string>> merges;        ///< model.merges
    nlohmann::json rest;                                            ///< both are empty in it
};

/// Takes the events of nlohmann's parser. Inner part of BpeTokenizer. Throws Error(BadFile) that starts with `path`.
class TokenizerJsonReader final : public nlohmann::json_sax<nlohmann::json> {
public:
    using Json = nlohmann::json;

    explicit TokenizerJsonReader(std::string path) : m_path(std::move(path)) {}

    TokenizerJson read(const std::string& text) {
        Json::sax_parse(text, this); // false only after parse_error, which throws
        return std::move(m_result);
    }

    bool null() override { return take(nullptr); }
    bool boolean(bool value) override { return take(value); }
    bool number_integer(number_integer_t value) override { return take(value); }
    bool number_unsigned(number_unsigned_t value) override { return take(value); }
    bool number_float(number_float_t value, const string_t&) override { return take(value); }
    bool binary(binary_t&) override { return false; } // not in JSON text

    bool string(string_t& value) override {
        if (m_list == List::Merges)
            return takeMerge(value);
        return take(std::move(value));
    }
    bool key(string_t& name) override {
        m_key = std::move(name);
        return true;
    }
    bool start_object(std::size_t) override { return open(Json::object(), "vocab", List::Vocabulary); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override {
        if (m_list == List::Merges && m_inMerge++ == 0)
            return true;
        return open(Json::array(), "merges", List::Merges);
    }
    bool end_array() override {
        if (m_inMerge == 0)
            return close();
        if (m_pair.size() != 2)
            badMerge();
        m_result.merges.emplace_back(std::move(m_pair[0]), std::move(m_pair[1]));
        m_pair.clear();
        m_inMerge = 0;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        bad("is no JSON (at byte " + std::to_string(position) + ")");
    }

private:
    enum class List { None, Vocabulary, Merges };

    [[noreturn]] void bad(const std::string& what) const { throw Error(ErrorKind::BadFile, m_path + ": " + what); }
    [[noreturn]] void badMerge() const {
        bad("model.merges has something else at place " + std::to_string(m_result.merges.size() + 1) +
            R"(, expected "a b" or ["a", "b"])");
    }

    bool take(Json value) {
        if (m_list == List::Merges)
            badMerge();
        if (m_list == List::Vocabulary)
            m_result.vocabulary.emplace_back(std::move(m_key), std::move(value));
        else
            place(std::move(value));
        return true;
    }

    /// "a b", or a half of ["a", "b"].
    bool takeMerge(std::string& text) {
        if (m_inMerge > 0) {
            m_pair.push_back(std::move(text));
            return true;
        }
        const std::size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            badMerge();
        m_result.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
        return true;
    }

    /// Puts a value where the parser is.
    Json& place(Json value) {
        if (m_open.empty())
            return m_result.rest = std::move(value);
        Json& parent = *m_open.back();
        if (!parent.is_array())
            return parent[m_key] = std::move(value);
        parent.push_back(std::move(value));
        return parent.back();
    }

    bool open(Json container, const char* listName, List list) {
        if (m_list == List::Merges)
            badMerge();
        if (m_list == List::Vocabulary)
            bad("the id of " + Json(m_key).dump() + " is a list, expected an integer");
        const bool inModel = m_open.size() == 2 && m_open[0]->is_object() && m_open[1] == modelOf(*m_open[0]);
        m_list = inModel && m_key == listName ? list : List::None;
        m_open.push_back(&place(std::move(container)));
        if (m_open.size() > kDeepestJson)
            bad("JSON nested more than " + std::to_string(kDeepestJson) + " deep");
        return true;
    }

    static const Json* modelOf(const Json& root) {
        const auto model = root.find("model");
        return model != root.end() && model->is_object() ? &*model : nullptr;
    }

    bool close() {
        m_open.pop_back();
        m_list = List::None;
        return true;
    }

    std::string m_path;
    TokenizerJson m_result;
    std::vector<Json*> m_open; ///< containers around the parser's place, the outermost first
    std::string m_key;
    List m_list = List::None;
    int m_inMerge = 0;
    std::vector<std::string> m_pair;
};

} // namespace prunescope::model
