#include "app/store.hpp"

#include "app/audit.hpp"
#include "app/compare.hpp"
#include "core/error.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace plimsoll::app {
namespace {

constexpr std::int64_t schema_version = 1;

constexpr std::array<const char*, 7> first_schema{
    "create table audit ("
    " id text primary key, system text not null, taken_at text not null,"
    " tool_version text not null, rules_version text not null, rescored_from text,"
    " line_at double precision, line_low double precision, line_high double precision,"
    " first_limit text not null, target double precision not null,"
    " measured integer not null, known integer not null, signs_present integer not null,"
    " outcome text not null)",
    "create index audit_by_system on audit (system, taken_at)",
    // The large ones apart, so that ranking a fleet reads none of them.
    "create table document (audit text primary key references audit (id), body text not null,"
    " digest text not null)",
    "create table limit_value (audit text not null references audit (id), limit_id text not null,"
    " axis text not null, status text not null, grade text not null, at double precision,"
    " low double precision, high double precision, primary key (audit, limit_id))",
    "create table sign_value (audit text not null references audit (id), sign text not null,"
    " state text not null, score integer, confidence text not null, primary key (audit, sign))",
    "create table prediction (audit text not null references audit (id), place integer not null,"
    " step text not null, title text not null, line_at double precision,"
    " line_low double precision, line_high double precision, came_at double precision,"
    " came_low double precision, came_high double precision, says text,"
    " primary key (audit, place))",
    "insert into plimsoll_schema (version) values (1)"};

constexpr const char* columns =
    "id, system, taken_at, tool_version, rules_version, rescored_from, line_at, line_low, "
    "line_high, first_limit, target, measured, known, signs_present, outcome";

[[nodiscard]] std::string hex_sha256(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += fmt::format("{:02x}", digest.at(i));
    }
    return out;
}

// Bytes as text, because both engines keep text alike.
[[nodiscard]] std::string base64(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

[[nodiscard]] std::string from_base64(const std::string& text) {
    std::string out(text.size() / 4 * 3 + 1, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) {
        return {};
    }
    std::size_t length = static_cast<std::size_t>(size);
    for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) {
        --length;
    }
    out.resize(length);
    return out;
}

[[nodiscard]] double number(const std::optional<std::string>& field, double otherwise) {
    double value = otherwise;
    if (field) {
        std::from_chars(field->data(), field->data() + field->size(), value);
    }
    return value;
}

[[nodiscard]] Estimate estimate(const SqlRow& row, std::size_t at) {
    const Estimate none;
    return {.at = number(row.at(at), none.at),
            .low = number(row.at(at + 1), none.low),
            .high = number(row.at(at + 2), none.high)};
}

[[nodiscard]] PastAudit past(const SqlRow& row) {
    PastAudit out;
    out.id = row.at(0).value_or("");
    out.system = row.at(1).value_or("");
    out.taken_at = parse_instant(row.at(2).value_or("")).value_or(Instant{});
    out.tool_version = row.at(3).value_or("");
    out.rules_version = row.at(4).value_or("");
    out.rescored_from = row.at(5).value_or("");
    out.line = estimate(row, 6);
    out.first_limit = row.at(9).value_or("");
    out.target = number(row.at(10), 10);
    out.measured = static_cast<int>(number(row.at(11), 0));
    out.known = static_cast<int>(number(row.at(12), 0));
    out.signs_present = static_cast<int>(number(row.at(13), 0));
    out.outcome =
        from_text<VerdictOutcome>(row.at(14).value_or("")).value_or(VerdictOutcome::insufficient);
    return out;
}

[[nodiscard]] Instant taken_at(const Audit& audit) {
    return audit.audited_at.value_or(Instant{});
}

[[nodiscard]] Error newer(const std::string& name, const std::string& version) {
    return Error{
        {.status = Status::untrusted,
         .what = "the store was written by a newer plimsoll",
         .where = name,
         .why = fmt::format("its schema has version {}, known is {}", version, schema_version),
         .remedy = "use the newer plimsoll, or another store"}};
}

}  // namespace

Store::Store(const std::string& name) : sql_{open_sql(name)} {
    migrate();
}

SqlRows Store::run(const std::string& statement, const std::vector<SqlValue>& values) const {
    return sql_.run(statement, values);
}

void Store::in_transaction(const std::function<void()>& work) {
    for (const std::string& statement : sql_.begin_writing) {
        (void)run(statement);
    }
    try {
        work();
        (void)run("commit");
    } catch (...) {
        try {
            (void)run("rollback");
        } catch (const Error&) {
            // The connection is gone, and the transaction with it.
        }
        throw;
    }
}

