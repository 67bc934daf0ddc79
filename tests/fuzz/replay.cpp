// SPDX-License-Identifier: GPL-2.0-only
// fuzz_replay HARNESS FOLDER: the harness over each file of the folder, in order of their names, over each of
// these cut in half, over nothing, and over what it makes itself. No libFuzzer, so any compiler will do.
#include "harness.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using unwedge::fuzz::Harness;

const Harness *find_harness(std::string_view name) {
    const auto &all = unwedge::fuzz::harnesses();
    const auto found = std::ranges::find(all, name, &Harness::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path &folder) {
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string contents(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Told before it is tried: after a crash, the last line names the input.
void run(const Harness &harness, const std::string &name, std::string_view input) {
    std::cout << name << "\n" << std::flush;
    // A copy without a spare byte: with sanitizers, reading past its end shows.
    const std::vector<char> exact(input.begin(), input.end());
    harness.check({exact.data(), exact.size()});
}

int replay(const Harness &harness, const std::filesystem::path &folder) {
    run(harness, "nothing", "");
    const auto files = files_of(folder);
    for (const auto &file : files) {
        const std::string input = contents(file);
        run(harness, file.filename(), input);
        run(harness, file.filename().string() + ", half",
            std::string_view(input).substr(0, input.size() / 2));
    }
    std::size_t made = 0;
    if (harness.oversized)
        for (const std::string &input : harness.oversized())
            run(harness, "made here, " + std::to_string(++made), input);
    std::cout << files.size() << " files and " << made << " others replayed"
              << "\n"
              << std::flush;
    return files.empty() ? EXIT_FAILURE : EXIT_SUCCESS; // a harness without a corpus is not tested
}

} // namespace

int main(int count, char **arguments) {
    const Harness *harness = count == 3 ? find_harness(arguments[1]) : nullptr;
    if (harness)
        return replay(*harness, arguments[2]);
    std::cerr << "usage: fuzz_replay HARNESS FOLDER, with one of:\n";
    for (const Harness &one : unwedge::fuzz::harnesses())
        std::cerr << "  " << one.name << '\n';
    return 2;
}
