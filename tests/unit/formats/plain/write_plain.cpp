// SPDX-License-Identifier: GPL-2.0-only
// write_plain DIR: each sample as DIR/NAME.xml, .annotations and .md, for the schema's test and to be looked
// at.
#include "formats/plain/github.h"
#include "formats/plain/junit.h"
#include "formats/plain/samples.h"

#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: write_plain DIR\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const auto &[name, recording] : unwedge::formats::samples::all()) {
        std::ofstream(folder / (name + ".xml")) << unwedge::formats::to_junit(recording);
        std::ofstream(folder / (name + ".annotations")) << unwedge::formats::to_github_annotations(recording);
        std::ofstream(folder / (name + ".md")) << unwedge::formats::to_github_summary(recording);
    }
    return 0;
}
