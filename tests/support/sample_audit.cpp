#include "support/sample_audit.hpp"

#include "support/walk_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plimsoll::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

[[nodiscard]] Instant day(int days_after_august) {
    return instant((1785542400LL + 86400LL * days_after_august) * 1'000'000LL);  // 2026-08-01
}

[[nodiscard]] Measure measure(std::string id,
                              std::string name,
                              Estimate value,
                              std::string unit,
                              double samples,
                              std::string formula,
                              std::vector<Origin> origins) {
    return {.id = std::move(id),
            .name = std::move(name),
            .value = value,
            .unit = std::move(unit),
            .samples = samples,
            .formula = std::move(formula),
            .origins = std::move(origins)};
}

[[nodiscard]] Limit limit(std::string id,
                          std::string name,
                          std::string basis,
                          Axis axis,
                          Estimate at,
                          Grade grade = Grade::A) {
    Limit made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.basis = std::move(basis);
    made.axis = axis;
    made.place(at);
    made.hard = at.times(1.4);
    made.grade = grade;
    made.formula = "slots / busy at peak, at which waiting takes as long as using";
    made.inputs = {measure("peak-busy",
                           "busy at peak, 99th percentile of seconds",
                           {.at = 24.4, .low = 20.1, .high = 29.2},
                           "connections",
                           7776,
                           "arrivals x hold time",
                           {{"pg-a.log", 8113}, {"latency.hlog", 12}}),
                   measure("slots",
                           "slots",
                           Estimate::exactly(100),
                           "connections",
                           0,
                           "",
                           {{"plimsoll.toml", 12}})};
    made.check = "connection-pool";
    return made;
}

[[nodiscard]] Limit missing(std::string id, std::string name, Axis axis, std::string needs) {
    Limit made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.axis = axis;
    made.missing_input = std::move(needs);
    return made;
}

[[nodiscard]] std::vector<Limit> limits() {
    Limit ceiling = limit("largest-instance",
                          "largest instance sold",
                          "96 cores against 8 in use",
                          Axis::load,
                          {.at = 130, .low = 110, .high = 150},
                          Grade::D);
    Limit beyond = limit("open-files",
                         "open files",
                         "212 of 1 048 576",
                         Axis::load,
                         {.at = nan, .low = 1000, .high = inf});
    beyond.status = LimitStatus::above_range;
    Limit none = missing("queue-depth", "queue depth", Axis::load, "");
    none.status = LimitStatus::not_applicable;
    return {
        limit("database-cpu",
              "primary CPU",
              "8 cores, 10.9 % busy",
              Axis::load,
              {.at = 9.2, .low = 7.9, .high = 10.6}),
        limit("connection-pool.web",
              "connection pool web",
              "100 slots, 24.4 busy at peak",
              Axis::load,
              {.at = 4.1, .low = 3.4, .high = 5.0}),
        limit("lock.page_counters",
              "lock on page_counters",
              "one hot row, 0.16 busy",
              Axis::load,
              {.at = 6.3, .low = 4.9, .high = 7.9},
              Grade::B),
        limit("wal-flush",
              "WAL flush",
              "only slow commits are logged",
              Axis::load,
              Estimate::at_most(19),
              Grade::C),
        ceiling,
        beyond,
        missing("cache", "cache hit ratio", Axis::load, "pg_statio samples"),
        missing("payment", "payment provider", Axis::load, "spans or call logs"),
        limit("scan.orders",
              "scan of orders",
              "no index for status",
              Axis::data,
              {.at = 18, .low = 12, .high = 31}),
        limit("merge-lane",
              "merge lane",
              "46 min a change, one at a time",
              Axis::team,
              {.at = 2.7, .low = 2.1, .high = 3.6}),
        missing("reviewers", "reviewers", Axis::team, "pull requests with reviews"),
        none,
    };
}

[[nodiscard]] SignVerdict sign(Sign id,
                               std::string title,
                               Outcome state,
                               std::optional<int> score,
                               Confidence confidence,
                               std::string why,
                               std::string says) {
    SignVerdict made;
    made.id = id;
    made.title = std::move(title);
    made.state = state;
    made.score = score;
    made.confidence = confidence;
    made.confidence_why = std::move(why);
    made.says = std::move(says);
    made.why_patching_fails =
        "An index buys the time until the table doubles again. The read still "
        "scales with everything ever stored, not with what the page shows.";
    made.re_architecture =
        "Give the read a model of its own, kept up to date on write, so that its "
        "cost follows open orders and not all orders.";
    made.would_prove_wrong =
        "If p99 stays flat for four weeks while orders keeps growing, this sign "
        "is wrong.";
    return made;
}

