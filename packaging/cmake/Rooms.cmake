# A folder is a library: its room. Which room stands below which is said once, in packaging/rooms.txt.
set(PRUNESCOPE_ROOMS ${CMAKE_SOURCE_DIR}/packaging/rooms.txt)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PRUNESCOPE_ROOMS})

# prunescope_room_target(RESULT ROOM): prunescope_core_base for core/base, prunescope_ui for ui/*.
function(prunescope_room_target result room)
    string(REGEX REPLACE "/[*]$" "" name ${room})
    string(REPLACE / _ name ${name})
    set(${result} prunescope_${name} PARENT_SCOPE)
endfunction()

# prunescope_link_rooms(TARGET ROOM): links TARGET with the rooms and libraries in the row of ROOM. What includes a room's
# headers includes what they include, hence PUBLIC. Rooms that this build does without are left out.
function(prunescope_link_rooms target room)
    string(REPLACE * [*] pattern ${room})
    file(STRINGS ${PRUNESCOPE_ROOMS} row REGEX "^${pattern} ")
    if(NOT row)
        message(FATAL_ERROR "${room}: no such room in packaging/rooms.txt")
    endif()
    string(REGEX REPLACE " +" ";" row "${row}")
    list(POP_FRONT row name libraries)
    get_target_property(type ${target} TYPE)
    set(scope PUBLIC)
    if(type STREQUAL INTERFACE_LIBRARY)
        set(scope INTERFACE)
    endif()
    foreach(below IN LISTS row)
        prunescope_room_target(library ${below})
        target_link_libraries(${target} ${scope} $<TARGET_NAME_IF_EXISTS:${library}>)
    endforeach()
    if(libraries STREQUAL LibTorch)
        target_link_libraries(${target} ${scope} LibTorch::cpu)
        prunescope_precompile_torch(${target})
    endif()
endfunction()

# prunescope_precompile_torch(TARGET): one precompiled header for all who include LibTorch, because ATen costs seconds a
# file; the first of them makes it.
function(prunescope_precompile_torch target)
    get_property(first GLOBAL PROPERTY PRUNESCOPE_PRECOMPILES_TORCH)
    if(first)
        target_precompile_headers(${target} REUSE_FROM ${first})
    else()
        target_precompile_headers(${target} PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
        set_property(GLOBAL PROPERTY PRUNESCOPE_PRECOMPILES_TORCH ${target})
    endif()
endfunction()

# prunescope_room([SOURCE...]): the room of this folder, ${room_target}; headers alone need no source.
function(prunescope_room)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE room)
    prunescope_room_target(target ${room})
    if(ARGN)
        add_library(${target} STATIC ${ARGN})
        prunescope_target(${target})
    else()
        add_library(${target} INTERFACE)
    endif()
    prunescope_link_rooms(${target} ${room})
    set(room_target ${target} PARENT_SCOPE)
endfunction()

# kernel_x86(TARGET SOURCE avx2|avx512 FLAGS...): a file of kernels for one instruction set of x86-64, where that is what
# the machine has. It is entered only where the processor has that set, so it must not bring inline functions of others
# along: intrinsics and C headers only.
function(kernel_x86 target source level)
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        return()
    endif()
    set(flags -mavx2)
    if(level STREQUAL avx512)
        set(flags -mavx512f -mavx512bw -mavx512vl -mavx512dq)
    endif()
    target_compile_definitions(${target} PRIVATE PRUNESCOPE_X86_KERNELS)
    target_sources(${target} PRIVATE ${source})
    # gcc 12 takes the undefined registers of its own intrinsics for uninitialised ones.
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-O3;-Wno-uninitialized;${flags};${ARGN}")
endfunction()
