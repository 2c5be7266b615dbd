# The HTML report's style and script become C:
#
#     cmake -D STYLE=report.css -D SCRIPT=report.js -D OUTPUT=html_assets.c -P Embed.cmake
#
# Each with its SHA-256 in base64, as a Content-Security-Policy wants it. Bytes, not strings: those are limited in C.

# hex_to_base64(VARIABLE HEX): an even number of hexadecimal digits.
function(hex_to_base64 variable hex)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  set(encoded "")
  string(LENGTH "${hex}" digits)
  math(EXPR tail "${digits} % 6")
  set(padding "")
  if(tail EQUAL 2)
    set(padding "==")
    string(APPEND hex "0000")
  elseif(tail EQUAL 4)
    set(padding "=")
    string(APPEND hex "00")
  endif()
  string(REGEX MATCHALL "......" groups "${hex}")
  foreach(group IN LISTS groups)
    foreach(shift IN ITEMS 18 12 6 0)
      math(EXPR sextet "(0x${group} >> ${shift}) & 63")
      string(SUBSTRING "${alphabet}" ${sextet} 1 letter)
      string(APPEND encoded "${letter}")
    endforeach()
  endforeach()
  string(LENGTH "${padding}" padded)
  string(LENGTH "${encoded}" length)
  math(EXPR length "${length} - ${padded}")
  string(SUBSTRING "${encoded}" 0 ${length} encoded)
  set(${variable} "${encoded}${padding}" PARENT_SCOPE)
endfunction()

# embed(TEXT NAME PATH): the C that defines html_assets_NAME and its hash.
function(embed text name path)
  file(READ "${path}" hex HEX)
  file(SHA256 "${path}" hash)
  hex_to_base64(hash "${hash}")
  string(REGEX REPLACE "(................................)" "\\1\n    " hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  set(${text} "static const unsigned char ${name}[] = {\n    ${bytes}};
const struct text html_assets_${name} = {(const char *)${name}, sizeof ${name}};
const struct text html_assets_${name}_hash = {\"${hash}\", sizeof \"${hash}\" - 1};

" PARENT_SCOPE)
endfunction()

embed(style style "${STYLE}")
embed(script script "${SCRIPT}")
file(WRITE "${OUTPUT}" "/* Made by cmake/Embed.cmake. */\n#include \"report/html_assets.h\"\n\n${style}${script}")
