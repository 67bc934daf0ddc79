// SPDX-License-Identifier: GPL-2.0-only
#include "recording/recording.h"

#include "recording/words.h"

namespace unwedge::recording {

std::string_view name_of(Stream stream) {
    return stream == Stream::both ? "output" : word_of(stream);
}

report::Context Recording::context(const Look &look) const {
    report::Context context;
    context.at = look.at;
    context.host = meta.host;
    context.kernel = meta.kernel;
    context.tier = meta.tier;
    context.level = meta.level;
    context.hooks = meta.hooks;
    context.command = meta.command;
    context.provoked = meta.provoked;
    context.watched = look.snapshot.at - meta.begin;
    context.snapshot = look.snapshot;
    context.diagnosis = look.diagnosis;
    return context;
}

report::Context Recording::last() const {
    return context(looks.empty() ? Look{} : looks.back());
}

} // namespace unwedge::recording
