// The interaction log as JSON lines or as a table for spreadsheets.
#include "core/base/error.h"
#include "core/base/stage_times.h"
#include "core/records/record_writer.h"

#include <array>
#include <limits>
#include <ostream>
#include <string_view>

namespace prunescope {

namespace {

using nlohmann::json;

/// The value below `keys`, or null.
json at(const json& object, std::initializer_list<std::string_view> keys) {
    const json* value = &object;
    for (const std::string_view key : keys) {
        const auto found = value->is_object() ? value->find(key) : value->end();
        if (found == value->end())
            return nullptr;
        value = &*found;
    }
    return *value;
}

/// Over the pictures of a question: their names, joined.
json imageNames(const json& answer) {
    std::string names;
    for (const json& image : at(answer, {"images"}))
        if (const json name = at(image, {"image"}); name.is_string())
            names += (names.empty() ? "" : "; ") + name.get<std::string>();
    return names;
}

/// Over the pictures of a question: the sum of a count of blocks. What no mask can have is left out.
json blockSum(const json& answer, std::string_view key) {
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    std::int64_t sum = 0;
    for (const json& image : at(answer, {"images"})) {
        const json field = at(image, {key});
        const std::int64_t count = field.is_number_integer() ? field.get<std::int64_t>() : 0;
        if (count > 0 && count <= kMost)
            sum += count;
    }
    return sum;
}

json answerTokens(const json& answer) {
    const json ids = at(answer, {"token_ids"});
    return ids.is_array() ? json(ids.size()) : json(nullptr);
}

struct Column {
    std::string_view title;
    json (*value)(const InteractionRecord&);
};

template <const std::string_view& Stage>
json stageMs(const InteractionRecord& record) {
    return at(record.answer, {"times_ms", Stage});
}

constexpr std::array kColumns{
    Column{"id", [](const InteractionRecord& r) -> json { return r.id; }},
    Column{"time", [](const InteractionRecord& r) -> json { return r.time; }},
    Column{"session", [](const InteractionRecord& r) -> json { return r.session; }},
    Column{"images", [](const InteractionRecord& r) { return imageNames(r.answer); }},
    Column{"question", [](const InteractionRecord& r) -> json { return r.question; }},
    Column{"answer", [](const InteractionRecord& r) { return at(r.answer, {"answer"}); }},
    Column{"finish_reason", [](const InteractionRecord& r) { return at(r.answer, {"finish_reason"}); }},
    Column{"answer_tokens", [](const InteractionRecord& r) { return answerTokens(r.answer); }},
    Column{"regions", [](const InteractionRecord& r) { return at(r.answer, {"regions"}); }},
    Column{"plan", [](const InteractionRecord& r) { return at(r.answer, {"plan"}); }},
    Column{"prompt_tokens", [](const InteractionRecord& r) { return at(r.answer, {"prompt_tokens"}); }},
    Column{"prompt_tokens_full", [](const InteractionRecord& r) { return at(r.answer, {"prompt_tokens_full"}); }},
    Column{"blocks", [](const InteractionRecord& r) { return blockSum(r.answer, "blocks"); }},
    Column{"kept", [](const InteractionRecord& r) { return blockSum(r.answer, "kept"); }},
    Column{"preprocess_ms", stageMs<stage::kPreprocess>},
    Column{"select_ms", stageMs<stage::kSelect>},
    Column{"vit_ms", stageMs<stage::kVit>},
    Column{"prefill_ms", stageMs<stage::kPrefill>},
    Column{"sample_ms", stageMs<stage::kSample>},
    Column{"ttft_ms", stageMs<stage::kTtft>},
    Column{"decode_per_token_ms", stageMs<stage::kDecodePerToken>},
    Column{"total_ms", stageMs<stage::kTotal>},
    Column{"peak_bytes",
           [](const InteractionRecord& r) {
               return at(r.answer, {"memory", "peak_bytes"});
           }},
    Column{"kv_bytes",
           [](const InteractionRecord& r) {
               return at(r.answer, {"memory", "kv_bytes"});
           }},
    Column{"model", [](const InteractionRecord& r) { return at(r.answer, {"model"}); }},
    Column{"device", [](const InteractionRecord& r) { return at(r.answer, {"device"}); }},
    Column{"dtype", [](const InteractionRecord& r) { return at(r.answer, {"dtype"}); }},
    Column{"weights", [](const InteractionRecord& r) { return at(r.answer, {"weights"}); }},
    Column{"thinking", [](const InteractionRecord& r) { return at(r.answer, {"thinking"}); }},
    Column{"thought", [](const InteractionRecord& r) { return at(r.answer, {"thought"}); }},
};

/// A spreadsheet runs text that begins like this as a formula. The last four are the full-width forms.
bool looksLikeFormula(std::string_view text) {
    for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"})
        if (text.starts_with(start))
            return true;
    return false;
}

std::string csvQuoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string field = "\"";
    for (const char c : text)
        field.append(c == '"' ? 2 : 1, c);
    return field + '"';
}

std::string csvField(const json& value) {
    if (value.is_null())
        return {};
    if (!value.is_string())
        return csvQuoted(value.dump(-1, ' ', false, json::error_handler_t::replace));
    const std::string text = value.get<std::string>();
    return csvQuoted(looksLikeFormula(text) ? "'" + text : text);
}

void writeCsv(std::ostream& out, const std::vector<InteractionRecord>& records) {
    const auto separator = [](std::size_t column) { return column + 1 < kColumns.size() ? "," : "\r\n"; };
    for (std::size_t i = 0; i < kColumns.size(); ++i)
        out << kColumns[i].title << separator(i);
    for (const InteractionRecord& record : records)
        for (std::size_t i = 0; i < kColumns.size(); ++i)
            out << csvField(kColumns[i].value(record)) << separator(i);
}

} // namespace

void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format) {
    if (format == RecordFormat::Csv)
        writeCsv(out, records);
    else
        for (const InteractionRecord& record : records)
            out << toJsonLine(record) << '\n';
    if (!out)
        throw Error(ErrorKind::WriteFailed, "the interaction history cannot be written");
}

} // namespace prunescope
