// The database's hour at peak: postgresql.log (stderr), access.log (nginx, combined with the time a
// request took) and gauges.csv.
#include "scenarios/files.hpp"
#include "scenarios/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace plimsoll::scenarios {
namespace {

// Friday of the last week, half past nine.
constexpr double peak_s =
    static_cast<double>(start_s + (weeks_of_record * 7 - 3) * day_s) + 9.5 * 3600;
constexpr int log_seconds = 400;
constexpr int gauge_seconds = 1800;
constexpr double hold_s = 0.2;
constexpr double statement_ms = 6;
constexpr double statement_sigma = 0.8;
constexpr double requests_per_s = 8;
constexpr double low_state = 0.5;
constexpr double high_state = 2.5;
constexpr double low_stay_s = 45;  // three to one, so that the mean is 1
constexpr double high_stay_s = 15;

// The factor of arrivals over time: 1, or two states.
class Burst {
public:
    Burst(bool bursty, double second, model::Random& random)
        : bursty_{bursty}, second_{second}, random_{random} {}
    [[nodiscard]] double at(double now) {
        while (bursty_ && now >= until_) {
            high_ = !high_;
            until_ += random_.exponential() * (high_ ? high_stay_s : low_stay_s) * second_;
        }
        return !bursty_ ? 1 : high_ ? high_state : low_state;
    }

private:
    bool bursty_;
    double second_;  // in units of time
    model::Random& random_;
    bool high_ = true;
    double until_ = 0;
};

// Mean 1 and this squared coefficient of variation: exponential, or two phases of balanced means.
[[nodiscard]] double hold(model::Random& random, double cv2) {
    if (cv2 <= 1) {
        return random.exponential();
    }
    const double p = 0.5 * (1 + std::sqrt((cv2 - 1) / (cv2 + 1)));
    return chance(random, p) ? random.exponential() / (2 * p)
                             : random.exponential() / (2 * (1 - p));
}

[[nodiscard]] double arrival_after(double now, double rate, Burst& burst, model::Random& random) {
    do {  // thinning (Lewis and Shedler 1979)
        now += random.exponential() / (rate * high_state);
    } while (random.uniform() * high_state > burst.at(now));
    return now;
}

// p99 of waiting, in mean holding times, of a pool at `times` its load.
[[nodiscard]] double wait_at(const PoolWorld& pool, double times) {
    constexpr int arrivals = 150'000;
    model::Random random{0x9001};
    Burst burst{pool.bursty, 1 / hold_s, random};
    std::priority_queue<double, std::vector<double>, std::greater<>> free;
    for (int i = 0; i < static_cast<int>(pool.slots); ++i) {
        free.push(0);
    }
    std::vector<double> waits;
    double now = 0;
    for (int i = 0; i < arrivals; ++i) {
        now = arrival_after(now, pool.busy * times, burst, random);
        const double begun = std::max(now, free.top());
        free.pop();
        free.push(begun + hold(random, pool.hold_cv2));
        waits.push_back(begun - now);
    }
    const auto rank = waits.begin() + arrivals / 100 * 99;
    std::ranges::nth_element(waits, rank);
    return *rank;
}

struct Gauge {
    std::string text = "at,name,value,limit\n";
    void put(double at, std::string_view name, double value, double limit) {
        text += fmt::format("{},{},{:.3f},{}\n",
                            time_text(at),
                            name,
                            value,
                            limit > 0 ? fmt::format("{:.3f}", limit) : std::string{});
    }
};

void put_pool(const DatabaseWorld& world, model::Random& random, Gauge& gauge) {
    std::vector<int> busy(gauge_seconds + 1);
    Burst burst{world.pool.bursty, 1, random};
    double now = -20;
    while (now < gauge_seconds) {
        now = arrival_after(now, world.pool.busy / hold_s, burst, random);
        const double end = now + hold(random, world.pool.hold_cv2) * hold_s;
        for (int s = std::max(0, static_cast<int>(std::ceil(now)));
             s <= std::min<int>(gauge_seconds, static_cast<int>(std::floor(end)));
             ++s) {
            ++busy[static_cast<std::size_t>(s)];
        }
    }
    for (int s = 0; s < gauge_seconds; ++s) {
        const double in_use = std::min<double>(busy[static_cast<std::size_t>(s)], world.pool.slots);
        gauge.put(peak_s + s, "pool.web-api.busy", in_use, world.pool.slots);
    }
}

// A level that moves with the load by a few hundredths; its limit lies at `multiple`.
void put_level(
    Gauge& gauge, model::Random& random, std::string_view name, double level, double multiple) {
    if (multiple <= 0) {
        return;
    }
    for (int s = 0; s < gauge_seconds; s += 10) {
        gauge.put(peak_s + s, name, level * lognormal(random, 1, 0.03), level * multiple);
    }
}

void put_cpu(const DatabaseWorld& world, model::Random& random, Gauge& gauge) {
    const double busy = world.cpu * world.cores;
    const double spread = std::sqrt(2 * busy * 0.005);
    if (world.night_batch) {
        for (int s = 0; s < 600; ++s) {
            gauge.put(peak_s - 7 * 3600 + s,
                      "db.cpu",
                      world.cores * (0.97 + 0.02 * random.uniform()),
                      world.cores);
        }
    }
    for (int s = 0; s < gauge_seconds; ++s) {
        const double cores = std::clamp(busy + spread * random.normal(), 0.01, world.cores);
        gauge.put(peak_s + s, "db.cpu", cores, world.cores);
    }
}

void write_gauges(const DatabaseWorld& world, model::Random& random, const std::string& folder) {
    if (!world.gauges) {
        return;
    }
    Gauge gauge;
    put_pool(world, random, gauge);
    put_cpu(world, random, gauge);
    for (int s = 0; s < gauge_seconds; s += 5) {
        const double active =
            std::max(0.0, (world.connections - world.idle) * lognormal(random, 1, 0.05));
        gauge.put(peak_s + s, "db.active", std::round(active), 0);
        gauge.put(
            peak_s + s, "db.connections", std::round(world.idle + active), world.max_connections);
    }
    put_level(gauge, random, "quota.payments.per_second", 12, world.quota);
    put_level(gauge, random, "wal.bytes_per_second", 3e6, world.wal);
    if (world.memory > 0) {
        constexpr double base = 4e9;
        for (int s = 0; s < gauge_seconds; s += 10) {
            gauge.put(peak_s + s,
                      "memory.web-api",
                      base + 1e9 * lognormal(random, 1, 0.03),
                      base + 1e9 * world.memory);
        }
    }
    if (world.queue > 0) {
        for (int s = 0; s < gauge_seconds; s += 10) {
            gauge.put(peak_s + s, "queue.mail.depth", std::round(lognormal(random, 12, 0.3)), 0);
            gauge.put(
                peak_s + s, "workers.mail.busy", 4 * lognormal(random, 1, 0.03), 4 * world.queue);
        }
    }
    put_level(gauge, random, "workers.web-api.busy", 40, world.workers);
    put_level(gauge, random, "host.web-api.cpu", 0.5, world.instances);
    save(folder + "/gauges.csv", gauge.text);
}

struct Line {
    double at = 0;
    std::string text;
};

[[nodiscard]] std::string stamp(double at) {
    const std::string second = time_text(at);
    const auto millis = static_cast<int>((at - std::floor(at)) * 1000);
    return fmt::format("{} {}.{:03} UTC", second.substr(0, 10), second.substr(11, 8), millis);
}

class LogWriter {
public:
    LogWriter(const DatabaseWorld& world, model::Random& random) : world_{world}, random_{random} {}