[[nodiscard]] std::vector<SignVerdict> signs() {
    std::vector<SignVerdict> all{
        sign(Sign::p99_climbs,
             "p99 climbs and nobody changed anything",
             Outcome::present,
             78,
             Confidence::high,
             "2.1 M samples over 90 days, three inputs agree",
             "The data outgrew the access path: code and plan are those of August, only the rows "
             "behind the filter moved."),
        sign(Sign::deploys_drag,
             "Deploying takes longer than developing",
             Outcome::present,
             64,
             Confidence::medium,
             "coding time is estimated from commit stamps",
             "A change waits 46 min from merge to production and took 31 min to write."),
        sign(Sign::blast_radius,
             "One service down takes everything down",
             Outcome::insufficient,
             std::nullopt,
             Confidence::none,
             "no spans, no incident list",
             "Nothing can be said from the inputs given."),
        sign(Sign::entangled,
             "Features break other features",
             Outcome::latent,
             41,
             Confidence::medium,
             "14 months of history",
             "One pair of modules shares four tables; no incident names it yet."),
        sign(Sign::database_bound,
             "The database is the bottleneck for everything",
             Outcome::absent,
             22,
             Confidence::high,
             "wait events of 14 days",
             "44 % of request time is spent in the database, and it is concentrated."),
    };
    all[0].measures = {
        measure("shift",
                "p99 of POST /book, last stretch against first",
                {.at = 2.21, .low = 2.02, .high = 2.44},
                "ratio",
                2160,
                "",
                {}),
        measure("rows",
                "rows read for each row returned",
                Estimate::exactly(2060),
                "rows",
                412,
                "",
                {}),
        measure(
            "bound", "share of requests above 1 s", Estimate::at_most(0.004), "share", 0, "", {}),
    };
    all[0].exhibits = {"E1", "E2"};
    all[0].findings = {"p99-climb"};
    all[1].exhibits = {"E6"};
    all[1].findings = {"deploy-drag"};
    all[2].findings = {"blast-radius", "no-such-check"};
    all[3].exhibits = {"coupling.modules"};
    return all;
}

[[nodiscard]] CriterionVerdict criterion(Criterion id,
                                         std::string title,
                                         std::optional<Level> level,
                                         double low,
                                         double high,
                                         std::string basis,
                                         std::string says) {
    return {.id = id,
            .title = std::move(title),
            .level = level,
            .points_low = low,
            .points_high = high,
            .basis = std::move(basis),
            .says = std::move(says),
            .check = "coupling"};
}

[[nodiscard]] Verdict verdict() {
    Verdict made;
    made.outcome = VerdictOutcome::evolve;
    made.says =
        "Seven points speak for evolving, one for rebuilding; no answer that is missing could "
        "turn that.";
    made.leaning = "evolve";
    made.total_low = -7;
    made.total_high = -1;
    made.prior = -2;
    made.criteria = {
        criterion(Criterion::clear_boundaries,
                  "Internal boundaries are clear",
                  Level::middle,
                  0,
                  0,
                  "measured",
                  "modularity 0.52; one tangled pair of modules"),
        criterion(Criterion::team_understands,
                  "The team understands the system",
                  Level::best,
                  -1,
                  -1,
                  "answered",
                  "asked on 3 November 2026"),
        criterion(Criterion::constraints_localised,
                  "Constraints are localised",
                  Level::best,
                  -2,
                  -2,
                  "measured",
                  "3 of 412 statements hold 81 % of database time"),
        criterion(Criterion::business_cannot_bear,
                  "The business cannot bear a rebuild",
                  std::nullopt,
                  -2,
                  0,
                  "missing",
                  ""),
        criterion(Criterion::untraceable_failures,
                  "Failure modes cannot be traced",
                  std::nullopt,
                  -1,
                  2,
                  "missing",
                  "needs incidents and spans"),
        criterion(Criterion::unsupported_need,
                  "A known requirement cannot be met",
                  Level::best,
                  -1,
                  -1,
                  "answered",
                  "none is known"),
        criterion(Criterion::whole_system_changes,
                  "Changes touch the whole system",
                  Level::best,
                  -1,
                  -1,
                  "measured",
                  "the median change touches 1.8 of 12 modules"),
        criterion(Criterion::changes_gamble,
                  "Changes are a gamble",
                  Level::worst,
                  1,
                  1,
                  "measured",
                  "14 % need a fix elsewhere within 72 h"),
    };
    made.flips = {"Failure modes cannot be traced, and a requirement that cannot be met: rebuild."};
    made.structural = true;
    made.signs_present = 2;
    made.independent_signs = 2;
    return made;
}

