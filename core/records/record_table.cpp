// The interaction log as JSON lines or as a table for spreadsheets.
#include "core/base/error.h"
#include "core/base/stage_times.h"
#include "core/records/record_export.h"
#include "core/records/record_summary.h"

#include <array>
#include <ostream>
#include <string_view>

namespace prunescope {

namespace {

using nlohmann::json;

json answerTokens(const json& answer) {
    const json ids = valueBelow(answer, {"token_ids"});
    return ids.is_array() ? json(ids.size()) : json(nullptr);
}

constexpr const char* kRowEnd = "\r\n";

struct Column {
    std::string_view title;
    json (*value)(const InteractionRecord&);
};

template <const std::string_view& Stage>
json stageMs(const InteractionRecord& record) {
    return valueBelow(record.answer, {"times_ms", Stage});
}

constexpr std::array kColumns{
    Column{"id", [](const InteractionRecord& r) -> json { return r.id; }},
    Column{"time", [](const InteractionRecord& r) -> json { return r.time; }},
    Column{"session", [](const InteractionRecord& r) -> json { return r.session; }},
    Column{"images", [](const InteractionRecord& r) { return json(pictureNames(r.answer, true)); }},
    Column{"question", [](const InteractionRecord& r) -> json { return r.question; }},
    Column{"answer", [](const InteractionRecord& r) { return valueBelow(r.answer, {"answer"}); }},
    Column{"finish_reason", [](const InteractionRecord& r) { return valueBelow(r.answer, {"finish_reason"}); }},
    Column{"answer_tokens", [](const InteractionRecord& r) { return answerTokens(r.answer); }},
    Column{"regions", [](const InteractionRecord& r) { return valueBelow(r.answer, {"regions"}); }},
    Column{"plan", [](const InteractionRecord& r) { return valueBelow(r.answer, {"plan"}); }},
    Column{"prompt_tokens", [](const InteractionRecord& r) { return valueBelow(r.answer, {"prompt_tokens"}); }},
    Column{"prompt_tokens_full",
           [](const InteractionRecord& r) { return valueBelow(r.answer, {"prompt_tokens_full"}); }},
    Column{"blocks", [](const InteractionRecord& r) { return json(blockSum(r.answer, "blocks")); }},
    Column{"kept", [](const InteractionRecord& r) { return json(blockSum(r.answer, "kept")); }},
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
               return valueBelow(r.answer, {"memory", "peak_bytes"});
           }},
    Column{"kv_bytes",
           [](const InteractionRecord& r) {
               return valueBelow(r.answer, {"memory", "kv_bytes"});
           }},
    Column{"model", [](const InteractionRecord& r) { return valueBelow(r.answer, {"model"}); }},
    Column{"device", [](const InteractionRecord& r) { return valueBelow(r.answer, {"device"}); }},
    Column{"dtype", [](const InteractionRecord& r) { return valueBelow(r.answer, {"dtype"}); }},
    Column{"weights", [](const InteractionRecord& r) { return valueBelow(r.answer, {"weights"}); }},
    Column{"thinking", [](const InteractionRecord& r) { return valueBelow(r.answer, {"thinking"}); }},
    Column{"thought", [](const InteractionRecord& r) { return valueBelow(r.answer, {"thought"}); }},
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

} // namespace

std::string exportHead(RecordFormat format) {
    std::string head;
    if (format == RecordFormat::Csv)
        for (const Column& column : kColumns)
            head += (head.empty() ? "" : ",") + std::string(column.title);
    return head.empty() ? head : head + kRowEnd;
}

std::string exportLine(const InteractionRecord& record, RecordFormat format) {
    if (format == RecordFormat::JsonLines)
        return toJsonLine(record) + '\n';
    std::string row;
    for (const Column& column : kColumns)
        row += csvField(column.value(record)) + (&column == &kColumns.back() ? kRowEnd : ",");
    return row;
}

void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format) {
    out << exportHead(format);
    for (const InteractionRecord& record : records)
        out << exportLine(record, format);
    if (!out)
        throw Error(ErrorKind::WriteFailed, "the interaction history cannot be written");
}

} // namespace prunescope
