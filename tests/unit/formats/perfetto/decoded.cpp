// SPDX-License-Identifier: GPL-2.0-only
#include "decoded.h"

#include "util/utf8.h"

#include <protozero/pbf_reader.hpp>

#include <string_view>

namespace unwedge::formats {

namespace {

using protozero::pbf_reader;
using Interned = std::map<std::uint64_t, std::string>;

struct Reader {
    DecodedTrace trace;
    Interned categories, names, annotation_names;
    bool state_is_valid = false;

    void fault(const std::string &what) { trace.faults.push_back(what); }

    std::string text(pbf_reader &reader) {
        std::string text = reader.get_string();
        for (std::string_view rest = text; !rest.empty();) {
            const Glyph glyph = first_glyph(rest);
            if (!glyph.valid)
                fault("not UTF-8: " + text);
            rest.remove_prefix(glyph.bytes.size());
        }
        return text;
    }

    std::string lookup(const Interned &interned, std::uint64_t id) {
        const auto found = interned.find(id);
        if (found == interned.end())
            fault("nothing is interned as " + std::to_string(id));
        return found == interned.end() ? "" : found->second;
    }

    void unknown(const char *message, const pbf_reader &reader) {
        fault(std::string(message) + " has field " + std::to_string(reader.tag()));
    }

    void clocks(pbf_reader snapshot) {
        while (snapshot.next())
            switch (snapshot.tag()) {
            case 1: {
                pbf_reader clock = snapshot.get_message();
                std::uint32_t id = 0;
                while (clock.next())
                    if (clock.tag() == 1)
                        id = clock.get_uint32();
                    else
                        trace.clocks[id] = clock.get_uint64();
                break;
            }
            case 2: trace.primary_clock = snapshot.get_uint32(); break;
            default: unknown("ClockSnapshot", snapshot), snapshot.skip();
            }
    }

    void intern(pbf_reader data) {
        while (data.next()) {
            Interned *into[] = {nullptr, &categories, &names, &annotation_names};
            if (data.tag() > 3) {
                unknown("InternedData", data);
                data.skip();
                continue;
            }
            Interned &interned = *into[data.tag()];
            pbf_reader entry = data.get_message();
            std::uint64_t id = 0;
            while (entry.next())
                if (entry.tag() == 1)
                    id = entry.get_uint64();
                else if (!interned.emplace(id, text(entry)).second || id == 0)
                    fault("interned again: " + std::to_string(id));
        }
    }

    void process(pbf_reader descriptor, DecodedTrack &track) {
        track.is_process = true;
        while (descriptor.next())
            switch (descriptor.tag()) {
            case 1: track.pid = descriptor.get_int32(); break;
            case 2: track.cmdline.push_back(text(descriptor)); break;
            case 6: track.process_name = text(descriptor); break;
            case 7: descriptor.skip(); break;
            default: unknown("ProcessDescriptor", descriptor), descriptor.skip();
            }
    }

    void track(pbf_reader descriptor) {
        std::uint64_t uuid = 0;
        DecodedTrack track;
        while (descriptor.next())
            switch (descriptor.tag()) {
            case 1: uuid = descriptor.get_uint64(); break;
            case 2: track.name = text(descriptor); break;
            case 3: process(descriptor.get_message(), track); break;
            case 4: {
                pbf_reader thread = descriptor.get_message();
                while (thread.next())
                    (thread.tag() == 1 ? track.pid : track.tid) = thread.get_int32();
                break;
            }
            case 5: track.parent = descriptor.get_uint64(); break;
            case 8: {
                track.is_counter = true;
                pbf_reader counter = descriptor.get_message();
                while (counter.next())
                    counter.tag() == 3 ? void(track.unit = counter.get_enum()) : counter.skip();
                break;
            }
            default: unknown("TrackDescriptor", descriptor), descriptor.skip();
            }
        if (track.parent != 0 && !trace.tracks.contains(track.parent))
            fault("a track comes before its parent");
        if (uuid == 0 || !trace.tracks.emplace(uuid, track).second)
            fault("a track's id is taken");
    }

