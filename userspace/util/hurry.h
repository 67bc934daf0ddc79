// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace unwedge {

/// As long as it lives, this thread comes before others that want a CPU, where it may: a fork bomb would
/// leave it a hundredth of one, too little to end the bomb. What is forked meanwhile has that, too.
class Hurry {
  public:
    Hurry();
    Hurry(const Hurry &) = delete;
    Hurry &operator=(const Hurry &) = delete;
    ~Hurry();

  private:
    int before_;
};

} // namespace unwedge
