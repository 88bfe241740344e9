#!/usr/bin/env python3
"""One file dropped into checks/ is a check after a rebuild, with no other file edited.

Builds a small project on our own cmake/Registry.cmake and headers, runs it, drops the README's example
of a check in, builds again without configuring, runs it again. So the example compiles too.

usage: registry_test.py CHECKOUT CXX
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

checkout, compiler = Path(sys.argv[1]).resolve(), sys.argv[2]

PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(dropped LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
include("{checkout}/cmake/Registry.cmake")
add_library(plimsoll_core INTERFACE)
target_include_directories(plimsoll_core INTERFACE "{checkout}/src")
plimsoll_registry(checks TYPE Check HEADER core/check.hpp DIR checks)
add_executable(list main.cpp)
target_link_libraries(list PRIVATE plimsoll_checks)
"""

MAIN = """
#include "core/check.hpp"
#include <cstdio>
int main() {
    for (const plimsoll::Check* check : plimsoll::all_checks()) {
        std::printf("%.*s\\n", static_cast<int>(check->id.size()), check->id.data());
    }
}
"""

FIRST = """
#include "core/check.hpp"
namespace plimsoll::checks {
extern constinit const Check a_first{.id = "a-first"};
}
"""


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def readme_example() -> str:
    blocks = re.findall(r"```cpp\n(.*?)```", (checkout / "README.md").read_text(), re.S)
    if len(blocks) != 1:
        sys.exit("the README should hold one example of a check")
    return blocks[0]


with tempfile.TemporaryDirectory() as folder:
    source, build = Path(folder, "source"), Path(folder, "build")
    (source / "checks").mkdir(parents=True)
    (source / "CMakeLists.txt").write_text(PROJECT)
    (source / "main.cpp").write_text(MAIN)
    (source / "checks" / "a_first.cpp").write_text(FIRST)
    run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}")
    run("cmake", "--build", build)
    before = run(build / "list").split()
    (source / "checks" / "many_classes.cpp").write_text(readme_example())
    run("cmake", "--build", build)
    after = run(build / "list").split()

if (before, after) != (["a-first"], ["a-first", "many-classes"]):
    sys.exit(f"expected the dropped check to be listed: before {before}, after {after}")
