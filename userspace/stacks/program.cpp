// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/program.h"

#include "stacks/demangle.h"
#include "stacks/elf_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace unwedge::stacks {

namespace {

constexpr std::size_t most_maps = std::size_t{16} << 20; // bytes of text
constexpr off_t most_debugged = off_t{1} << 28;          // the debug information of a larger file is not read
constexpr int most_attempts = 3;
constexpr int enough = 100; // what libdwfl hands through; none of its own values

std::string dwfl_trouble() {
    const char *text = dwfl_errmsg(-1);
    return text ? text : "unknown error";
}

/// What libdwfl keeps for its user with each module.
void *&user_data(Dwfl_Module *module) {
    void **data = nullptr;
    dwfl_module_info(module, &data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    return *data;
}

struct FreeFrame {
    void operator()(Dwarf_Frame *frame) const { std::free(frame); }
};

/// Of a program for this machine; a 32-bit one has other registers.
bool is_native(Elf *elf) {
    // Both classes have it at the same place.
    std::size_t size = 0;
    const char *ident = ::elf_getident(elf, &size);
    const Elf64_Ehdr *header = ident && ident[EI_CLASS] == ELFCLASS64 ? ::elf64_getehdr(elf) : nullptr;
    return header && header->e_machine == native_machine;
}

/// Those that were measured to go on as if nothing was. Of a descriptor's kind there is no doubt with pipes
/// only: a socket may have a timeout, and then returns EINTR.
bool goes_on_by_itself(const procfs::Proc &proc, facts::Pid pid, const procfs::SyscallFrame &call) {
    constexpr auto known = std::to_array<long>({
        -1,
        SYS_restart_syscall,
        SYS_futex,
        SYS_clock_nanosleep,
        SYS_nanosleep,
        SYS_ppoll,
        SYS_pselect6,
        SYS_wait4,
        SYS_waitid,
        SYS_rt_sigsuspend,
#ifdef SYS_poll
        SYS_poll,
        SYS_select,
        SYS_pause,
#endif
    });
    if (call.number == SYS_read) {
        const auto target = proc.fd_target(pid, static_cast<int>(call.args[0]));
        return target && target->starts_with("pipe:");
    }
    return std::find(known.begin(), known.end(), call.number) != known.end();
}

} // namespace

/// What libdwfl asks for. No exceptions pass it: what is called here makes none but bad_alloc.
struct Program::Callbacks {
    static int find_elf(Dwfl_Module * /*module*/, void **data, const char * /*name*/, Dwarf_Addr /*base*/,
                        char ** /*file_name*/, Elf **elf) {
        auto &module = *static_cast<Module *>(*data);
        return module.image.inode == 0 ? copied(module, elf) : opened(module, elf);
    }

    static int copied(Module &module, Elf **elf) {
        auto copy = copy_image(module.pid, module.image);
        if (!copy)
            return -1;
        module.copy = *std::move(copy);
        *elf = checked(::elf_memory(reinterpret_cast<char *>(module.copy.data()), module.copy.size()));
        return -1;
    }

    /// Read, not mapped: who owns the file could cut it off, and to touch such a mapping is death by SIGBUS.
    static int opened(Module &module, Elf **elf) {
        auto file = open_image(*module.proc, module.pid, module.image);
        if (!file)
            return -1;
        struct stat about {};
        module.has_lines = ::fstat(file->get(), &about) == 0 && about.st_size <= most_debugged;
        *elf = checked(::elf_begin(file->get(), ELF_C_READ, nullptr));
        // libdwfl closes it.
        return *elf ? file->release() : -1;
    }

    static Elf *checked(Elf *elf) {
        if (elf && is_native(elf))
            return elf;
        ::elf_end(elf);
        return nullptr;
    }

    /// By build id below /usr/lib/debug only; the standard one would also look beside the program, which a
    /// stranger may have written, and, where DEBUGINFOD_URLS is set, ask the network.
    static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                              const char *file, const char *link, GElf_Word crc, char **found) {
        return dwfl_build_id_find_debuginfo(module, data, name, base, file, link, crc, found);
    }

