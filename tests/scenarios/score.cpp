#include "scenarios/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

[[nodiscard]] std::string percent(const Share& share) {
    return share.all == 0
               ? std::string{"-"}
               : fmt::format("{:.1f} % ({} of {})", 100 * share.value(), share.right, share.all);
}

}  // namespace

Score score(const std::vector<Scenario>& scenarios, std::uint64_t first_seed, std::size_t seeds) {
    Score out;
    TruePools known;
    for (const Scenario& scenario : scenarios) {
        const double truth = scenario.truth.line ? true_line(scenario.world, known) : 0;
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
