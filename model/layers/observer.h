#pragma once

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Observer of a run: gets the named result of every step ("vit/block.3", "text/layer.0", ...), where tests compare,
/// and notices a request to stop. It changes nothing.
struct Observer {
    std::function<void(std::string_view name, const at::Tensor& value)> onValue;
    std::stop_token stop;

    /// Throws Error(Cancelled) when a stop was requested.
    void operator()(std::string_view name, const at::Tensor& value) const {
        checkStop();
        if (onValue)
            onValue(name, value);
    }
    /// Reports `value` as "`name`.`index`"; the name is put together only when somebody looks.
    void operator()(std::string_view name, std::size_t index, const at::Tensor& value) const {
        checkStop();
        if (onValue)
            onValue(std::string(name) + "." + std::to_string(index), value);
    }
    void checkStop() const {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "stopped");
    }
};

} // namespace prunescope::model
