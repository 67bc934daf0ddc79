// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <elf.h>
#include <sys/user.h>

/// The one place of stacks/ that knows the architecture.
namespace unwedge::stacks {

#if defined(__x86_64__)
using UserRegisters = user_regs_struct;
constexpr std::size_t register_count = 17;
constexpr std::size_t sp_register = 7;
constexpr int return_register = 16;
constexpr unsigned native_machine = EM_X86_64;
#elif defined(__aarch64__)
using UserRegisters = user_regs_struct;
constexpr std::size_t register_count = 32;
constexpr std::size_t sp_register = 31;
constexpr int return_register = 30;
constexpr unsigned native_machine = EM_AARCH64;
#else
#error "stacks/registers.h does not know this architecture"
#endif

struct Registers {
    std::uint64_t pc = 0;
    std::uint64_t sp = 0;
    /// By DWARF's numbers; nullopt: only the two above are known.
    std::optional<std::array<std::uint64_t, register_count>> all;
};

inline Registers registers_from(const UserRegisters &user) {
#if defined(__x86_64__)
    return {user.rip, user.rsp,
            std::array<std::uint64_t, register_count>{
                user.rax, user.rdx, user.rcx, user.rbx, user.rsi, user.rdi, user.rbp, user.rsp, user.r8,
                user.r9, user.r10, user.r11, user.r12, user.r13, user.r14, user.r15, user.rip}};
#else
    std::array<std::uint64_t, register_count> all{};
    for (std::size_t i = 0; i < sp_register; ++i)
        all[i] = user.regs[i];
    all[sp_register] = user.sp;
    return {user.pc, user.sp, all};
#endif
}

} // namespace unwedge::stacks
