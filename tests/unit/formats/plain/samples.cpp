// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/samples.h"

#include "recording/samples.h"
#include "report/samples.h"

#include <csignal>
#include <utility>

namespace unwedge::formats::samples {
namespace {

using recording::Recording;

facts::Actor &actor_in(Recording &recording, facts::Pid pid) {
    return recording.looks.back().snapshot.actors.at(pid);
}

/// XML: what it can't carry, and what would end its text. Markdown and HTML: markup. Runner: commands.
const std::string attack =
    std::string("\0", 1) + "\x0b\xed\xa0\x80\xef\xbf\xbe\xef\xbf\xbf\xc0\xaf" +
    "]]></failure>--><script>alert('x')</script>&amp;\"'</pre></details>\n" +
    "::error title=owned::owned\r\n##[add-mask]x%0A::warning::y|`*_[a](b)@octocat\n\n# h";

} // namespace

Recording healthy() {
    return recording::samples::healthy();
}

Recording wedge() {
    return recording::samples::wedge();
}

Recording exited(int code) {
    Recording recording = healthy();
    recording.meta.command->exit_code = code;
    return recording;
}

Recording killed(int signal) {
    Recording recording = healthy();
    recording.meta.command->exit_code.reset();
    recording.meta.command->exit_signal = signal;
    return recording;
}

Recording timed_out() {
    Recording recording = killed(SIGTERM);
    recording.meta.command->timed_out = true;
    return recording;
}

Recording timed_out_wedge() {
    Recording recording = recording::samples::of(report::samples::wedge());
    recording.meta.command->exit_signal = SIGTERM;
    return recording;
}

Recording unfinished() {
    Recording recording = healthy();
    recording.meta.command->exit_code.reset();
    return recording;
}

Recording cut_off() {
    Recording recording = unfinished();
    recording.meta.end.reset();
    return recording;
}

Recording cut_off_wedge() {
    Recording recording = wedge();
    recording.meta.end.reset();
    return recording;
}

Recording cut_off_early() {
    Recording recording = cut_off();
    recording.looks.clear();
    recording.samples.clear();
    return recording;
}

Recording attached() {
    Recording recording = healthy();
    recording.meta.command.reset();
    return recording;
}

Recording recovered() {
    return recording::samples::of(report::samples::recovered());
}

Recording inconclusive() {
    Recording recording = recording::samples::of(report::samples::inconclusive());
    recording.meta.command->exit_code = 0;
    recording.meta.command->timed_out = false;
    return recording;
}

Recording crowd() {
    return recording::samples::of(report::samples::crowd());
}

Recording many_culprits() {
    Recording recording = wedge();
    std::vector<diagnosis::Verdict> &verdicts = recording.looks.back().diagnosis.verdicts;
    for (int i = 0; i < 24; ++i) {
        diagnosis::Verdict another = verdicts.front();
        another.fingerprint = i % 2 ? "fedcba9876543210" : another.fingerprint;
        verdicts.push_back(std::move(another));
    }
    return recording;
}

Recording hostile() {
    Recording recording = recording::samples::hostile();
    recording.meta.command->argv = {"pytest", "-k", attack};
    recording.meta.host = recording.meta.kernel = recording.meta.version = attack;
    facts::Actor &child = actor_in(recording, 4242);
    child.name = attack;
    child.argv.push_back(attack);
    actor_in(recording, 4240).name = "\n::error::owned";
    recording::Look &last = recording.looks.back();
    last.at = attack;
    diagnosis::Verdict &culprit = last.diagnosis.verdicts.front();
    culprit.fingerprint = attack;
    culprit.evidence.push_back({attack, attack});
    last.diagnosis.waits.front().why = attack;
    last.snapshot.hidden = {attack};
    return recording;
}

Recording huge() {
    Recording recording = hostile();
    diagnosis::Verdict &culprit = recording.looks.back().diagnosis.verdicts.front();
    culprit.evidence.assign(15, {std::string(20'000, '@') + "\xe6\x97\xa5", std::string(5000, '<')});
    std::vector<diagnosis::Verdict> &verdicts = recording.looks.back().diagnosis.verdicts;
    verdicts.insert(verdicts.end(), 24, diagnosis::Verdict(culprit));
    return recording;
}

std::map<std::string, Recording> all() {
    return {{"healthy", healthy()},
            {"wedge", wedge()},
            {"exit_3", exited(3)},
            {"signal", killed(SIGSEGV)},
            {"timed_out", timed_out()},
            {"timed_out_wedge", timed_out_wedge()},
            {"unfinished", unfinished()},
            {"cut_off", cut_off()},
            {"cut_off_wedge", cut_off_wedge()},
            {"cut_off_early", cut_off_early()},
            {"attached", attached()},
            {"recovered", recovered()},
            {"inconclusive", inconclusive()},
            {"crowd", crowd()},
            {"many_culprits", many_culprits()},
            {"hostile", hostile()},
            {"huge", huge()},
            {"empty", recording::samples::empty()}};
}

} // namespace unwedge::formats::samples
