# plimsoll_library(NAME [target_link_libraries arguments])
#
# Makes the library plimsoll_NAME of every .cpp under src/NAME.
function(plimsoll_library name)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
    if(files)
        add_library(plimsoll_${name} STATIC ${files})
    else()
        add_library(plimsoll_${name} STATIC "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
    endif()
    if(ARGN)
        target_link_libraries(plimsoll_${name} ${ARGN})
    endif()
endfunction()

# plimsoll_registry(checks TYPE Check HEADER core/check.hpp DIR checks)
#
# Makes the library plimsoll_checks of every .cpp in DIR, plus one generated file that defines all_checks():
# a table of the constant that each file defines. Constant and file share a name, so adding a file adds an
# entry and a misnamed constant is a link error. Parts that are too large for one file live in a folder
# below DIR and are compiled along, but not listed. No static constructors, no linker tricks; order by name.
function(plimsoll_registry target)
    cmake_parse_arguments(arg "" "TYPE;HEADER;DIR" "" ${ARGN})
    set(folder "${PROJECT_SOURCE_DIR}/${arg_DIR}")
    file(GLOB files CONFIGURE_DEPENDS "${folder}/*.cpp")
    file(GLOB_RECURSE parts CONFIGURE_DEPENDS "${folder}/*/*.cpp")
    list(SORT files)
    set(declarations "")
    set(entries "")
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        string(APPEND declarations "extern const ${arg_TYPE} ${name};\n")
        string(APPEND entries "        &${target}::${name},\n")
    endforeach()
    set(generated "${PROJECT_BINARY_DIR}/generated/all_${target}.cpp")
    file(CONFIGURE OUTPUT "${generated}" @ONLY CONTENT [[
// Made by cmake/Registry.cmake from the files in @arg_DIR@/. Do not edit.
#include "@arg_HEADER@"

#include <array>

namespace plimsoll::@target@ {
@declarations@}

namespace plimsoll {

std::span<const @arg_TYPE@* const> all_@target@() noexcept {
    static constexpr auto table = std::to_array<const @arg_TYPE@*>({
@entries@    });
    return table;
}

}  // namespace plimsoll
]])
    add_library(plimsoll_${target} STATIC ${files} ${parts} "${generated}")
    target_link_libraries(plimsoll_${target} PUBLIC plimsoll_core)
endfunction()
