#pragma once

#include "model/bundle/bundle.h"

#include <string>

namespace prunescope::model {

/// bundle.json: all of a bundle but its record and its pictures.
std::string headText(const Bundle& bundle);
/// Inverse of `headText`. `where` is used in messages. Throws Error(BadFile) or, for a newer version,
/// Error(Unsupported).
Bundle bundleFromHead(const std::string& text, const std::string& where);

} // namespace prunescope::model