// The version of the schema that is there; 0 where there is none. Asked by reading alone, because
// who may only read a store must not need the right to make tables.
std::int64_t Store::version() const {
    try {
        const SqlRows found = run("select max(version) from plimsoll_schema");
        return static_cast<std::int64_t>(number(found.at(0).at(0), 0));
    } catch (const Error& error) {
        if (error.parts().status != Status::unwritable) {
            throw;  // no store of ours
        }
        return 0;
    }
}

void Store::migrate() {
    const std::int64_t found = version();
    if (found > schema_version) {
        throw newer(sql_.name, std::to_string(found));
    }
    if (found == schema_version) {
        return;
    }
    in_transaction([&] {
        (void)run("create table if not exists plimsoll_schema (version integer not null)");
        // Whoever waited for the one before may find the work done.
        if (run("select version from plimsoll_schema").empty()) {
            for (const char* statement : first_schema) {
                (void)run(statement);
            }
        }
    });
}

std::optional<Audit> Store::latest(const std::string& system, Instant before) const {
    const SqlRows rows =
        run("select d.body from audit a join document d on d.audit = a.id where a.system = $1 and "
            "a.taken_at < $2 and a.rescored_from is null order by a.taken_at desc limit 1",
            {system, to_text(before)});
    return rows.empty() ? std::nullopt
                        : std::optional<Audit>{parse_audit(rows[0].at(0).value_or(""), sql_.name)};
}

void Store::insert(const Audit& audit, const std::string& id, const std::string& rescored_from) {
    std::int64_t present = 0;
    for (const SignVerdict& sign : audit.signs) {
        present += sign.state == Outcome::present ? 1 : 0;
    }
    const LoadLine& line = audit.load_line;
    (void)run(fmt::format("insert into audit ({}) values "
                          "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
                          columns),
              {id,
               audit.system,
               to_text(taken_at(audit)),
               audit.tool_version,
               audit.rules_version,
               rescored_from.empty() ? SqlValue{} : SqlValue{rescored_from},
               sql_number(line.at),
               sql_number(line.low),
               sql_number(line.high),
               line.first_limit,
               sql_number(audit.target),
               static_cast<std::int64_t>(line.measured),
               static_cast<std::int64_t>(line.known),
               present,
               std::string{to_text(audit.verdict.outcome)}});
}

void Store::insert_figures(const Audit& audit, const std::string& id) {
    std::set<std::string> seen;
    for (const Limit& limit : audit.limits) {
        if (!seen.insert(limit.id).second) {
            continue;
        }
        (void)run("insert into limit_value values ($1,$2,$3,$4,$5,$6,$7,$8)",
                  {id,
                   limit.id,
                   std::string{to_text(limit.axis)},
                   std::string{to_text(limit.status)},
                   std::string{to_text(limit.grade)},
                   sql_number(limit.at),
                   sql_number(limit.low),
                   sql_number(limit.high)});
    }
    for (const SignVerdict& sign : audit.signs) {
        (void)run("insert into sign_value values ($1,$2,$3,$4,$5)",
                  {id,
                   std::string{to_text(sign.id)},
                   std::string{to_text(sign.state)},
                   sign.score ? SqlValue{static_cast<std::int64_t>(*sign.score)} : SqlValue{},
                   std::string{to_text(sign.confidence)}});
    }
    std::int64_t place = 0;
    for (const Prescription& step : audit.prescriptions) {
        if (step.effect) {
            (void)run("insert into prediction (audit, place, step, title, line_at, line_low, "
                      "line_high) values ($1,$2,$3,$4,$5,$6,$7)",
                      {id,
                       place,
                       step.id,
                       step.title,
                       sql_number(step.effect->to),
                       sql_number(step.effect->low),
                       sql_number(step.effect->high)});
        }
        ++place;
    }
}

// What this audit saw of the steps that the one before it foretold.
void Store::settle_predictions(const Audit& audit) {
    const std::optional<Audit> before = latest(audit.system, taken_at(audit));
    if (!before) {
        return;
    }
    const SqlRows id =  // the one that latest() opened: thinned ones have no document
        run("select a.id from audit a join document d on d.audit = a.id where a.system = $1 and "
            "a.taken_at < $2 and a.rescored_from is null order by a.taken_at desc limit 1",
            {audit.system, to_text(taken_at(audit))});
    for (const Foretold& one : compare(*before, audit).foretold) {
        (void)run("update prediction set came_at = $1, came_low = $2, came_high = $3, says = $4 "
                  "where audit = $5 and step = $6",
                  {sql_number(one.observed.at),
                   one.observed.known() ? sql_number(one.observed.low) : SqlValue{},
                   sql_number(one.observed.high),
                   one.says,
                   id.at(0).at(0).value_or(""),
                   one.id});
    }
}

