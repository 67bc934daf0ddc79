// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tracer.h"

#include "kernel/events.h"
#include "kernel/flight.h"
#include "kernel/iterator.h"
#include "unwedge.skel.h"
#include "util/mapping.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <ctime>
#include <iterator>
#include <span>
#include <unordered_set>

namespace unwedge::kernel {
namespace {

using Skeleton = std::unique_ptr<unwedge_bpf, decltype(&unwedge_bpf__destroy)>;
using Link = std::unique_ptr<bpf_link, int (*)(bpf_link *)>;
using Ring = std::unique_ptr<ring_buffer, decltype(&ring_buffer__free)>;

Result<Link> attach(const bpf_program *program) {
    Link link(bpf_program__attach(program), bpf_link__destroy);
    if (!link)
        return errno_error(std::string("attaching ") + bpf_program__name(program), errno);
    return link;
}

/// CLOCK_MONOTONIC_COARSE advances with jiffies.
Nanos length_of_a_jiffy() {
    timespec tick{};
    ::clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
    return Nanos(tick.tv_sec * 1'000'000'000 + tick.tv_nsec);
}

/// A process that is gone is no error: it has nothing to tell; nor has one without a number in our pid
/// namespace, which to the kernel would mean all there are.
Result<std::vector<std::byte>> visit_task(const bpf_program *program, facts::Pid pid) {
    if (pid <= 0)
        return std::vector<std::byte>{};
    Result<Fd> link = link_task_iterator(program, pid);
    if (!link && link.error().code == ESRCH)
        return std::vector<std::byte>{};
    if (!link)
        return link.error();
    return run_iterator(*link);
}

/// To go through a process among all takes a third of what an iterator of its own does.
bool are_most_of_the_host(std::size_t actors) {
    struct sysinfo host {};
    return ::sysinfo(&host) == 0 && actors > host.procs / 3;
}

template <typename Record>
Result<std::vector<Record>> as_records(const Result<std::vector<std::byte>> &bytes) {
    if (!bytes)
        return bytes.error();
    return records_of<Record>(*bytes);
}

/// Each once, by what `id` says.
template <typename Record>
Result<std::vector<Record>> without_twins(Result<std::vector<Record>> records, __u64 Record::*id) {
    if (!records)
        return records;
    std::unordered_set<__u64> told;
    told.reserve(records->size());
    std::erase_if(*records, [&](const Record &record) { return !told.insert(record.*id).second; });
    return records;
}

/// All flight recordings as they are now. Only for so long: all of it counts as this process's memory.
class Flights {
  public:
    static Result<Flights> of(const bpf_map *map) {
        const std::size_t size = bpf_map__value_size(map);
        const std::size_t count = bpf_map__max_entries(map);
        Result<Mapping> mapping = Mapping::of(bpf_map__fd(map), count * size);
        if (!mapping)
            return mapping.error();
        return Flights(std::move(*mapping), size, count);
    }

    /// Of each number the one of its last process.
    std::map<facts::Pid, const uw_flight *> latest() const {
        const std::span all(static_cast<const std::byte *>(mapping_.start()), count_ * size_);
        std::map<facts::Pid, const uw_flight *> latest;
        for (std::size_t i = 0; i < count_; ++i) {
            const auto &flight = *reinterpret_cast<const uw_flight *>(all.subspan(i * size_).data());
            if (flight.number == 0)
                continue;
            const uw_flight *&known = latest[static_cast<facts::Pid>(flight.pid)];
            if (!known || flight.number > known->number)
                known = &flight;
        }
        return latest;
    }

  private:
    Flights(Mapping mapping, std::size_t size, std::size_t count)
        : mapping_(std::move(mapping)), size_(size), count_(count) {}

    Mapping mapping_;
    std::size_t size_; ///< of one
    std::size_t count_;
};

__u32 bits_of(const facts::CallsWanted &calls) {
    __u32 bits = 0;
    if (calls.connects)
        bits |= UW_CALLS_CONNECT;
    if (calls.listens)
        bits |= UW_CALLS_LISTEN;
    if (calls.sockets)
        bits |= UW_CALLS_SOCKET;
    return bits;
}

Result<void> attach_all(const std::vector<bpf_program *> &programs, std::vector<Link> &links) {
    for (const bpf_program *program : programs) {
        Result<Link> link = attach(program);
        if (!link)
            return link.error();
        links.push_back(std::move(*link));
    }
    return {};
}

} // namespace

std::string_view name(Level level) {
    switch (level) {
    case Level::sample: return "sample";
    case Level::trace: return "trace";
    case Level::full: break;
    }
    return "full";
}

std::size_t flight_size(std::uint32_t records) {
    return sizeof(uw_flight) + std::size_t{records} * sizeof(uw_flight_record);
}

struct Tracer::Impl {
    /// A hook that comes and goes while tracing.
    struct Switch {
        std::vector<bpf_program *> programs; ///< loaded from the start
        std::vector<Link> links;
        Nanos since{};

