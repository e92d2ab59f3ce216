#pragma once

#include "model/bundle/bundle.h"

#include <span>
#include <string>
#include <string_view>

namespace prunescope::model {

/// A bundle as a file (bundle.md): a zip archive of bundle.json, record.json and the pictures as picture-1.png, ...
/// Equal bundles give equal bytes. Throws Error(Unsupported) in a build without PNG, Error(OutOfMemory).
std::string toZip(const Bundle& bundle);
/// Writes it, for its owner alone. Throws as `toZip`, Error(WriteFailed).
void writeBundle(const std::string& path, const Bundle& bundle);

/// Inverse of `toZip`, of what may be from anybody: nothing is unpacked that is larger than a bundle can be, and
/// nothing is written. `name` is used in messages. Throws Error(BadFile) that names the entry and the field,
/// Error(Unsupported) for a version that is newer.
Bundle bundleFromZip(std::string_view bytes, const std::string& name);
/// Reads a file. Throws as `bundleFromZip`, Error(NotFound).
Bundle readBundle(const std::string& path);

} // namespace prunescope::model
