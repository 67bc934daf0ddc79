// SPDX-License-Identifier: GPL-2.0-only
#include "util/log.h"

#include "util/printable.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace unwedge {
namespace {

/// The message, in which strangers may have had a word, so that it steers no terminal and stays one line.
class PrintableMessage : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg &message, const std::tm &,
                spdlog::memory_buf_t &line) override {
        const std::string shown = printable(std::string_view(message.payload.data(), message.payload.size()));
        line.append(shown.data(), shown.data() + shown.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<PrintableMessage>();
    }
};

} // namespace

void log_to_stderr(bool verbose) {
    auto logger =
        std::make_shared<spdlog::logger>("unwedge", std::make_shared<spdlog::sinks::stderr_sink_st>());
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PrintableMessage>('*').set_pattern("%n: %*");
    logger->set_formatter(std::move(formatter));
    logger->set_level(verbose ? spdlog::level::info : spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

} // namespace unwedge