    void annotation(pbf_reader reader, DecodedEvent &event) {
        std::string name;
        std::string value;
        while (reader.next())
            switch (reader.tag()) {
            case 1: name = lookup(annotation_names, reader.get_uint64()); break;
            case 3: value = std::to_string(reader.get_uint64()); break;
            case 4: value = std::to_string(reader.get_int64()); break;
            case 6: value = text(reader); break;
            case 12: {
                pbf_reader element = reader.get_message();
                while (element.next())
                    value += (value.empty() ? "" : "\n") + text(element);
                break;
            }
            default: unknown("DebugAnnotation", reader), reader.skip();
            }
        if (!event.annotations.emplace(name, value).second)
            fault("two annotations have the name " + name);
    }

    void event(pbf_reader reader, std::uint64_t at) {
        DecodedEvent event{.at = at};
        while (reader.next())
            switch (reader.tag()) {
            case 3: event.category = lookup(categories, reader.get_uint64()); break;
            case 4: annotation(reader.get_message(), event); break;
            case 9: event.type = reader.get_enum(); break;
            case 10: event.name = lookup(names, reader.get_uint64()); break;
            case 11: event.track = reader.get_uint64(); break;
            case 30: event.value = reader.get_int64(); break;
            case 47: event.flows.push_back(reader.get_fixed64()); break;
            case 48: event.ended_flows.push_back(reader.get_fixed64()); break;
            default: unknown("TrackEvent", reader), reader.skip();
            }
        if (!trace.tracks.contains(event.track))
            fault("an event is on no track");
        trace.events.push_back(event);
    }

    void packet(pbf_reader reader) {
        std::uint64_t at = 0;
        std::uint32_t sequence = 0;
        std::uint32_t flags = 0;
        pbf_reader track_event, data;
        while (reader.next())
            switch (reader.tag()) {
            case 6: clocks(reader.get_message()); break;
            case 8: at = reader.get_uint64(); break;
            case 10: sequence = reader.get_uint32(); break;
            case 11: track_event = reader.get_message(); break;
            case 12: data = reader.get_message(); break;
            case 13: flags = reader.get_uint32(); break;
            case 59: {
                pbf_reader defaults = reader.get_message();
                while (defaults.next())
                    trace.default_clock = defaults.get_uint32();
                break;
            }
            case 60: track(reader.get_message()); break;
            case 87: reader.skip(); break;
            default: unknown("TracePacket", reader), reader.skip();
            }
        if (sequence == 0)
            fault("a packet is of no sequence");
        if (flags == 1)
            state_is_valid = true;
        if (data)
            intern(data);
        if (!track_event)
            return;
        if (flags != 2 || !state_is_valid)
            fault("an event comes without the state that it needs");
        event(track_event, at);
    }
};

} // namespace

std::vector<DecodedEvent> DecodedTrace::on(const std::string &track, std::int32_t pid) const {
    std::vector<DecodedEvent> found;
    for (const DecodedEvent &event : events)
        if (tracks.at(event.track).name == track && pid_of(event.track) == pid)
            found.push_back(event);
    return found;
}

std::vector<DecodedEvent> DecodedTrace::named(const std::string &name) const {
    std::vector<DecodedEvent> found;
    for (const DecodedEvent &event : events)
        if (event.name == name)
            found.push_back(event);
    return found;
}

std::int32_t DecodedTrace::pid_of(std::uint64_t track) const {
    for (auto found = tracks.find(track); found != tracks.end(); found = tracks.find(found->second.parent))
        if (found->second.pid != 0)
            return found->second.pid;
    return 0;
}

DecodedTrace decode(const std::string &trace) {
    Reader reader;
    pbf_reader packets(trace);
    while (packets.next(1))
        reader.packet(packets.get_message());
    return reader.trace;
}

} // namespace unwedge::formats
