// replay BUNDLE...: recorded interactions, run again and compared.
#include "app/commands/make.h"

#include "app/commands/interrupt.h"
#include "app/commands/replay_model.h"
#include "app/commands/replay_report.h"
#include "app/commands/thread_policy.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "core/base/error.h"
#include "model/bundle/bundle_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr int kDiffers = 1; ///< exit code: what was checked does not hold

class ReplayCommand final : public Command {
public:
    void describe(OptionTable& options) override {
        addModelOption(options, m_model, "the one that a bundle names");
        addAdapterOption(options, m_model);
        addMachineOptions(options, m_model);
        options.startGroup("Output");
        options.addFlag("--masks-only", m_masksOnly, "compare the masks alone, which needs no model");
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& paths) override {
        ensureSleepingThreads();
        ReplayModels models(m_model);
        const Interrupt interrupt;
        std::vector<ReplayedBundle> bundles;
        int failure = 0;
        for (const std::string& path : paths) {
            try {
                bundles.push_back({path, replay(path, models, interrupt.token()), {}});
            } catch (const Error& error) {
                if (paths.size() == 1 || error.kind() == ErrorKind::Cancelled)
                    throw;
                failure = std::max(failure, exitCode(error.kind()));
                bundles.push_back({path, {}, error.what()});
            }
            tell(bundles.back());
        }
        if (m_json)
            print(jsonLine(replayJson(bundles)));
        else if (bundles.size() > 1)
            print(replaySummary(bundles));
        return std::ranges::any_of(bundles, &ReplayedBundle::differs) ? kDiffers : failure;
    }

private:
    model::Replay replay(const std::string& path, ReplayModels& models, std::stop_token stop) const {
        const model::Bundle bundle = model::readBundle(path);
        if (!m_masksOnly && bundle.float32.whyMissing.empty())
            return model::replayAnswer(bundle, path, models.engineFor(bundle, path, stop), stop);
        model::Replay masks = model::replayMasks(bundle, path);
        if (m_masksOnly)
            masks.whyNoTokens = "--masks-only";
        return masks;
    }

    void tell(const ReplayedBundle& bundle) const {
        if (!bundle.error.empty())
            printNote(bundle.error);
        else if (!m_json)
            print(printable(replayLine(bundle)));
    }

    ModelOptions m_model;
    bool m_masksOnly = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeReplayCommand() {
    return std::make_unique<ReplayCommand>();
}

} // namespace prunescope::app
