// SPDX-License-Identifier: GPL-2.0-only
// write_pages DIR: each sample recording as DIR/NAME.html, for tests/browser and to be looked at.
#include "formats/html/html.h"
#include "recording/samples.h"
#include "report/samples.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

namespace {

using unwedge::recording::Recording;
namespace samples = unwedge::recording::samples;

/// Three that wait on each other, and one that waits on them: a graph with a cycle.
Recording cycle() {
    Recording recording = samples::wedge();
    auto &diagnosis = recording.looks.back().diagnosis;
    const auto edge = [&](unwedge::facts::Pid from, unwedge::facts::Pid to) {
        diagnosis.waits.push_back(
            {from, to, std::nullopt, 0, unwedge::diagnosis::Strength::definite, "waits in futex for a lock"});
    };
    edge(105, 106);
    edge(106, 107);
    edge(107, 105);
    return recording;
}

std::map<std::string, Recording> pages() {
    namespace reports = unwedge::report::samples;
    return {{"wedge", samples::wedge()},
            {"healthy", samples::healthy()},
            {"crowd", samples::crowd(200, 100'000)},
            {"hostile", samples::hostile()},
            {"empty", samples::empty()},
            {"cycle", cycle()},
            {"inconclusive", samples::of(reports::inconclusive())},
            {"recovered", samples::of(reports::recovered())}};
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: write_pages DIR\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const auto &[name, recording] : pages()) {
        std::ofstream page(folder / (name + ".html"), std::ios::binary);
        page << unwedge::formats::to_html(recording);
        if (!page.flush()) {
            std::cerr << "write_pages: could not write " << name << ".html\n";
            return 1;
        }
    }
    return 0;
}
