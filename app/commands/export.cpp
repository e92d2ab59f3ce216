// export: the interaction history for other programs.
#include "app/commands/make.h"

#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/records/record_writer.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

namespace prunescope::app {

namespace {

class Export final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Output");
        options.add({"--format",
                     "jsonl|csv|times",
                     "JSON lines, a table, or a table of the times alone",
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
        int skipped = 0;
        const std::vector<InteractionRecord> records = readRecords(m_log, &skipped);
        if (skipped > 0 && records.empty())
            throw Error(ErrorKind::BadFile, m_log + ": none of its lines is a logged question, expected JSON lines");
        if (skipped > 0)
            log::warning(m_log + ": " + formatCounted(skipped, "damaged line was", "damaged lines were") + " skipped");
        if (!m_out.empty())
            exportRecords(m_out, records, format());
        if (m_json)
            print(jsonLine(summary(records, skipped)));
        else if (m_out.empty())
            printRecords(records);
        else
            print(formatCounted(static_cast<std::int64_t>(records.size()), "question") + " written to " + m_out + "\n");
        return 0;
    }

private:
    void setFormat(const std::string& text) {
        if (text == "html")
            throw Error(ErrorKind::Unsupported, "--format html: not in this build");
        if (text != "jsonl" && text != "csv" && text != "times")
            throw Error(ErrorKind::Usage, "--format: found \"" + text + "\", expected jsonl, csv or times");
        m_format = text;
    }

    RecordFormat format() const {
        return m_format == "csv"     ? RecordFormat::Csv
               : m_format == "times" ? RecordFormat::Times
                                     : RecordFormat::JsonLines;
    }

    void printRecords(const std::vector<InteractionRecord>& records) const {
        std::ostringstream text;
        writeRecords(text, records, format());
        print(text.str());
    }

    nlohmann::json summary(const std::vector<InteractionRecord>& records, int skipped) const {
        nlohmann::json object{{"log", m_log}, {"skipped", skipped}, {"count", records.size()}};
        if (!m_out.empty()) {
            object["out"] = m_out;
            object["format"] = m_format;
            return object;
        }
        nlohmann::json& list = object["records"] = nlohmann::json::array();
        for (const InteractionRecord& record : records)
            list.push_back(nlohmann::json::parse(toJsonLine(record)));
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
