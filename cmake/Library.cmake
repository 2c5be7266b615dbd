# libstaleread: staleread.h on top of staleread_core, shared and static, for programs that embed the analyzer.
# In both, nothing can be seen from outside but what the header declares.

file(GLOB api_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/api/*.c")
add_library(staleread_api OBJECT ${api_sources})
target_include_directories(staleread_api PUBLIC "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(staleread_api PUBLIC staleread_core)

# Rises where a program that was built before would not run any more.
set(library_soversion 0)

add_library(staleread_shared SHARED)
target_link_libraries(staleread_shared PRIVATE staleread_api)
target_include_directories(staleread_shared INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
set_target_properties(staleread_shared PROPERTIES
  OUTPUT_NAME staleread
  EXPORT_NAME staleread
  LINKER_LANGUAGE C
  VERSION ${PROJECT_VERSION}
  SOVERSION ${library_soversion})

# The static one is a single object: only within one can names be hidden, which may be those of the program around it.
set(static_library "${CMAKE_CURRENT_BINARY_DIR}/libstaleread.a")
set(static_object "${CMAKE_CURRENT_BINARY_DIR}/libstaleread.o")
add_custom_command(OUTPUT "${static_library}"
  COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o "${static_object}"
    "$<TARGET_OBJECTS:staleread_api>" "$<TARGET_FILE:staleread_core>"
  COMMAND ${CMAKE_OBJCOPY} --localize-hidden "${static_object}"
  COMMAND ${CMAKE_COMMAND} -E rm -f "${static_library}"
  COMMAND ${CMAKE_AR} rcs "${static_library}" "${static_object}"
  DEPENDS staleread_api staleread_core "$<TARGET_OBJECTS:staleread_api>"
  COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(staleread_static ALL DEPENDS "${static_library}")

# What finds it where it was installed, wherever that is moved to.
include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/staleread")
file(RELATIVE_PATH prefix_from_pkgconfig "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
set(static_packages zlib yaml-0.1 libcjson libutf8proc)
if(LIBDEFLATE_FOUND)
  list(APPEND static_packages libdeflate)
endif()
list(JOIN static_packages ", " static_packages)
configure_file(cmake/staleread.pc.in staleread.pc @ONLY)
write_basic_package_version_file(staleread-config-version.cmake COMPATIBILITY SameMajorVersion)

install(FILES include/staleread.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS staleread_shared EXPORT staleread-config LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES "${static_library}" DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/staleread.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(EXPORT staleread-config NAMESPACE staleread:: DESTINATION ${package_folder})
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/staleread-config-version.cmake" DESTINATION ${package_folder})
