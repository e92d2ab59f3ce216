// export: the interaction history for other programs.
#include "app/commands/make.h"

#include "app/reports/history_html.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/output_file.h"
#include "core/records/log_reader.h"
#include "core/records/record_export.h"
#include "core/records/record_writer.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace prunescope::app {

namespace {

constexpr std::string_view kHtml = "html";

class Export final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Output");
        options.add({"--format",
                     "jsonl|csv|times|html",
                     "JSON lines, a table, a table of the times alone, or a page with pictures and masks",
                     m_format,
                     [this](const std::string& text) { setFormat(text); },
                     {}});
        options.addText("--out", "FILE", m_out, "write to a file (-: standard output)", "standard output");
        options.addFile("--log", "FILE", m_log, "the history to read");
        options.addFlag("--json", m_json, "print one JSON object: the records, or what went into --out");
    }

    int run(const std::vector<std::string>&) override {
        if (m_out == kDash)
            m_out.clear();
        std::error_code ignored;
        if (!std::filesystem::exists(m_log, ignored)) {
            if (m_log != defaultLogPath())
                throw Error(ErrorKind::NotFound, "--log: " + m_log + " does not exist, expected a file of JSON lines");
            log::warning(m_log + " does not exist: no question was logged yet");
        }
        refuseToOverwrite("--out", m_out, m_log);
        const Counts counts = m_out.empty() && m_json ? printObject() : m_out.empty() ? printRecords() : writeOut();
        if (counts.skipped > 0)
            log::warning(m_log + ": " + formatCounted(counts.skipped, "damaged line was", "damaged lines were") +
                         " skipped");
        if (!m_out.empty())
            print(m_json ? jsonLine(summary(counts))
                         : formatCounted(counts.records, "question") + " written to " + m_out + "\n");
        return 0;
    }

private:
    void setFormat(const std::string& text) {
        if (text != "jsonl" && text != "csv" && text != "times" && text != kHtml)
            throw Error(ErrorKind::Usage, "--format: found \"" + text + "\", expected jsonl, csv, times or html");
        m_format = text;
    }

    std::string head() const { return m_format == kHtml ? historyHead() : exportHead(format()); }
    std::string text(const InteractionRecord& record) const {
        return m_format == kHtml ? historyEntry(record) : exportLine(record, format());
    }
    std::string end(std::int64_t records) const { return m_format == kHtml ? historyEnd(records) : std::string(); }

    RecordFormat format() const {
        return m_format == "csv"     ? RecordFormat::Csv
               : m_format == "times" ? RecordFormat::Times
                                     : RecordFormat::JsonLines;
    }

    struct Counts {
        std::int64_t records = 0;
        std::int64_t skipped = 0;
    };

    /// One record after the other: the log may be larger than the memory. Throws where none of the lines is one, before
    /// `take` was called.
    template <typename Take>
    Counts readLog(Take take) const {
        Counts counts;
        for (LogReader reader(m_log); reader.next();) {
            if (const auto record = recordIn(reader.line())) {
                take(*record);
                ++counts.records;
            } else {
                ++counts.skipped;
            }
        }
        if (counts.skipped > 0 && counts.records == 0)
            throw Error(ErrorKind::BadFile, m_log + ": none of its lines is a logged question, expected JSON lines");
        return counts;
    }

    Counts writeOut() const {
        ReplacedFile file(m_out, Readers::Owner);
        file.write(head());
        const Counts counts = readLog([&](const InteractionRecord& record) { file.write(text(record)); });
        file.write(end(counts.records));
        file.finish();
        return counts;
    }

    Counts printRecords() const {
        std::string before = head();
        const Counts counts =
            readLog([&](const InteractionRecord& record) { print(std::exchange(before, {}) + text(record)); });
        print(before + end(counts.records));
        return counts;
    }

    Counts printObject() const {
        nlohmann::json list = nlohmann::json::array();
        const Counts counts = readLog(
            [&](const InteractionRecord& record) { list.push_back(nlohmann::json::parse(toJsonLine(record))); });
        nlohmann::json object = summary(counts);
        object["records"] = std::move(list);
        print(jsonLine(object));
        return counts;
    }

    nlohmann::json summary(const Counts& counts) const {
        nlohmann::json object{{"log", m_log}, {"skipped", counts.skipped}, {"count", counts.records}};
        if (!m_out.empty()) {
            object["out"] = m_out;
            object["format"] = m_format;
        }
        return object;
    }

    std::string m_format = "jsonl";
    std::string m_out;
    std::string m_log = defaultLogPath();
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeExportCommand() {
    return std::make_unique<Export>();
}

} // namespace prunescope::app
