# The third-party headers that the core may include, all used header-only: fmt, nlohmann-json, fast_float, Highway.
# They stay inside: hindsight_parts is never linked PUBLIC, so an installed hindsight needs none of them.
add_library(hindsight_parts INTERFACE)

if(EMSCRIPTEN)
  # em++ must not see /usr/include, whose C library is not its own: a folder of symbolic links has just the parts.
  set(parts_folder ${PROJECT_BINARY_DIR}/parts)
  file(MAKE_DIRECTORY ${parts_folder})
  foreach(part fmt nlohmann fast_float hwy)
    find_path(HINDSIGHT_${part}_HEADERS ${part} PATHS /usr/include /usr/local/include NO_DEFAULT_PATH
              NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    file(CREATE_LINK ${HINDSIGHT_${part}_HEADERS}/${part} ${parts_folder}/${part} SYMBOLIC)
  endforeach()
  target_include_directories(hindsight_parts SYSTEM INTERFACE ${parts_folder})
else()
  find_package(fmt REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(FastFloat REQUIRED)
  # Of fmt only the headers: its code is compiled by src/base/format.cpp.
  target_include_directories(hindsight_parts SYSTEM INTERFACE
    $<TARGET_PROPERTY:fmt::fmt-header-only,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(hindsight_parts INTERFACE nlohmann_json::nlohmann_json FastFloat::fast_float)
endif()