    static pid_t next_thread(Dwfl * /*dwfl*/, void * /*program*/, void ** /*thread*/) { return 0; }

    static bool get_thread(Dwfl * /*dwfl*/, pid_t /*tid*/, void *current, void **thread) {
        *thread = current;
        return true;
    }

    static bool memory_read(Dwfl * /*dwfl*/, Dwarf_Addr address, Dwarf_Word *result, void *current) {
        const auto word = capture(current).word(address);
        *result = word.value_or(0);
        return word.has_value();
    }

    static bool set_initial_registers(Dwfl_Thread *thread, void *current) {
        const Registers &registers = capture(current).registers;
        dwfl_thread_state_register_pc(thread, registers.pc);
        if (registers.all)
            return dwfl_thread_state_registers(thread, 0, register_count, registers.all->data());
        return dwfl_thread_state_registers(thread, sp_register, 1, &registers.sp);
    }

    static const Capture &capture(void *current) { return *static_cast<const Current *>(current)->capture; }

    static constexpr Dwfl_Thread_Callbacks threads{next_thread,           get_thread, memory_read,
                                                   set_initial_registers, nullptr,    nullptr};
    static constexpr Dwfl_Callbacks files{find_elf, find_debuginfo, nullptr, nullptr};
};

void Program::End::operator()(Dwfl *dwfl) const {
    dwfl_end(dwfl);
}

Program::Program(const procfs::Proc &proc, facts::Pid pid)
    : proc_(&proc), pid_(pid), current_(std::make_unique<Current>()) {}

Result<Program> Program::of(const procfs::Proc &proc, facts::Pid pid) {
    const auto text = proc.read_text(fmt::format("{}/maps", pid), most_maps);
    if (!text)
        return text.error();
    auto areas = parse_maps(*text);
    if (!areas)
        return areas.error();
    if (areas->empty())
        return Error{fmt::format("process {} has no memory: it has ended, or is a kernel thread", pid),
                     ESRCH};
    Program program(proc, pid);
    program.areas_ = *std::move(areas);
    if (const auto attached = program.attach(); !attached)
        return attached.error();
    return program;
}

Result<void> Program::attach() {
    dwfl_.reset(dwfl_begin(&Callbacks::files));
    if (!dwfl_)
        return Error{"libdwfl: " + dwfl_trouble()};
    for (Image &image : images_of(areas_)) {
        auto &module =
            *modules_.emplace_back(std::make_unique<Module>(Module{proc_, pid_, std::move(image)}));
        const Image &kept = module.image;
        Dwfl_Module *reported = dwfl_report_module(dwfl_.get(), kept.path.c_str(), kept.start, kept.end);
        if (!reported)
            return Error{"libdwfl: " + dwfl_trouble()};
        user_data(reported) = &module;
    }
    dwfl_report_end(dwfl_.get(), nullptr, nullptr);
    if (!dwfl_attach_state(dwfl_.get(), nullptr, pid_, &Callbacks::threads, current_.get()))
        return Error{fmt::format("can't read the program of process {}: {}", pid_, dwfl_trouble())};
    return {};
}

facts::Frame Program::describe(std::uint64_t pc, bool goes_on_there) {
    facts::Frame frame;
    // Where a call returns to may already be the next line, or the next function.
    frame.address = goes_on_there || pc == 0 ? pc : pc - 1;
    Dwfl_Module *found = dwfl_addrmodule(dwfl_.get(), frame.address);
    if (!found)
        return frame;
    const auto &module = *static_cast<const Module *>(user_data(found));
    frame.module = module.image.path;
    GElf_Addr bias = 0;
    if (!dwfl_module_getelf(found, &bias))
        return frame;
    frame.offset = frame.address - bias;
    if (const char *symbol = dwfl_module_addrname(found, frame.address))
        frame.function = demangle(symbol);
    int line = 0;
    Dwfl_Line *const source = module.has_lines ? dwfl_module_getsrc(found, frame.address) : nullptr;
    const char *file = source ? dwfl_lineinfo(source, nullptr, &line, nullptr, nullptr, nullptr) : nullptr;
    if (file)
        frame.source = facts::SourceLine{file, line};
    return frame;
}

