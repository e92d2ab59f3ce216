#include "app/program.h"

#include <csignal>

int main(int argc, char** argv) {
    // A reader that goes away and a file that may not grow are errors of a write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    return prunescope::app::runProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
}
