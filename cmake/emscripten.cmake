# Toolchain for the wasm preset: Debian's Emscripten, programs that run in node as one file.
find_program(EMXX em++ PATHS /usr/lib/emscripten)
if(NOT EMXX)
  message(FATAL_ERROR "em++ is not there: run 'tools/install-deps wasm'")
endif()
if(NOT EMSCRIPTEN_ROOT_PATH)
  foreach(root $ENV{EMSDK}/upstream/emscripten $ENV{EMSCRIPTEN} /usr/share/emscripten)
    if(EXISTS ${root}/cmake/Modules/Platform/Emscripten.cmake)
      set(EMSCRIPTEN_ROOT_PATH ${root})
      break()
    endif()
  endforeach()
endif()
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)

# Debian keeps the JavaScript modules that em++ -O2 needs (acorn) where node does not look by itself.
set(CMAKE_CXX_LINKER_LAUNCHER ${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs)
# Errors are exceptions here as everywhere.
set(CMAKE_CXX_FLAGS_INIT "-fexceptions")
# SINGLE_FILE: node 20 has a fetch() of its own, with which Emscripten 3.1.6 looks for the .wasm file and fails.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fexceptions -sSINGLE_FILE=1 -sALLOW_MEMORY_GROWTH=1 -sEXIT_RUNTIME=1")

find_program(NODE_PROGRAM NAMES node nodejs)
set(CMAKE_CROSSCOMPILING_EMULATOR ${NODE_PROGRAM})