/// Says the program itself that its caller is undefined?
bool Program::is_outermost(std::uint64_t pc) const {
    Dwfl_Module *module = dwfl_addrmodule(dwfl_.get(), pc);
    Dwarf_Addr bias = 0;
    Dwarf_CFI *rules = module ? dwfl_module_eh_cfi(module, &bias) : nullptr;
    Dwarf_Frame *found = nullptr;
    if (!rules || ::dwarf_cfi_addrframe(rules, pc - bias, &found) != 0)
        return false;
    const std::unique_ptr<Dwarf_Frame, FreeFrame> frame(found);
    std::array<Dwarf_Op, 3> place{};
    Dwarf_Op *operations = nullptr;
    std::size_t count = 0;
    return ::dwarf_frame_register(frame.get(), return_register, place.data(), &operations, &count) == 0 &&
           count == 0 && operations == place.data();
}

Program::Unwound Program::unwind(const Capture &capture, facts::Pid tid) {
    std::vector<std::pair<Dwarf_Addr, bool>> pcs;
    const auto take = [](Dwfl_Frame *frame, void *into) -> int {
        auto &all = *static_cast<decltype(pcs) *>(into);
        Dwarf_Addr pc = 0;
        bool goes_on_there = false;
        if (!dwfl_frame_pc(frame, &pc, &goes_on_there))
            return DWARF_CB_ABORT;
        all.emplace_back(pc, goes_on_there);
        return all.size() < most_user_frames ? static_cast<int>(DWARF_CB_OK) : enough;
    };
    current_->capture = &capture;
    const int end = dwfl_getthread_frames(dwfl_.get(), tid, take, &pcs);
    current_->capture = nullptr;
    Unwound result;
    if (end == -1)
        result.trouble = dwfl_trouble();
    // Where a register is unknown, libdwfl may say the same as at the end.
    result.whole = end == enough || (!pcs.empty() && is_outermost(pcs.back().first));
    for (const auto &[pc, goes_on_there] : pcs)
        result.frames.push_back(describe(pc, goes_on_there));
    return result;
}

Result<Capture> Program::capture_asleep_patiently(facts::Pid tid) const {
    auto capture = capture_asleep(*proc_, pid_, tid, areas_);
    for (int i = 1; i < most_attempts && !capture && capture.error().code == EAGAIN; ++i)
        capture = capture_asleep(*proc_, pid_, tid, areas_);
    return capture;
}

bool Program::may_stop(Stop stop, const Result<Capture> &asleep) const {
    if (stop != Stop::unnoticed)
        return stop == Stop::needed;
    return asleep ? goes_on_by_itself(*proc_, pid_, asleep->call) : asleep.error().code == EAGAIN;
}

Result<UserStack> Program::stack(facts::Pid tid, Stop stop) {
    const auto asleep = capture_asleep_patiently(tid);
    Unwound seen;
    if (asleep) {
        seen = unwind(*asleep, tid);
        if (seen.whole)
            return UserStack{std::move(seen.frames), {}, {}};
    }
    if (!may_stop(stop, asleep)) {
        if (!asleep)
            return asleep.error();
        return UserStack{
            std::move(seen.frames),
            {},
            "its callers can't be found without stopping the thread, which its call would notice"};
    }
    const auto stopped = capture_stopped(*proc_, pid_, tid, areas_);
    if (!stopped && !asleep)
        return stopped.error();
    if (!stopped)
        return UserStack{
            std::move(seen.frames), {}, "its callers can't be found: " + stopped.error().message};
    Unwound whole = unwind(*stopped, tid);
    const std::string missing = whole.trouble.empty() ? "" : "its callers can't be found: " + whole.trouble;
    return UserStack{std::move(whole.frames), stopped->stopped_for, missing};
}

} // namespace unwedge::stacks
