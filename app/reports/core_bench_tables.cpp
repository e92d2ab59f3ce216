#include "app/reports/core_bench_tables.h"

#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "core/base/format.h"

namespace prunescope::app {

namespace {

using Row = std::vector<std::string>;

std::string megabytes(double bytesPerSecond) {
    return formatCount(static_cast<std::int64_t>(bytesPerSecond / 1e6)) + " MB/s";
}

void append(Row& row, const CoreTiming& timing) {
    const bool hasRate = timing.bytesPerSecond > 0;
    row.insert(row.end(), {formatMs(timing.medianMs), hasRate ? megabytes(timing.bytesPerSecond) : "-",
                           hasRate ? formatPercent(timing.shareOfCopy, 0) : "-"});
}

void append(Row& row, const std::optional<CoreTiming>& timing) {
    if (timing)
        append(row, *timing);
    else
        row.insert(row.end(), {"-", "-", "-"});
}

Row heading(const CoreBenchReport& report) {
    Row row{"operation", "1 thread", "", "of copy"};
    if (report.threads > 1)
        row.insert(row.end(), {formatCounted(report.threads, "thread"), "", "of copy"});
    if (!report.gpu.empty())
        row.insert(row.end(), {"GPU", "", "of copy"});
    return row;
}

Row rowOf(const CoreBenchReport& report, const CoreCase& result) {
    Row row{result.operation};
    append(row, result.oneThread);
    if (report.threads > 1)
        append(row, result.allThreads);
    if (!report.gpu.empty())
        append(row, result.cuda);
    return row;
}

std::string machineText(const CoreBenchReport& report) {
    std::string text = report.cpu + ", " + report.level + " kernels; median of " + formatCounted(report.runs, "run") +
                       "; copy (read + written): 1 thread " + megabytes(report.copyOneThread);
    if (report.threads > 1)
        text += ", " + formatCounted(report.threads, "thread") + " " + megabytes(report.copyAllThreads);
    if (!report.gpu.empty())
        text += ", " + report.gpu + " " + megabytes(report.copyCuda);
    return text + "\n";
}

} // namespace

std::string coreBenchTables(const CoreBenchReport& report) {
    std::string text;
    for (std::size_t at = 0; at < report.cases.size();) {
        const CoreCase& first = report.cases[at];
        std::vector<Row> rows{heading(report)};
        for (; at < report.cases.size() && report.cases[at].image == first.image; ++at)
            rows.push_back(rowOf(report, report.cases[at]));
        text += first.image + ", " + sizeText(first.size) + ", seen as " + sizeText(first.resized) + "\n" +
                tableText(rows) + "\n";
    }
    return text + machineText(report);
}

} // namespace prunescope::app
