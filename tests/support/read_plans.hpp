// Plans from bytes in memory, through the registry of readers: what the tests of plans share.
#pragma once

#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::tests {

struct ReadPlans {
    Evidence evidence;
    Input input;
    std::string reader;
    // In the order of the source's lines.
    [[nodiscard]] std::vector<Plan> plans() const {
        std::vector<Plan> out;
        for (const auto& [shape, same] : evidence.plans.by_shape) {
            out.insert(out.end(), same.begin(), same.end());
        }
        std::ranges::stable_sort(out, {}, [](const Plan& plan) { return plan.origin.line; });
        return out;
    }
};

[[nodiscard]] inline ReadPlans read_plans(std::string_view bytes, const ReadOptions& options = {}) {
    ReadPlans out;
    input::for_each_source_in("plan", bytes, [&](input::Stream& stream, bool) {
        const Sample sample = stream.sample();
        const Reader* best = nullptr;
        Sureness sure = Sureness::no;
        for (const Reader* reader : all_readers()) {
            const Sureness now = reader->recognises(sample);
            if (now > sure) {
                sure = now;
                best = reader;
            }
        }
        if (best != nullptr) {
            out.reader = best->id;
            best->read(stream, options, out.evidence, out.input);
        }
    });
    return out;
}

[[nodiscard]] inline std::string file_text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

[[nodiscard]] inline double exclusive_sum(const Plan& plan) {
    double sum = 0;
    for (const PlanNode& node : plan.nodes) {
        sum += node.exclusive_ms.value_or(0);
    }
    return sum;
}

}  // namespace plimsoll::tests
