#pragma once

#include "tests/model/folder_changes.h"

namespace prunescope::test {

/// A folder that is no model as it is.
struct ForeignFolder {
    const char* name;
    FolderChange make;
    std::vector<std::string> said; ///< the format, and the way out
};

/// Made from a whole model of the family Qwen3-VL.
const std::vector<ForeignFolder>& foreignFolders();

/// A folder in another layout that is a model all the same.
struct GoodFolder {
    const char* name;
    FolderChange make;
};

const std::vector<GoodFolder>& goodFolders();

} // namespace prunescope::test
