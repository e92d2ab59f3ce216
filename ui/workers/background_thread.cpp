#include "ui/workers/background_thread.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace prunescope::ui {

void giveWayToWindow() {
#ifdef __linux__
    constexpr int kNiceness = 5; // a third of the share of a thread that wants the same core
    thread_local const bool s_gaveWay = [] {
        // On Linux this is of the thread alone, and those that it starts take it over.
        return setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceness) == 0;
    }();
    static_cast<void>(s_gaveWay);
#endif
}

} // namespace prunescope::ui
