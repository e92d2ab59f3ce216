#pragma once

#include "core/base/json_fields.h"

#include <string>

namespace prunescope::model {

/// What a test of olmOCR-bench is about.
struct PageTest {
    std::string pdf; ///< path below the folder `pdfs`
    int page = 1;    ///< from 1
};

/// Whether an object is a test of olmOCR-bench.
bool isPageTest(const JsonFields& fields);
/// Throws Error(BadFile) that names the field.
PageTest readPageTest(const JsonFields& fields);

} // namespace prunescope::model
