// SPDX-License-Identifier: GPL-2.0-only
/// What tests/cost has executed: linked statically, so that its files are not looked for each time.
int main() {}
