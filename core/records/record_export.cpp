#include "core/records/record_export.h"

namespace prunescope {

RecordExport::RecordExport(const std::string& path, RecordFormat format)
    : m_format(format), m_file(path, Readers::Owner) {
    m_file.write(exportHead(format));
}

void RecordExport::add(const InteractionRecord& record) {
    m_file.write(exportLine(record, m_format));
}

void exportRecords(const std::string& path, const std::vector<InteractionRecord>& records, RecordFormat format) {
    RecordExport file(path, format);
    for (const InteractionRecord& record : records)
        file.add(record);
    file.finish();
}

} // namespace prunescope
