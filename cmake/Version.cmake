# plimsoll_version: the commit that is built, for --version. Written only when it changes, so that a build
# with nothing to do stays one.
find_package(Git QUIET)
set(commit "unknown")
if(GIT_FOUND)
    execute_process(COMMAND "${GIT_EXECUTABLE}" rev-parse --short=12 HEAD
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/version.cpp" @ONLY CONTENT [[
// Made by cmake/Version.cmake. Do not edit.
namespace plimsoll {
extern const char* const built_from;
const char* const built_from = "@commit@";
}  // namespace plimsoll
]])
add_library(plimsoll_version STATIC "${PROJECT_BINARY_DIR}/generated/version.cpp")
