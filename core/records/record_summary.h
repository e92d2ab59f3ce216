#pragma once

#include "core/records/interaction_record.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace prunescope {

/// What a list of questions shows of a record. What the record lacks is empty or 0.
struct RecordSummary {
    std::string id;
    std::string time; ///< ISO 8601, UTC
    std::string question;
    std::string answer;
    std::string pictures;    ///< names without their folders, joined with "; "
    std::string plan;        ///< as text
    std::int64_t kept = 0;   ///< blocks, over all pictures
    std::int64_t blocks = 0; ///< 0: unknown
    double firstTokenMs = 0; ///< 0: unknown
};

/// A log may hold what another program wrote: values of other types count as missing.
RecordSummary summaryOf(const InteractionRecord& record);

/// The value below `keys`, one inside the other; null where there is none.
const nlohmann::json& valueBelow(const nlohmann::json& object, std::initializer_list<std::string_view> keys);
/// That value where it is a text; empty where it is none.
std::string textBelow(const nlohmann::json& object, std::initializer_list<std::string_view> keys);
/// Over the pictures of an answer: their names, joined with "; ". With or without the folders before them.
std::string pictureNames(const nlohmann::json& answer, bool withFolders);
/// Over the pictures of an answer: the sum of a count of blocks. What no mask can have is left out.
std::int64_t blockSum(const nlohmann::json& answer, std::string_view key);

} // namespace prunescope
