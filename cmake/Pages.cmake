# Manual pages and shells' completions, written by the program itself once it is built. A program built for another machine cannot: then
# there are none.

if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  return()
endif()

set(pages "${CMAKE_CURRENT_BINARY_DIR}/pages")
file(MAKE_DIRECTORY "${pages}/man1" "${pages}/bash" "${pages}/zsh" "${pages}/fish")
set(program ${CMAKE_CROSSCOMPILING_EMULATOR} "$<TARGET_FILE:staleread>")
add_custom_command(TARGET staleread POST_BUILD
  COMMAND ${program} help --man-to "${pages}/man1"
  COMMAND ${program} completion bash > "${pages}/bash/staleread"
  COMMAND ${program} completion zsh > "${pages}/zsh/_staleread"
  COMMAND ${program} completion fish > "${pages}/fish/staleread.fish"
  VERBATIM)

if(SKBUILD)
  set(share "${SKBUILD_DATA_DIR}/share")
else()
  set(share "${CMAKE_INSTALL_DATADIR}")
endif()
install(DIRECTORY "${pages}/man1/" DESTINATION "${share}/man/man1" FILES_MATCHING PATTERN "*.1")
install(FILES "${pages}/bash/staleread" DESTINATION "${share}/bash-completion/completions")
install(FILES "${pages}/zsh/_staleread" DESTINATION "${share}/zsh/site-functions")
install(FILES "${pages}/fish/staleread.fish" DESTINATION "${share}/fish/vendor_completions.d")
