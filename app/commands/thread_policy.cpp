#include "app/commands/thread_policy.h"

#include "core/base/log.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

// The matrix library's threads (OpenMP) wait for each other by spinning. Beside a window, a compiler or a browser that
// turns a lost time slice of one thread into milliseconds for all: on a busy machine of two cores a prompt took about
// four times as long. Sleeping threads cost some microseconds a layer and keep the machine usable.
namespace prunescope::app {

namespace {

constexpr const char* kPolicy = "OMP_WAIT_POLICY";

/// The words that this process was started with.
std::vector<std::string> startedWith() {
    std::ifstream in("/proc/self/cmdline", std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    std::vector<std::string> words;
    for (std::size_t at = 0; at < all.size(); at += words.back().size() + 1)
        words.emplace_back(all.c_str() + at);
    return words;
}

} // namespace

void ensureSleepingThreads() {
    if (std::getenv(kPolicy))
        return;
    std::error_code error;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
    std::vector<std::string> words = startedWith();
    if (error || words.empty())
        return;
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::setenv(kPolicy, "passive", 1);
    ::execv(program.c_str(), arguments.data());
    log::info(std::string("threads will spin while they wait: ") + std::strerror(errno)); // slower, but right
}

} // namespace prunescope::app
