#include "core/records/record_columns.h"

#include "core/base/error.h"
#include "core/base/picture_stages.h"
#include "core/base/stage_times.h"
#include "core/records/record_summary.h"

#include <algorithm>
#include <array>

namespace prunescope {

namespace {

using nlohmann::json;

json answerTokens(const json& answer) {
    const json ids = valueBelow(answer, {"token_ids"});
    return ids.is_array() ? json(ids.size()) : json(nullptr);
}

template <const std::string_view& Stage>
json stageMs(const InteractionRecord& record) {
    return valueBelow(record.answer, {"times_ms", Stage});
}

/// Over the pictures of a question: what getting them took; nothing where that was not measured.
template <const std::string_view& Stage>
json pictureMs(const InteractionRecord& record) {
    json sum = nullptr;
    for (const json& image : valueBelow(record.answer, {"images"}))
        if (const json ms = valueBelow(image, {"times_ms", Stage}); ms.is_number())
            sum = (sum.is_null() ? 0.0 : sum.get<double>()) + ms.get<double>();
    return sum;
}

/// What remains of the whole answer behind its first token.
json decodeMs(const InteractionRecord& record) {
    const json total = stageMs<stage::kTotal>(record), first = stageMs<stage::kTtft>(record);
    if (!total.is_number() || !first.is_number())
        return nullptr;
    return std::max(0.0, total.get<double>() - first.get<double>());
}

json tokensPerSecond(const InteractionRecord& record) {
    const json ms = stageMs<stage::kDecodePerToken>(record);
    return ms.is_number() && ms.get<double>() > 0 ? json(1000 / ms.get<double>()) : json(nullptr);
}

constexpr std::array kColumns{
    RecordColumn{"id", [](const InteractionRecord& r) -> json { return r.id; }},
    RecordColumn{"time", [](const InteractionRecord& r) -> json { return r.time; }},
    RecordColumn{"session", [](const InteractionRecord& r) -> json { return r.session; }},
    RecordColumn{"images", [](const InteractionRecord& r) { return json(pictureNames(r.answer, true)); }},
    RecordColumn{"question", [](const InteractionRecord& r) -> json { return r.question; }},
    RecordColumn{"answer", [](const InteractionRecord& r) { return valueBelow(r.answer, {"answer"}); }},
    RecordColumn{"finish_reason", [](const InteractionRecord& r) { return valueBelow(r.answer, {"finish_reason"}); }},
    RecordColumn{"answer_tokens", [](const InteractionRecord& r) { return answerTokens(r.answer); }},
    RecordColumn{"regions", [](const InteractionRecord& r) { return valueBelow(r.answer, {"regions"}); }},
    RecordColumn{"plan", [](const InteractionRecord& r) { return valueBelow(r.answer, {"plan"}); }},
    RecordColumn{"prompt_tokens", [](const InteractionRecord& r) { return valueBelow(r.answer, {"prompt_tokens"}); }},
    RecordColumn{"prompt_tokens_full",
                 [](const InteractionRecord& r) { return valueBelow(r.answer, {"prompt_tokens_full"}); }},
    RecordColumn{"blocks", [](const InteractionRecord& r) { return json(blockSum(r.answer, "blocks")); }},
    RecordColumn{"kept", [](const InteractionRecord& r) { return json(blockSum(r.answer, "kept")); }},
    RecordColumn{"preprocess_ms", stageMs<stage::kPreprocess>},
    RecordColumn{"select_ms", stageMs<stage::kSelect>},
    RecordColumn{"vit_ms", stageMs<stage::kVit>},
    RecordColumn{"prefill_ms", stageMs<stage::kPrefill>},
    RecordColumn{"sample_ms", stageMs<stage::kSample>},
    RecordColumn{"ttft_ms", stageMs<stage::kTtft>},
    RecordColumn{"decode_per_token_ms", stageMs<stage::kDecodePerToken>},
    RecordColumn{"total_ms", stageMs<stage::kTotal>},
    RecordColumn{"peak_bytes",
                 [](const InteractionRecord& r) {
                     return valueBelow(r.answer, {"memory", "peak_bytes"});
                 }},
    RecordColumn{"kv_bytes",
                 [](const InteractionRecord& r) {
                     return valueBelow(r.answer, {"memory", "kv_bytes"});
                 }},
    RecordColumn{"model", [](const InteractionRecord& r) { return valueBelow(r.answer, {"model"}); }},
    RecordColumn{"device", [](const InteractionRecord& r) { return valueBelow(r.answer, {"device"}); }},
    RecordColumn{"dtype", [](const InteractionRecord& r) { return valueBelow(r.answer, {"dtype"}); }},
    RecordColumn{"weights", [](const InteractionRecord& r) { return valueBelow(r.answer, {"weights"}); }},
    RecordColumn{"thinking", [](const InteractionRecord& r) { return valueBelow(r.answer, {"thinking"}); }},
    RecordColumn{"thought", [](const InteractionRecord& r) { return valueBelow(r.answer, {"thought"}); }},
    RecordColumn{"capture_ms", pictureMs<stage::kCapture>},
    RecordColumn{"read_image_ms", pictureMs<stage::kReadImage>},
    RecordColumn{"method_ms", stageMs<stage::kMethod>},
    RecordColumn{"decode_ms", decodeMs},
    RecordColumn{"tokens_per_second", tokensPerSecond},
};

/// In the order in which things happen.
constexpr std::array<std::string_view, 25> kTimes{
    "time",          "session",           "images",        "plan",          "prompt_tokens", "prompt_tokens_full",
    "answer_tokens", "capture_ms",        "read_image_ms", "preprocess_ms", "select_ms",     "vit_ms",
    "method_ms",     "prefill_ms",        "sample_ms",     "ttft_ms",       "decode_ms",     "decode_per_token_ms",
    "total_ms",      "tokens_per_second", "peak_bytes",    "kv_bytes",      "model",         "device",
    "dtype"};

} // namespace

std::span<const RecordColumn> recordColumns() {
    return kColumns;
}

const RecordColumn& recordColumn(std::string_view title) {
    const auto found = std::ranges::find(kColumns, title, &RecordColumn::title);
    check(found != kColumns.end(), "a column that records do not have");
    return *found;
}

std::vector<const RecordColumn*> timesColumns() {
    std::vector<const RecordColumn*> columns;
    for (const std::string_view title : kTimes)
        columns.push_back(&recordColumn(title));
    return columns;
}

std::optional<double> recordFigure(const InteractionRecord& record, std::string_view title) {
    const json value = recordColumn(title).value(record);
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

} // namespace prunescope
