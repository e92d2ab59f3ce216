#pragma once

#include "model/families/gguf_family.h"

namespace prunescope::model {

/// Qwen3-VL as llama.cpp converts it (text and mmproj), and as Ollama does (all in one file).
GgufFamily qwen3VlGguf();

} // namespace prunescope::model
