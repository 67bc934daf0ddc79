// SPDX-License-Identifier: GPL-2.0-only
// write_traces DIR: samples as DIR/NAME.pftrace, for the golden test and to be looked at.
#include "conversations.h"
#include "formats/perfetto/perfetto.h"
#include "recording/samples.h"

#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: write_traces DIR\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const auto write = [&folder](const char *name, const unwedge::recording::Recording &recording) {
        std::ofstream(folder / name, std::ios::binary) << unwedge::formats::to_perfetto(recording);
    };
    namespace samples = unwedge::recording::samples;
    write("wedge.pftrace", samples::wedge());
    write("healthy.pftrace", samples::healthy());
    write("hostile.pftrace", samples::hostile());
    write("crowd.pftrace", samples::crowd(200, 10'000));
    write("empty.pftrace", samples::empty());
    write("dialogue.pftrace", unwedge::formats::conversations::dialogue());
    return 0;
}
