// Every script is a shell script that a shell accepts, and names its provider's export.
#include "app/how.hpp"

#include "catch.hpp"

#include <cstdio>
#include <memory>

using namespace plimsoll;

TEST_CASE("every provider has a script that sh can parse") {
    CHECK(app::how_providers().size() >= 7);
    CHECK_FALSE(app::how("no-such-provider"));
    for (const std::string_view provider : app::how_providers()) {
        CAPTURE(provider);
        const std::optional<std::string> script = app::how(provider);
        REQUIRE(script);
        CHECK(script->find("plimsoll audit") != std::string::npos);
        CHECK(script->find("| xargs -P") == std::string::npos);  // parallel writers mix their lines
        const std::unique_ptr<FILE, int (*)(FILE*)> shell{popen("sh -n", "w"),
                                                          [](FILE*) { return 0; }};
        REQUIRE(shell);
        std::fwrite(script->data(), 1, script->size(), shell.get());
        CHECK(pclose(shell.get()) == 0);
    }
}