[[nodiscard]] std::vector<Prescription> prescriptions() {
    const auto step = [](int order,
                         Rung rung,
                         std::string title,
                         std::string action,
                         std::string effort,
                         std::optional<LineEffect> effect,
                         std::vector<std::string> evidence) {
        Prescription made;
        made.id = "step-" + std::to_string(order);
        made.order = order;
        made.rung = rung;
        made.title = std::move(title);
        made.action = std::move(action);
        made.effort = std::move(effort);
        made.effect = effect;
        made.evidence = std::move(evidence);
        made.reach = "one setting, no restart";
        made.undo = "set it back";
        made.verify =
            "plimsoll audit logs/ --json after.json && plimsoll diff audit.json after.json";
        made.model = "the limit's multiple times 1.44, from the plan's rows";
        return made;
    };
    std::vector<Prescription> all{
        step(1,
             Rung::query,
             "Add a partial index on open orders",
             "CREATE INDEX CONCURRENTLY ON orders (tenant_id, created_at) WHERE status = 'open';",
             "1 hour",
             LineEffect{.from = 4.1, .to = 5.9, .low = 5.0, .high = 7.0},
             {"E3", "p99-climb"}),
        step(2,
             Rung::configure,
             "Give reports a pool of their own",
             "Cap report workers at 20 slots and put the web behind transaction pooling.",
             "1 day",
             LineEffect{.from = 5.9, .to = 6.3, .low = 5.2, .high = 7.9},
             {"limits", "E5"}),
        step(3,
             Rung::boundary,
             "Split the hot counter row in sixteen",
             "Write to page_counters (id, shard), sum on read.",
             "3 days",
             LineEffect{.from = 6.3, .to = 9.2, .low = 7.9, .high = 10.6},
             {"E2"}),
        step(4,
             Rung::pipeline,
             "Test and deploy by module",
             "Cut along the module graph; start with catalog and search, which change alone.",
             "4 weeks",
             LineEffect{.from = 9.2, .to = 9.2, .low = 7.9, .high = 10.6},
             {"E6"}),
        step(5,
             Rung::measure,
             "Record incidents",
             "Add incidents.csv beside the logs.",
             "5 minutes",
             std::nullopt,
             {}),
    };
    all[3].clears = {"deploys-drag"};
    all[3].also = "merge to production 46 min -> 14 min";
    return all;
}

[[nodiscard]] Row row(std::vector<Cell> cells,
                      std::optional<double> share = std::nullopt,
                      int depth = 0,
                      std::string note = "") {
    return {.cells = std::move(cells), .depth = depth, .share = share, .note = std::move(note)};
}

[[nodiscard]] Exhibit exhibit(std::string id, std::string key, Form form, std::string title) {
    Exhibit made;
    made.id = std::move(id);
    made.key = std::move(key);
    made.form = form;
    made.title = std::move(title);
    return made;
}

[[nodiscard]] Exhibit series() {
    Exhibit made = exhibit("E1", "p99-climb.book", Form::series, "p99 of POST /book by day");
    made.caption = "Dashed: change points. Ticks: deploys. Pale: 90 % interval of each day.";
    made.unit = "ms";
    Line p99{.name = "p99", .points = {}};
    Line median{.name = "median", .points = {}};
    for (int i = 0; i < 90; ++i) {
        const double level = i < 27 ? 96 : i < 52 ? 141 : i < 71 ? 176 : 212;
        const double value = level * (1 + 0.06 * std::sin(i * 0.9));
        p99.points.push_back({day(i), value, value * 0.93, value * 1.08});
        median.points.push_back({day(i), i == 40 ? nan : level * 0.22, 0, 0});
        if (i % 4 == 3) {
            made.marks.push_back({day(i), "deploy", "release " + std::to_string(i)});
        }
    }
    made.marks.push_back({day(27), "change", "level 96 to 141 ms"});
    made.marks.push_back({day(52), "change", "level 141 to 176 ms"});
    made.marks.push_back({day(60), "incident", "checkout down for 12 min"});
    made.marks.push_back({day(71), "change", "level 176 to 212 ms"});
    made.lines = {p99, median};
    return made;
}

