# What `cmake --install` puts where: the library, its headers, its CMake package and its pkg-config file;
# the pictures (hindsight::figure) and the program beside them where they were built.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hindsight)

# Everything that is installed, as one target.
add_custom_target(hindsight_package DEPENDS hindsight)

install(TARGETS hindsight EXPORT hindsightTargets)
install(DIRECTORY include/hindsight DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp"
        PATTERN figure.hpp EXCLUDE)
install(EXPORT hindsightTargets NAMESPACE hindsight:: DESTINATION ${package_folder})

configure_package_config_file(cmake/hindsightConfig.cmake.in ${PROJECT_BINARY_DIR}/hindsightConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hindsightConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hindsightConfig.cmake ${PROJECT_BINARY_DIR}/hindsightConfigVersion.cmake
        DESTINATION ${package_folder})

# The pkg-config files find all else from where they lie, so that an installed tree may be moved.
file(RELATIVE_PATH pc_includedir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/hindsight.pc.in ${PROJECT_BINARY_DIR}/hindsight.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/hindsight.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET hindsight_figure)
  # A package file of its own, so that only who asks for pictures needs cairo.
  install(TARGETS hindsight_figure EXPORT hindsightFigureTargets)
  install(FILES include/hindsight/figure.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hindsight)
  install(EXPORT hindsightFigureTargets NAMESPACE hindsight:: DESTINATION ${package_folder})
  configure_file(cmake/hindsight-figure.pc.in ${PROJECT_BINARY_DIR}/hindsight-figure.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/hindsight-figure.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  add_dependencies(hindsight_package hindsight_figure)
endif()

if(TARGET hindsight_program)
  install(TARGETS hindsight_program)
  add_dependencies(hindsight_package hindsight_program)
endif()
