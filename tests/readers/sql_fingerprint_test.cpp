// Our classes beside those of PostgreSQL's own parser (libpg_query's fingerprint) on statements
// that a generator makes, and on those of the shared logs where they are.
#include "catch.hpp"
#include "log_help.hpp"
#include "readers/sql/hash.hpp"
#include "readers/sql/lexer.hpp"
#include "support/postgres_server.hpp"

#include <pg_query.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace plimsoll;

namespace {

class Writer {
public:
    explicit Writer(unsigned seed) : random_{seed} {}

    // One statement of a template that `number` chooses; literals, spacing, case, list lengths and
    // comments are random.
    [[nodiscard]] std::string statement(std::size_t number) {
        static const std::vector<std::string> tables{"orders", "users", "order_items", "audit.log"};
        static const std::vector<std::string> columns{
            "*", "id", "a.id, a.total", "count(*)", "max(a.at), a.id", "distinct a.kind"};
        static const std::vector<std::string> conditions{"a.id = @",
                                                         "a.kind in (@@) and a.total > @",
                                                         "a.at between @ and @ or a.id is null",
                                                         "a.name like @",
                                                         "a.id = any (array[@@])",
                                                         "exists (select 1 from users u where "
                                                         "u.id = a.owner and u.plan = @)",
                                                         "not a.done and a.total * 2 >= -@",
                                                         "a.data ->> 'k' = @ and a.n <> @"};
        static const std::vector<std::string> tails{
            "", " order by a.id desc limit @", " group by a.id having sum(a.n) > @", " for update"};
        const auto pick = [&](const std::vector<std::string>& from) {
            const std::string& one = from[number % from.size()];
            number /= from.size();
            return one;
        };
        const std::string table = pick(tables);
        const std::string condition = pick(conditions);
        const std::size_t verb = number % 5;
        number /= 5;
        std::string text;
        if (verb < 2) {
            const std::string join =
                verb == 0 ? "" : " left join order_items b on b.order_id = a.id and b.n > @";
            const std::string list = pick(columns);
            const std::string tail = pick(tails);
            text = "select " + list + " from " + table + " a" + join + " where " + condition + tail;
        } else if (verb == 2) {
            text = "update " + table + " a set total = a.total + @, note = @ where " + condition;
        } else if (verb == 3) {
            text = "delete from " + table + " a where " + condition;
        } else {
            text = "insert into " + table + " (id, name, total) values (@R)";
        }
        return varied(text);
    }

private:
    [[nodiscard]] std::size_t below(std::size_t n) { return random_() % n; }
    [[nodiscard]] std::string literal() {
        switch (below(5)) {
            case 0:
                return std::to_string(below(100'000));
            case 1:
                return "'it''s " + std::to_string(below(1000)) + "'";
            case 2:
                return std::to_string(below(90)) + "." + std::to_string(below(100));
            case 3:
                return "." + std::to_string(below(100));
            default:
                return "'" + std::string(below(40), 'x') + "'";
        }
    }
    [[nodiscard]] std::string many(std::string_view open, std::string_view close, bool row) {
        std::string text;
        for (std::size_t i = 1 + below(6); i > 0; --i) {
            text += open;
            text += row ? literal() + ", " + literal() + "," + literal() : literal();
            text += std::string{close} + (i > 1 ? ", " : "");
        }
        return text;
    }
    [[nodiscard]] std::string varied(const std::string& text) {
        std::string out;
        const bool upper = below(3) == 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '(' && text.substr(i, 4) == "(@R)") {
                out += many("(", ")", true);
                i += 3;
            } else if (c == '@' && text.substr(i, 2) == "@@") {
                out += many("", "", false);
                ++i;
            } else if (c == '@') {
                out += literal();
            } else if (c == ' ' && below(12) == 0) {
                out += below(2) == 0 ? "\n   " : " /* request 'x' */ ";
            } else if (c == '\'') {
                const std::size_t end = text.find('\'', i + 1);
                out += text.substr(i, end - i + 1);
                i = end;
            } else {
                out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
            }
        }
        return out;
    }