[[nodiscard]] std::vector<Exhibit> tables() {
    Exhibit statements = exhibit("E2", "statements", Form::table, "Statements by total time");
    statements.columns = {{"Statement", "code", false},
                          {"Share", "%", true},
                          {"Calls", "", true},
                          {"p99", "ms", true},
                          {"Verdict", "", false}};
    statements.rows = {
        row({{"SELECT * FROM orders WHERE status = $1 AND tenant_id = $2 ORDER BY created_at DESC "
              "LIMIT "
              "$3",
              {}},
             {"52.1", 52.1},
             {"", 1840221},
             {"", 1512},
             {"grows with the table", {}}},
            0.521,
            0,
            "from booking-web and nightly"),
        row({{"UPDATE page_counters SET n = n + $1 WHERE name = $2", {}},
             {"18.4", 18.4},
             {"", 9120443},
             {"", 188},
             {"hot row", {}}},
            0.184),
        row({{"SELECT count(*) FROM invoices WHERE created_at > $1", {}},
             {"10.6", 10.6},
             {"", 2210},
             {"", 48200},
             {"", {}}},
            0.106),
    };
    statements.left_out = "409 more with less than 1 % of the time each";
    statements.caption = "Only statements above the logging threshold of 20 ms are in the log.";

    Exhibit plan = exhibit("E3", "plan.orders", Form::tree, "Plan of the heaviest statement");
    plan.columns = {
        {"Node", "", false}, {"Own time", "ms", true}, {"Rows", "", true}, {"Estimated", "", true}};
    plan.rows = {row({{"Limit", {}}, {"", 1.0}, {"", 20}, {"", 20}}, 0.0006),
                 row({{"Sort by created_at", {}}, {"", 38.2}, {"", 41200}, {"", 20}}, 0.02, 1),
                 row({{"Nested Loop", {}}, {"", 289}, {"", 41200}, {"", 20}},
                     0.157,
                     2,
                     "2 060 times more rows than estimated"),
                 row({{"Seq Scan on orders", {}}, {"", 1512}, {"", 41200}, {"", 20}},
                     0.82,
                     3,
                     "filter removed 18.4 M rows"),
                 row({{"Index Scan on customers", {}}, {"", 2}, {"", 1}, {"", 1}}, 0.001, 3)};

    Exhibit waits = exhibit("E4", "waits", Form::table, "Waits");
    waits.columns = {{"Event", "", false}, {"Share", "%", true}};

    Exhibit sum = exhibit("E5", "arithmetic.pool", Form::arithmetic, "How 4.1x is worked out");
    sum.columns = {{"Step", "", false}, {"Value", "", true}, {"Source", "", false}};
    sum.rows = {row({{"peak arrivals", {}}, {"410 /s", 410}, {"latency.hlog:12", {}}}),
                row({{"mean hold time", {}}, {"59.5 ms", 59.5}, {"pg-a.log, same minute", {}}}),
                row({{"busy = arrivals x hold time", {}}, {"24.4", 24.4}, {"Little's law", {}}}),
                row({{"limit = slots / busy", {}}, {"4.10x", 4.1}, {"plimsoll.toml:12", {}}})};

    Exhibit path = exhibit("E6", "critical-path", Form::table, "Critical path of a median change");
    path.columns = {{"Job", "", false}, {"Wait", "min", true}, {"Run", "min", true}};
    path.rows = {row({{"integration tests", {}}, {"", 6}, {"", 19}}, 0.54),
                 row({{"image build", {}}, {"", 1}, {"", 8}}, 0.2),
                 row({{"roll out 8 instances", {}}, {"", 0}, {"", 10.5}}, 0.23)};
    return {statements, plan, waits, sum, path};
}

// Strengths 0..1 between invented modules; nearer modules are tied more.
[[nodiscard]] Exhibit matrix(std::size_t modules, std::string id, std::string key) {
    Exhibit made =
        exhibit(std::move(id), std::move(key), Form::matrix, "Modules that change together");
    made.caption = "Share of the commits to the row's module that touch the column's as well.";
    made.columns.push_back({"module", "", false});
    for (std::size_t i = 0; i < modules; ++i) {
        const std::string name = "src/module_" + std::to_string(i + 1);
        made.columns.push_back({name, "%", true});
        Row here;
        here.cells.push_back({name, {}});
        for (std::size_t k = 0; k < modules; ++k) {
            const std::size_t apart = i > k ? i - k : k - i;
            if (apart == 0) {
                here.cells.emplace_back();
            } else {
                here.cells.push_back({"", 0.66 / static_cast<double>(apart)});
            }
        }
        made.rows.push_back(std::move(here));
    }
    return made;
}

