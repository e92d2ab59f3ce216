#include "app/reports/explain_file.h"

#include "app/reports/report_facts.h"
#include "app/terminal/values.h"
#include "core/base/output_file.h"

#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr const char* kOption = "--explain";

} // namespace

void addExplainOption(OptionTable& options, std::string& target) {
    options.addFile(kOption, "OUT.json", target,
                    "write for every block whether it was kept, at which stage it was dropped, and why", "none");
}

void writeExplanation(const std::string& path, const nlohmann::json& object) {
    withOptionName(kOption, [&] { writeFile(path, jsonLine(object), Readers::Owner); });
}

} // namespace prunescope::app