        Result<void> turn(bool on) {
            if (programs.empty() || on == !links.empty())
                return {};
            if (!on) {
                links.clear();
                return {};
            }
            if (Result<void> done = attach_all(programs, links); !done)
                return done.error();
            since = monotonic_now();
            return {};
        }
        std::optional<Nanos> on_since() const { return links.empty() ? std::nullopt : std::optional(since); }
    };

    Skeleton skeleton{nullptr, unwedge_bpf__destroy};
    std::vector<Link> links;
    Switch receive;
    Switch park;
    bool counts_sends = false;
    bool meets_sockets = false;
    /// One that visits all tracked sockets.
    struct EndIterator {
        bpf_program *program = nullptr;
        Fd link; ///< over the map, or over the descriptors of all processes of the host
    };

    Ring ring{nullptr, ring_buffer__free};
    EndIterator sweep;
    EndIterator dump;
    EndIterator delays; ///< without a program unless level is full
    bool sweeps_the_map = true;
    Listeners listeners;

    Result<void> open(const HookPlan &plan, const Settings &settings);
    void choose_end_iterators();
    void load_only(const std::vector<bpf_program *> &wanted);
    Result<void> load();
    /// What the iterator tells; of some sockets more than once where it goes by descriptors.
    Result<std::vector<std::byte>> visit_ends(const EndIterator &iterator,
                                              const std::vector<facts::Pid> &actors) const;
    FlightClock flight_clock() const;
    facts::History history_of(const uw_flight &flight) const {
        return kernel::history_of(flight, skeleton->rodata->config.flight_mask + std::size_t{1},
                                  flight_clock());
    }
    std::vector<bpf_program *> programs_of(const facts::CallsWanted &calls) const;
    /// The programs by which the plan observes a hook.
    std::vector<bpf_program *> programs_of(const HookPlan &plan, Hook hook) const;
    Result<void> learn_namespace() const;

