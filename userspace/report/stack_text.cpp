// SPDX-License-Identifier: GPL-2.0-only
#include "report/stack_text.h"

#include "report/cast.h"
#include "report/sitting.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace unwedge::report {

namespace {

using facts::Frame;
using facts::ThreadStack;

constexpr std::size_t most_kernel_frames = 4; // below these, all calls look the same
constexpr std::size_t most_user_frames = 12;
constexpr std::size_t most_columns = 64; // of a name; those of templates have no end

/// Of the thread that the verdict is about; else of any that was looked at.
const ThreadStack *stack_of(const Context &context, const diagnosis::Verdict &verdict) {
    if (!context.stacks)
        return nullptr;
    const facts::Actor *actor = find_actor(context.snapshot, verdict.pid);
    const facts::Thread *telling = actor ? telling_thread(context, *actor) : nullptr;
    for (const auto &tid : {verdict.thread, telling ? std::optional(telling->tid) : std::nullopt}) {
        const auto found = tid ? context.stacks->find(*tid) : context.stacks->end();
        if (found != context.stacks->end() && found->second.pid == verdict.pid)
            return &found->second;
    }
    const auto any = std::find_if(context.stacks->begin(), context.stacks->end(),
                                  [&](const auto &entry) { return entry.second.pid == verdict.pid; });
    return any == context.stacks->end() ? nullptr : &any->second;
}

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0: the whole
}

Line kernel_line(const std::string &function) {
    return Line(function).cut(most_columns).add("  [kernel]", Tone::dim);
}

Line user_line(const Frame &frame) {
    Line line = frame.function.empty() ? Line(place_text(frame)) : Line(frame.function).cut(most_columns);
    if (frame.source)
        line.add(fmt::format("  {}:{}", file_name(frame.source->file), frame.source->line));
    if (!frame.module.empty())
        line.add(fmt::format("  [{}]", file_name(frame.module)), Tone::dim);
    return line;
}

template <typename T>
void add_frames(std::vector<Line> &lines, const std::optional<std::vector<T>> &frames, std::size_t most,
                Line (*line)(const T &)) {
    if (!frames)
        return;
    const std::size_t shown = std::min(frames->size(), most);
    std::transform(frames->begin(), frames->begin() + static_cast<std::ptrdiff_t>(shown),
                   std::back_inserter(lines), line);
    if (shown < frames->size())
        lines.push_back(Line(fmt::format("… and {} more", frames->size() - shown), Tone::dim));
}

} // namespace

std::string place_text(const Frame &frame) {
    return fmt::format("{:#x}", frame.module.empty() ? frame.address : frame.offset);
}

std::vector<Line> stack_lines(const Context &context, const diagnosis::Verdict &verdict) {
    const ThreadStack *stack = stack_of(context, verdict);
    if (!stack)
        return {};
    Line heading(fmt::format("of thread {}, innermost call first", stack->tid));
    if (stack->stopped_for > Nanos{})
        heading.add(
            fmt::format("; it was stopped for {:.1f} ms to see this", seconds(stack->stopped_for) * 1e3));
    std::vector<Line> lines{heading};
    add_frames(lines, stack->kernel, most_kernel_frames, kernel_line);
    add_frames(lines, stack->user, most_user_frames, user_line);
    if (!stack->error.empty())
        lines.emplace_back(stack->error, Tone::dim);
    return lines;
}

} // namespace unwedge::report
