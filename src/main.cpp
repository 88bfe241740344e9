// plimsoll: source -> reader -> evidence -> check -> finding -> verdict -> audit -> report.
//
// The stages are the folders: input/ and readers/ fill evidence/, app/ puts the checks/ to it,
// verdict/ judges the findings, reports/ print the Audit. cli/ has the commands; here is only the
// door.
#include "cli/cli.hpp"

namespace plimsoll {
extern const char* const built_from;  // cmake/Version.cmake
}

int main(int argc, char** argv) {
    return static_cast<int>(plimsoll::cli::run(argc, argv, plimsoll::built_from));
}