[[nodiscard]] std::vector<Finding> findings() {
    const auto finding =
        [](std::string check, std::string asks, Outcome outcome, std::string says) {
            Finding made;
            made.check = std::move(check);
            made.asks = std::move(asks);
            made.outcome = outcome;
            made.says = std::move(says);
            return made;
        };
    std::vector<Finding> all{
        finding("p99-climb",
                "Does p99 climb while nobody changes anything?",
                Outcome::present,
                "p99 of POST /book rose from 96 to 212 ms in three steps, two of them far from a "
                "deploy."),
        finding("deploy-drag",
                "Does a change wait longer than it took to write?",
                Outcome::present,
                "46 min against 31 min."),
        finding(
            "blast-radius", "Does one service take the others down?", Outcome::insufficient, ""),
        finding("coupling",
                "Do modules change together that should not?",
                Outcome::latent,
                "orders and billing change together in 62 % of their commits."),
        finding("replica-lag",
                "Do replicas keep up?",
                Outcome::failed,
                "the check broke: division of a span of no length"),
        finding("n-plus-one",
                "Is one query asked many times over?",
                Outcome::absent,
                "No run above 3."),
    };
    all[0].score = 78;
    all[0].confidence = Confidence::high;
    all[0].confidence_why = "three inputs agree";
    all[0].measures = {
        measure("p99",
                "p99, last stretch",
                {.at = 212, .low = 204, .high = 221},
                "ms",
                456,
                "median of daily p99",
                {{"latency.hlog", 1}, {"latency.hlog", 20}, {"latency.hlog", 31}, {"b.hlog", 2}})};
    all[0].seen_at = {{"latency.hlog", 31}};
    all[0].causes = {{"orders", 0.8}};
    return all;
}

[[nodiscard]] std::vector<Input> inputs() {
    const auto input =
        [](std::string name, std::string reader, std::uint64_t bytes, std::uint64_t records) {
            Input made;
            made.name = std::move(name);
            made.reader = std::move(reader);
            made.bytes = bytes;
            made.records = records;
            return made;
        };
    Input log = input("logs/pg-a.log.zst", "postgres-log", 1'893'204'331, 14'203'118);
    log.sha256 = std::string(64, 'a');
    log.skipped = 41;
    log.skipped_bytes = 4120;
    log.first_skipped = {8'113'204, "starts with a quote"};
    log.span.cover(day(0));
    log.span.cover(day(90));
    log.note = "prefix '%m [%p] ' inferred; statements under 20 ms are not logged";
    Input latency = input("latency.hlog", "hdr-histogram", 38'114'200, 2160);
    latency.sha256 = std::string(64, 'b');
    Input unknown = input("notes.bin", "", 12, 0);
    unknown.skip(0, 12, "no reader recognises it");
    return {log, latency, unknown};
}

SinceLast since_last() {
    SinceLast since{.audited_at = day(0),
                    .system = "harbour",
                    .tool_version = "0.0.9",
                    .rules_version = "5f1e",
                    .notes = {"The evidence of the two overlaps in time: a move shows late."}};
    since.span.cover(day(-90));
    since.span.cover(day(0));
    since.moved = {{.id = "load_line",
                    .name = "load line",
                    .unit = "times today's load",
                    .then = {5.2, 5.1, 6.0},
                    .now = {4.1, 3.4, 5.0},
                    .move = Move::worse,
                    .why = "the intervals do not overlap"},
                   {.id = "verdict",
                    .name = "verdict",
                    .then_word = "insufficient",
                    .now_word = "evolve",
                    .move = Move::changed,
                    .why = "the table of criteria sums to another outcome"},
                   {.id = "limits.cache",
                    .name = "cache",
                    .unit = "times today's load",
                    .then = Estimate::at_most(7),
                    .now = {},
                    .move = Move::not_comparable,
                    .why = "it is not measured now"}};
    since.foretold = {{.id = "pool.web.raise",
                       .title = "Raise the pool of web to 40",
                       .predicted = {5.9, 5.0, 6.8},
                       .observed = {4.1, 3.4, 5.0},
                       .says = "no longer prescribed; the load line is within what was foretold"}};
    return since;
}

}  // namespace