    std::mt19937 random_;
};

struct Agreement {
    std::size_t statements = 0;
    std::size_t ours = 0;
    std::size_t theirs = 0;
    std::size_t apart = 0;  // in a class that one of us splits
    std::string first;
};

Agreement compare(const std::set<std::string>& statements) {
    readers::sql::Normaliser normaliser{readers::sql::Dialect::postgres};
    std::map<std::uint64_t, std::set<std::uint64_t>> of_ours;
    std::map<std::uint64_t, std::set<std::uint64_t>> of_theirs;
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::string>> all;
    for (const std::string& sql : statements) {
        PgQueryFingerprintResult result = pg_query_fingerprint(sql.c_str());
        if (result.error == nullptr) {
            const std::uint64_t ours = readers::sql::hash_of(normaliser.canonical(sql));
            of_ours[ours].insert(result.fingerprint);
            of_theirs[result.fingerprint].insert(ours);
            all.emplace_back(ours, result.fingerprint, sql);
        }
        pg_query_free_fingerprint_result(result);
    }
    Agreement out{.statements = all.size(), .ours = of_ours.size(), .theirs = of_theirs.size()};
    for (const auto& [ours, theirs, sql] : all) {
        if (of_ours[ours].size() > 1 || of_theirs[theirs].size() > 1) {
            out.first = out.apart++ == 0 ? sql : out.first;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("statement classes are those of PostgreSQL's own parser on generated statements") {
    Writer writer{7};
    std::set<std::string> statements;
    for (std::size_t i = 0; i < 3'000; ++i) {
        statements.insert(writer.statement(i));
    }
    const Agreement agreement = compare(statements);
    INFO("ours " << agreement.ours << ", theirs " << agreement.theirs
                 << ", first apart: " << agreement.first);
    CHECK(agreement.statements >= 2'900);  // PostgreSQL's parser takes nearly all of them
    CHECK(agreement.theirs >= 500);
    CHECK(static_cast<double>(agreement.apart) <=
          0.001 * static_cast<double>(agreement.statements));
}

TEST_CASE("statement classes are those of PostgreSQL's own parser on the shared ORM log") {
    const std::string path = shared_log("pg-o.log.zst");
    if (path.empty()) {
        WARN("skipped: the larger logs are not here");
        return;
    }
    std::set<std::string> statements;
    input::for_each_source(std::vector{path}, [&](input::Stream& stream, bool) {
        input::Lines lines{stream};
        while (const auto line = lines.next()) {
            constexpr std::string_view key = " ms  statement: ";
            const std::size_t at = line->find(key);
            if (at != std::string_view::npos && statements.size() < 4'000) {
                statements.emplace(line->substr(at + key.size()));
            }
        }
    });
    const Agreement agreement = compare(statements);
    INFO("ours " << agreement.ours << ", theirs " << agreement.theirs
                 << ", first apart: " << agreement.first);
    CHECK(agreement.statements >= 1'000);
    CHECK(static_cast<double>(agreement.apart) <=
          0.001 * static_cast<double>(agreement.statements));
}

TEST_CASE("where the parser's fingerprint and the server's query id differ, classes go by the id") {
    if (!test::PostgresServer::installed()) {
        WARN("skipped: PostgreSQL is not installed");
        return;
    }
    // One of a thing and several of it are two classes to the server and to us: else the batch that
    // mends an N+1 would vanish among the calls that it replaced.
    struct Pair {
        std::string_view one;
        std::string_view other;
        bool together;    // to us, and to the server
        bool same_print;  // to libpg_query
    };
    const std::vector<Pair> pairs{{"n = 1", "n = 2", true, true},
                                  {"n IN (1, 2)", "n IN (3, 4)", true, true},
                                  {"n = 1", "n IN (1, 2)", false, true},
                                  {"n = 1", "n = ANY (ARRAY[1, 2])", false, false},
                                  {"n = 1", "n <> 1", false, false},
                                  {"n = 1", "m = 1", false, false}};
    const test::PostgresServer server{"compute_query_id = on\n"};
    server.psql("CREATE TABLE t (n int, m int)");
    readers::sql::Normaliser normaliser{readers::sql::Dialect::postgres};
    for (const Pair& pair : pairs) {
        const auto statement = [](std::string_view condition) {
            return "SELECT m FROM t WHERE " + std::string{condition};
        };
        const auto id = [&](std::string_view condition) {
            const std::string plan =
                server.psql("EXPLAIN (VERBOSE, COSTS OFF) " + statement(condition));
            const std::size_t at = plan.find("Query Identifier: ");
            REQUIRE(at != std::string::npos);
            return plan.substr(at, plan.find('\n', at) - at);
        };
        const auto ours = [&](std::string_view condition) {
            return readers::sql::hash_of(normaliser.canonical(statement(condition)));
        };
        const auto print = [&](std::string_view condition) {
            PgQueryFingerprintResult result = pg_query_fingerprint(statement(condition).c_str());
            const std::uint64_t fingerprint = result.fingerprint;
            pg_query_free_fingerprint_result(result);
            return fingerprint;
        };
        INFO(pair.one << " beside " << pair.other);
        CHECK((id(pair.one) == id(pair.other)) == pair.together);
        CHECK((ours(pair.one) == ours(pair.other)) == pair.together);
        CHECK((print(pair.one) == print(pair.other)) == pair.same_print);
    }
}
