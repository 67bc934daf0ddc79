// SPDX-License-Identifier: GPL-2.0-only
#include "session/profile_file.h"

#include "session/text_file.h"

namespace unwedge::session {

Result<profiles::Profiles> load_profiles(const std::optional<std::string> &file,
                                         const std::optional<Identity> &reader) {
    profiles::Profiles all;
    if (file) {
        const Result<std::string> text = read_text_file("--profiles", *file, reader);
        if (!text)
            return text.error();
        Result<profiles::Profiles> own = profiles::Profiles::parse(*text, *file);
        if (!own)
            return own;
        all = *std::move(own);
    }
    const Result<profiles::Profiles> builtin = profiles::Profiles::builtin();
    if (!builtin)
        return builtin.error();
    all.append(*builtin);
    return all;
}

} // namespace unwedge::session