Audit rich_audit() {
    Audit audit;
    audit.tool_version = "0.1.0";
    audit.rules_version = "7c1e90af3b5d2e6617aa";
    audit.system = "Harbour Tickets (invented)";
    audit.audited_at = day(91);
    audit.span.cover(day(0));
    audit.span.cover(day(90));
    audit.headline = "Good for 4.1 times today's load. The connection pool gives way first.";
    audit.subline =
        "Evolve, do not rebuild. Three changes that take four days together move the limit to "
        "9.2x, where the database CPU takes over.";
    audit.load_line = {.at = 4.1,
                       .low = 3.4,
                       .high = 5.0,
                       .first_limit = "connection-pool.web",
                       .first_limits = {"connection-pool.web", "lock.page_counters"},
                       .measured = 6,
                       .known = 8};
    audit.limits = limits();
    audit.stages = {{"10x", StageAnswer::breaks},
                    {"100x", StageAnswer::breaks},
                    {"1000x", StageAnswer::breaks}};
    audit.signs = signs();
    audit.verdict = verdict();
    audit.prescriptions = prescriptions();
    audit.findings = findings();
    audit.exhibits = {series()};
    const std::vector<Exhibit> more = tables();
    audit.exhibits.insert(audit.exhibits.end(), more.begin(), more.end());
    audit.exhibits.push_back(matrix(12, "E7", "coupling.modules"));
    audit.inputs = inputs();
    audit.kinds_supplied = {"workload", "latency", "pipelines", "history"};
    audit.kinds_known = {"workload",
                         "plans",
                         "latency",
                         "pipelines",
                         "history",
                         "calls",
                         "database",
                         "gauges",
                         "events",
                         "incidents"};
    audit.gaps = {{"blast-radius",
                   "spans of seven days",
                   "a score for the third sign",
                   "export OTLP JSON from the collector, then: plimsoll audit spans.json"},
                  {"cache",
                   "pg_statio samples",
                   "the cache mark on the load line",
                   "plimsoll collect postgres://... --for 24h"}};
    audit.overrides = {
        {"connection-pool.hold-cv2", "2", "measured on the staging system", "plimsoll.toml:31"}};
    audit.warnings = {"notes.bin was not recognised by any reader"};
    audit.redacted = "Names of hosts are replaced by keyed hashes.";
    audit.since_last = since_last();
    return audit;
}

Audit hostile_audit() {
    Audit audit = rich_audit();
    auto change = [](std::string& text) {
        if (!text.empty()) {
            text = "<script>alert(1)</script>\"'`--><img src=x "
                   "onerror=alert(1)>\x1b[2J\x07\r\n\t\x7f" +
                   text +
                   "\xc2\x9b"
                   "31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xff\xc0\xaf]]>|*_[x](y)\\&lt;";
        }
    };
    each<std::string>(audit, change);
    return audit;
}

Audit harmless_audit() {
    Audit audit = rich_audit();
    auto change = [](std::string& text) {
        if (!text.empty()) {
            text = "plain " + text + " words";
        }
    };
    each<std::string>(audit, change);
    return audit;
}

Audit numberless_audit() {
    Audit audit = rich_audit();
    std::size_t turn = 0;
    auto change = [&](double& number) { number = std::array{nan, inf, -inf}.at(turn++ % 3); };
    each<double>(audit, change);
    return audit;
}

Audit large_audit(std::size_t modules, std::size_t points) {
    Audit audit = rich_audit();
    audit.exhibits.push_back(matrix(modules, "E8", "coupling.large"));
    Exhibit series = exhibit("E9", "series.large", Form::series, "A long series");
    series.unit = "ms";
    Line line{.name = "p99 by hour", .points = {}};
    std::uint64_t state = 42;
    for (std::size_t i = 0; i < points; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const double noise = static_cast<double>(state >> 40U) / 16777216.0;
        line.points.push_back(
            {instant(micros(day(0)) + static_cast<std::int64_t>(i) * 3'600'000'000),
             100 + 30 * noise + (noise > 0.995 ? 200 : 0),
             0,
             0});
    }
    series.lines = {line};
    audit.exhibits.push_back(series);
    return audit;
}

}  // namespace plimsoll::testing
