# SPDX-License-Identifier: GPL-2.0-only
# BPF objects: clang → `bpftool gen object` → `bpftool gen skeleton` → an INTERFACE target.

find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)
set(BPF_CLANG "$ENV{BPF_CLANG}" CACHE FILEPATH "clang that compiles the BPF programs")
if(NOT BPF_CLANG)
    find_program(UNWEDGE_FOUND_BPF_CLANG NAMES clang-19 clang REQUIRED)
    set(BPF_CLANG ${UNWEDGE_FOUND_BPF_CLANG} CACHE FILEPATH "clang that compiles the BPF programs" FORCE)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(UNWEDGE_BPF_ARCH x86)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(UNWEDGE_BPF_ARCH arm64)
else()
    message(FATAL_ERROR "unwedge has no kernel types for ${CMAKE_SYSTEM_PROCESSOR}; see scripts/gen-vmlinux")
endif()

# The UAPI headers of a multiarch Debian lie in a folder that -target bpf does not search.
set(UNWEDGE_BPF_FLAGS -target bpf -mcpu=v3 -std=gnu11 -g -O2 -Wall -Wextra -Wno-unused-parameter -Werror
    -D__TARGET_ARCH_${UNWEDGE_BPF_ARCH}
    -I${CMAKE_SOURCE_DIR}/vmlinux -I${CMAKE_SOURCE_DIR}/bpf
    -idirafter ${CMAKE_SYSROOT}/usr/include/${CMAKE_LIBRARY_ARCHITECTURE})

# add_bpf_object(name SOURCES…): <name>.skel.h through the INTERFACE target <name>_skeleton.
function(add_bpf_object name)
    set(objects)
    foreach(source ${ARGN})
        get_filename_component(stem ${source} NAME_WE)
        set(object ${CMAKE_CURRENT_BINARY_DIR}/${stem}.bpf.o)
        add_custom_command(OUTPUT ${object}
            COMMAND ${BPF_CLANG} ${UNWEDGE_BPF_FLAGS} -MD -MF ${object}.d
                    -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
            DEPENDS ${source} DEPFILE ${object}.d VERBATIM
            COMMENT "BPF ${source}")
        list(APPEND objects ${object})
    endforeach()
    set(linked ${CMAKE_CURRENT_BINARY_DIR}/${name}.linked.o)
    set(skeleton_dir ${CMAKE_CURRENT_BINARY_DIR}/skeleton)
    set(skeleton ${skeleton_dir}/${name}.skel.h)
    file(MAKE_DIRECTORY ${skeleton_dir})
    add_custom_command(OUTPUT ${skeleton}
        COMMAND ${BPFTOOL} gen object ${linked} ${objects}
        COMMAND ${BPFTOOL} gen skeleton ${linked} name ${name}_bpf > ${skeleton}
        DEPENDS ${objects} VERBATIM COMMENT "BPF skeleton ${name}")
    add_custom_target(${name}_skeleton_file DEPENDS ${skeleton})
    add_library(${name}_skeleton INTERFACE)
    add_dependencies(${name}_skeleton ${name}_skeleton_file)
    # SYSTEM: generated code is not held to the project's warnings.
    target_include_directories(${name}_skeleton SYSTEM INTERFACE ${skeleton_dir})
    target_include_directories(${name}_skeleton INTERFACE ${CMAKE_SOURCE_DIR}/bpf)
    target_link_libraries(${name}_skeleton INTERFACE PkgConfig::LIBBPF)
endfunction()
