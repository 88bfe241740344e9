#include "scenarios/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

namespace plimsoll::scenarios {
namespace {

void score_signs(const Scenario& scenario, const Answered& said, Score& score) {
    for (std::size_t i = 0; i < sign_count; ++i) {
        SignScore& sign = score.signs[i];
        const std::set<Outcome>& truth = scenario.truth.signs[i];
        const bool present = said.signs[i] == Outcome::present;
        if (scenario.sign && static_cast<std::size_t>(*scenario.sign) == i) {
            sign.doses[scenario.amount].count(present);
        }
        if (truth.empty()) {
            continue;
        }
        bool right = truth.contains(said.signs[i]);
        if (truth == std::set{Outcome::present}) {
            sign.sensitivity.count(present);
        } else if (truth.contains(Outcome::absent)) {
            sign.specificity.count(!present);
            right = !present;
        } else if (truth == std::set{Outcome::insufficient}) {
            sign.insufficient.count(right);
            score.insufficient.count(right);
        }
        if (!right) {
            ++score.wrong[fmt::format("{}: {} is {}",
                                      scenario.name,
                                      to_text(static_cast<Sign>(i)),
                                      to_text(said.signs[i]))];
        }
    }
}

void score_verdict(const Scenario& scenario, const Answered& said, Score& score) {
    const std::set<VerdictOutcome>& truth = scenario.truth.verdict;
    if (truth.empty()) {
        return;
    }
    const bool right = truth.contains(said.verdict);
    score.verdict.count(right);
    if (truth == std::set{VerdictOutcome::insufficient}) {
        score.insufficient.count(right);
    }
    if (!right) {
        ++score.wrong[fmt::format("{}: verdict {}", scenario.name, to_text(said.verdict))];
    }
}

void score_line(const Scenario& scenario, double truth, const Answered& said, Score& score) {
    if (!scenario.truth.line || said.line.measured == 0) {
        return;
    }
    const bool within = said.line.low <= truth && truth <= said.line.high;
    score.line.count(within);
    if (!within) {
        ++score.wrong[fmt::format("{}: line {:.1f} to {:.1f} ({}), true {:.1f}",
                                  scenario.name,
                                  said.line.low,
                                  said.line.high,
                                  said.line.first_limit,
                                  truth)];
    } else if (said.line.low > 0) {
        score.widths.push_back(said.line.high / said.line.low);
    }
    if (const std::optional<std::string>& first = scenario.truth.first_limit) {
        score.first.count(said.line.first_limit == *first);
        const bool among =
            std::ranges::find(said.line.first_limits, *first) != said.line.first_limits.end();
        score.candidates.count(among);
        if (!among) {
            ++score
                  .wrong[scenario.name + ": " + *first + " is not among those that could be first"];
        }
    }
}

void score_seeds(const Scenario& scenario,
                 double truth,
                 std::uint64_t first_seed,
                 std::size_t seeds,
                 Score& out) {
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        const Answered said = answered(audit_of(scenario, seed));
        ++out.bundles;
        score_signs(scenario, said, out);
        score_verdict(scenario, said, out);
        score_line(scenario, truth, said, out);
        for (const std::string& failed : said.failed) {
            ++out.wrong[scenario.name + ": " + failed];
        }
    }
}

void merge(const Share& part, Share& out) {
    out.right += part.right;
    out.all += part.all;
}

void merge(const Score& part, Score& out) {
    for (std::size_t i = 0; i < sign_count; ++i) {
        merge(part.signs[i].sensitivity, out.signs[i].sensitivity);
        merge(part.signs[i].specificity, out.signs[i].specificity);
        merge(part.signs[i].insufficient, out.signs[i].insufficient);
        for (const auto& [amount, share] : part.signs[i].doses) {
            merge(share, out.signs[i].doses[amount]);
        }
    }
    merge(part.insufficient, out.insufficient);
    merge(part.verdict, out.verdict);
    merge(part.line, out.line);
    merge(part.first, out.first);
    merge(part.candidates, out.candidates);
    out.widths.insert(out.widths.end(), part.widths.begin(), part.widths.end());
    for (const auto& [what, times] : part.wrong) {
        out.wrong[what] += times;
    }
    out.bundles += part.bundles;
}

[[nodiscard]] std::string percent(const Share& share) {
    return share.all == 0
               ? std::string{"-"}
               : fmt::format("{:.1f} % ({} of {})", 100 * share.value(), share.right, share.all);
}

}  // namespace

