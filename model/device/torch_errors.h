#pragma once

#include "core/base/error.h"

#include <c10/util/Exception.h>
#include <new>
#include <string>
#include <system_error>

namespace prunescope::model {

/// First line of a message of LibTorch, without the backtrace.
std::string firstLine(const c10::Error& error);

/// Whether memory ran out, of the host or of a GPU.
bool isOutOfMemory(const c10::Error& error);

/// Turns an error of LibTorch into one of ours: out of memory (`advice` says what to do about it) or the device.
[[noreturn]] void rethrow(const c10::Error& error, const std::string& advice);

/// Runs `work`; whatever LibTorch throws leaves as Error(OutOfMemory) or Error(Device) with one line.
template <typename Work>
auto withOwnErrors(const std::string& advice, Work&& work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        rethrow(error, advice);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::OutOfMemory, "not enough memory: " + advice);
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again)
            throw Error(ErrorKind::OutOfMemory, "no room for another thread: " + advice);
        throw;
    }
}

} // namespace prunescope::model
