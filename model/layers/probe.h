#pragma once

#include "core/base/error.h"
#include "model/layers/token_tap.h"

#include <ATen/ATen.h>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Sees the named result of every step ("vit/block.3", "text/layer.0", ...): tests compare there, and a request to stop
/// is noticed there.
struct Probe {
    std::function<void(std::string_view name, const at::Tensor& value)> tap;
    std::stop_token stop;
    TokenTap keepTokens = {}; ///< between language layers; empty: nothing is dropped there

    /// Throws Error(Cancelled) when a stop was requested.
    void operator()(std::string_view name, const at::Tensor& value) const {
        checkStop();
        if (tap)
            tap(name, value);
    }
    /// "`name`.`index`", put together only when somebody looks.
    void operator()(std::string_view name, std::size_t index, const at::Tensor& value) const {
        checkStop();
        if (tap)
            tap(std::string(name) + "." + std::to_string(index), value);
    }
    void checkStop() const {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "stopped");
    }
};

} // namespace prunescope::model
