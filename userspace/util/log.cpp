// SPDX-License-Identifier: GPL-2.0-only
#include "util/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace unwedge {

void log_to_stderr(bool verbose) {
    auto logger =
        std::make_shared<spdlog::logger>("unwedge", std::make_shared<spdlog::sinks::stderr_sink_st>());
    logger->set_pattern("%n: %v");
    logger->set_level(verbose ? spdlog::level::info : spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

} // namespace unwedge
