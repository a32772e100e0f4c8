# One folder of src/ is one floor of the house: an object library that sees only the floors it names.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT EMSCRIPTEN)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
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
  # g++ under a sanitizer takes members of std::regex for uninitialised (its manual, -fsanitize=address, warns of that).
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

# hindsight_floor(NAME [FOLDER folder] [HEADERS headers...] [USES floors...]): every .cpp below src/folder is one
# floor. HEADERS are its public headers, beside those that bear its name (<hindsight/name.hpp>, <hindsight/name/...>).
# tools/check-floors reads the same lines and holds every include to them.
function(hindsight_floor name)
  cmake_parse_arguments(FLOOR "" "FOLDER" "HEADERS;USES" ${ARGN})
  if(NOT FLOOR_FOLDER)
    set(FLOOR_FOLDER ${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${FLOOR_FOLDER}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/kernels/vector/") # compiled once for each target: cmake/Targets.cmake
  add_library(hindsight_${name} OBJECT ${sources})
  set_target_properties(hindsight_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET default VISIBILITY_INLINES_HIDDEN ON) # names of templates would fill the symbol table
  target_link_libraries(hindsight_${name} PRIVATE hindsight_settings)
  foreach(floor ${FLOOR_USES})
    if(NOT TARGET hindsight_${floor})
      message(FATAL_ERROR "floor ${name} uses ${floor}, which is not below it")
    endif()
  endforeach()
endfunction()
