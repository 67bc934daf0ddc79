// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/page_data.h"
#include "report/ends_text.h"
#include "report/hints.h"
#include "report/phrases.h"
#include "report/stack_text.h"
#include "report/victims.h"

namespace unwedge::formats::html {

namespace {

using diagnosis::Verdict;

Json lines_json(const std::vector<report::Line> &lines) {
    Json told = Json::array();
    for (const report::Line &line : lines)
        told.push_back(line.render(false));
    return told;
}

Json hints_json(const Digest &digest, const Verdict &verdict) {
    Json hints = Json::array();
    for (const report::Hint &hint : report::hints_for(digest.last, verdict))
        hints.push_back({text_json(hint.text), text_json(hint.command)});
    return hints;
}

Json evidence_json(const Verdict &verdict) {
    Json evidence = Json::array();
    for (const diagnosis::Evidence &item : verdict.evidence)
        evidence.push_back({text_json(item.fact), text_json(item.source)});
    return evidence;
}

Json verdict_json(const Digest &digest, const Verdict &verdict, std::string_view part,
                  const std::string &deed) {
    const bool stands = verdict.state == diagnosis::State::confirmed;
    return {{"pid", verdict.pid},
            {"part", part},
            {"deed", text_json(deed)},
            {"kind", name(verdict.kind)},
            {"confidence", name(verdict.confidence)},
            {"state", name(verdict.state)},
            {"channel", digest.channel_number(verdict.channel)},
            {"thread", nullable_json(verdict.thread)},
            {"blocked_on", verdict.blocked_on ? Json(name(*verdict.blocked_on)) : Json(nullptr)},
            {"blocked_by", nullable_json(verdict.blocked_by)},
            {"waits_on", nullable_json(verdict.waits_on)},
            {"final_blocker", nullable_json(verdict.final_blocker)},
            {"since", digest.since_begin(verdict.since)},
            {"until", stands ? Json(nullptr) : Json(digest.since_begin(verdict.until))},
            {"fingerprint", text_json(verdict.fingerprint)},
            {"evidence", evidence_json(verdict)}};
}

/// What is told of who is accused, and not of who waits.
void add_accusation(Json &told, const Digest &digest, const Verdict &verdict) {
    told["unread"] = lines_json(report::unread_lines(digest.last, verdict));
    told["waiting"] =
        lines_json(report::victim_lines(digest.last, digest.cast, digest.cast.victims_of(verdict.pid)));
    told["stack"] = lines_json(report::stack_lines(digest.last, verdict));
    told["hints"] = hints_json(digest, verdict);
}

} // namespace

Json verdicts_json(const Digest &digest) {
    Json verdicts = Json::array();
    const auto add_accused = [&](const Verdict &verdict, std::string_view part, const std::string &deed) {
        Json told = verdict_json(digest, verdict, part, deed);
        add_accusation(told, digest, verdict);
        verdicts.push_back(std::move(told));
    };
    for (const Verdict *verdict : digest.cast.culprits)
        add_accused(*verdict, "culprit", report::deed(digest.last, *verdict));
    for (const Verdict *verdict : digest.cast.suspects)
        add_accused(*verdict, "suspect", report::alleged_deed(*verdict));
    for (const Verdict *verdict : digest.cast.past)
        verdicts.push_back(verdict_json(digest, *verdict, "past",
                                        report::past_deed(*verdict) + ", " +
                                            report::outcome_text(digest.last.snapshot, *verdict)));
    for (const Verdict *verdict : digest.cast.victims)
        verdicts.push_back(verdict_json(digest, *verdict, "victim", report::deed(digest.last, *verdict)));
    return verdicts;
}

Json notes_json(const Digest &digest) {
    Json notes = Json::array();
    for (const diagnosis::Note &note : digest.last.diagnosis.notes)
        notes.push_back({{"kind", name(note.kind)},
                         {"pid", nullable_json(note.pid)},
                         {"channel", digest.channel_number(note.channel)},
                         {"text", text_json(note.text)}});
    return notes;
}

} // namespace unwedge::formats::html
