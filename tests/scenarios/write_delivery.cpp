// ci.ndjson: runs of the main branch with their jobs, in the neutral form.
#include "scenarios/files.hpp"
#include "scenarios/world.hpp"

#include <fmt/format.h>

namespace plimsoll::scenarios {
namespace {

constexpr std::string_view run_line =
    R"({{"plimsoll":"ci/1","run":"{}","pipeline":"{}","project":"shop","branch":"main","sha":"{:040x}","trigger":"{}","result":"{}","attempt":1,"created":"{}"}})"
    "\n";
constexpr std::string_view job_line =
    R"({{"plimsoll":"ci/1","job":"{}.{}","run":"{}","name":"{}","result":"{}","needs":[{}],"started":"{}","completed":"{}"}})"
    "\n";

struct Writer {
    std::string text;
    int runs = 0;

    // A run of build, test, deploy; `minutes` in all, after `queue` minutes, `night` before the
    // deploy.
    void pipeline(double at, double minutes, double queue, double night, bool fails) {
        ++runs;
        text += fmt::format(run_line,
                            runs,
                            "main",
                            runs * 7919LL,
                            "push",
                            fails ? "failure" : "success",
                            time_text(at));
        double now = at + queue * 60 + 5;
        const double parts[] = {0.3, 0.55, 0.15};
        const char* names[] = {"build", "test", "deploy"};
        for (int job = 0; job < 3; ++job) {
            const bool last = fails && job == 1;
            const std::string needs =
                job == 0 ? std::string{} : fmt::format("\"{}.{}\"", runs, job - 1);
            const double start = now + (job == 2 ? night * 60 : 0);
            now = start + minutes * 60 * parts[job];
            text += fmt::format(job_line,
                                runs,
                                job,
                                runs,
                                names[job],
                                last ? "failure" : "success",
                                needs,
                                time_text(start),
                                time_text(now));
            if (last) {
                return;
            }
        }
    }

    void nightly(double at, double hours) {
        ++runs;
        text += fmt::format(
            run_line, runs, "nightly", runs * 7919LL, "schedule", "success", time_text(at));
        text += fmt::format(job_line,
                            runs,
                            0,
                            runs,
                            "full test suite",
                            "success",
                            "",
                            time_text(at + 5),
                            time_text(at + hours * 3600));
    }
};

}  // namespace

void write_delivery(const World& world, model::Random& random, const std::string& folder) {
    const DeliveryWorld& delivery = world.delivery;
    if (!delivery.given) {
        return;
    }
    Writer writer;
    const int first = weeks_of_record - delivery.weeks;
    for (int day = first * 7; day < weeks_of_record * 7; ++day) {
        const double midnight = static_cast<double>(start_s + day * day_s);
        if (delivery.nightly) {
            writer.nightly(midnight + 2 * 3600, lognormal(random, 3, 0.1));
        }
        if (day % 7 >= 5) {
            continue;
        }
        const double week = static_cast<double>(day - first * 7) / 7;
        const bool away = delivery.outage_week >= 0 && week >= delivery.outage_week &&
                          week < delivery.outage_week + 0.6;
        // Poisson over the working day.
        double at = 0;
        while ((at += random.exponential() * 9 * 3600 / (delivery.per_week / 5)) < 9 * 3600) {
            const double minutes = lognormal(random, delivery.pipeline_min, 0.2);
            const double queue = away ? lognormal(random, 120, 0.3) : lognormal(random, 0.2, 0.5);
            const double night = chance(random, delivery.gated) ? 14 * 60 : 0;
            writer.pipeline(
                midnight + 8 * 3600 + at, minutes, queue, night, chance(random, delivery.failing));
        }
    }
    save(folder + "/ci.ndjson", writer.text);
}

}  // namespace plimsoll::scenarios