void Store::put(const Audit& audit, const std::string& digest, const std::string& rescored_from) {
    const std::string body =
        wire::to_json(audit).dump(-1, ' ', false, wire::Json::error_handler_t::replace);
    const std::string id = hex_sha256(body).substr(0, 32);
    in_transaction([&] {
        if (!run("select id from audit where id = $1", {id}).empty()) {
            return;
        }
        insert(audit, id, rescored_from);
        insert_figures(audit, id);
        (void)run("insert into document values ($1,$2,$3)", {id, body, base64(digest)});
        if (rescored_from.empty()) {
            settle_predictions(audit);
        }
    });
}

std::vector<std::string> Store::systems() const {
    std::vector<std::string> out;
    for (const SqlRow& row : run("select distinct system from audit order by system")) {
        out.push_back(row.at(0).value_or(""));
    }
    return out;
}

SystemHistory Store::history(const std::string& system) const {
    SystemHistory out{.system = system};
    for (const SqlRow& row :
         run(fmt::format("select {} from audit where system = $1 order by taken_at, id", columns),
             {system})) {
        PastAudit audit = past(row);
        (audit.rescored_from.empty() ? out.audits : out.rescored).push_back(std::move(audit));
    }
    for (const SqlRow& row :
         run("select a.taken_at, p.step, p.title, p.line_at, p.line_low, p.line_high, p.came_at, "
             "p.came_low, p.came_high, p.says from prediction p join audit a on a.id = p.audit "
             "where a.system = $1 and a.rescored_from is null order by a.taken_at, p.place",
             {system})) {
        out.predictions.push_back(
            {.taken_at = parse_instant(row.at(0).value_or("")).value_or(Instant{}),
             .step = row.at(1).value_or(""),
             .title = row.at(2).value_or(""),
             .foretold = estimate(row, 3),
             .came = estimate(row, 6),
             .says = row.at(9).value_or("")});
    }
    return out;
}

Fleet Store::fleet() const {
    // The last two of each system as they were made; the index answers without the documents.
    const SqlRows rows =
        run(fmt::format("select {0} from (select {0}, row_number() over (partition by system "
                        "order by taken_at desc, id) as back from audit where rescored_from is "
                        "null) latest where back <= 2 order by system, back",
                        columns));
    std::vector<PastAudit> audits;
    Instant newest{};
    for (const SqlRow& row : rows) {
        audits.push_back(past(row));
        newest = std::max(newest, audits.back().taken_at);
    }
    Fleet fleet;
    for (std::size_t i = 0; i < audits.size(); ++i) {
        const bool two = i + 1 < audits.size() && audits[i + 1].system == audits[i].system;
        fleet.rows.push_back(fleet_row(
            audits[i], two ? std::optional<PastAudit>{audits[i + 1]} : std::nullopt, newest));
        i += two ? 1 : 0;
    }
    std::ranges::stable_sort(fleet.rows, [](const FleetRow& a, const FleetRow& b) {
        return a.need != b.need ? a.need < b.need : a.now.line.high < b.now.line.high;
    });
    return fleet;
}

void Store::for_each(const std::function<void(const Kept&)>& use) const {
    // Ids first: documents are opened one at a time, so that memory does not grow with the store.
    for (const SqlRow& row : run(fmt::format(
             "select {} from audit where rescored_from is null order by taken_at, id", columns))) {
        Kept kept{.audit = past(row)};
        const SqlRows document =
            run("select body, digest from document where audit = $1", {kept.audit.id});
        if (!document.empty()) {
            kept.document = document[0].at(0).value_or("");
            kept.digest = from_base64(document[0].at(1).value_or(""));
        }
        use(kept);
    }
}

std::size_t Store::thin() {
    constexpr std::int64_t day_us = 86'400'000'000;
    std::size_t thinned = 0;
    in_transaction([&] {
        for (const std::string& system : systems()) {
            const SqlRows rows =
                run("select a.id, a.taken_at from audit a join document d on d.audit = a.id "
                    "where a.system = $1 order by a.taken_at desc, a.id",
                    {system});
            std::set<std::int64_t> kept;
            std::optional<std::int64_t> newest;
            for (const SqlRow& row : rows) {
                const std::int64_t at =
                    micros(parse_instant(row.at(1).value_or("")).value_or(Instant{}));
                newest = newest.value_or(at);
                const std::int64_t age = (*newest - at) / day_us;
                // Buckets that never collide: days below a month, weeks below a year, months.
                const std::int64_t bucket = age <= 31    ? -1
                                            : age <= 366 ? at / day_us / 7
                                                         : 1'000'000 + at / day_us / 30;
                if (bucket >= 0 && !kept.insert(bucket).second) {
                    (void)run("delete from document where audit = $1", {row.at(0).value_or("")});
                    ++thinned;
                }
            }
        }
    });
    return thinned;
}

}  // namespace plimsoll::app
