// SPDX-License-Identifier: GPL-2.0-only
#include "recording/rediagnose.h"

#include "diagnosis/casebook.h"

namespace unwedge::recording {

std::vector<diagnosis::Diagnosis> rediagnose(const Recording &recording) {
    diagnosis::Casebook casebook(recording.meta.policy);
    std::vector<diagnosis::Diagnosis> diagnoses;
    for (const Look &look : recording.looks) {
        if (look.after_rest)
            casebook.rest();
        diagnosis::Diagnosis diagnosis = casebook.observe(look.snapshot, look.outlook);
        if (look.ended)
            diagnosis.verdicts = casebook.finish(look.snapshot.at).verdicts;
        diagnoses.push_back(std::move(diagnosis));
    }
    return diagnoses;
}

} // namespace unwedge::recording
