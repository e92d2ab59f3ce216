#pragma once

#include "app/commands/command.h"

#include <memory>

/// One function per subcommand, each in a file of its own; app/commands/commands.cpp puts them in the list.
namespace prunescope::app {

std::unique_ptr<Command> makeGuiCommand();    ///< gui.cpp
std::unique_ptr<Command> makeMaskCommand();   ///< mask.cpp
std::unique_ptr<Command> makeAskCommand();    ///< ask.cpp
std::unique_ptr<Command> makeBenchCommand();  ///< bench.cpp
std::unique_ptr<Command> makeEvalCommand();   ///< eval.cpp
std::unique_ptr<Command> makeModelsCommand(); ///< models.cpp
std::unique_ptr<Command> makePullCommand();   ///< pull.cpp
std::unique_ptr<Command> makeExportCommand(); ///< export.cpp
std::unique_ptr<Command> makeReplayCommand(); ///< replay.cpp
std::unique_ptr<Command> makeTrainCommand();  ///< train.cpp

} // namespace prunescope::app
