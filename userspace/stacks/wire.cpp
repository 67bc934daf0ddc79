// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/wire.h"

#include <cstdint>
#include <cstring>
#include <optional>

namespace unwedge::stacks {

namespace {

class Encoder {
  public:
    void number(std::uint64_t value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out_.append(bytes, sizeof value);
    }
    void text(std::string_view value) {
        number(value.size());
        out_ += value;
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

/// Once something did not fit, all that follows is 0 or "".
class Decoder {
  public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        const std::string_view bytes = cut(sizeof value);
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }
    std::string text() { return std::string(cut(number())); }
    bool good() const { return good_; }
    bool done() const { return rest_.empty(); }

  private:
    std::string_view cut(std::uint64_t length) {
        good_ = good_ && length <= rest_.size();
        const std::string_view front = rest_.substr(0, good_ ? length : 0);
        rest_.remove_prefix(front.size());
        return front;
    }

    std::string_view rest_;
    bool good_ = true;
};

void write_frame(Encoder &to, const facts::Frame &frame) {
    to.text(frame.function);
    to.text(frame.module);
    to.number(frame.address);
    to.number(frame.offset);
    to.text(frame.source ? frame.source->file : "");
    to.number(frame.source ? static_cast<std::uint64_t>(frame.source->line) : 0);
}

facts::Frame read_frame(Decoder &from) {
    facts::Frame frame;
    frame.function = from.text();
    frame.module = from.text();
    frame.address = from.number();
    frame.offset = from.number();
    std::string file = from.text();
    const auto line = static_cast<int>(from.number());
    if (!file.empty())
        frame.source = facts::SourceLine{std::move(file), line};
    return frame;
}

Result<UserStack> read_stack(Decoder &from) {
    const auto code = static_cast<int>(from.number());
    std::string error = from.text();
    if (!error.empty())
        return Error{std::move(error), code};
    UserStack stack;
    stack.stopped_for = Nanos(static_cast<std::int64_t>(from.number()));
    stack.missing = from.text();
    const std::uint64_t frames = from.number();
    for (std::uint64_t i = 0; i < frames && i < most_user_frames && from.good(); ++i)
        stack.frames.push_back(read_frame(from));
    return stack;
}

} // namespace

std::string encode(const Result<UserStack> &stack) {
    Encoder to;
    to.number(stack ? 0 : static_cast<std::uint64_t>(stack.error().code));
    to.text(stack ? "" : stack.error().message);
    if (stack) {
        to.number(static_cast<std::uint64_t>(stack->stopped_for.count()));
        to.text(stack->missing);
        to.number(stack->frames.size());
        for (const facts::Frame &frame : stack->frames)
            write_frame(to, frame);
    }
    return to.take();
}

std::vector<Result<UserStack>> decode(std::string_view bytes) {
    std::vector<Result<UserStack>> stacks;
    Decoder from(bytes);
    while (!from.done()) {
        Result<UserStack> stack = read_stack(from);
        if (!from.good())
            break;
        stacks.push_back(std::move(stack));
    }
    return stacks;
}

} // namespace unwedge::stacks
