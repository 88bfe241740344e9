#include "catch.hpp"
#include "readers/sql/classes.hpp"
#include "readers/sql/facts.hpp"
#include "readers/sql/lexer.hpp"

#include <string>
#include <vector>

using namespace plimsoll;
using readers::sql::Dialect;
using readers::sql::Normaliser;

namespace {

std::string normal(std::string_view sql, Dialect dialect = Dialect::postgres) {
    Normaliser normaliser{dialect};
    return Normaliser::readable(normaliser.canonical(sql), 4000);
}

}  // namespace

TEST_CASE("what changes from call to call is taken out of a statement") {
    struct Row {
        std::string sql;
        std::string expected;
    };
    const std::vector<Row> rows{
        {"SELECT 1", "select $1"},
        {"select  *\n from T where id=5 ;", "select * from t where id = $1"},
        {"select * from t where k='it''s' and v = \"Quoted Name\"",
         "select * from t where k = $1 and v = \"Quoted Name\""},
        {"select E'a\\'b', B'01', x'ff', N'n', U&'d'", "select $1, $2, $3, $4, $5"},
        {"select $tag$ text ' $tag$, $$x$$, $1", "select $1, $2, $3"},
        {"select 1.5e-10, .5, 0x1F, -1, - 2, a-1, a - -1",
         "select $1, $2, $3, $4, $5, a - $6, a - $7"},
        // A number may begin with its dot, behind a word too; the dot of a name stands close to it.
        {"select a from t where b between .5 and .75 limit .5",
         "select a from t where b between $1 and $2 limit $3"},
        {"select a from t where b between 1 and 2 limit/**/.5",
         "select a from t where b between $1 and $2 limit $3"},
        {"select -.5, a -.5, t.b", "select $1, a - $2, t.b"},
        {"select count(*), f (a), x::int, t.*, a[1]", "select count(*), f(a), x::int, t.*, a[$1]"},
        {"select a->>'b' || c, d<>-1", "select a ->> $1 || c, d <> $2"},
        {"select /* comment /* nested */ */ 1 -- end", "select $1"},
        {"select * from t where id in (1, 2,3)", "select * from t where id in ($1)"},
        {"select * from t where id IN($1,$2)", "select * from t where id in ($1)"},
        {"select * from t where (a,b) in ((1,2),(3,4))",
         "select * from t where (a, b) in (($1, $2))"},
        {"select * from t where id in ('a'::uuid, 'b'::uuid) and x in (1)",
         "select * from t where id in ($1::uuid) and x in ($2)"},
        {"select * from t where id = any(array[1,2,3])",
         "select * from t where id = any (array[$1])"},
        {"insert into t(a,b) values (1,'x'), (2,'y'),(3,'z') returning a",
         "insert into t(a, b) values ($1, $2) returning a"},
        {"insert into t values (1); insert into u values (1)",
         "insert into t values ($1); insert into u values ($2)"},
        {"insert into t values (1, now()), (2, now())", "insert into t values ($1, now())"},
        {"select f(1, 2)", "select f($1, $2)"},
        {"select 'never ends", "select $1"},
        {"", ""},
    };
    for (const Row& row : rows) {
        INFO(row.sql);
        CHECK(normal(row.sql) == row.expected);
        CHECK(normal(row.expected) == row.expected);  // normalising again changes nothing
    }
}

TEST_CASE("MySQL has texts in double quotes, names in backquotes, and comments after #") {
    CHECK(normal("SELECT `a`.`b`, \"te\\\"xt\" FROM t # comment\nWHERE x = 'it\\'s' AND y = ?",
                 Dialect::mysql) == "select `a`.`b`, $1 from t where x = $2 and y = $3");
}

TEST_CASE("brackets deeper than any statement has them are read, not remembered") {
    const std::string open(1000, '(');
    const std::string close(1000, ')');
    CHECK(normal("select " + open + "1" + close + ", 2") ==
          "select " + open + "$1" + close + ", $2");
    CHECK(normal(close) == close);
    const std::string ten_thousand = "select " + std::string(10'000, '(') + "1";
    CHECK(readers::sql::facts_of(ten_thousand, Dialect::postgres).kind == StatementKind::read);
}

TEST_CASE("any bytes are normalised without harm, and the memory of raw texts changes no result") {
    std::uint64_t state = 88172645463325252ULL;
    const std::string alphabet = "aE1'\"$`/*-+.,;()[]\\ \n\0\1\xC3?in values";
    readers::sql::Classes remembering{Dialect::postgres};
    for (int round = 0; round < 2000; ++round) {
        std::string sql;
        for (int i = 0; i < 40; ++i) {
            state ^= state << 13U;
            state ^= state >> 7U;
            state ^= state << 17U;
            sql += alphabet[state % alphabet.size()];
        }
        Normaliser fresh{Dialect::postgres};
        const std::uint64_t id = readers::sql::hash_of(fresh.canonical(sql));
        CHECK(remembering.of(sql).id == id);
        CHECK(remembering.of(sql).id == id);
        CHECK(remembering.of(sql, readers::sql::hash_of(sql)).id == id);
        CHECK(remembering.of(sql, readers::sql::hash_of(sql)).id == id);
    }
}

TEST_CASE("kind and tables of a statement, by the grammar and by words") {
    struct Row {
        std::string sql;
        StatementKind kind;
        std::set<std::string> tables;
        std::set<std::string> written;
    };
    const std::vector<Row> rows{
        {"select * from a, b.c x join d using (id)", StatementKind::read, {"a", "b.c", "d"}, {}},
        {"with w as (select * from a) select * from w join b on true",
         StatementKind::read,
         {"a", "b"},
         {}},
        {"select * from a where id = 1 for update", StatementKind::locking_read, {"a"}, {}},
        {"insert into a select * from b", StatementKind::write, {"a", "b"}, {"a"}},
        {"update a set x = 1 from b where a.id = b.id", StatementKind::write, {"a", "b"}, {"a"}},
        {"delete from a where id in (1)", StatementKind::write, {"a"}, {"a"}},
        {"truncate table a", StatementKind::ddl, {"a"}, {}},
        {"create index i on a(x)", StatementKind::ddl, {}, {}},
        {"begin", StatementKind::transaction, {}, {}},
        {"set x = 1", StatementKind::utility, {}, {}},
        {"select * from (select * from a) s", StatementKind::read, {"a"}, {}},
    };
    for (const Row& row : rows) {
        INFO(row.sql);
        Normaliser normaliser{Dialect::postgres};
        const std::string canonical{normaliser.canonical(row.sql)};
        const readers::sql::Facts facts = readers::sql::facts_of(canonical, Dialect::postgres);
        CHECK(facts.kind == row.kind);
        CHECK(std::ranges::includes(facts.tables, row.tables));
        CHECK(std::ranges::includes(facts.written, row.written));
        const readers::sql::Facts words = readers::sql::facts_by_words(canonical);
        CHECK(words.kind == row.kind);
        CHECK(words.tables == row.tables);
        CHECK(words.written == row.written);
    }
}
