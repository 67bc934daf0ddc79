// SPDX-License-Identifier: GPL-2.0-only
// Nothing: CMake hangs the precompiled header of all GoogleTest programs on a target with a source.
