# plimsoll_embed(TARGET DIR folder HEADER name.hpp [GLOB pattern])
#
# Puts every file of a folder (or those that match the pattern) into the program as a std::string_view: style.css becomes embedded::style_css.
# Raw string literals of at most 8 KiB, joined by the compiler: #embed is not in g++ 12.
function(plimsoll_embed target)
    cmake_parse_arguments(arg "" "DIR;HEADER;GLOB" "" ${ARGN})
    if(NOT arg_GLOB)
        set(arg_GLOB "*")
    endif()
    file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${arg_DIR}/${arg_GLOB}")
    list(SORT files)
    set(out "${PROJECT_BINARY_DIR}/generated/${arg_HEADER}")
    add_custom_command(
        OUTPUT "${out}"
        COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" "-DOUT=${out}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedScript.cmake"
        DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/EmbedScript.cmake"
        VERBATIM)
    target_sources(${target} PRIVATE "${out}")
    target_include_directories(${target} PRIVATE "${PROJECT_BINARY_DIR}/generated")
endfunction()
