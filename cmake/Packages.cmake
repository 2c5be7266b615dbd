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