    static int on_record(void *self, void *data, size_t size);
};

/// An error that happened inside libbpf's callback has nowhere to go: an unknown record is skipped.
int Tracer::Impl::on_record(void *self, void *data, size_t size) {
    auto *impl = static_cast<Impl *>(self);
    const std::span record(static_cast<const std::byte *>(data), size);
    const Listeners &listeners = impl->listeners;
    if (const std::optional<facts::Event> event = decode_event(record); event && listeners.event)
        listeners.event(*event);
    else if (const std::optional<facts::Call> call = decode_call(record); call && listeners.call)
        listeners.call(*call);
    return 0;
}

std::vector<bpf_program *> Tracer::Impl::programs_of(const HookPlan &plan, Hook hook) const {
    const auto &progs = skeleton->progs;
    struct Use {
        Hook hook;
        const char *mechanism;
        const char *target;
        bpf_program *program;
    };
    const Use uses[]{
        {Hook::receive, "tp_btf", "sock_recv_length", progs.tp_btf__receive},
        {Hook::receive, "fentry", "tcp_recvmsg", progs.fexit__tcp_receive},
        {Hook::receive, "fentry", "unix_stream_recvmsg", progs.fexit__unix_stream_receive},
        {Hook::receive, "fentry", "unix_dgram_recvmsg", progs.fexit__unix_dgram_receive},
        {Hook::receive, "fentry", "unix_seqpacket_recvmsg", progs.fexit__unix_seqpacket_receive},
        {Hook::receive, "kprobe", "__tcp_cleanup_rbuf", progs.kprobe__tcp_take},
        {Hook::receive, "kprobe", "unix_stream_read_actor", progs.kprobe__unix_stream_take},
        {Hook::receive, "kprobe", "unix_stream_splice_actor", progs.kprobe__unix_stream_splice},
        {Hook::receive, "kprobe", "skb_free_datagram", progs.kprobe__unix_dgram_take},
        {Hook::send, "tp_btf", "sock_send_length", progs.tp_btf__send},
        {Hook::send, "fentry", "tcp_sendmsg", progs.fexit__tcp_send},
        {Hook::send, "fentry", "unix_stream_sendmsg", progs.fexit__unix_stream_send},
        {Hook::send, "fentry", "unix_dgram_sendmsg", progs.fexit__unix_dgram_send},
        {Hook::send, "fentry", "unix_seqpacket_sendmsg", progs.fexit__unix_seqpacket_send},
        {Hook::send, "kprobe", "tcp_sendmsg", progs.kprobe__tcp_send},
        {Hook::send, "kprobe", "tcp_sendmsg", progs.kretprobe__tcp_send},
        {Hook::send, "kprobe", "unix_stream_sendmsg", progs.kprobe__unix_stream_send},
        {Hook::send, "kprobe", "unix_stream_sendmsg", progs.kretprobe__unix_stream_send},
        {Hook::send, "kprobe", "unix_dgram_sendmsg", progs.kprobe__unix_dgram_send},
        {Hook::send, "kprobe", "unix_dgram_sendmsg", progs.kretprobe__unix_dgram_send},
        {Hook::arrival, "tp_btf", "sk_data_ready", progs.tp_btf__arrival},
        {Hook::arrival, "fentry", "sock_def_readable", progs.fentry__arrival},
        {Hook::arrival, "kprobe", "sock_def_readable", progs.kprobe__arrival},
        {Hook::park, "fentry", "do_epoll_wait", progs.fexit__epoll},
        {Hook::park, "fentry", "do_sys_poll", progs.fexit__poll},
        {Hook::park, "fentry", "core_sys_select", progs.fexit__select},
        {Hook::park, "fentry", "io_cqring_wait", progs.fexit__io_uring},
        {Hook::park, "kprobe", "do_epoll_wait", progs.kprobe__epoll},
        {Hook::park, "kprobe", "do_sys_poll", progs.kprobe__poll},
        {Hook::park, "kprobe", "core_sys_select", progs.kprobe__select},
        {Hook::park, "kprobe", "io_cqring_wait", progs.kprobe__io_uring},
        {Hook::state, "tp_btf", "inet_sock_set_state", progs.tp_btf__sock_state},
        {Hook::lifecycle, "tp_btf", "sched_process_fork", progs.tp_btf__process_fork},
        {Hook::lifecycle, "tp_btf", "sched_process_exec", progs.tp_btf__process_exec},
        {Hook::lifecycle, "tp_btf", "sched_process_exit", progs.tp_btf__process_exit},
    };
    std::vector<bpf_program *> programs;
    for (const Use &use : uses)
        if (use.hook == hook && plan.of(hook).uses(use.mechanism, use.target))
            programs.push_back(use.program);
    return programs;
}

std::vector<bpf_program *> Tracer::Impl::programs_of(const facts::CallsWanted &calls) const {
    std::vector<bpf_program *> programs;
    if (calls.tcp)
        programs.push_back(skeleton->progs.tp_btf__tcp_call);
    if (calls.any_by_syscall())
        programs.push_back(skeleton->progs.tp_btf__call);
    if (calls.writes)
        programs.push_back(skeleton->progs.tp_btf__write);
    return programs;
}

/// Only what will be attached is loaded: a program for a function that this kernel lacks can't be.
void Tracer::Impl::load_only(const std::vector<bpf_program *> &wanted) {
    bpf_program *program = nullptr;
    bpf_object__for_each_program(program, skeleton->obj)
        bpf_program__set_autoload(program, std::ranges::find(wanted, program) != wanted.end());
    for (bpf_program *iterator :
         {skeleton->progs.dump__holds, skeleton->progs.dump__threads, skeleton->progs.adopt__threads})
        bpf_program__set_autoload(iterator, true);
    for (const EndIterator *iterator : {&sweep, &dump, &delays})
        if (iterator->program)
            bpf_program__set_autoload(iterator->program, true);
}

void Tracer::Impl::choose_end_iterators() {
    const auto &progs = skeleton->progs;
    sweep.program = sweeps_the_map ? progs.sweep__ends : progs.sweep__files;
    dump.program = sweeps_the_map ? progs.dump__ends : progs.dump__files;
    if (skeleton->rodata->config.exact_times)
        delays.program = sweeps_the_map ? progs.dump__delays : progs.dump__file_delays;
}

Result<void> Tracer::Impl::open(const HookPlan &plan, const Settings &settings) {
    skeleton.reset(unwedge_bpf__open());
    if (!skeleton)
        return errno_error("opening the BPF object", errno);
    if (skeleton->rodata->config.abi_version != UW_ABI_VERSION)
        return Error{"the BPF object is of another version than this program: rebuild", 0};
    skeleton->rodata->config.stall_after_ns = static_cast<__u64>(settings.stall_after.count());
    skeleton->rodata->config.sweep_gap_ns = static_cast<__u64>(settings.sweep_gap.count());
    skeleton->rodata->config.exact_times = settings.level == Level::full;
    skeleton->rodata->config.tcp_recvmsg_arguments = plan.tcp_recvmsg_arguments;
    skeleton->rodata->config.notes = plan.notes_by_address();
    skeleton->rodata->config.calls = bits_of(settings.calls);
    if (settings.calls.writes) {
        skeleton->rodata->config.log_fd = static_cast<__u32>(settings.calls.writes->fd);
        skeleton->rodata->config.log_window_ns = static_cast<__u64>(settings.calls.writes->window.count());
    }
    for (bpf_map *map : {skeleton->maps.records, skeleton->maps.writers, skeleton->maps.writings})
        bpf_map__set_autocreate(map, settings.calls.writes.has_value());
    bpf_map__set_autocreate(skeleton->maps.notes, plan.notes_by_address());
    // libbpf rounds it up to what the kernel takes.
    if (int failed = bpf_map__set_max_entries(skeleton->maps.events, std::max(settings.ring_size, 1U)))
        return errno_error("sizing the ring buffer", -failed);
    skeleton->rodata->config.wake_after = bpf_map__max_entries(skeleton->maps.events) / 4;
    if (settings.level != Level::sample) {
        uw_config &config = skeleton->rodata->config;
        config.flights = std::clamp<__u32>(settings.flights, 1, UW_FLIGHT_SLOTS);
        const __u32 records =
            std::bit_floor(std::clamp<__u32>(settings.flight_records, 1, UW_FLIGHT_MOST_RECORDS));
        config.flight_mask = records - 1;
        bpf_map__set_max_entries(skeleton->maps.flights, config.flights);
        if (int failed =
                bpf_map__set_value_size(skeleton->maps.flights, static_cast<__u32>(flight_size(records))))
            return errno_error("sizing the flight recorder", -failed);
    }
    return {};
}

Result<void> Tracer::Impl::load() {
    if (int failed = unwedge_bpf__load(skeleton.get()))
        return errno_error("loading the BPF programs", -failed);
    ring.reset(ring_buffer__new(bpf_map__fd(skeleton->maps.events), on_record, this, nullptr));
    if (!ring)
        return errno_error("mapping the ring buffer", errno);
    for (EndIterator *iterator : {&sweep, &dump, &delays}) {
        if (!iterator->program)
            continue;
        Result<Fd> link = sweeps_the_map
                              ? link_map_iterator(iterator->program, bpf_map__fd(skeleton->maps.ends))
                              : link_host_iterator(iterator->program);
        if (!link)
            return link.error();
        iterator->link = std::move(*link);
    }
    return {};
}

FlightClock Tracer::Impl::flight_clock() const {
    if (skeleton->rodata->config.exact_times)
        return {};
    const uw_stats &stats = skeleton->bss->stats;
    return {length_of_a_jiffy(), Nanos(stats.clock_ns), stats.clock_jiffies};
}

/// The programs tell pids in the namespace that this process is in; its depth is read off itself.
Result<void> Tracer::Impl::learn_namespace() const {
    const Result<std::vector<uw_thread_record>> self =
        as_records<uw_thread_record>(visit_task(skeleton->progs.dump__threads, ::getpid()));
    if (!self)
        return self.error();
    if (self->empty())
        return Error{"the task iterator does not show unwedge itself", 0};
    skeleton->bss->pidns_level = self->front().pidns_level;
    return {};
}

Tracer::Tracer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tracer::Tracer(Tracer &&) noexcept = default;
Tracer &Tracer::operator=(Tracer &&) noexcept = default;
Tracer::~Tracer() = default;

Result<Tracer> Tracer::start(const HookPlan &plan, const Settings &settings) {
    auto impl = std::make_unique<Impl>();
    if (Result<void> done = impl->open(plan, settings); !done)
        return done.error();
    impl->receive.programs = impl->programs_of(plan, Hook::receive);
    std::vector<bpf_program *> from_the_start = impl->programs_of(plan, Hook::lifecycle);
    std::ranges::copy(impl->programs_of(plan, Hook::state), std::back_inserter(from_the_start));
    std::ranges::copy(impl->programs_of(settings.calls), std::back_inserter(from_the_start));
    impl->meets_sockets = settings.level != Level::sample && !plan.notes_by_address();
    if (settings.level != Level::sample) {
        const std::vector<bpf_program *> send = impl->programs_of(plan, Hook::send);
        impl->counts_sends = !send.empty();
        std::ranges::copy(send, std::back_inserter(from_the_start));
        impl->park.programs = impl->programs_of(plan, Hook::park);
    }
    if (settings.level == Level::full)
        std::ranges::copy(impl->programs_of(plan, Hook::arrival), std::back_inserter(from_the_start));
    std::vector<bpf_program *> all = from_the_start;
    std::ranges::copy(impl->receive.programs, std::back_inserter(all));
    std::ranges::copy(impl->park.programs, std::back_inserter(all));
    impl->sweeps_the_map = plan.sweeps_the_map();
    impl->choose_end_iterators();
    impl->load_only(all);
    if (Result<void> done = impl->load(); !done)
        return done.error();
    if (Result<void> done = impl->learn_namespace(); !done)
        return done.error();
    if (Result<void> done = attach_all(from_the_start, impl->links); !done)
        return done.error();
    Tracer tracer(std::move(impl));
    if (settings.level != Level::sample)
        if (Result<void> done = tracer.count_receives(true); !done)
            return done.error();
    return tracer;
}

Result<std::vector<std::byte>> Tracer::Impl::visit_ends(const EndIterator &iterator,
                                                        const std::vector<facts::Pid> &actors) const {
    if (sweeps_the_map || are_most_of_the_host(actors.size()))
        return run_iterator(iterator.link);
    std::vector<std::byte> all;
    for (const facts::Pid pid : actors) {
        const Result<std::vector<std::byte>> told = visit_task(iterator.program, pid);
        if (!told)
            return told.error();
        all.insert(all.end(), told->begin(), told->end());
    }
    return all;
}

Result<void> Tracer::adopt(const Fd &pidfd) {
    const uw_actor member{};
    const int key = pidfd.get();
    if (bpf_map_update_elem(bpf_map__fd(impl_->skeleton->maps.actors), &key, &member, BPF_ANY))
        return errno_error("tracking the command", errno);
    return {};
}

Result<std::size_t> Tracer::adopt_running(facts::Pid pid) {
    const Result<std::vector<std::byte>> adopted = visit_task(impl_->skeleton->progs.adopt__threads, pid);
    if (!adopted)
        return adopted.error();
    return adopted->size();
}

bool Tracer::is_actor(const Fd &pidfd) const {
    uw_actor member{};
    const int key = pidfd.get();
    return bpf_map_lookup_elem(bpf_map__fd(impl_->skeleton->maps.actors), &key, &member) == 0;
}

int Tracer::events_fd() const {
    return ring_buffer__epoll_fd(impl_->ring.get());
}

void Tracer::drain_events(const Listeners &listeners) {
    impl_->listeners = listeners;
    ring_buffer__consume(impl_->ring.get());
    impl_->listeners = {};
}

std::vector<facts::Writing> Tracer::writings() const {
    const bpf_map *map = impl_->skeleton->maps.writings;
    std::vector<facts::Writing> all;
    if (!bpf_map__autocreate(map))
        return all;
    uw_process process{};
    uw_writing counts{};
    for (const uw_process *before = nullptr;
         bpf_map_get_next_key(bpf_map__fd(map), before, &process) == 0 && all.size() < UW_WRITINGS;
         before = &process)
        if (bpf_map_lookup_elem(bpf_map__fd(map), &process, &counts) == 0)
            all.push_back({static_cast<facts::Pid>(process.pid), counts.records, counts.single,
                           counts.doubled, counts.repeated, counts.bare});
    return all;
}

std::uint64_t Tracer::writes_missed() const {
    return impl_->skeleton->bss->stats.writes_missed;
}

std::uint64_t Tracer::calls_of_others() const {
    return impl_->skeleton->bss->stats.calls_of_others;
}

Result<SweepTotals> Tracer::sweep(Nanos now, const std::vector<facts::Pid> &actors) {
    auto *shared = impl_->skeleton->bss;
    shared->sweep.now_ns = static_cast<__u64>(now.count());
    shared->stats.swept = shared->stats.unread = shared->stats.stalled = shared->stats.aging =
        shared->stats.hung_up = 0;
    if (Result<std::vector<std::byte>> done = impl_->visit_ends(impl_->sweep, actors); !done)
        return done.error();
    return SweepTotals{shared->stats.swept, shared->stats.unread, shared->stats.stalled, shared->stats.aging,
                       shared->stats.hung_up};
}

Result<void> Tracer::count_receives(bool on) {
    return impl_->receive.turn(on);
}

std::optional<Nanos> Tracer::receives_counted_since() const {
    return impl_->receive.on_since();
}

bool Tracer::counts_sends() const {
    return impl_->counts_sends;
}

bool Tracer::meets_sockets() const {
    return impl_->meets_sockets;
}

Result<void> Tracer::count_turns(bool on) {
    Result<void> done = impl_->park.turn(on);
    if (!done)
        impl_->park.programs.clear();
    return done;
}

std::optional<Nanos> Tracer::turns_counted_since() const {
    return impl_->park.on_since();
}

Result<std::vector<uw_end_record>> Tracer::ends(const std::vector<facts::Pid> &actors) {
    return without_twins(as_records<uw_end_record>(impl_->visit_ends(impl_->dump, actors)),
                         &uw_end_record::id);
}

Result<std::vector<uw_delay_record>> Tracer::delays(const std::vector<facts::Pid> &actors) {
    if (!impl_->delays.program)
        return std::vector<uw_delay_record>{};
    return without_twins(as_records<uw_delay_record>(impl_->visit_ends(impl_->delays, actors)),
                         &uw_delay_record::end_id);
}

Result<std::vector<uw_thread_record>> Tracer::threads(facts::Pid pid) {
    return as_records<uw_thread_record>(visit_task(impl_->skeleton->progs.dump__threads, pid));
}

Result<std::vector<uw_hold_record>> Tracer::holds(facts::Pid pid) {
    return as_records<uw_hold_record>(visit_task(impl_->skeleton->progs.dump__holds, pid));
}

Result<std::map<facts::Pid, facts::History>> Tracer::histories() const {
    const Result<Flights> flights = Flights::of(impl_->skeleton->maps.flights);
    if (!flights)
        return flights.error();
    std::map<facts::Pid, facts::History> histories;
    for (const auto &[pid, flight] : flights->latest())
        histories.emplace(pid, impl_->history_of(*flight));
    return histories;
}

std::optional<facts::History> Tracer::history(const Fd &pidfd) const {
    const int key = pidfd.get();
    uw_actor member{};
    if (bpf_map_lookup_elem(bpf_map__fd(impl_->skeleton->maps.actors), &key, &member) || !member.flight)
        return std::nullopt;
    const bpf_map *map = impl_->skeleton->maps.flights;
    // The kernel pads each value of an array to eight bytes, and so do these.
    std::vector<std::uint64_t> value(bpf_map__value_size(map) / sizeof(std::uint64_t) + 1);
    const __u32 slot = member.flight & (UW_FLIGHT_SLOTS - 1);
    const auto &flight = *reinterpret_cast<const uw_flight *>(value.data());
    if (bpf_map_lookup_elem(bpf_map__fd(map), &slot, value.data()) || flight.number != member.flight)
        return std::nullopt;
    return impl_->history_of(flight);
}

std::uint64_t Tracer::histories_evicted() const {
    return impl_->skeleton->bss->stats.flights_evicted;
}

facts::Losses Tracer::losses() const {
    constexpr std::array<const char *, UW_LOSS_COUNT> names{"events", "actors", "ends", "argv", "returns"};
    facts::Losses losses;
    const std::span lost(impl_->skeleton->bss->stats.lost);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (lost[i] > 0)
            losses[names[i]] = lost[i];
    return losses;
}

std::uint64_t Tracer::emitted() const {
    return impl_->skeleton->bss->stats.emitted;
}

} // namespace unwedge::kernel
