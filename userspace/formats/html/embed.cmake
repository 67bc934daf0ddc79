# SPDX-License-Identifier: GPL-2.0-only
# cmake -DSCRIPTS=a.js;b.js -DSTYLE=x.css -DTEMPLATE=… -DOUTPUT=… -P embed.cmake: the assets as a C++ source, with the
# hashes by which the page's Content-Security-Policy allows these texts and no others.
cmake_policy(VERSION 3.25)

# hash_of(variable text): as the policy wants it, base64 of the digest; CMake tells it in hexadecimal.
function(hash_of variable text)
    set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    string(SHA256 digest "${text}")
    set(encoded)
    # Three hexadecimal digits are two of base64. The 64th is filled up with two bits, and "=" says that 16 were missing.
    foreach(start RANGE 0 60 3)
        string(SUBSTRING ${digest} ${start} 3 digits)
        math(EXPR high "0x${digits} >> 6")
        math(EXPR low "0x${digits} & 63")
        string(SUBSTRING ${alphabet} ${high} 1 first)
        string(SUBSTRING ${alphabet} ${low} 1 second)
        string(APPEND encoded ${first}${second})
    endforeach()
    string(SUBSTRING ${digest} 63 1 digits)
    math(EXPR high "0x${digits} << 2")
    string(SUBSTRING ${alphabet} ${high} 1 first)
    set(${variable} "sha256-${encoded}${first}=" PARENT_SCOPE)
endfunction()

# One function around all parts: they share names, and the page gets none of them.
set(SCRIPT "(() => {\n")
foreach(part IN LISTS SCRIPTS)
    file(READ ${part} text)
    string(APPEND SCRIPT "${text}")
endforeach()
string(APPEND SCRIPT "})();\n")
file(READ ${STYLE} STYLE_TEXT)
hash_of(SCRIPT_HASH "${SCRIPT}")
hash_of(STYLE_HASH "${STYLE_TEXT}")
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
