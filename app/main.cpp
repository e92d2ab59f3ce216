#include "app/program.h"
#include "app/terminal/console.h"

int main(int argc, char** argv) {
    prunescope::app::makeWritesFail();
    return prunescope::app::runProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
}
