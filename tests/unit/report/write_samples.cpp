// SPDX-License-Identifier: GPL-2.0-only
// write_samples DIR [WIDTH [colour]]: each sample as DIR/NAME.json and DIR/NAME.txt, for the schema's test
// and to be looked at.
#include "report/json.h"
#include "report/text.h"
#include "samples.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char **argv) {
    if (argc < 2) {
        std::cerr << "usage: write_samples DIR [WIDTH [colour]]\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    unwedge::report::Style style;
    if (argc > 2)
        style.width = std::strtoul(argv[2], nullptr, 10);
    style.colour = argc > 3;
    std::filesystem::create_directories(folder);
    for (const auto &[name, context] : unwedge::report::samples::all()) {
        std::ofstream(folder / (name + ".json")) << unwedge::report::to_json(context);
        std::ofstream(folder / (name + ".txt")) << unwedge::report::to_text(context, style);
    }
    return 0;
}
