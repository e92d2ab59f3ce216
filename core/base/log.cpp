#include "core/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace prunescope::log {

namespace {

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>("prunescope", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("prunescope: %l: %v");
        made->set_level(spdlog::level::warn);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum toSpdlog(Level level) {
    switch (level) {
    case Level::Debug:
        return spdlog::level::debug;
    case Level::Info:
        return spdlog::level::info;
    case Level::Warning:
        return spdlog::level::warn;
    case Level::Error:
        return spdlog::level::err;
    case Level::Off:
        break;
    }
    return spdlog::level::off;
}

} // namespace

void setLevel(Level level) {
    logger().set_level(toSpdlog(level));
}

void debug(const std::string& message) {
    logger().debug("{}", message);
}

void info(const std::string& message) {
    logger().info("{}", message);
}

void warning(const std::string& message) {
    logger().warn("{}", message);
}

void error(const std::string& message) {
    logger().error("{}", message);
}

} // namespace prunescope::log
