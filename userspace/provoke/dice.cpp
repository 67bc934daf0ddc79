// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/dice.h"

#include "provoke/hash.h"

#include <chrono>

namespace unwedge::provoke {
namespace {

std::uint64_t mixed(std::uint64_t word) {
    word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27U)) * 0x94d049bb133111eb;
    return word ^ (word >> 31U);
}

} // namespace

Dice::Dice(std::uint64_t seed, std::string_view who, std::string_view what)
    : state_(mixed(seed) ^ hash_of(what, mixed(hash_of(who)))) {}

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15;
    return mixed(state_);
}

int Dice::number(int least, int most) {
    const auto values = static_cast<std::uint64_t>(most - least) + 1;
    return least + static_cast<int>(next() % values);
}

Nanos Dice::length(Nanos least, Nanos most) {
    const auto us = [](Nanos length) {
        return static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(length).count());
    };
    return std::chrono::microseconds(number(us(least), us(most)));
}

} // namespace unwedge::provoke