    [[nodiscard]] double write(const std::string& folder) {
        setting("log_min_duration_statement", fmt::format("{:.0f}", world_.log_threshold_ms));
        if (world_.lock_waits_logged) {
            setting("log_lock_waits", "on");
            setting("log_temp_files", "0");
        }
        double now = 0;
        while ((now += random_.exponential() / world_.statements_per_s) < log_seconds) {
            statement(now);
        }
        lock_waits();
        spills();
        std::ranges::stable_sort(lines_, {}, &Line::at);
        std::string text;
        for (const Line& line : lines_) {
            text += line.text;
        }
        if (world_.log) {
            save(folder + "/postgresql.log", text);
        }
        return total_ms_;
    }

private:
    void add(double at, int process, std::string_view message) {
        const double skew = world_.skewed_clock ? 2 * random_.uniform() : 0;
        lines_.push_back({at,
                          fmt::format("{} [{}] web@shop/web-api LOG:  {}\n",
                                      stamp(peak_s + at - skew),
                                      process,
                                      message)});
    }
    void setting(std::string_view name, std::string_view value) {
        lines_.push_back({0,
                          fmt::format("{} [1] @/ LOG:  parameter \"{}\" changed to \"{}\"\n",
                                      stamp(peak_s),
                                      name,
                                      value)});
    }
    void statement(double now) {
        const double ms = lognormal(random_, statement_ms, statement_sigma);
        total_ms_ += ms;
        if (ms < world_.log_threshold_ms) {
            return;
        }
        const std::size_t table = random_.below(static_cast<std::size_t>(world_.tables));
        const int process = 100 + static_cast<int>(random_.below(20));
        const std::string_view sql =
            chance(random_, 0.2)
                ? "UPDATE table_{0} SET seen = {1} WHERE id = {1}"
                : "SELECT id, name FROM table_{0} WHERE owner = {1} ORDER BY id LIMIT 20";
        add(now + ms / 1000,
            process,
            fmt::format("duration: {:.3f} ms  statement: {}",
                        ms,
                        fmt::format(fmt::runtime(sql), table, random_.below(100'000))));
    }
    // Waits of 1.5 s each, as many as the share asks for.
    void lock_waits() {
        const double wanted_ms = world_.lock_wait_share * total_ms_;
        for (double waited = 0; waited < wanted_ms; waited += 1500) {
            const double at = random_.uniform() * (log_seconds - 3) + 1;
            const int process = 130 + static_cast<int>(random_.below(20));
            const auto transaction = 5000 + static_cast<int>(random_.below(1000));
            add(at + 1,
                process,
                fmt::format(
                    "process {} still waiting for ShareLock on transaction {} after 1000.1 ms",
                    process,
                    transaction));
            add(at + 1.5,
                process,
                fmt::format("process {} acquired ShareLock on transaction {} after 1500.2 ms",
                            process,
                            transaction));
        }
    }
    void spills() {
        for (int s = 0; s < log_seconds && world_.spill_mb_s > 0; ++s) {
            add(s,
                110,
                fmt::format("temporary file: path \"base/pgsql_tmp/pgsql_tmp110.{}\", size {:.0f}",
                            s,
                            world_.spill_mb_s * 1e6));
        }
    }

    const DatabaseWorld& world_;
    model::Random& random_;
    std::vector<Line> lines_;
    double total_ms_ = 0;
};

// nginx "combined" with $request_time at the end.
void write_access_log(const DatabaseWorld& world,
                      double database_ms,
                      model::Random& random,
                      const std::string& folder) {
    constexpr double sigma = 0.6;
    const double mean_ms = database_ms / world.request_share / (requests_per_s * log_seconds);
    const double median = mean_ms / std::exp(sigma * sigma / 2);
    static constexpr const char* months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::string out;
    double now = 0;
    while ((now += random.exponential() / requests_per_s) < log_seconds) {
        const std::string time = time_text(peak_s + now);
        const auto month = static_cast<std::size_t>(std::stoi(time.substr(5, 2)) - 1);
        out += fmt::format(
            "10.0.0.{} - - [{}/{}/{}:{} +0000] \"GET /orders/{} HTTP/1.1\" 200 {} \"-\" "
            "\"curl/8\" {:.3f}\n",
            random.below(250),
            time.substr(8, 2),
            months[month],
            time.substr(0, 4),
            time.substr(11, 8),
            random.below(9000),
            500 + random.below(900),
            lognormal(random, median, sigma) / 1000);
    }
    save(folder + "/access.log", out);
}

}  // namespace

double true_pool_multiple(const PoolWorld& pool) {
    double low = 0.01;
    double high = 1.2 * pool.slots / pool.busy;
    for (int i = 0; i < 12; ++i) {
        const double middle = (low + high) / 2;
        (wait_at(pool, middle) > 1 ? high : low) = middle;
    }
    return (low + high) / 2;
}

void write_database(const World& world, model::Random& random, const std::string& folder) {
    write_gauges(world.database, random, folder);
    LogWriter log{world.database, random};
    const double database_ms = log.write(folder);
    if (world.database.access_log) {
        write_access_log(world.database, database_ms, random, folder);
    }
}

}  // namespace plimsoll::scenarios
