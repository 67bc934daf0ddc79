// SPDX-License-Identifier: GPL-2.0-only
// Words for numbers, as util/units.cpp has them. Times and lengths are nanoseconds.

const ms = 1e6;
const s = 1e9;

function two_units(big, big_name, small, small_name) {
    return small ? `${big} ${big_name} ${small} ${small_name}` : `${big} ${big_name}`;
}

function duration_text(length) {
    if (length < 1000) return `${Math.round(length)} ns`;
    if (length < ms) return `${Math.round(length / 1e3)} µs`;
    if (length < 999.5 * ms) return `${Math.round(length / ms)} ms`;
    if (length < 9.95 * s) return `${(length / s).toFixed(1)} s`;
    const whole = Math.round(length / s);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return two_units(Math.floor(whole / 60), 'min', whole % 60, 's');
    if (whole < 172800) return two_units(Math.floor(whole / 3600), 'h', Math.floor(whole % 3600 / 60), 'min');
    return two_units(Math.floor(whole / 86400), 'd', Math.floor(whole % 86400 / 3600), 'h');
}

/** A time since the recording began, exact to `step`. */
function offset_text(time, step = ms) {
    const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step / s) - 1e-9)));
    const sign = time < 0 ? '−' : '';
    const total = Math.abs(time) / s;
    if (total < 60) return `${sign}${total.toFixed(digits)} s`;
    const minutes = Math.floor(total / 60);
    const rest = (total - minutes * 60).toFixed(digits).padStart(digits ? digits + 3 : 2, '0');
    if (minutes < 60) return `${sign}${minutes}:${rest}`;
    return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

function bytes_text(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    const units = ['KiB', 'MiB', 'GiB', 'TiB'];
    let unit = 0;
    let amount = bytes / 1024;
    for (; amount >= 1023.95 && unit + 1 < units.length; ++unit) amount /= 1024;
    return `${amount.toFixed(1)} ${units[unit]}`;
}

function counted(count, noun) {
    return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** "12:00:00.123", UTC. */
function clock_text(time) {
    return new Date(data.begin_unix + time / ms).toISOString().slice(11, 23);
}
