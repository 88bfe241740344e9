// Connection strings and queries as text: no server is needed.
#include "catch.hpp"
#include "readers/live/queries.hpp"
#include "readers/live/session.hpp"

using namespace plimsoll::readers::live;

TEST_CASE("parameters are added only where the user set none") {
    const SessionLimits limits;
    const std::string plain = with_parameters("postgresql://db/shop", limits, true);
    CHECK(plain.starts_with("postgresql://db/shop?application_name=plimsoll&"));
    CHECK(plain.find("default_transaction_read_only%3Don") != std::string::npos);
    CHECK(plain.find("statement_timeout%3D10000") != std::string::npos);
    const std::string own = with_parameters(
        "postgresql://db/shop?connect_timeout=3&sslmode=verify-full", limits, false);
    CHECK(own.starts_with("postgresql://db/shop?connect_timeout=3&sslmode=verify-full&"));
    CHECK(own.find("connect_timeout", own.find("connect_timeout") + 1) == std::string::npos);
    CHECK(own.find("options=") == std::string::npos);
}

TEST_CASE("no password leaves: as written, decoded, in parameters, with an at sign in it") {
    for (const std::string url : {"postgresql://me:s%40crt@db:5432/shop",
                                  "postgresql://me:s@crt@db/shop",
                                  "postgresql://me@db/shop?password=s%40crt&x=1",
                                  "postgresql://me:s%40crt@db/shop?sslpassword=s@crt"}) {
        const std::vector<std::string> secrets = secrets_of(url);
        INFO(url);
        CHECK(shown(url).find("crt") == std::string::npos);
        CHECK(shown(url).find("db") != std::string::npos);
        CHECK(scrub("could not use \"" + url + "\"\nreally", secrets).find("crt") ==
              std::string::npos);
        CHECK(scrub("the word s@crt is wrong", secrets) == "the word *** is wrong");
    }
    CHECK(secrets_of("postgresql://me@db/shop").empty());
    CHECK(scrub("see postgres://a:hidden@b/c", {}) == "see postgres://a:***@b/c");
    CHECK(shown("postgresql://me@db:5432/shop?sslmode=require") == "postgresql://me@db:5432/shop");
}

TEST_CASE("columns follow the versions of server and extension") {
    CHECK(extension_version("1.10") == 110);
    CHECK(extension_version("1.7") == 107);
    CHECK(extension_version("x") == 0);
    const auto statements = [](int extension) {
        return ask::statements(
            {.server = 150000, .statements = extension, .statements_schema = "public"});
    };
    CHECK(statements(107).find("total_time") != std::string::npos);
    CHECK(statements(107).find("total_exec_time") == std::string::npos);
    CHECK(statements(107).find("toplevel") == std::string::npos);
    CHECK(statements(108).find("total_exec_time") != std::string::npos);
    CHECK(statements(110).find("sum(blk_read_time)") != std::string::npos);
    CHECK(statements(111).find("sum(shared_blk_read_time)") != std::string::npos);
    CHECK(ask::checkpoints({.server = 160000}).find("pg_stat_bgwriter") != std::string::npos);
    CHECK(ask::checkpoints({.server = 170000}).find("pg_stat_checkpointer") != std::string::npos);
    CHECK(ask::totals({.server = 120000}).find("active_time") == std::string::npos);
    CHECK(ask::totals({.server = 140000}).find("active_time") != std::string::npos);
    CHECK(ask::totals({.server = 120000}).find("txid_snapshot_xmax") != std::string::npos);
    CHECK(ask::slots({.server = 120000}).find("coalesce(wal_status") == std::string::npos);
    CHECK(ask::sessions({.server = 130000}).find("waitstart") == std::string::npos);
    CHECK(ask::statements_dropped({.server = 150000, .statements = 108}).empty());
}
