// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

#include <map>
#include <string>

namespace unwedge::formats::samples {

recording::Recording healthy();
recording::Recording wedge(); ///< its command still runs
recording::Recording exited(int code);
recording::Recording killed(int signal);
recording::Recording timed_out(); ///< and nothing is wedged
recording::Recording timed_out_wedge();
recording::Recording unfinished(); ///< closed while the command ran
recording::Recording cut_off();    ///< while nothing was wedged
recording::Recording cut_off_wedge();
recording::Recording cut_off_early(); ///< before the first look
recording::Recording attached();      ///< a healthy tree that ran already
recording::Recording recovered();
recording::Recording inconclusive();
recording::Recording crowd();
recording::Recording many_culprits(); ///< more than GitHub shows
/// What recording::samples::hostile() has, and what attacks XML, HTML, Markdown and workflow commands.
recording::Recording hostile();
recording::Recording huge(); ///< as much of it as GitHub would not take

/// All of them by name.
std::map<std::string, recording::Recording> all();

} // namespace unwedge::formats::samples
