# One folder of src/ is one floor of the house: an object library that sees only the floors it names.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT EMSCRIPTEN)
  # Without this sloppiness it caches nothing that has a precompiled header. Depend mode, because a header whose
  # comments alone have changed looks the same once preprocessed: the old precompiled header would be taken, and
  # g++, which knows a #pragma once header by its exact bytes, would read the new one beside it ("redefinition").
  # The namespace leaves behind what earlier builds stored that way.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1 CCACHE_NAMESPACE=depend ${CCACHE})
endif()

add_library(hindsight_settings INTERFACE)
target_link_libraries(hindsight_settings INTERFACE hindsight_parts)
target_compile_features(hindsight_settings INTERFACE cxx_std_20)
target_include_directories(hindsight_settings INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
# Fused multiply-adds only where a kernel asks for them: otherwise a result would depend on the compiler's mood.
target_compile_options(hindsight_settings INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wno-missing-field-initializers)
# g++ 12 sees overlapping copies in "(" + std::string where there are none (gcc.gnu.org/PR105651).
target_compile_options(hindsight_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(HINDSIGHT_WERROR)
  target_compile_options(hindsight_settings INTERFACE -Werror)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT EMSCRIPTEN)
  target_compile_options(hindsight_settings INTERFACE -march=x86-64-v2)
endif()
if(HINDSIGHT_SANITIZE)
  target_compile_options(hindsight_settings INTERFACE -fsanitize=${HINDSIGHT_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  # g++ under a sanitizer takes what is set for uninitialised: its manual, -fsanitize=address, warns of that.
  target_compile_options(hindsight_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(hindsight_settings INTERFACE -fsanitize=${HINDSIGHT_SANITIZE})
endif()
# Checks of every pointer before it is used take the compiler a third of its time, and minutes where thousands of intrinsics
# are. The library's own floors have them; kernels, tests and the program, which set this property, leave null pointers and
# what lies outside an object to the CPU and to the address sanitizer.
if(HINDSIGHT_SANITIZE MATCHES undefined)
  target_compile_options(hindsight_settings INTERFACE
    $<$<BOOL:$<TARGET_PROPERTY:HINDSIGHT_FEWER_CHECKS>>:-fno-sanitize=null,alignment,object-size,vptr>)
endif()

# Two ways to optimise. The core has 3 MB: a room's loops gain as much from -O2 with the vectoriser of -O3 as from -O3, whose
# copies of each loop and rows of no-operations before it cost a lot; the narrow kernels alone are worth that
# (cmake/Targets.cmake). What no training step passes through is compiled for size alone.
set(hindsight_fast_flags -O2)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  list(APPEND hindsight_fast_flags -fno-align-functions -fno-align-jumps -fno-align-loops -ftree-vectorize
       -fvect-cost-model=dynamic)
endif()
set(hindsight_small_flags -Os)

# What nearly every source of the library includes, parsed once for each of the two: half of the time that a source takes to
# compile goes there. (Every source still includes what it uses: WASM and clang-tidy compile without.)
function(hindsight_precompile target kind)
  get_property(first GLOBAL PROPERTY HINDSIGHT_PRECOMPILED_${kind})
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
    return()
  endif()
  target_precompile_headers(${target} PRIVATE <algorithm> <cmath> <cstdint> <functional> <memory> <span> <string> <vector>
    <hindsight/op.hpp> <hindsight/tensor.hpp> "${PROJECT_SOURCE_DIR}/src/base/format.hpp")
  set_property(GLOBAL PROPERTY HINDSIGHT_PRECOMPILED_${kind} ${target})
endfunction()

# One way's sources of a floor.
function(hindsight_add_objects target kind sources)
  add_library(${target} OBJECT ${sources})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET default VISIBILITY_INLINES_HIDDEN ON) # names of templates would fill the symbol table
  target_link_libraries(${target} PRIVATE hindsight_settings)
  target_compile_options(${target} PRIVATE "$<$<CONFIG:Release,RelWithDebInfo>:${hindsight_${kind}_flags}>")
  set_property(GLOBAL APPEND PROPERTY HINDSIGHT_OBJECTS $<TARGET_OBJECTS:${target}>)
endfunction()

# hindsight_floor(NAME [FOLDER folder] [HEADERS headers...] [USES floors...] [SMALL files...] [FAST files...]): every .cpp
# below src/folder is one floor. HEADERS are its public headers, beside those that bear its name (<hindsight/name.hpp>,
# <hindsight/name/...>). SMALL are the files (patterns, within the folder) to compile for size, FAST are exceptions to them.
# tools/check-floors reads the same lines and holds every include to them.
function(hindsight_floor name)
  cmake_parse_arguments(FLOOR "" "FOLDER" "HEADERS;USES;SMALL;FAST" ${ARGN})
  if(NOT FLOOR_FOLDER)
    set(FLOOR_FOLDER ${name})
  endif()
  get_property(floors GLOBAL PROPERTY HINDSIGHT_FLOORS)
  foreach(floor ${FLOOR_USES})
    if(NOT floor IN_LIST floors)
      message(FATAL_ERROR "floor ${name} uses ${floor}, which is not below it")
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY HINDSIGHT_FLOORS ${name})

  set(folder ${PROJECT_SOURCE_DIR}/src/${FLOOR_FOLDER})
  file(GLOB_RECURSE fast CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER fast EXCLUDE REGEX "/kernels/vector/") # compiled once for each target: cmake/Targets.cmake
  list(TRANSFORM FLOOR_SMALL PREPEND ${folder}/)
  list(TRANSFORM FLOOR_FAST PREPEND ${folder}/)
  set(small "")
  if(FLOOR_SMALL)
    file(GLOB_RECURSE small CONFIGURE_DEPENDS ${FLOOR_SMALL})
    list(REMOVE_ITEM small ${FLOOR_FAST} "")
    list(REMOVE_ITEM fast ${small})
  endif()
  foreach(kind fast small)
    if(${kind})
      set(target hindsight_${name}_${kind})
      hindsight_add_objects(${target} ${kind} "${${kind}}")
      if(name STREQUAL graph OR "graph" IN_LIST FLOOR_USES)
        hindsight_precompile(${target} ${kind})
      endif()
    endif()
  endforeach()
endfunction()
