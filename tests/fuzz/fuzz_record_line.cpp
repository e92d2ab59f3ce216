#include "core/records/interaction_record.h"
#include "core/records/record_export.h"
#include "tests/fuzz/fuzz_bodies.h"

#include <sstream>

namespace prunescope::fuzz {

void fuzzRecordLine(Input input) {
    mayFail([&] {
        const InteractionRecord record = parseJsonLine(textOf(input));
        const std::string line = toJsonLine(record);
        require(line.find('\n') == std::string::npos, "a record is one line");
        const InteractionRecord back = parseJsonLine(line);
        require(back.id == record.id && back.time == record.time && back.session == record.session &&
                    back.question == record.question && back.answer == record.answer,
                "a record comes back as it was");
        std::ostringstream table;
        writeRecords(table, {record}, RecordFormat::Csv);
        require(table.str().ends_with("\r\n"), "a row of the table is whole");
    });
}

} // namespace prunescope::fuzz