Score score(const std::vector<Scenario>& scenarios, std::uint64_t first_seed, std::size_t seeds) {
    TruePools known;
    std::vector<double> truths;
    for (const Scenario& scenario : scenarios) {
        truths.push_back(scenario.truth.line ? true_line(scenario.world, known) : 0);
    }
    // One thread a core; each writes where it alone writes, so the order of work changes nothing.
    std::vector<Score> parts(scenarios.size());
    std::atomic<std::size_t> next = 0;
    std::exception_ptr broken;
    std::mutex guard;
    const auto work = [&] {
        try {
            for (std::size_t i = next++; i < scenarios.size(); i = next++) {
                score_seeds(scenarios[i], truths[i], first_seed, seeds, parts[i]);
            }
        } catch (...) {
            const std::scoped_lock lock{guard};
            broken = std::current_exception();
        }
    };
    std::vector<std::thread> threads(std::max(1U, std::thread::hardware_concurrency()));
    for (std::thread& thread : threads) {
        thread = std::thread{work};
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (broken) {
        std::rethrow_exception(broken);
    }
    Score out;
    for (const Score& part : parts) {
        merge(part, out);
    }
    return out;
}

std::string markdown(const Score& score, std::size_t scenarios, std::size_t seeds) {
    std::string out = fmt::format("# Simulated bundles against what the program says\n\n"
                                  "Written by `./dev bench` (tests/bench/scenarios.sh); do not "
                                  "edit. {} scenarios, {} seeds, {} bundles of\n"
                                  "files, each read by the real readers. Everything in them is "
                                  "simulated, and their author is the author of\n"
                                  "the rules: figures on worlds of another hand may be worse.\n\n"
                                  "| sign | sensitivity at severe dose | specificity | "
                                  "\"insufficient\" where it cannot tell |\n"
                                  "|---|---|---|---|\n",
                                  scenarios,
                                  seeds,
                                  score.bundles);
    for (std::size_t i = 0; i < sign_count; ++i) {
        const SignScore& sign = score.signs[i];
        out += fmt::format("| {} | {} | {} | {} |\n",
                           to_text(static_cast<Sign>(i)),
                           percent(sign.sensitivity),
                           percent(sign.specificity),
                           percent(sign.insufficient));
    }
    std::vector<double> widths = score.widths;
    std::ranges::sort(widths);
    out += fmt::format(
        "\n| of whole audits | |\n|---|---|\n| \"insufficient\" right, signs and verdicts | {} |\n"
        "| verdict right | {} |\n| true load line within the printed interval | {} |\n"
        "| width of the interval, high over low, median | {} |\n"
        "| the true first limit is named first | {} |\n"
        "| it is among those that could be first | {} |\n",
        percent(score.insufficient),
        percent(score.verdict),
        percent(score.line),
        widths.empty() ? std::string{"-"} : fmt::format("{:.2f}", widths[widths.size() / 2]),
        percent(score.first),
        percent(score.candidates));
    out += "\n## Dose and response\n\nShare of bundles in which the sign is called present.\n\n";
    constexpr std::array<std::string_view, sign_count> units{
        "rise of p99 in 13 weeks",
        "deploy time over develop time",
        "share of incidents that take most features",
        "share of changes that touch three modules",
        "share of request time x use of cores and connections"};
    for (std::size_t i = 0; i < sign_count; ++i) {
        out += fmt::format("{} ({})\n\n| dose | present | |\n|---|---|---|\n",
                           to_text(static_cast<Sign>(i)),
                           units[i]);
        for (const auto& [amount, share] : score.signs[i].doses) {
            out += fmt::format(
                "| {:.2f} | {:.0f} % | {} |\n",
                amount,
                100 * share.value(),
                std::string(static_cast<std::size_t>(std::lround(20 * share.value())), '#'));
        }
        out += '\n';
    }
    out += "## What went wrong\n\n";
    for (const auto& [what, times] : score.wrong) {
        out += fmt::format("- {} ({} of {})\n", what, times, seeds);
    }
    return out + (score.wrong.empty() ? "Nothing.\n" : "");
}

}  // namespace plimsoll::scenarios
