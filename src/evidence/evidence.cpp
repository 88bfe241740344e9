#include "evidence/evidence.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <tuple>

namespace plimsoll {
namespace {

[[nodiscard]] auto order_of(const Input& input) {
    return std::tie(input.sha256, input.name, input.reader, input.bytes);
}

void refuse_twice(const std::vector<Input>& sorted) {
    const auto twice = std::ranges::adjacent_find(sorted, [](const Input& a, const Input& b) {
        return !a.sha256.empty() && a.bytes != 0 && a.sha256 == b.sha256;
    });
    if (twice != sorted.end()) {
        throw Error{{.status = Status::untrusted,
                     .what = "the same input is there twice",
                     .where = twice->name + " and " + (twice + 1)->name,
                     .why = "their content is the same (SHA-256 " + twice->sha256.substr(0, 12) +
                            "), so everything in it would be counted twice",
                     .remedy = "leave one of them out"}};
    }
}

}  // namespace

Kinds Evidence::kinds() const {
    Kinds kinds;
    const auto add = [&](Kind kind, bool empty) {
        if (!empty) {
            kinds.add(kind);
        }
    };
    add(Kind::workload, workload.empty());
    add(Kind::plans, plans.empty());
    add(Kind::latency, latency.empty());
    add(Kind::pipelines, pipelines.empty());
    add(Kind::history, history.empty());
    add(Kind::calls, calls.empty());
    add(Kind::database, database.empty());
    add(Kind::gauges, gauges.empty());
    add(Kind::events, events.empty());
    add(Kind::incidents, incidents.empty());
    add(Kind::load_tests, load_tests.empty());
    return kinds;
}

void Evidence::settle() {
    std::ranges::sort(inputs, {}, order_of);
    refuse_twice(inputs);
}

void Evidence::merge(const Evidence& other) {
    absorb(other);
    settle();
}

void Evidence::absorb(const Evidence& other) {
    inputs.insert(inputs.end(), other.inputs.begin(), other.inputs.end());
    workload.merge(other.workload);
    plans.merge(other.plans);
    latency.merge(other.latency);
    pipelines.merge(other.pipelines);
    history.merge(other.history);
    calls.merge(other.calls);
    database.merge(other.database);
    gauges.merge(other.gauges);
    events.merge(other.events);
    incidents.merge(other.incidents);
    load_tests.merge(other.load_tests);
}

}  // namespace plimsoll
