# SPDX-License-Identifier: GPL-2.0-only
# Warnings and sanitizers for every C++ target of the project, as one interface target.

add_library(unwedge_options INTERFACE)
target_compile_options(unwedge_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough
    # A designated initializer names what matters and leaves the rest at its default on purpose.
    -Wno-missing-field-initializers)
target_compile_definitions(unwedge_options INTERFACE UNWEDGE_VERSION="${PROJECT_VERSION}")
target_include_directories(unwedge_options INTERFACE ${CMAKE_SOURCE_DIR}/userspace)
if(UNWEDGE_SANITIZE)
    target_compile_options(unwedge_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
        -fno-sanitize-recover=undefined)
    target_link_options(unwedge_options INTERFACE -fsanitize=address,undefined)
endif()
if(UNWEDGE_FUZZ)
    # All code counts what it reaches; libFuzzer's main() is linked into the harnesses alone. No warnings: they are
    # GCC's and clang-tidy's to give.
    target_compile_options(unwedge_options INTERFACE -w -fsanitize=fuzzer-no-link,address,undefined
        -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_compile_definitions(unwedge_options INTERFACE _GLIBCXX_ASSERTIONS)
    target_link_options(unwedge_options INTERFACE -fsanitize=address,undefined)
endif()

# unwedge_library(name SOURCES… [DEPENDS targets…]): the static library unwedge_<name>.
function(unwedge_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    add_library(unwedge_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(unwedge_${name} PUBLIC unwedge_options ${ARG_DEPENDS})
endfunction()

# unwedge_gtest_program(name SOURCES… DEPENDS targets…): a GoogleTest program. Compiling the tests is most of a build, so
# their own code is not optimised and its common headers are compiled once (not in the dev preset, where a missing
# include shall show).
function(unwedge_gtest_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE unwedge_options ${ARG_DEPENDS} GTest::gtest_main)
    target_compile_options(${name} PRIVATE -O0)
    target_precompile_headers(${name} REUSE_FROM unwedge_gtest_headers)
endfunction()

# unwedge_unit_test(name SOURCES… DEPENDS targets…): the same, each case a CTest of label unit.
function(unwedge_unit_test name)
    unwedge_gtest_program(${name} ${ARGN})
    gtest_discover_tests(${name} TEST_PREFIX "unit." PROPERTIES LABELS unit TIMEOUT 60)
endfunction()
