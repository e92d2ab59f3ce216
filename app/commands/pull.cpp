// pull NAME: a model folder from the Hugging Face hub.
#include "app/commands/make.h"

#include "app/commands/interrupt.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/hub/hub_client.h"

#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

using model::PullProgress;
using model::PullResult;

/// Shows how far a download is where somebody looks; elsewhere only what it waits for, once.
class PullPrinter {
public:
    void show(const PullProgress& progress) {
        if (!m_line.isActive() && !progress.note.empty() && progress.note != m_note)
            printNote(std::string(kProgramName) + ": " + progress.note);
        m_note = progress.note;
        m_line.show(model::progressText(progress));
    }

private:
    ProgressLine m_line;
    std::string m_note;
};

nlohmann::json asJson(const PullResult& result) {
    return {{"name", result.name},
            {"revision", result.revision},
            {"commit", result.commit},
            {"folder", result.folder},
            {"files", result.files},
            {"bytes_downloaded", result.bytesDownloaded},
            {"bytes_reused", result.bytesReused},
            {"seconds", result.seconds}};
}

std::string asText(const PullResult& result) {
    const Facts facts{{"model", result.name},
                      {"commit", result.commit},
                      {"folder", result.folder},
                      {"files", std::to_string(result.files.size())},
                      {"downloaded", formatBytes(result.bytesDownloaded) + " in " + formatDuration(result.seconds)},
                      {"already here", formatBytes(result.bytesReused)}};
    // A name stands for the branch "main"; other revisions are found by their folder.
    const std::string model = result.revision == "main" ? result.name : result.folder;
    return factsText(facts) + "\nUse it with: " + std::string(kProgramName) +
           " ask picture.png \"What is this?\" --model " + model + "\n";
}

class Pull final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Model");
        options.addText("--revision", "REV", m_request.revision, "branch, tag or commit");
        options.startGroup("Output");
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        m_request.name = arguments.front();
        const PullResult result = pull();
        print(m_json ? jsonLine(asJson(result)) : asText(result));
        return 0;
    }

private:
    PullResult pull() const {
        const Interrupt interrupt;
        PullPrinter printer;
        try {
            return model::pullModel(
                model::hubSettings(), m_request, [&](const PullProgress& progress) { printer.show(progress); },
                interrupt.token());
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Cancelled)
                throw Error(ErrorKind::Cancelled, "pull: interrupted; the same command goes on from here");
            throw;
        }
    }

    model::PullRequest m_request;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makePullCommand() {
    return std::make_unique<Pull>();
}

} // namespace prunescope::app
