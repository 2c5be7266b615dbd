# Finds a C library by pkg-config, as PkgConfig::<NAME>; a missing one is named with the package to install.
find_package(PkgConfig)
if(NOT PKG_CONFIG_FOUND)
  message(FATAL_ERROR "pkg-config is missing. On Debian: apt-get install pkg-config")
endif()

macro(find_system_package name module debian_package)
  pkg_check_modules(${name} IMPORTED_TARGET ${module})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "The library ${module} is missing. On Debian: apt-get install ${debian_package}")
  endif()
endmacro()

# The same for a library that can be done without: `wanted` is ON, OFF, or AUTO.
macro(find_optional_package name module wanted debian_package)
  if("${wanted}" STREQUAL "AUTO")
    pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
  elseif("${wanted}")
    find_system_package(${name} ${module} ${debian_package})
  else()
    set(${name}_FOUND FALSE)
  endif()
endmacro()
