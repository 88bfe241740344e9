// Connection strings and queries as text: no server is needed.
#include "catch.hpp"
#include "readers/live/queries.hpp"
#include "readers/live/session.hpp"

#include <cctype>

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

TEST_CASE("no query names a column that its server or extension does not have") {
    // As documented for each version; `until` is the last one with it.
    struct Name {
        const char* name;
        int since;
        int until;
    };
    const auto names_word = [](const std::string& text, const std::string& word) {
        const auto part = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
        };
        for (std::size_t at = text.find(word); at != std::string::npos;
             at = text.find(word, at + 1)) {
            const bool begins = at == 0 || !part(text[at - 1]);
            const std::size_t end = at + word.size();
            if (begins && (end == text.size() || !part(text[end]))) {
                return true;
            }
        }
        return false;
    };
    constexpr int always = 9999;
    const auto of_server = {Name{"active_time", 14, always},
                            Name{"idle_in_transaction_time", 14, always},
                            Name{"pg_current_snapshot", 13, always},
                            Name{"txid_current_snapshot", 12, 12},  // there are both: the new one
                            Name{"coalesce(wal_status", 13, always},
                            Name{"waitstart", 14, always},
                            Name{"datlocprovider", 15, always},
                            Name{"pg_stat_checkpointer", 17, always},
                            Name{"num_timed", 17, always},
                            Name{"num_requested", 17, always},
                            Name{"pg_stat_bgwriter", 12, 16},
                            Name{"checkpoints_req", 12, 16}};
    for (int major = 12; major <= 18; ++major) {
        INFO("PostgreSQL " << major);
        const Versions versions{.server = major * 10000 + 1};
        std::string all;
        for (const std::string& one : {ask::server(),
                                       ask::settings(versions),
                                       ask::extensions(),
                                       ask::types(),
                                       ask::tables(),
                                       ask::columns(true, true),
                                       ask::columns_alone(),
                                       ask::indexes(),
                                       ask::constraints(),
                                       ask::totals(versions),
                                       ask::checkpoints(versions),
                                       ask::table_counters(),
                                       ask::table_sizes(),
                                       ask::index_counters(),
                                       ask::index_sizes(),
                                       ask::replicas(),
                                       ask::slots(versions),
                                       ask::sessions(versions),
                                       ask::lock_waits()}) {
            all += one + "\n";
        }
        for (const Name& one : of_server) {
            INFO(one.name);
            CHECK(names_word(all, one.name) == (major >= one.since && major <= one.until));
        }
        // What came later than 12, or went before 18, and is not asked for at all.
        for (const char* never : {"last_seq_scan",
                                  "n_tup_newpage_upd",
                                  "pg_stat_io",
                                  "conflicting",
                                  "invalidation_reason",
                                  "leader_pid",
                                  "query_id",
                                  "pg_stat_wal",
                                  "parallel_workers_launched",
                                  "pg_wait_events",
                                  "proisagg"}) {
            CHECK_FALSE(names_word(all, never));
        }
    }
    const auto of_extension = {Name{"sum(total_time)", 104, 107},
                               Name{"sum(total_exec_time)", 108, always},
                               Name{"sum(total_plan_time)", 108, always},
                               Name{"sum(wal_bytes)", 108, always},
                               Name{"max(stddev_exec_time)", 108, always},
                               Name{"toplevel", 109, always},
                               Name{"sum(blk_read_time)", 104, 110},
                               Name{"sum(shared_blk_read_time)", 111, always}};
    for (const int version : {107, 108, 109, 110, 111, 112}) {  // 1.7 came with 12, 1.12 with 18
        INFO("pg_stat_statements " << version);
        const Versions versions{.server = 180000, .statements = version, .statements_schema = "s"};
        const std::string text = ask::statements(versions);
        for (const Name& one : of_extension) {
            INFO(one.name);
            CHECK((text.find(one.name) != std::string::npos) ==
                  (version >= one.since && version <= one.until));
        }
        CHECK(ask::statements_dropped(versions).empty() == (version < 109));
    }
}
