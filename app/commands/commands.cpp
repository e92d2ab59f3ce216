#include "app/commands/command.h"
#include "app/commands/make.h"

#include <algorithm>
#include <array>

namespace prunescope::app {

namespace {

constexpr std::size_t kAny = CommandEntry::kAnyNumber;

#if PRUNESCOPE_HAS_UI
constexpr auto kMakeGui = &makeGuiCommand;
#else
constexpr std::unique_ptr<Command> (*kMakeGui)() = nullptr;
#endif

#if PRUNESCOPE_HAS_HUB
constexpr auto kMakePull = &makePullCommand;
#else
constexpr std::unique_ptr<Command> (*kMakePull)() = nullptr;
#endif

#if PRUNESCOPE_HAS_BUNDLES
constexpr auto kMakeReplay = &makeReplayCommand;
#else
constexpr std::unique_ptr<Command> (*kMakeReplay)() = nullptr;
#endif

const std::array kCommands{
    CommandEntry{"gui", "[IMAGE...]", "Open the window", 0, kAny, kMakeGui},
    CommandEntry{"mask", "IMAGE|SET", "Show which blocks of a picture, or of a set of them, the model would see", 1, 1,
                 &makeMaskCommand, "IMAGE"},
    CommandEntry{"ask", "IMAGE... QUESTION", "Answer a question about pictures with a local model", 2, kAny,
                 &makeAskCommand, "an IMAGE or the QUESTION"},
    CommandEntry{"bench", "[IMAGE...]", "Time the stages from picture to answer", 0, kAny, &makeBenchCommand,
                 "an IMAGE"},
    CommandEntry{"eval", "DATASET...", "Measure accuracy and time over sets of questions", 1, kAny, &makeEvalCommand},
    CommandEntry{"train", "CONFIG", "Tune a model with pruning on", 1, 1, &makeTrainCommand},
    CommandEntry{"pull", "NAME", "Download a model folder from the Hugging Face hub", 1, 1, kMakePull},
    CommandEntry{"models", "", "List the model folders on this machine", 0, 0, &makeModelsCommand},
    CommandEntry{"serve", "", "Answer over a local OpenAI-compatible endpoint", 0, 0, nullptr},
    CommandEntry{"act", "TASK", "Propose an action on the screen", 1, 1, nullptr},
    CommandEntry{"replay", "BUNDLE...", "Run recorded interactions again: equal masks, equal tokens", 1, kAny,
                 kMakeReplay},
    CommandEntry{"mcp", "", "Offer capture, mask and ask as tools over standard input and output", 0, 0, nullptr},
    CommandEntry{"export", "", "Write the interaction history for other programs", 0, 0, &makeExportCommand},
};

} // namespace

std::span<const CommandEntry> commands() {
    return kCommands;
}

const CommandEntry* findCommand(std::string_view name) {
    const auto found =
        std::find_if(kCommands.begin(), kCommands.end(), [&](const CommandEntry& entry) { return entry.name == name; });
    return found == kCommands.end() ? nullptr : &*found;
}

bool hasCommand(std::string_view name) {
    const CommandEntry* entry = findCommand(name);
    return entry && entry->make;
}

} // namespace prunescope::app
