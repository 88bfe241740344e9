// The shape saves the lexer only as long as two texts of one shape have one canonical text.
#include "catch.hpp"
#include "readers/sql/classes.hpp"
#include "readers/sql/lexer.hpp"
#include "readers/sql/shape.hpp"

#include <array>
#include <map>
#include <random>
#include <string>

using namespace plimsoll;
using readers::sql::Dialect;
using readers::sql::Normaliser;
using readers::sql::shape_of;

TEST_CASE("texts of one shape have one canonical text, whatever they are made of") {
    constexpr std::array<std::string_view, 62> parts{"select ",
                                                     "SELECT",
                                                     " from ",
                                                     "t",
                                                     "\"a b\"",
                                                     "'x'",
                                                     "'x''y'",
                                                     "5",
                                                     "1.5e-3",
                                                     "-3",
                                                     "$1",
                                                     " ",
                                                     "\n",
                                                     "--c\n",
                                                     "/* x */",
                                                     "/*/* y */*/",
                                                     "E'a\\'b'",
                                                     "in (",
                                                     "IN (",
                                                     "[",
                                                     ")",
                                                     "]",
                                                     ", ",
                                                     ",",
                                                     "(",
                                                     "values ",
                                                     "VALUES",
                                                     " = ",
                                                     "=",
                                                     "a1",
                                                     "1a",
                                                     ".",
                                                     ".5",
                                                     "::int",
                                                     "$$q$$",
                                                     "$",
                                                     "'",
                                                     "\"",
                                                     "`n`",
                                                     "#",
                                                     "&",
                                                     "?",
                                                     ";",
                                                     "x'",
                                                     "n",
                                                     "in",
                                                     "_",
                                                     "\xC3\xA9",
                                                     "\\",
                                                     "--",
                                                     "/*",
                                                     "*/",
                                                     "1,2,3",
                                                     "'a','b'",
                                                     "+",
                                                     "-",
                                                     "in (1,2)",
                                                     "in ('a')",
                                                     "in ($1, $2)",
                                                     "[1, 2]",
                                                     " padded with more text ",
                                                     "e"};
    std::mt19937 random{20261121};
    const auto below = [&](std::size_t n) { return random() % n; };
    std::size_t met_again = 0;
    std::size_t wrong = 0;
    for (const Dialect dialect : {Dialect::postgres, Dialect::mysql}) {
        Normaliser normaliser{dialect};
        std::map<std::uint64_t, std::string> known;
        for (int i = 0; i < 60'000; ++i) {
            std::string sql;
            for (std::size_t j = 1 + below(7); j > 0; --j) {
                sql += parts[below(parts.size())];
            }
            const std::uint64_t shape = shape_of(sql, dialect);
            if (shape == 0) {
                continue;
            }
            std::string canonical{normaliser.canonical(sql)};
            canonical += normaliser.unfinished() ? "<unfinished>" : "";
            const auto [found, fresh] = known.emplace(shape, canonical);
            met_again += fresh ? 0 : 1;
            if (found->second != canonical && wrong++ == 0) {
                CHECK(sql + " -> " + canonical == found->second);
            }
        }
    }
    CHECK(met_again > 1'000);
    CHECK(wrong == 0);
}

TEST_CASE("literals, comments and the length of a list do not change a shape; all else does") {
    const auto shape = [](std::string_view sql) { return shape_of(sql, Dialect::postgres); };
    const std::uint64_t one = shape("select * from t where k = 'a' and id in (1, 2)");
    CHECK(one != 0);
    CHECK(one == shape("select * from t where k = 'b''c' and id in (1,2, 3,44)"));
    CHECK(one != shape("select * from u where k = 'a' and id in (1, 2)"));
    CHECK(one != shape("select * from t where k = 'a' and id in (1, x)"));
    CHECK(shape("select f(1)") != shape("select f(1, 2)"));
    CHECK(shape("select 1 /* a */") == shape("select 1 /* b */"));
    CHECK(shape("select E'a'") == 0);
    CHECK(shape("select $x$a$x$") == 0);
    CHECK(shape("select 'never ends") == 0);
    CHECK(shape_of("select 'a\\'b', 1", Dialect::mysql) ==
          shape_of("select 'c', 2", Dialect::mysql));
}

// The scan looks at 64 bytes at a time: what begins, ends or is doubled must not depend on where.
TEST_CASE("a shape sees the same wherever its windows begin") {
    const auto shape = [](const std::string& sql) { return shape_of(sql, Dialect::postgres); };
    for (std::size_t blanks = 0; blanks < 200; ++blanks) {
        INFO(blanks << " blanks in front");
        const std::string front = "select" + std::string(blanks, ' ');
        // Quotes, digits and comments within a name are no literals, in a doubled quote neither.
        const std::string name = "\"it's 1 /* name */ -- of \"\"5\"\" col\"";
        const std::string one = front + name + ".b12 = 12, 'x' from t1";
        CHECK(shape(one) != 0);
        CHECK(shape(one) == shape(front + name + ".b12 = 345.5, 'it''s' from t1"));
        CHECK(shape(one) != shape(front + name + ".b13 = 12, 'x' from t1"));
        CHECK(shape(one) != shape(front + name + ".b12 = 12, 'x' from t2"));
        CHECK(shape(one) != shape(front + "\"it's 2" + name.substr(7) + ".b12 = 12, 'x' from t1"));
        CHECK(shape(front + "\"never ends 1") == 0);
        CHECK(shape(front + "'a \" in a literal', \"b\", 1") ==
              shape(front + "'another \"\" one', \"b\", 2"));
        CHECK(shape_of(front + "`it's 1`, \"l\", 2", Dialect::mysql) ==
              shape_of(front + "`it's 1`, 'm', 3", Dialect::mysql));
        CHECK(shape_of(front + "`it's 1`, 2", Dialect::mysql) !=
              shape_of(front + "`it's 2`, 2", Dialect::mysql));
    }
}

TEST_CASE("a repeated text is of the class that it was the first time") {
    readers::sql::Classes classes{Dialect::postgres};
    const std::string sql = "execute p(1, 'a')";
    const std::uint64_t hash = readers::sql::hash_of(sql);
    const auto first = classes.of(sql, hash);
    CHECK_FALSE(first.fresh.empty());
    const auto again = classes.of(sql, hash);
    CHECK(again.id == first.id);
    CHECK(again.fresh.empty());
    CHECK(again.whole);
    // What ends within a literal is not remembered: more of it may follow.
    const std::string cut = "select 'a";
    CHECK_FALSE(classes.of(cut, readers::sql::hash_of(cut)).whole);
    CHECK_FALSE(classes.of(cut, readers::sql::hash_of(cut)).whole);
}

TEST_CASE("a class does not depend on whether its shape was met before") {
    readers::sql::Classes remembering{Dialect::postgres};
    Normaliser normaliser{Dialect::postgres};
    for (int round = 0; round < 3; ++round) {
        for (const std::string sql : {"select 1", "SELECT  2", "select a.5", "select 'x' -- y"}) {
            CHECK(remembering.of(sql).id == readers::sql::hash_of(normaliser.canonical(sql)));
        }
    }
}

// The templates skip the scan; a wrong one would put calls into a class that is not theirs.
TEST_CASE("a text that fits the template of another is of its class, whatever its literals are") {
    constexpr std::array<std::string_view, 20> literals{
        "1",  "23", "4.5e-3", "5e",    "6.",       "'x'",     "'it''s'", "'a\\'b'", "\"q\"", "$1",
        "-7", ".5", "1, 2",   "$1,$2", "'a', 'b'", "/* c */", "--c\n",   "-- in\n", "E'e'",  "x"};
    constexpr std::array<std::string_view, 16> between{" and k = ",
                                                       ", ",
                                                       " in (",
                                                       ")",
                                                       " + ",
                                                       "-",
                                                       "::int",
                                                       "(",
                                                       "[",
                                                       "]",
                                                       "$x",
                                                       "\"n\"",
                                                       "`n5`",
                                                       "'",
                                                       ".a",
                                                       " "};
    // The template of a text that goes on for long without a literal has a place of its own.
    constexpr std::array<std::string_view, 4> starts{
        "select * from t where a = ",
        R"(select "t"."id", "t"."name", "t"."created_at", "t"."c1" from "t" where "t"."a" = )",
        R"(select "t"."id", "t"."name", "t"."created_at", "t"."c2" from "t" where "t"."a" = )",
        "select `t`.`id`, `t`.`name`, `t`.`created_at`, `t`.`updated_at`, `t`.`c3`, a = "};
    std::mt19937 random{20261122};
    const auto below = [&](std::size_t n) { return random() % n; };
    std::size_t wrong = 0;
    for (const Dialect dialect : {Dialect::postgres, Dialect::mysql}) {
        readers::sql::Classes classes{dialect};
        Normaliser normaliser{dialect};
        for (int form = 0; form < 4'000; ++form) {
            // One form a few times, each with other literals in its places.
            std::array<std::string_view, 4> pieces{};
            for (std::string_view& piece : pieces) {
                piece = between[below(between.size())];
            }
            const std::size_t places = below(pieces.size() + 1);
            const std::string_view start = starts[below(starts.size())];
            for (int call = 0; call < 8; ++call) {
                std::string sql{start};
                for (std::size_t i = 0; i < places; ++i) {
                    sql += std::string{literals[below(literals.size())]} + std::string{pieces[i]};
                }
                const auto named = classes.of(sql, readers::sql::hash_of(sql));
                const std::uint64_t id = readers::sql::hash_of(normaliser.canonical(sql));
                if ((named.id != id || named.whole == normaliser.unfinished()) && wrong++ == 0) {
                    CHECK(sql == "of another class");
                }
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("the end of a comment is not taken for the word before a list") {
    CHECK(shape_of("select a -- in\n(1, 2)", Dialect::postgres) !=
          shape_of("select a -- in\n(1, 2, 3)", Dialect::postgres));
}
