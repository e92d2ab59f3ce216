// The matrix library's threads (OpenMP) wait for each other by spinning. Beside a window, a compiler or a browser that
// turns a lost time slice of one thread into milliseconds for all: on a busy machine of two cores a prompt took four
// times as long. Sleeping threads cost some microseconds a layer and keep the machine usable.
//
// OpenMP reads the policy while libraries are initialised, before main(); only the pre-initialisers of a program run
// earlier.
#include <cstdlib>

namespace {

void chooseSleepingThreads(int, char**, char**) {
    constexpr int kKeepTheUsersChoice = 0;
    ::setenv("OMP_WAIT_POLICY", "passive", kKeepTheUsersChoice);
}

using Initialiser = void (*)(int, char**, char**);
[[gnu::section(".preinit_array"), gnu::used]] const Initialiser kInitialiser = chooseSleepingThreads;

} // namespace
